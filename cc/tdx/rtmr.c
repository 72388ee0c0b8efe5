/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Run-time measurement registers: what the host hands over is added to them
 * before it is looked at.
 * Documents: Intel TDX Module 1.5 ABI Specification (348551), TDG.MR.RTMR.EXTEND;
 * UEFI 2.10, section 38.4.1 (which register stands for which PCR).
 */
#define pr_fmt(fmt) "tdx: " fmt

#include <fw/digest.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/host_input.h>
#include <fw/log.h>
#include <spec/ccel.h>
#include <spec/tdx.h>

#include "measure.h"
#include "tdx.h"

/* While another processor extends a register, and nobody else does here. */
#define BUSY_TRIES	1000

/* PCR 1 and 7: RTMR0; 2 to 6: RTMR1; 8 to 15: RTMR2. PCR 0 is the launch's. */
static unsigned int rtmr_of_pcr(u8 pcr)
{
	if (pcr <= 1 || pcr == 7)
		return 0;
	return pcr <= 6 ? 1 : 2;
}

static u32 extend(const u8 *digest, unsigned int rtmr)
{
	u32 status = TDX_OPERAND_BUSY;
	unsigned int i;

	for (i = 0; i < BUSY_TRIES && status == TDX_OPERAND_BUSY; i++) {
		struct tdcall_regs r = {
			.rax = TDG_MR_RTMR_EXTEND, .rcx = (uintptr_t)digest, .rdx = rtmr,
		};

		status = TDX_STATUS(tdcall(&r));
	}
	return status;
}

static int measure(const struct host_input *input, const void *data, u64 size)
{
	/* The module wants it at a multiple of 64. */
	static u8 digest[SHA384_SIZE] __aligned(64);
	const struct digest_part part = { data, size };
	unsigned int rtmr = rtmr_of_pcr(input->pcr);
	u32 status;

	digest_sha384(&part, 1, digest);
	status = extend(digest, rtmr);
	if (status != TDX_SUCCESS) {
		pr_err("RTMR%u cannot be extended with %s: status 0x%x", rtmr, input->name,
		       status);
		return -EIO;
	}
	return eventlog_add(CC_MR_INDEX(rtmr), input->event, digest, input->name);
}
HOOK(host_input_used, 50, tdx, measure);
