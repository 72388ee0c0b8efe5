/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Starting the other processors, once, for a job that each must do itself.
 * Document: Intel SDM volume 3, sections 9.4 (multiple-processor
 * initialization) and 11.6 (interprocessor interrupts).
 *
 * An INIT leaves MSRs alone, by the book and under KVM. Emulated processors
 * lose them, under any firmware, and Linux then says that it mends them.
 */
#define pr_fmt(fmt) "mp: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <asm/mp.h>
#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/log.h>
#include <fw/panic.h>
#include <fw/string.h>
#include <spec/fw_cfg.h>

HOST_INPUT_ITEM(cpus, common, CHECKED, 0, 0, FW_CFG_NB_CPUS, "number of processors");

#define LAPIC_ICR_LOW		0xfee00300
#define ICR_INIT		0x00000500
#define ICR_STARTUP		0x00000600
#define ICR_ASSERT		0x00004000
#define ICR_ALL_BUT_SELF	0x000c0000

/* Turns of a loop with PAUSE: seconds on any machine, but not for ever. */
#define WAIT_LIMIT	100000000

/* The page below 1 MiB; arch/x86/cpu/ap_trampoline.asm knows the offsets. */
struct ap_page {
	u8 code[0x80];
	u16 done;
	u16 count;
	struct {
		u32 msr, low, high;
	} list[MP_MSRS_MAX];
};
_Static_assert(offsetof(struct ap_page, done) == 0x80, "ap_trampoline.asm: AP_DONE");
_Static_assert(offsetof(struct ap_page, list) == 0x84, "ap_trampoline.asm: AP_LIST");

extern const u8 ap_trampoline[];	/* as long as struct ap_page's code */

static void send_to_others(u32 command)
{
	writel(command | ICR_ASSERT | ICR_ALL_BUT_SELF, mmio(LAPIC_ICR_LOW));
}

static void fill_page(struct ap_page *page, const struct msr_value *list, size_t count)
{
	size_t i;

	memcpy(page->code, ap_trampoline, sizeof(page->code));
	page->done = 0;
	page->count = (u16)count;
	for (i = 0; i < count; i++) {
		page->list[i].msr = list[i].msr;
		page->list[i].low = (u32)list[i].value;
		page->list[i].high = (u32)(list[i].value >> 32);
	}
}

static bool wait_for(const struct ap_page *page, u16 cpus)
{
	u32 i;

	for (i = 0; i < WAIT_LIMIT; i++) {
		if (*(const volatile u16 *)&page->done >= cpus)
			return true;
		cpu_relax();
	}
	return false;
}

int mp_write_msrs(const struct msr_value *list, size_t count)
{
	struct ap_page *page;
	phys_addr_t base;
	u16 cpus;
	int rc;

	fw_assert(count <= MP_MSRS_MAX);
	rc = fw_cfg_read_u16(&host_input_cpus, &cpus);
	if (rc != 0 || cpus <= 1)
		return rc;

	rc = page_alloc(MEM_BOOT_CODE, PAGE_SIZE, PAGE_SIZE, MiB(1) - 1, &base);
	if (rc != 0)
		return rc;
	page = (struct ap_page *)(uintptr_t)base;
	fill_page(page, list, count);

	send_to_others(ICR_INIT);
	send_to_others(ICR_STARTUP | (u32)(base >> PAGE_SHIFT));
	if (!wait_for(page, cpus - 1)) {
		pr_warn("%u of %u processors answered", page->done + 1u, cpus);
		rc = -ETIMEDOUT;
	}
	/* Back to waiting for a start-up IPI, before the page is given back. */
	send_to_others(ICR_INIT);
	page_free(base, PAGE_SIZE);
	return rc;
}
