/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Guests with AMD Secure Encrypted Virtualization: memory only (SEV), registers
 * too (SEV-ES), page mappings too (SEV-SNP). One kind, since each adds to the
 * one before; SEV_STATUS says which it is.
 * Document: AMD64 APM volume 2 (24593, revision 3.41), sections 15.34 to 15.36.
 */
#include <asm/cpu.h>
#include <asm/native.h>
#include <asm/paging.h>
#include <asm/pvalidate.h>
#include <fw/layout.h>
#include <fw/memmap.h>
#include <fw/panic.h>
#include <fw/string.h>
#include <fw/work_area.h>

#include "sev.h"

#define C_BIT_MIN	32
#define C_BIT_MAX	51

static u64 status;
static struct ghcb_channel boot_channel;

const struct sev_work *sev_work(void)
{
	return work_area_of(struct sev_work);
}

bool sev_is_es(void)
{
	return status & SEV_STATUS_ES;
}

bool sev_is_snp(void)
{
	return status & SEV_STATUS_SNP;
}

struct ghcb_channel *sev_channel(void)
{
	/* The others only validate pages, which needs no host. */
	return &boot_channel;
}

static bool sev_probe(void)
{
	const struct work_area *area = (const void *)layout_work_area;
	const struct sev_work *work = sev_work();

	if (area->machine != SEV_MACHINE)
		return false;
	status = work->status;
	if (work->c_bit < C_BIT_MIN || work->c_bit > C_BIT_MAX)
		sev_terminate(GHCB_TERMINATE_GENERAL);
	paging_set_masks((u64)1 << work->c_bit, 0);
	return true;
}

/* At a lower level the page stays valid: the host will take that away. */
static void open_channel(u16 version, bool may_validate)
{
	phys_addr_t page = (phys_addr_t)(uintptr_t)layout_cc_page;

	if (sev_is_snp()) {
		if (may_validate && pvalidate(page, false, false) != PAGE_OP_OK)
			sev_terminate(GHCB_TERMINATE_GENERAL);
		ghcb_msr_page_state(page, PSC_SHARED);
	}
	fw_assert(paging_map(page, PAGE_SIZE, MAP_RW_SHARED) == 0);
	memset((void *)(uintptr_t)page, 0, PAGE_SIZE);
	if (sev_is_snp())
		ghcb_msr_register(page);
	boot_channel.version = version;
	boot_channel.page = (struct ghcb *)(uintptr_t)page;
}

static void sev_start(void)
{
	bool level0 = true;
	u16 version;

	if (!sev_is_es())
		return;
	version = ghcb_negotiate(sev_is_snp() ? GHCB_VERSION_SNP : GHCB_VERSION_MIN);
	if (sev_is_snp())
		level0 = snp_check_host();
	open_channel(version, level0);
	sev_install_ops();
	if (!sev_is_snp())
		return;
	snp_check_status(status, level0, (const void *)layout_launch_info1);
	sev_page_state_init();
}

/* The page belongs to the OS now: after this there is the MSR alone, for CPUID. */
static int close_channel(void)
{
	phys_addr_t page = (phys_addr_t)(uintptr_t)boot_channel.page;

	if (page == 0)
		return 0;
	boot_channel.page = NULL;
	memset((void *)(uintptr_t)page, 0, PAGE_SIZE);
	fw_assert(paging_map(page, PAGE_SIZE, MAP_RW) == 0);
	if (sev_is_snp()) {
		ghcb_msr_page_state(page, PSC_PRIVATE);
		if (pvalidate(page, false, true) != PAGE_OP_OK)
			sev_terminate(GHCB_TERMINATE_GENERAL);
	}
	memset((void *)(uintptr_t)page, 0, PAGE_SIZE);
	/* Runtime services find no page until the OS has one of its own. */
	if (IS_ENABLED(CONFIG_EFI))
		native_wrmsr(MSR_GHCB, GHCB_MSR_SEV_INFO_REQ);
	return 0;
}
HOOK(os_enter_pre, 95, sev, close_channel);

static bool sev_has(enum cc_attr attr)
{
	switch (attr) {
	case CC_ATTR_HOST_UNTRUSTED:
	case CC_ATTR_MEM_ENCRYPT:
	case CC_ATTR_LAUNCH_MEASURED:
		return true;
	case CC_ATTR_STATE_ENCRYPT:
		return sev_is_es();
	case CC_ATTR_MEM_ACCEPT:
	case CC_ATTR_MEM_INTEGRITY:
		return sev_is_snp();
	default:
		return false;
	}
}

static const char *sev_variant(void)
{
	return sev_is_snp() ? "SEV-SNP" : sev_is_es() ? "SEV-ES" : "SEV";
}

const struct cc_guest sev_guest = {
	.name = "sev",
	.variant = IS_ENABLED(CONFIG_EFI) ? sev_variant : NULL,
	.probe = sev_probe,
	.start = sev_start,
	.has = sev_has,
	.exception = IS_ENABLED(CONFIG_CC_SEV_EVENTS) ? sev_exception : NULL,
	.run_on_all = sev_run_on_all,
	.mem = {
		.share = sev_share,
		.unshare = sev_unshare,
		.accept_begin = sev_accept_begin,
		.accept = sev_accept,
	},
};
CC_GUEST(10, sev_guest);
