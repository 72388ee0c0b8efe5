# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# Cloister: what can be made, and where. The image is built in the directory
# that O= names by scripts/kbuild/build.mk, configured by scripts/kconfig.
# "make help" lists the targets.

MAKEFLAGS += -rR --no-print-directory

# Nothing that is made may depend on the language or the settings of whoever
# makes it. The configuration tools read a variable named CONFIG_.
export LC_ALL := C
export PYTHONDONTWRITEBYTECODE := 1
unexport CONFIG_ GREP_OPTIONS CDPATH
unexport CPATH C_INCLUDE_PATH LIBRARY_PATH LD_LIBRARY_PATH GCC_EXEC_PREFIX LDFLAGS CFLAGS

.SUFFIXES:
# What "make" alone makes.
.DEFAULT_GOAL := all

srctree := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
ifneq ($(words $(subst :, ,$(srctree))),1)
$(error the path of the source tree, $(srctree), contains a space or a colon)
endif

# "make run CC=sev" names a guest kind, anything else in CC= a compiler.
guest-kinds := none sev sev-es sev-snp tdx
GUEST_KIND := none
ifneq ($(filter $(guest-kinds),$(CC)),)
GUEST_KIND := $(CC)
override CC := gcc
endif
ifneq ($(filter default undefined,$(origin CC)),)
CC := gcc
endif
ifneq ($(filter default undefined,$(origin LD)),)
LD := ld
endif
NASM ?= nasm
OBJCOPY ?= objcopy
NM ?= nm
READELF ?= readelf
SPARSE ?= sparse
GDB ?= gdb
CTAGS ?= ctags
# Debian's Python packages are those of its own Python.
PYTHON ?= $(if $(wildcard /usr/bin/python3),/usr/bin/python3,python3)

# CONFIG=x builds x_defconfig in a directory of its own.
ifneq ($(CONFIG),)
O ?= build/$(CONFIG)
endif
O ?= build
ifneq ($(words $(subst :, ,$(O))),1)
$(error O=$(O) contains a space or a colon)
endif
objtree := $(patsubst %/,%,$(abspath $(O)))
ifeq ($(objtree),$(srctree))
$(error O= must name a directory other than the source tree)
endif

V ?= 0
verbose := $(if $(filter-out 0,$(V)),1,0)
ifneq ($(findstring s,$(filter-out -%,$(firstword x$(MAKEFLAGS)))),)
verbose := silent
endif
Q := $(if $(filter 1,$(verbose)),,@)

export srctree objtree PYTHON MACHINE SMP MEM ACCEL

make-in = +$(Q)mkdir -p $(1) && $(MAKE) -C $(1) -f $(srctree)/scripts/kbuild/build.mk \
	O=$(1) CC=$(CC) LD=$(LD) NASM=$(NASM) OBJCOPY=$(OBJCOPY) NM=$(NM) READELF=$(READELF) \
	SPARSE=$(SPARSE) \
	PYTHON=$(PYTHON) srctree=$(srctree) objtree=$(1) verbose=$(verbose)

configure := cd $(objtree) && $(PYTHON) $(srctree)/scripts/kconfig/configure.py

# A machine with only make gets one line to act on.
.PHONY: need-tools
need-tools:
	@for tool in $(firstword $(CC)) $(LD) $(OBJCOPY) $(NASM) $(PYTHON) kconfig-conf; do \
		command -v $$tool >/dev/null && continue; \
		echo "$$tool is missing; run: scripts/install-packages build" >&2; exit 1; \
	done

goals := $(or $(MAKECMDGOALS),all)
config-goals := $(filter %config,$(goals))

ifneq ($(config-goals),)

# Configuration first and in one go, since fragments belong to their
# defconfig; then the rest, which must see the result.
.PHONY: $(goals) configure-first
$(goals): configure-first ; @:
configure-first: need-tools
	$(Q)mkdir -p $(objtree) && $(configure) $(config-goals)
ifneq ($(filter-out $(config-goals),$(goals)),)
	+$(Q)$(MAKE) -f $(srctree)/Makefile $(filter-out $(config-goals),$(goals))
endif

else

include $(srctree)/scripts/kbuild/targets.mk

endif
