/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What the hook runner needs besides its loop (fw/hooks.h). */
#define pr_fmt(fmt) "hook: " fmt

#include <fw/hooks.h>
#include <fw/log.h>

const struct cc_guest common_guest = { .name = "common" };

bool hook_is_active(const struct cc_guest *guest)
{
	return guest == &common_guest || guest == cc_active();
}

void hook_trace(const char *point, const char *slot, const char *name, int rc)
{
	if (rc != 0)
		pr_debug("%s%s: %s failed with %d", point, slot, name, rc);
	else if (IS_ENABLED(CONFIG_HOOK_TRACE))
		pr_info("%s%s: %s", point, slot, name);
}
