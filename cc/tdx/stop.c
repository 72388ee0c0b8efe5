/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The end of a trust domain that cannot go on.
 * Document: Intel TDX Guest-Host Communication Interface 1.5 (348552),
 * TDG.VP.VMCALL<ReportFatalError>.
 */
#include <fw/hooks.h>
#include <fw/string.h>
#include <spec/tdx.h>

#include "tdx.h"

#define TEXT_MASK	(TDVMCALL_R(12) | TDVMCALL_R(13) | TDVMCALL_R(14) | TDVMCALL_R(15) | \
			 TDVMCALL_RBX | TDVMCALL_RDI | TDVMCALL_RSI | TDVMCALL_R(8) | \
			 TDVMCALL_R(9) | TDVMCALL_RDX)

void tdx_terminate(const char *why)
{
	u64 text[8];

	for (;;) {
		struct tdcall_regs r = {
			.rax = TDG_VP_VMCALL,
			.rcx = TEXT_MASK | TDVMCALL_R(10) | TDVMCALL_R(11),
			.r11 = TDVMCALL_REPORT_FATAL_ERROR,
		};

		memset(text, 0, sizeof(text));
		memcpy(text, why, strnlen(why, sizeof(text)));
		r.r14 = text[0];
		r.r15 = text[1];
		r.rbx = text[2];
		r.rdi = text[3];
		r.rsi = text[4];
		r.r8 = text[5];
		r.r9 = text[6];
		r.rdx = text[7];
		/* It should not return; a host that lets it does not get further. */
		tdcall(&r);
	}
}

static int tdx_stop(void)
{
	tdx_terminate("firmware stopped; the reason is in its log");
}
HOOK(stop_pre, 90, tdx, tdx_stop);
