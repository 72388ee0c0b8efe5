/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Strict checks: names, switches, how a failure is said. */
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/printf.h>
#include <fw/string.h>

#include "check.h"
#include "stats.h"
#include "stop.h"

#define SHOWN_MAX	8	/* times that an allowed failure is logged */

static const char *const names[] = {
#define CHECK(id, name, what) [CHECK_##id] = name,
#include "check.def"
#undef CHECK
};

static const char *const texts[] = {
#define CHECK(id, name, what) [CHECK_##id] = what,
#include "check.def"
#undef CHECK
};

static struct {
	bool allowed;
	u32 times;
} state[CHECK_COUNT];

int check_allow(const char *name)
{
	u32 i;

	for (i = 0; i < CHECK_COUNT; i++) {
		if (strcmp(names[i], name) == 0) {
			state[i].allowed = true;
			return 0;
		}
	}
	return -ENOENT;
}

bool check_is_allowed(enum check_id id)
{
	return state[id].allowed;
}

void check_failed(enum check_id id, const char *fmt, ...)
{
	char text[140];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (!state[id].allowed)
		ccvm_stop(STOP_CHECK, "%s: %s: %s", names[id], texts[id], text);
	stats_count(STAT_checks_allowed);
	if (state[id].times++ < SHOWN_MAX)
		log_printf(LOG_WARNING, "allowed: %s: %s", names[id], text);
}
