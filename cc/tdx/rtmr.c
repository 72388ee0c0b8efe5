/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Run-time measurement registers.
 * Documents: Intel TDX Module 1.5 ABI Specification (348551), TDG.MR.RTMR.EXTEND;
 * UEFI 2.10, section 38.4.1 (which register stands for which PCR).
 */
#define pr_fmt(fmt) "tdx: " fmt

#include <asm/tdcall.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/measure.h>
#include <spec/ccel.h>
#include <spec/tdx.h>

#include "tdx.h"

/* While another processor extends a register, and nobody else does here. */
#define BUSY_TRIES	1000

/* Index 0 is MRTD, n is RTMR[n - 1]. */
#define INDEX_FIRST	1
#define INDEX_LAST	4

#define PCR_LAST	15

/* PCR 1 and 7: RTMR0; 2 to 6: RTMR1; 8 to 15: RTMR2. PCR 0 is the launch's. */
static int map_pcr(u32 pcr)
{
	if (pcr > PCR_LAST)
		return -EINVAL;
	if (pcr <= 1 || pcr == 7)
		return pcr == 0 ? 0 : 1;
	return pcr <= 6 ? 2 : 3;
}

static int extend(u32 index, const u8 *digest)
{
	u32 status = TDX_OPERAND_BUSY;
	unsigned int i;

	if (index < INDEX_FIRST || index > INDEX_LAST)
		return -EINVAL;
	for (i = 0; i < BUSY_TRIES && status == TDX_OPERAND_BUSY; i++) {
		struct tdcall_regs r = {
			.rax = TDG_MR_RTMR_EXTEND, .rcx = (uintptr_t)digest,
			.rdx = index - INDEX_FIRST,
		};

		status = TDX_STATUS(tdcall(&r));
	}
	if (status == TDX_SUCCESS)
		return 0;
	pr_err("RTMR%u cannot be extended: status 0x%x", index - INDEX_FIRST, status);
	return -EIO;
}

const struct measure_ops tdx_measure_ops = {
	.type = CCEL_TYPE_TDX,
	.last = INDEX_LAST,
	.map_pcr = map_pcr,
	.extend = extend,
};

HOOK(memmap_post, 30, tdx, measure_log_move);
HOOK(acpi_post, 60, tdx, measure_log_announce);
