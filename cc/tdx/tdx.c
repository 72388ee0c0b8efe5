/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Trust domains: what they are, and how the firmware starts in one.
 * Document: Intel TDX Module 1.5 ABI Specification (348551), TDG.VP.INFO, TDG.VM.RD
 * and TDG.VM.WR; Intel TDX Module 1.5 Base Specification (348549), "#VE on PENDING
 * pages".
 */
#define pr_fmt(fmt) "tdx: " fmt

#include <asm/paging.h>
#include <fw/cc.h>
#include <fw/log.h>
#include <fw/work_area.h>
#include <spec/tdx.h>

#include "tdx.h"

/* Hardware has 48 or 52; an emulated processor may have fewer address bits. */
#define GPAW_MIN	40
#define GPAW_MAX	52

extern const struct cc_guest tdx_guest;

static u64 shared_bit;
static u64 attributes;
static u32 num_vcpus;

u64 tdx_shared(phys_addr_t addr)
{
	return addr | shared_bit;
}

u32 tdx_num_vcpus(void)
{
	return num_vcpus;
}

/* Only the module says which bit it is, never the host or the entry's registers. */
static bool tdx_probe(void)
{
	const struct work_area *work = (const void *)layout_work_area;
	struct tdcall_regs r = { .rax = TDG_VP_INFO };
	u32 gpaw;

	if (work->machine != TDX_MACHINE)
		return false;
	if (tdcall(&r) != TDX_SUCCESS)
		tdx_terminate("TDG.VP.INFO failed");
	gpaw = TDX_INFO_GPAW(r.rcx);
	if (gpaw < GPAW_MIN || gpaw > GPAW_MAX)
		tdx_terminate("width of guest addresses is not 40 to 52");
	shared_bit = (u64)1 << (gpaw - 1);
	attributes = r.rdx;
	num_vcpus = TDX_INFO_NUM_VCPUS(r.r8);
	paging_set_masks(0, shared_bit);
	return true;
}

static bool pending_ve_is_off(void)
{
	struct tdcall_regs r = { .rax = TDG_VM_RD, .rdx = TDX_FIELD_TD_CTLS };

	/* A module without the field goes by the attribute. */
	if (tdcall(&r) != TDX_SUCCESS)
		return attributes & TDX_ATTR_SEPT_VE_DISABLE;
	return r.r8 & TDX_PENDING_VE_DISABLE;
}

static bool write_field(u64 field, u64 value, u64 mask)
{
	struct tdcall_regs r = { .rax = TDG_VM_WR, .rdx = field, .r8 = value, .r9 = mask };

	return tdcall(&r) == TDX_SUCCESS;
}

/*
 * The host could take away any private page and so raise an exception at any
 * instruction it likes, unless such an access ends in the host instead.
 */
static void disable_pending_ve(void)
{
	if (pending_ve_is_off() || write_field(TDX_FIELD_TD_CTLS, TDX_PENDING_VE_DISABLE,
					       TDX_PENDING_VE_DISABLE))
		return;
	if (!(attributes & TDX_ATTR_DEBUG))
		tdx_terminate("SEPT_VE_DISABLE is not set for this TD");
	pr_warn("exceptions for pending pages are on");
}

static void tdx_start(void)
{
	tdx_ops_install();
	disable_pending_ve();
	/* Nobody here would handle such a notification; without the field there is none. */
	write_field(TDX_FIELD_NOTIFY_ENABLES, 0, TDX_NOTIFY_ZERO_STEP);
	if (attributes & TDX_ATTR_DEBUG)
		pr_warn("this trust domain is for debugging: the host can read all of it");
}

static bool tdx_has(enum cc_attr attr)
{
	switch (attr) {
	case CC_ATTR_HOST_UNTRUSTED:
	case CC_ATTR_MEM_ENCRYPT:
	case CC_ATTR_MEM_ACCEPT:
	case CC_ATTR_MEM_INTEGRITY:
	case CC_ATTR_STATE_ENCRYPT:
	case CC_ATTR_LAUNCH_MEASURED:
	case CC_ATTR_RUNTIME_MEASURED:
		return true;
	}
	return false;
}

static const char *tdx_variant(void)
{
	return attributes & TDX_ATTR_DEBUG ? "TDX, for debugging" : "TDX";
}

const struct cc_guest tdx_guest = {
	.name = "tdx",
	.variant = IS_ENABLED(CONFIG_EFI) ? tdx_variant : NULL,
	.probe = tdx_probe,
	.start = tdx_start,
	.has = tdx_has,
	.exception = IS_ENABLED(CONFIG_CC_TDX_EVENTS) ? tdx_exception : NULL,
	.import_ram = tdx_import_ram,
	.run_on_all = tdx_run_on_all,
	.measure = &tdx_measure_ops,
	.mem = {
		.share = tdx_mem_share,
		.unshare = tdx_mem_unshare,
		.accept = tdx_mem_accept,
	},
};
CC_GUEST(20, tdx_guest);
