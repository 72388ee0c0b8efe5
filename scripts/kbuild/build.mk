# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# Builds the image. Runs in the build directory, with srctree, objtree, the
# tools and verbose set by the top Makefile.

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:

all:
	@[ $(verbose) = silent ] || [ -z "$(reports)" ] || \
		$(PYTHON) $(srctree)/scripts/size --summary report/size.txt

.PHONY: all

include $(srctree)/scripts/kbuild/lib.mk

# --- Configuration -------------------------------------------------------
#
# Make starts again after it has made these, so that what follows sees them.

include include/config/auto.conf
include include/config/auto.conf.cmd

# The names in auto.conf.cmd are relative to the source tree.
vpath %Kconfig $(srctree)

configure := $(PYTHON) $(srctree)/scripts/kconfig/configure.py

.config:
	@echo "No configuration in $(objtree): choosing direct_defconfig."
	@$(configure) direct_defconfig

include/config/auto.conf.cmd: ;

include/config/auto.conf: .config
	@$(configure) --sync

# Written with auto.conf, but only if it changes, so that a Kconfig file that
# was merely touched recompiles nothing.
include/generated/autoconf.h: include/config/auto.conf
	@[ -e $@ ] || $(configure) --sync

include/generated/autoconf.inc: include/config/auto.conf
	@sed -e '/^CONFIG_/!d' -e 's/=y$$/=1/' -e 's/^\([^=]*\)=/%define \1 /' $< > $@.tmp
	@$(call move-if-changed,$@.tmp,$@)

include $(srctree)/scripts/kbuild/flags.mk

# --- What to build ------------------------------------------------------
#
# Each folder's Makefile is read once:
#	obj-y += x.o                    from x.c or x.asm
#	obj-$(CONFIG_FOO) += y.o
#	obj-y += folder/                a folder below this one
#	CFLAGS_x.o := -fno-builtin      more flags for one object

objects :=

define read-folder
obj-y :=
include $(srctree)/$(1)/Makefile
objects += $$(addprefix $(1)/,$$(filter %.o,$$(obj-y)))
$$(foreach o,$$(filter %.o,$$(obj-y)),$$(eval flags-of-$(1)/$$(o) := $$$$(CFLAGS_$$(o)))\
	$$(eval CFLAGS_$$(o) :=))
$$(foreach d,$$(patsubst %/,%,$$(filter %/,$$(obj-y))),$$(eval $$(call read-folder,$(1)/$$(d))))
endef

# Each kind of image is a set of folders and a linker script. A folder's
# Makefile may name single objects of other folders:
#	tree-y += core/log.o
image := cloister
reports := report/hooks.txt report/host-inputs.txt report/size.txt
folders := arch/x86 cc core boot drivers lib platform
ifdef CONFIG_EFI
folders += efi
endif
lds := platform/ovmf/cloister.lds
ifdef CONFIG_IMAGE_CCVM
image := ccvm
reports :=
folders := lib tests/ccvm
lds := tests/ccvm/ccvm.lds
endif

# And static libraries of the machine that builds, by name:
#	archive-y += mbedcrypto
# And symbols that the linker computes from others, for fields that no
# relocation can express:
#	symbols-y += cc/sev/symbols.lds
# And names that hooks may carry besides "common":
#	owners-y += sev
# And, from the root of the tree, what is linked into the runtime image:
#	runtime-y += efi/runtime/start.o lib/crc32.o
tree-y :=
runtime-y :=
runtime- :=
owners-y :=
owners- :=
archive-y :=
archive- :=
symbols-y :=
$(foreach d,$(folders),$(eval $(call read-folder,$(d))))

objects := $(sort $(objects) $(tree-y))
asm-objects := $(foreach o,$(objects),$(if $(wildcard $(srctree)/$(o:.o=.asm)),$(o)))
c-objects := $(filter-out $(asm-objects),$(objects))

$(foreach o,$(asm-objects),$(if $(wildcard $(srctree)/$(o:.o=.c)),\
	$(error $(o) could come from $(o:.o=.c) or from $(o:.o=.asm))))

$(shell mkdir -p report $(sort $(dir $(lds) $(objects))))

# --- Objects ------------------------------------------------------------

quiet-cc = CC      $@
cmd-cc = $(CC) $(cpp-flags) $(c-flags) $(flags-of-$@) \
	-MD -MP -MT $@ -MF $(call beside,$@,d) -c -o $@ $<

quiet-nasm = NASM    $@
# NASM's -MD, which would do both at once, leaves out what %include names.
cmd-nasm = $(NASM) $(nasm-flags) -I$(<D)/ -M -MP -MT $@ $< >$(call beside,$@,d); \
	$(NASM) $(nasm-flags) -I$(<D)/ -o $@ $<

quiet-sparse = SPARSE  $@
cmd-sparse = $(SPARSE) $(sparse-flags) $(flags-of-$@) $<

ifneq ($(filter 1 2,$(C)),)
checks-cc = $(call show,sparse); $(cmd-sparse);
endif

$(c-objects): %.o: $(srctree)/%.c include/generated/autoconf.h FORCE
ifeq ($(C),2)
	$(run-now-or-check)
else
	$(call run,cc)
endif

$(asm-objects): %.o: $(srctree)/%.asm include/generated/autoconf.inc FORCE
	$(call run,nasm)

quiet-cpp = CPP     $@
cmd-cpp = $(CC) -E $(cpp-flags) $(filter-out -g,$(c-flags)) $(flags-of-$(@:.i=.o)) -o $@ $<

$(c-objects:.o=.i): %.i: $(srctree)/%.c include/generated/autoconf.h FORCE
	$(call always,cpp)

quiet-asm = CC -S   $@
cmd-asm = $(CC) -S $(cpp-flags) $(filter-out -g,$(c-flags)) $(flags-of-$(@:.s=.o)) -o $@ $<

$(c-objects:.o=.s): %.s: $(srctree)/%.c include/generated/autoconf.h FORCE
	$(call always,asm)

# With C=2 every file is checked, whether or not it is compiled.
run-now-or-check = $(if $(call must-run,cc),$(call run-now,cc),$(call always,sparse))

# --- Runtime image ------------------------------------------------------
#
# An image inside the image, which stays when the firmware is gone. That it
# links on its own proves that it needs nothing else; that its only relocations
# are those of pointers in data, that it runs anywhere.

ifneq ($(runtime-y),)

runtime-objects := $(addprefix runtime/,$(sort $(runtime-y)))
runtime-flags := -fpie -include $(srctree)/efi/runtime/visibility.h
$(foreach o,$(runtime-objects),$(eval flags-of-$(o) := $(runtime-flags)))
$(shell mkdir -p $(sort $(dir $(runtime-objects))))

runtime-asm := $(foreach o,$(runtime-y),$(if $(wildcard $(srctree)/$(o:.o=.asm)),runtime/$(o)))

$(filter-out $(runtime-asm),$(runtime-objects)): runtime/%.o: $(srctree)/%.c \
		include/generated/autoconf.h FORCE
	$(call run,cc)

$(runtime-asm): runtime/%.o: $(srctree)/%.asm include/generated/autoconf.inc FORCE
	$(call run,nasm)

runtime/runtime.lds: $(srctree)/efi/runtime/runtime.lds.S include/generated/autoconf.h FORCE
	$(call run,lds)

quiet-ld-runtime = LD      $@
cmd-ld-runtime = $(LD) $(ld-flags) -pie --no-dynamic-linker -z text -z norelro \
	--hash-style=gnu -T runtime/runtime.lds -Map=runtime/runtime.map -o $@ $(runtime-objects)
checks-ld-runtime = if $(READELF) -rW $@ | grep R_X86_64_ | grep -v R_X86_64_RELATIVE; then \
		echo "$@ needs more than its pointers moved" >&2; exit 1; fi;

runtime/runtime.elf: $(runtime-objects) runtime/runtime.lds FORCE
	$(call run,ld-runtime)

quiet-bin = OBJCOPY $@
cmd-bin = $(OBJCOPY) -O binary -j .text -j .rodata -j .rela.dyn -j .data $< $@; chmod a-x $@

runtime/runtime.bin: runtime/runtime.elf FORCE
	$(call run,bin)

efi/loader/runtime_image.o: runtime/runtime.bin

endif

# --- Font ---------------------------------------------------------------

quiet-font = FONT    $@
cmd-font = $(PYTHON) $(srctree)/scripts/mkfont $@

drivers/video/font.bin: $(srctree)/scripts/mkfont FORCE
	$(call run,font)

drivers/video/font_data.o: drivers/video/font.bin

# --- Variables ----------------------------------------------------------

ifdef CONFIG_EFI_VARIABLES

all: $(image)_vars.fd

quiet-vars = VARS    $@
cmd-vars = $(PYTHON) $(srctree)/scripts/mkvars $@

$(image)_vars.fd: $(srctree)/scripts/mkvars FORCE
	$(call run,vars)

endif

# --- Image --------------------------------------------------------------

all: $(image).fd $(reports)

quiet-lds = LDS     $@
cmd-lds = $(CC) -E -P -x c -std=c11 -D__LINKER__ $(cpp-flags) \
	-MD -MP -MT $@ -MF $(call beside,$@,d) -o $@ $<

$(lds): $(srctree)/$(lds).S include/generated/autoconf.h FORCE
	$(call run,lds)

quiet-ld = LD      $@
cmd-ld = $(LD) $(ld-flags) -T $(lds) -Map=$(image).map -o $@ $(objects) \
	$(addprefix $(srctree)/,$(symbols-y)) \
	$(foreach a,$(archive-y),$(shell $(CC) -print-file-name=lib$(a).a))

$(image).elf: $(objects) $(lds) $(addprefix $(srctree)/,$(symbols-y)) FORCE
	$(call run,ld)

$(image).map: $(image).elf ;

# objcopy writes sections by load address; the linker script starts at the
# base of the flash and fills up to 4 GiB.
quiet-fd = IMAGE   $@
cmd-fd = $(OBJCOPY) -O binary --gap-fill 0xff $(image).elf $@; chmod a-x $@
checks-fd = size=$$(stat -c %s $@); \
	if [ $$size -ne $$(($(CONFIG_FLASH_SIZE))) ] || [ $$((size % 0x10000)) -ne 0 ]; then \
		echo "$@ has $$size bytes; CONFIG_FLASH_SIZE is $(CONFIG_FLASH_SIZE)," \
			"which must be a multiple of 0x10000" >&2; exit 1; fi;

$(image).fd: $(image).elf FORCE
	$(call run,fd)

# --- Reports ------------------------------------------------------------

quiet-hooks = HOOKS   $@
cmd-hooks = NM=$(NM) $(srctree)/scripts/hooktab \
	--owners $(subst $(space),$(comma),common $(owners-y)) \
	--srctree $(srctree) $(image).elf > $@.tmp; mv -f $@.tmp $@

report/hooks.txt: $(image).elf $(wildcard $(srctree)/scripts/hooktab) FORCE
	$(call run,hooks)

quiet-inputs = INPUTS  $@
cmd-inputs = $(PYTHON) $(srctree)/scripts/hostinputs --srctree $(srctree) $(image).elf > $@.tmp; \
	mv -f $@.tmp $@

report/host-inputs.txt: $(image).elf $(srctree)/scripts/hostinputs FORCE
	$(call run,inputs)

quiet-size = SIZE    $@
cmd-size = $(PYTHON) $(srctree)/scripts/size $(image).elf $(image).map > $@.tmp; mv -f $@.tmp $@

report/size.txt: $(image).elf $(image).fd $(srctree)/scripts/size FORCE
	$(call run,size)

quiet-database = GEN     $@
cmd-database = $(PYTHON) $(srctree)/scripts/compile-commands \
	$(foreach o,$(objects),$(call beside,$(o),cmd)) > $@

compile_commands.json: $(objects) FORCE
	$(call always,database)

# --- What the last build knew -------------------------------------------

made := $(objects) $(runtime-objects) $(addprefix runtime/runtime.,lds elf bin) \
	drivers/video/font.bin $(image)_vars.fd $(lds) $(image).elf $(image).fd report/hooks.txt \
	report/host-inputs.txt report/size.txt
-include $(wildcard $(foreach m,$(made),$(call beside,$(m),cmd)))
-include $(wildcard $(foreach m,$(objects) $(runtime-objects) runtime/runtime.lds $(lds),\
	$(call beside,$(m),d)))
