# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# Every target but those of configuration. Runs in the source tree.

# One goal after the other, since they share a build directory; what -j allows
# is for the makes that they start.
.NOTPARALLEL:

# --- Image --------------------------------------------------------------

image-targets := all cloister.fd cloister.elf cloister.map cloister_vars.fd ccvm.fd ccvm.elf \
	ccvm.map compile_commands.json report/hooks.txt report/host-inputs.txt report/size.txt

.PHONY: $(image-targets)
$(image-targets): first-config
	$(call make-in,$(objtree)) $@

# One file, also preprocessed or as assembler: make core/flow.o core/flow.s
# Three rules: one for all would make one of them and believe the others made.
%.o: first-config FORCE
	$(call make-in,$(objtree)) $@

%.i: first-config FORCE
	$(call make-in,$(objtree)) $@

%.s: first-config FORCE
	$(call make-in,$(objtree)) $@

FORCE:
.PHONY: FORCE

# CONFIG=x stands for x_defconfig if nothing was configured yet.
.PHONY: first-config
first-config: need-tools
ifneq ($(CONFIG),)
	$(Q)mkdir -p $(objtree)
	$(Q)[ -e $(objtree)/.config ] || { $(configure) $(CONFIG)_defconfig; }
endif

# What the configuration is called: direct, or direct+debug with a fragment.
config-name = $$(cat $(objtree)/.config-name 2>/dev/null || echo custom)

.PHONY: hooks hooks-diff inputs-diff golden golden-diff size tags
hooks: report/hooks.txt
	$(Q)cat $(objtree)/report/hooks.txt

hooks-diff: report/hooks.txt
	$(Q)name=$(config-name); diff -u tests/golden/$${name%%+*}.hooks $(objtree)/report/hooks.txt

inputs-diff: report/host-inputs.txt
	$(Q)name=$(config-name); \
	diff -u tests/golden/$${name%%+*}.host-inputs $(objtree)/report/host-inputs.txt

golden-diff: hooks-diff inputs-diff report/size.txt
	$(Q)name=$(config-name); \
	scripts/size-diff tests/golden/$${name%%+*}.size $(objtree)/report/size.txt

# For the review of a change that was meant: writes what the checks compare with.
golden:
	$(Q)mkdir -p tests/golden
	+$(Q)for d in $(boot-configs); do \
		dir=$(objtree)/check/$$d-gcc; name=$${d%_defconfig}; \
		$(MAKE) -s -f $(srctree)/Makefile O=$$dir CC=gcc $$d all && \
		cp $$dir/report/hooks.txt tests/golden/$$name.hooks && \
		cp $$dir/report/host-inputs.txt tests/golden/$$name.host-inputs && \
		cp $$dir/report/size.txt tests/golden/$$name.size || exit 1; \
	done

size: report/size.txt
	$(Q)cat $(objtree)/report/size.txt

# Universal Ctags; the definitions that macros make are found by their names.
tags:
	$(packages) tags
	$(Q)$(CTAGS) -f $(srctree)/tags --languages=C,Asm --langmap=Asm:.asm.inc,C:+.def \
		--recurse arch boot cc core drivers efi include lib platform

# --- Running ------------------------------------------------------------

# Packages first, then the image, then the virtual machine, whatever -j says.
packages = $(Q)scripts/install-packages
again = +$(Q)$(MAKE) -f $(srctree)/Makefile O=$(objtree) CC=$(CC)

# What scripts/run is told on the command line of make.
run-env = CC=$(GUEST_KIND) OBJTREE=$(objtree)

# An image with UEFI is counted up to an EFI application.
bench-efi = $$(grep -qx CONFIG_EFI=y $(objtree)/.config && echo --efi)

# The confidential guest kinds run in an image of their own.
run-emulated = $(if $(filter-out none,$(GUEST_KIND)),ccvm)
emulator = $(MAKE) -s -f $(srctree)/Makefile O=$(objtree)/ccvm ccvm_defconfig all

.PHONY: run gdb bench
run:
	$(packages) build run $(run-emulated)
	$(again) all
	$(if $(run-emulated),+$(Q)$(emulator))
	@! grep -qx CONFIG_EFI=y $(objtree)/.config || $(srctree)/scripts/install-packages disk
	@$(run-env) $(srctree)/scripts/run

gdb:
	$(packages) build run gdb
	$(again) all
	@$(run-env) GDB=$(GDB) $(srctree)/scripts/gdb/start

bench:
	$(packages) build run bench $(run-emulated)
	$(again) all
	@! grep -qx CONFIG_EFI=y $(objtree)/.config || $(srctree)/scripts/install-packages disk
ifeq ($(run-emulated),)
	@$(srctree)/tests/bench/bench $(bench-efi) $(objtree)/cloister.fd
else
	+$(Q)$(emulator)
	@$(srctree)/tests/bench/cc.py $(bench-efi) $(GUEST_KIND) $(objtree)/cloister.fd \
		--ccvm $(objtree)/ccvm/ccvm.fd
endif

# --- Tests --------------------------------------------------------------

defconfigs := $(sort $(notdir $(wildcard configs/*_defconfig)))
check-parts := check-style check-scripts check-build check-reproducible check-unit check-fuzz \
	check-boot check-efi check-cc check-bench check-docs

# Each part runs even if one before it failed; the end names those that did.
define run-parts
	$(packages) build run ccvm check disk docs
	+@failed=; for part in $(check-parts); do \
		echo "== $$part"; \
		$(MAKE) -k -f $(srctree)/Makefile $(if $(filter -j%,$(MAKEFLAGS)),,-j$$(nproc)) \
			O=$(objtree) CC=$(CC) CHECK=$(1) $$part || failed="$$failed $$part"; \
	done; \
	if [ -n "$$failed" ]; then echo "== failed:$$failed"; exit 1; fi; \
	echo "== all passed"
endef

.PHONY: check check-all $(check-parts)
check:
	$(call run-parts,cover)

check-all:
	$(call run-parts,all)

CHECK ?= cover

check-style:
	@$(srctree)/scripts/checkstyle

# Each defconfig is what savedefconfig would write, its comments aside.
check-scripts:
	@$(PYTHON) -m pytest -q -p no:cacheprovider tests/kconfig tests/kbuild tests/checks
	+@for d in $(defconfigs); do \
		dir=$(objtree)/check/$$d; mkdir -p $$dir; \
		$(MAKE) -s -f $(srctree)/Makefile O=$$dir $$d savedefconfig >$$dir/log || exit 1; \
		grep -v '^#\( [^C]\|$$\)' configs/$$d | diff -u - $$dir/defconfig || { \
			echo "configs/$$d is not its own savedefconfig" >&2; exit 1; }; \
	done

# Every configuration with every compiler and sparse, and the golden tables;
# then what nobody configures by hand.
compilers := gcc clang
build-cases := $(foreach d,$(defconfigs),$(foreach c,$(compilers),$(d)/$(c)))
extremes := allyesconfig allnoconfig $(if $(filter all,$(CHECK)),rand1 rand2 rand3 rand4 rand5)
extreme-cases := $(foreach d,$(extremes),$(foreach c,$(compilers),$(d)/$(c)))
.PHONY: $(addprefix build-case/,$(build-cases) $(extreme-cases))
build-in = $(MAKE) -s -f $(srctree)/Makefile O=$$dir CC=$(notdir $*)
$(addprefix build-case/,$(build-cases)): build-case/%:
	+@dir=$(objtree)/check/$(subst /,-,$*) && mkdir -p $$dir && \
	$(build-in) $(patsubst %/,%,$(dir $*)) >$$dir/log && \
	$(build-in) C=1 all $(if $(filter gcc,$(notdir $*)),$(if \
		$(filter $(boot-configs),$(patsubst %/,%,$(dir $*))),golden-diff)) && \
	echo "$*: $$(tail -n 1 $$dir/report/size.txt 2>/dev/null || echo builds)"

# A random configuration is the same one each time, by its number.
$(addprefix build-case/,$(extreme-cases)): build-case/%:
	+@config=$(patsubst %/,%,$(dir $*)); dir=$(objtree)/check/$(subst /,-,$*); \
	mkdir -p $$dir && \
	case $$config in rand*) export KCONFIG_SEED=$${config#rand}; config=randconfig ;; esac && \
	$(build-in) $$config >$$dir/log && $(build-in) C=1 cloister.fd && \
	echo "$*: builds"

check-build: $(addprefix build-case/,$(build-cases) $(extreme-cases))

check-reproducible:
	@$(srctree)/scripts/check-reproducible $(objtree)/check/reproducible

# Each guest kind's folder can be deleted.
.PHONY: strip-test
strip-test:
	$(packages) build run ccvm
	@$(srctree)/scripts/strip-test $(objtree)/check/strip

# Other people's images, which the parser of images is tried with.
parsed-packages := shim-signed grub-efi-amd64-signed grub-efi-amd64-bin systemd-boot-efi \
	memtest86+ refind ipxe efitools syslinux-efi linux-image-cloud-amd64

check-unit:
	@$(srctree)/scripts/fetch-guest $(parsed-packages) >/dev/null
	+@$(MAKE) -C tests/unit check O=$(objtree)/tests/unit

check-fuzz:
	+@$(MAKE) -C tests/fuzz check O=$(objtree)/tests/fuzz

# Images of their own, so that the result does not depend on what build/ is
# configured for.
# An image of another kind (Kconfig's IMAGE choice) is no guest firmware to boot.
boot-configs := $(filter-out $(notdir $(shell grep -l '^CONFIG_IMAGE_' configs/*_defconfig)),\
	$(defconfigs))
boot-cases := $(addprefix boot-case/,$(boot-configs))
.PHONY: $(boot-cases)
$(boot-cases): boot-case/%:
	+@dir=$(objtree)/check/boot-$*; \
	$(MAKE) -s -f $(srctree)/Makefile O=$$dir $* all

# Those with UEFI have no boot protocol of Linux, and tests of their own.
efi-configs := $(notdir $(shell grep -l '^CONFIG_EFI=y' configs/*_defconfig))
direct-configs := $(filter-out $(efi-configs),$(boot-configs))

# What the images have in common is tried with one of them, unless all is asked for.
check-boot: $(addprefix boot-case/,$(direct-configs))
	@failed=; for d in $(direct-configs); do \
		dir=$(objtree)/check/boot-$$d; \
		echo "$$d:"; \
		tests=$(if $(filter all,$(CHECK)),tests/boot,tests/boot/test_matrix.py); \
		[ $$d != direct_defconfig ] || tests=tests/boot; \
		$(PYTHON) -m pytest -q -p no:cacheprovider -c tests/boot/pytest.ini $$tests \
			--fw $$dir/cloister.fd --work $$dir/tests \
			$(if $(filter all,$(CHECK)),--full) || failed=y; \
	done; \
	[ -z "$$failed" ]

# Other people's boot loaders, from disks to a kernel.
check-efi: boot-case/ovmf_defconfig
	@dir=$(objtree)/check/boot-ovmf_defconfig; \
	$(PYTHON) -m pytest -q -p no:cacheprovider -c tests/efi/pytest.ini tests/efi \
		--fw $$dir/cloister.fd --work $$dir/tests $(if $(filter all,$(CHECK)),--full)

# Other people's firmware and ours in the emulated confidential machine.
check-cc: boot-case/direct_defconfig boot-case/ovmf_defconfig
	+@dir=$(objtree)/check/ccvm; \
	$(MAKE) -s -f $(srctree)/Makefile O=$$dir ccvm_defconfig all && \
	$(PYTHON) -m pytest -q -p no:cacheprovider -c tests/cc/pytest.ini tests/cc \
		--ccvm $$dir/ccvm.fd --fw $(objtree)/check/boot-direct_defconfig/cloister.fd \
		--uefi $(objtree)/check/boot-ovmf_defconfig/cloister.fd \
		--work $$dir/tests $(if $(filter all,$(CHECK)),--full)

# What the budgets allow; the counts are the same on every machine.
check-bench: boot-case/direct_defconfig boot-case/ovmf_defconfig
	@tests/bench/bench --check $(objtree)/check/boot-direct_defconfig/cloister.fd
	@tests/bench/bench --check --efi $(objtree)/check/boot-ovmf_defconfig/cloister.fd

# The pages build without a warning, and the examples in them compile.
check-docs: boot-case/direct_defconfig
	@$(sphinx) $(objtree)/check/docs
	+@docs/examples/check $(objtree)/check/boot-direct_defconfig

# --- Documentation ------------------------------------------------------

# -E: what the last build knew of a page that has moved only makes warnings.
sphinx = sphinx-build -q -W -E -b html docs

.PHONY: htmldocs
htmldocs:
	$(packages) docs
	@$(sphinx) $(objtree)/docs
	@echo "  $(objtree)/docs/index.html"

# --- Cleaning -----------------------------------------------------------

.PHONY: clean distclean mrproper
clean:
	$(Q)rm -rf $(addprefix $(objtree)/,arch boot cc core drivers efi lib platform report \
		runtime tests check docs ccvm $(foreach i,cloister ccvm,$(i).fd $(i).elf $(i).map \
		.$(i).fd.cmd .$(i).elf.cmd) cloister_vars.fd .cloister_vars.fd.cmd \
		compile_commands.json gdb.log gdb.serial)

# The default build directory holds nothing but what make wrote there.
mrproper: clean
	$(Q)rm -rf $(addprefix $(objtree)/,include run .config .config.old .config-name \
		defconfig) tags
	$(Q)if [ $(objtree) = $(srctree)/build ]; then rm -rf $(srctree)/build; \
		elif [ -d $(objtree) ]; then rmdir --ignore-fail-on-non-empty $(objtree); fi

distclean: mrproper

# --- Help ---------------------------------------------------------------

fragments := $(sort $(notdir $(wildcard configs/fragments/*.config)) \
	$(patsubst configs/%,%,$(wildcard configs/vendor/*.config)))

.PHONY: help
help:
	@echo 'Configuration (kept in the build directory):'
	@$(foreach d,$(defconfigs),printf '  %-21s - %s\n' $(d) \
		"$$(sed -n '/^# [^S]/{s/^# //;s/[.:].*//;p;q}' configs/$(d))";)
	@echo '  X_defconfig F.config  - the same with fragments on top: from configs/,'
	@echo '                          configs/fragments/ or a path; every line must hold:'
	@$(foreach f,$(fragments),printf '%26s%s\n' '' $(f);)
	@echo '  menuconfig, nconfig   - choose in a terminal'
	@echo '  oldconfig             - ask about new options'
	@echo '  olddefconfig          - give new options their defaults'
	@echo '  savedefconfig         - write the shortest file with the same result'
	@echo '  listnewconfig         - list options that .config does not know'
	@echo '  alldefconfig allyesconfig allnoconfig randconfig'
	@echo
	@echo 'Build (results in the build directory):'
	@echo '  all                   - cloister.fd, cloister.elf, cloister.map, report/ (default)'
	@echo '  core/flow.o .i .s     - one file; also preprocessed, or as assembler'
	@echo '  size                  - bytes of the image by folder'
	@echo '  hooks                 - what is attached to which point'
	@echo '  hooks-diff            - the same, compared with tests/golden'
	@echo '  inputs-diff           - what the host may hand over, compared with tests/golden'
	@echo '  golden                - write tests/golden anew, for review'
	@echo '  compile_commands.json, tags'
	@echo '  clean                 - remove what was built, keep the configuration'
	@echo '  mrproper, distclean   - remove the configuration too'
	@echo
	@echo 'Run:'
	@echo '  run                   - boot a Debian kernel to a shell on this terminal'
	@echo '    MACHINE=q35|pc|microvm  SMP=n  MEM=size  ACCEL=tcg|kvm'
	@echo '    CC=$(subst $() ,|,$(guest-kinds))  CONFIG=x'
	@echo '  gdb                   - the same under a debugger, stopped at the reset vector'
	@echo '  bench                 - count instructions and exits, beside other firmware'
	@echo
	@echo 'Check:'
	@echo '  check                 - all tests, a cover of the matrices; installs packages'
	@echo '  check-all             - all tests, the matrices in full'
	@echo '  strip-test            - build and boot the tree without its guest kinds'
	@echo '  $(wordlist 1,4,$(check-parts))'
	@echo '  $(wordlist 5,99,$(check-parts))'
	@echo
	@echo 'Documentation:'
	@echo '  htmldocs              - HTML with Sphinx'
	@echo
	@echo 'Variables:'
	@echo '  O=dir (build)  CONFIG=x (x_defconfig in build/x)  CC=gcc|clang  V=1 show commands'
	@echo '  C=1 sparse on what is compiled  C=2 sparse on everything  W=1 more warnings'
