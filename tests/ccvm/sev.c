/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Private and shared views of memory.
 * Document: AMD64 APM volume 2, sections 15.34.5 to 15.34.7.
 */
#define pr_fmt(fmt) "sev: " fmt

#include <fw/byteorder.h>
#include <fw/log.h>
#include <fw/string.h>

#include "check.h"
#include "handover.h"
#include "memory.h"
#include "npt.h"
#include "sev.h"
#include "smp.h"
#include "trace.h"
#include "vcpu.h"

#define PAGE_SIZE	0x1000ull
#define PTE_PRESENT	0x01ull
#define PTE_LARGE	0x80ull
#define PTE_ADDRESS	0x000ffffffffff000ull
#define ENTRIES		512

#define CIPHERTEXT	0xa5

/* QEMU's bound of all chips together. */
#define FLASH_MAX	MiB(16)

u64 *sev_root;
static u64 *unpaged_root;

void sev_build_roots(void)
{
	sev_root = npt_new();
	unpaged_root = npt_new();
	/* Any mapping makes the table that both share. */
	npt_map(sev_root, C_BIT, mem_private(0), PAGE_SIZE, NPT_WRITE);
	npt_unmap(sev_root, C_BIT, PAGE_SIZE);
	unpaged_root[0] = sev_root[1];
	unpaged_root[1] = sev_root[1];
}

/* The C-bit exists in PAE and long-mode entries only. */
static bool has_c_bit(const struct cpu *cpu)
{
	return vcpu_has_paging(cpu) && cpu->vmcb.save.cr4 & CR4_PAE;
}

u64 sev_nested_root(const struct cpu *cpu)
{
	return (u64)(uintptr_t)(has_c_bit(cpu) ? sev_root : unpaged_root);
}

bool sev_effective_private(const struct cpu *cpu, u64 gpa, enum access access)
{
	return gpa & C_BIT || !has_c_bit(cpu) || access == ACCESS_WALK ||
	       access == ACCESS_FETCH;
}

u64 sev_translate(const struct cpu *cpu, u64 gpa, enum access access)
{
	u64 address = gpa & ~C_BIT;

	return sev_effective_private(cpu, gpa, access) ? mem_private(address)
						       : mem_shared(address);
}

void sev_map_alias(struct cpu *cpu, u64 gpa, u64 info)
{
	u64 page = ALIGN_DOWN(gpa, PAGE_SIZE);

	if (info & NPF_FETCH && !(info & NPF_PAGE_WALK)) {
		check_failed(CHECK_EXEC_SHARED, "code at %llx, rip %llx", (unsigned long long)gpa,
			     (unsigned long long)vcpu_linear_ip(cpu));
		npt_map(sev_root, page, mem_private(page), PAGE_SIZE, NPT_WRITE);
		return;
	}
	if (info & NPF_PAGE_WALK) {
		trace(1, "sev: page table without C-bit at %llx", (unsigned long long)page);
		npt_map(sev_root, page, mem_private(page), PAGE_SIZE, NPT_WRITE);
		return;
	}
	trace(2, "sev: shared page %llx, rip %llx", (unsigned long long)page,
	      (unsigned long long)vcpu_linear_ip(cpu));
	npt_map(sev_root, page, mem_shared(page), PAGE_SIZE, NPT_WRITE | NPT_NO_EXEC);
}

/* The upper two levels of tables, where they are reached without C-bit. */
static void privatise_table(u64 table, unsigned int level)
{
	const u8 *entries = mem_private_ptr(table, PAGE_SIZE);
	unsigned int i;

	if (entries == NULL)
		return;
	npt_map(sev_root, table, mem_private(table), PAGE_SIZE, NPT_WRITE);
	if (level <= 3)
		return;
	for (i = 0; i < ENTRIES; i++) {
		u64 entry = get_le64(entries + 8 * i);

		if ((entry & (PTE_PRESENT | PTE_LARGE)) == PTE_PRESENT && !(entry & C_BIT))
			privatise_table(entry & PTE_ADDRESS, level - 1);
	}
}

void sev_paging_changed(struct cpu *cpu)
{
	const struct vmcb_save *save = &cpu->vmcb.save;
	u64 table = save->cr3 & PTE_ADDRESS;

	if (!vcpu_in_long_mode(cpu) || !vcpu_has_paging(cpu))
		return;
	if (!(table & C_BIT))
		privatise_table(table, save->cr4 & CR4_LA57 ? 5 : 4);
}

struct shared_walk {
	struct handover *h;
	bool (*is_known)(u64 gpa);
};

static void count_leaf(const struct shared_walk *walk, u64 gpa, u64 size)
{
	u64 end = gpa + size;

	for (; gpa < end; gpa += PAGE_SIZE) {
		if (mem_is_ram(gpa) && (walk->is_known == NULL || !walk->is_known(gpa)))
			handover_add_shared(walk->h, gpa);
	}
}

static void count_table(const struct shared_walk *walk, u64 table, unsigned int level)
{
	const u8 *entries = mem_private_ptr(table & PTE_ADDRESS & ~C_BIT, PAGE_SIZE);
	u64 size = PAGE_SIZE << 9 * (level - 1);
	unsigned int i;

	if (entries == NULL)
		return;
	for (i = 0; i < ENTRIES; i++) {
		u64 entry = get_le64(entries + 8 * i);

		if (!(entry & PTE_PRESENT))
			continue;
		if (level > 1 && (level > 3 || !(entry & PTE_LARGE)))
			count_table(walk, entry, level - 1);
		else if (!(entry & C_BIT))
			count_leaf(walk, entry & PTE_ADDRESS & ~(size - 1), size);
	}
}

void sev_count_shared(const struct cpu *cpu, struct handover *h, bool (*is_known)(u64 gpa))
{
	const struct shared_walk walk = { h, is_known };

	count_table(&walk, cpu->vmcb.save.cr3, cpu->vmcb.save.cr4 & CR4_LA57 ? 5 : 4);
}

bool sev_is_flash(u64 gpa)
{
	return gpa >= HIGH_RAM - FLASH_MAX && gpa < guest.fw_base;
}

void sev_map_flash(u64 gpa)
{
	static void *wrong;
	u64 page = ALIGN_DOWN(gpa, PAGE_SIZE);

	if (wrong == NULL) {
		wrong = mem_alloc(PAGE_SIZE);
		memset(wrong, CIPHERTEXT, PAGE_SIZE);
	}
	npt_map(sev_root, page, page & C_BIT ? (u64)(uintptr_t)wrong : page, PAGE_SIZE,
		NPT_READ | NPT_NO_EXEC);
}

void sev_unmap_flash(struct cpu *cpu)
{
	u64 base = HIGH_RAM - FLASH_MAX;

	npt_unmap(sev_root, base, guest.fw_base - base);
	npt_unmap(sev_root, C_BIT | base, guest.fw_base - base);
	cpu->vmcb.control.tlb_control = TLB_FLUSH_ALL;
}

void sev_launch_ciphertext(void)
{
	memset(host_ptr(mem_shared(guest.fw_base)), CIPHERTEXT, guest.fw_size);
}

void sev_ap_sipi(struct cpu *cpu, u8 vector)
{
	if (!cpu->init_seen)
		return;
	cpu->init_seen = false;
	smp_start(cpu, smp_start_sipi, vector);
}
