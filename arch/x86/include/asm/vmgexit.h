/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The exit that a guest with encrypted registers makes itself.
 * Document: AMD64 APM volume 3 (24594, revision 3.36), VMGEXIT.
 */
#ifndef ASM_VMGEXIT_H
#define ASM_VMGEXIT_H

#include <fw/types.h>

/* Leave memory as the host is to see it, and read it again afterwards. */
static inline void vmgexit(void)
{
	__asm__ volatile("rep; vmmcall" ::: "memory");
}

#endif
