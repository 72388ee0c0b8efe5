/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The exit to the host for tests: the test plays the host. */
#ifndef ASM_VMGEXIT_H
#define ASM_VMGEXIT_H

void mock_vmgexit(void);

static inline void vmgexit(void)
{
	mock_vmgexit();
}

#endif
