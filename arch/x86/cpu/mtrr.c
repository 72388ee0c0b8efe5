/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Memory types: everything is write-back but the legacy hole and the MMIO
 * area between low RAM and 4 GiB.
 * Document: Intel SDM volume 3, section 12.11 (MTRRs).
 */
#define pr_fmt(fmt) "mtrr: " fmt

#include <asm/cpu.h>
#include <asm/mp.h>
#include <asm/msr.h>
#include <fw/cc.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/panic.h>

#define CPUID_1_EDX_MTRR	(1u << 12)
#define MTRRCAP_VCNT(cap)	((u32)(cap) & 0xff)
#define MTRRS_VARIABLE_MAX	10u	/* two MSRs each */
#define MTRRCAP_FIX		((u64)1 << 8)
#define MTRR_VALID		((u64)1 << 11)
#define MTRR_ENABLE		((u64)1 << 11)
#define MTRR_FIX_ENABLE		((u64)1 << 10)

#define TYPE_UC		0
#define TYPE_WB		6
#define ALL_UC		((u64)0)
#define ALL_WB		((u64)0x0606060606060606)

/* The settings, as they are written on this and every other processor. */
struct mtrr_list {
	struct msr_value msr[MP_MSRS_MAX];
	size_t count;
};

static void add(struct mtrr_list *list, u32 msr, u64 value)
{
	fw_assert(list->count < ARRAY_SIZE(list->msr));
	list->msr[list->count].msr = msr;
	list->msr[list->count].value = value;
	list->count++;
}

static void add_fixed(struct mtrr_list *list)
{
	u32 i;

	add(list, MSR_MTRR_FIX64K_00000, ALL_WB);
	add(list, MSR_MTRR_FIX16K_80000, ALL_WB);
	add(list, MSR_MTRR_FIX16K_A0000, ALL_UC);
	for (i = 0; i < 8; i++)
		add(list, MSR_MTRR_FIX4K_C0000 + i, ALL_WB);
}

/*
 * Cover [@base, 4 GiB) with naturally aligned powers of two, from the bottom
 * up: with @base on a 64 MiB boundary at or above 2 GiB that takes at most
 * five registers.
 */
static void add_variable(struct mtrr_list *list, u64 base, u32 registers)
{
	/* Addresses above 4 GiB must not match: name every bit that exists. */
	u64 mask = ((u64)1 << cpu_phys_bits()) - 1;
	u32 i;

	for (i = 0; i < registers && base < GiB(4); i++) {
		u64 size = base & -base;

		add(list, MSR_MTRR_PHYSBASE(i), base | TYPE_UC);
		add(list, MSR_MTRR_PHYSMASK(i), (mask & ~(size - 1)) | MTRR_VALID);
		base += size;
	}
}

/*
 * The caches need no flush: nothing but this code and its data has been
 * touched, and their type stays write-back.
 */
static int mtrr_init(void)
{
	u64 hole = MAX(ALIGN_UP(memmap_ram_end(&memmap, GiB(4)), MiB(64)), GiB(2));
	struct mtrr_list list = { .count = 0 };
	u64 cap, enable = MTRR_ENABLE;
	size_t i;

	/* Where the host does not see registers, it does not see these either. */
	if (cc_has(CC_ATTR_STATE_ENCRYPT) || !(cpuid(1, 0).edx & CPUID_1_EDX_MTRR))
		return 0;
	/* The flash and the local APIC are there even if the host says RAM. */
	hole = MIN(hole, GiB(4) - MiB(64));
	cap = rdmsr(MSR_MTRRCAP);
	if (cap & MTRRCAP_FIX) {
		add_fixed(&list);
		enable |= MTRR_FIX_ENABLE;
	}
	add_variable(&list, hole, MIN(MTRRCAP_VCNT(cap), MTRRS_VARIABLE_MAX));
	add(&list, MSR_MTRR_DEF_TYPE, enable | TYPE_WB);

	for (i = 0; i < list.count; i++)
		wrmsr(list.msr[i].msr, list.msr[i].value);
	/* An OS copes with processors that differ; it is no reason to stop. */
	if (mp_write_msrs(list.msr, list.count) != 0)
		pr_warn("not set on every processor");
	return 0;
}
HOOK(memmap_post, 20, common, mtrr_init);
