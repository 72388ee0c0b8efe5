# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# How sources are compiled. The ABI is the System V x86-64 psABI without the
# red zone and with general registers only.

# Empty if the compiler does not know an option. An unknown -Wno-x is never
# reported by itself, so ask for the positive form.
cc-option = $(shell $(CC) -Werror $(1) -x c -c /dev/null -o /dev/null >/dev/null 2>&1 && echo $(1))

# The compiler's own headers (stdint.h, stddef.h, stdbool.h, stdarg.h); no
# others of the machine that builds.
compiler-headers := $(shell $(CC) -print-file-name=include)

own-headers := -I$(srctree)/include -I$(srctree)/arch/x86/include -Iinclude \
	-include include/generated/autoconf.h

cpp-flags := -nostdinc -isystem $(compiler-headers) $(own-headers)

c-flags := -std=gnu11 -m64 -march=x86-64 -ffreestanding \
	-mgeneral-regs-only -mno-red-zone -mcmodel=small -fno-pic -fno-pie \
	-fno-stack-protector -fno-asynchronous-unwind-tables -fno-unwind-tables \
	-fcf-protection=none -ffunction-sections -fdata-sections -fno-common

# Firmware reads and writes memory in the shapes that documents give, and it
# uses address 0 on purpose.
c-flags += -fno-strict-aliasing -fwrapv -fno-delete-null-pointer-checks

# What clang calls -Os is half-way to speed.
smallest := $(if $(findstring clang,$(CC)),-Oz,-Os)
c-flags += $(if $(CONFIG_OPTIMIZE_SPEED),-O2,$(smallest))

# Debug information stays in cloister.elf.
c-flags += -g -fstack-usage

# The image must not depend on where it is built.
path-flags := -ffile-prefix-map=$(srctree)/= -ffile-prefix-map=$(objtree)=.
c-flags += $(path-flags)

warning-flags := -Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Wimplicit-fallthrough -Wundef -Wpointer-arith -Wwrite-strings -Wshadow \
	-Wdate-time -Wframe-larger-than=1024 -Werror

# make W=1: worth reading, too noisy to be asked of everybody.
ifneq ($(filter 1,$(W)),)
warning-flags += -Wcast-align -Wcast-qual -Wconversion -Wredundant-decls -Wunused-macros \
	-Wswitch-enum $(call cc-option,-Wduplicated-cond) $(call cc-option,-Wlogical-op) -Wno-error
endif

c-flags += $(warning-flags)

nasm-flags := -f elf64 -Ox -w+all -Werror --reproducible \
	-I$(srctree)/include/ -I$(srctree)/arch/x86/include/ -I$(srctree)/arch/x86/reset/ \
	-P include/generated/autoconf.inc

# sparse reads gcc's headers, whatever the compiler; it does not know clang's.
sparse-headers = $(shell gcc -print-file-name=include)
sparse-flags = -ffreestanding -Wsparse-error -Wbitwise -Wcast-to-as -Wcontext -Wdecl \
	-Wno-transparent-union -nostdinc -isystem $(sparse-headers) $(own-headers) \
	$(filter-out -f% -W% -g,$(c-flags))

# Sections that nobody collects and anything doubtful stop the link.
ld-flags := -m elf_x86_64 -nostdlib -static --gc-sections --orphan-handling=error \
	--fatal-warnings --no-undefined -z noexecstack -z max-page-size=4096 --build-id=none
