/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Strict checks (check.def). */
#ifndef CCVM_CHECK_H
#define CCVM_CHECK_H

#include <fw/types.h>

enum check_id {
#define CHECK(id, name, what) CHECK_##id,
#include "check.def"
#undef CHECK
	CHECK_COUNT
};

/** check_allow() - do not end the run for a check; 0 or -ENOENT */
int check_allow(const char *name);

/**
 * check_failed() - the guest failed a check
 * @id:  which
 * @fmt: what and where, one line
 *
 * Returns only if the check is allowed.
 */
void check_failed(enum check_id id, const char *fmt, ...) __printf(2, 3);

/** check_is_allowed() - whether check_failed() would return */
bool check_is_allowed(enum check_id id);

#endif
