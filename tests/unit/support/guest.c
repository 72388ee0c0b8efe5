/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* A plain guest, for tests that do not link the code that chooses one. */
#include <fw/cc.h>

#define DEFAULT	__attribute__((weak))

DEFAULT const struct cc_guest common_guest = { .name = "common" };

DEFAULT const struct cc_guest *cc_active(void)
{
	return NULL;
}

DEFAULT bool cc_has(enum cc_attr attr __unused)
{
	return false;
}
