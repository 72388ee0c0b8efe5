# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# Running commands: quiet output, and running a command again when its text
# changes.
#
#	$(call run,x)
#
# is a recipe of a target that depends on FORCE. It runs $(cmd-x) if a
# prerequisite is newer, or if the command differs from the one that made the
# target, which is kept in .<target>.cmd beside it. What is shown is
# $(quiet-x). $(call show,x) only prints that, and $(call always,x) runs the
# command every time. Commands run under "set -e", so join them with ; since &&
# would hide a failure.

empty :=
space := $(empty) $(empty)
comma := ,
pound := \#
quote := '

quoted = '$(subst $(quote),'\'',$(1))'

# <dir>/.<file>.<suffix> for <dir>/<file>
beside = $(dir $(1)).$(notdir $(1)).$(2)

# Not empty if two strings are not the same.
differ = $(if $(call holds,$(1),$(2)),$(if $(call holds,$(2),$(1)),,y),y)
holds = $(findstring [$(strip $(2))],[$(strip $(1))])

# A string as it must be written in a makefile.
make-text = $(subst $(pound),\$(pound),$(subst $$,$$$$,$(1)))

ifeq ($(verbose),1)
show = printf '%s\n' $(call quoted,$(strip $(cmd-$(1))))
else ifeq ($(verbose),0)
show = printf '  %s\n' $(call quoted,$(quiet-$(1)))
else
show = :
endif

always = @set -e; $(call show,$(1)); $(cmd-$(1))

must-run = $(or $(filter-out FORCE,$?),$(call differ,$(saved-$@),$(cmd-$(1))))

run = $(if $(call must-run,$(1)),$(call run-now,$(1)),@:)

# $(checks-x), if set, runs after the command and must succeed too.
run-now = @set -e; $(call show,$(1)); $(cmd-$(1)); $(checks-$(1)) \
	printf '%s\n' $(call quoted,saved-$@ := $(call make-text,$(strip $(cmd-$(1))))) \
		> $(call beside,$@,cmd)

# Replaces a file only if that changes it, so that nothing is made again for
# nothing: $(call move-if-changed,new,old)
move-if-changed = if cmp -s $(1) $(2); then rm -f $(1); else mv -f $(1) $(2); fi

FORCE:
.PHONY: FORCE
