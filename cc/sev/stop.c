/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The end of a guest that cannot go on, told to the host.
 * Document: GHCB specification (AMD 56421, revision 2.03), section 2.3.1.
 */
#include <asm/native.h>
#include <asm/vmgexit.h>

#include "sev.h"

#define TERMINATE_REASON(n)	((u64)(n) << 16)	/* of reason set 0 */

void sev_terminate(unsigned int reason)
{
	/* The host may let us run again. */
	for (;;) {
		if (sev_is_es()) {
			native_wrmsr(MSR_GHCB, TERMINATE_REASON(reason) | GHCB_MSR_TERMINATE);
			vmgexit();
		}
		native_halt();
	}
}

static int tell_host(void)
{
	if (sev_is_es())
		sev_terminate(GHCB_TERMINATE_GENERAL);
	return 0;
}
HOOK(stop_pre, 90, sev, tell_host);
