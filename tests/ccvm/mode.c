/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The guest kinds there are, by name. */
#define pr_fmt(fmt) "ccvm: " fmt

#include <fw/log.h>
#include <fw/string.h>

#include "mode.h"
#include "stop.h"

static const struct ccvm_mode *const modes[] = {
	&mode_plain,
	&mode_sev,
	&mode_es,
	&mode_snp,
	&mode_tdx,
};

const struct ccvm_mode *mode;

void mode_select(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		if (strcmp(modes[i]->name, name) == 0) {
			mode = modes[i];
			return;
		}
	}
	ccvm_stop(STOP_ERROR, "there is no mode \"%s\"", name);
}
