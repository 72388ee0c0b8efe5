/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Nested page tables. Document: AMD64 APM volume 2, sections 5.3 and 15.25. */
#define pr_fmt(fmt) "npt: " fmt

#include <fw/log.h>

#include "memory.h"
#include "mode.h"
#include "npt.h"
#include "stop.h"

#define PTE_PRESENT	0x001ull
#define PTE_WRITE	0x002ull
#define PTE_USER	0x004ull
#define PTE_ACCESSED	0x020ull
#define PTE_DIRTY	0x040ull
#define PTE_LARGE	0x080ull
#define PTE_NX		(1ull << 63)
#define PTE_ADDRESS	0x000ffffffffff000ull

#define PTE_TABLE	(PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED | PTE_DIRTY)
#define PTE_LEAF	(PTE_PRESENT | PTE_USER | PTE_ACCESSED | PTE_DIRTY)

#define ENTRIES		512
#define LEVELS		4
#define PAGE_SIZE	0x1000ull
#define SIZE_OF(level)	(PAGE_SIZE << 9 * ((level) - 1))

/* What 40 physical bits address. A mode with two views of a page halves it. */
#define ADDRESS_END	(1ull << 40)

u64 *npt_new(void)
{
	return mem_alloc(PAGE_SIZE);
}

static u64 *entry_of(u64 *table, u64 gpa, unsigned int level)
{
	return &table[gpa >> (12 + 9 * (level - 1)) & (ENTRIES - 1)];
}

static u64 *table_of(u64 entry)
{
	return host_ptr(entry & PTE_ADDRESS);
}

/* Replace a large page by a table of the next smaller size. */
static void split(u64 *entry, unsigned int level)
{
	u64 *table = npt_new();
	u64 size = SIZE_OF(level - 1);
	u64 leaf = *entry;
	unsigned int i;

	if (level - 1 == 1)
		leaf &= ~PTE_LARGE;
	for (i = 0; i < ENTRIES; i++)
		table[i] = leaf + i * size;
	*entry = (u64)(uintptr_t)table | PTE_TABLE;
}

/* The entry of @level for @gpa; tables on the way are made or split. */
static u64 *walk_to(u64 *root, u64 gpa, unsigned int level)
{
	u64 *table = root;
	unsigned int at;

	for (at = LEVELS; at > level; at--) {
		u64 *entry = entry_of(table, gpa, at);

		if (!(*entry & PTE_PRESENT))
			*entry = (u64)(uintptr_t)npt_new() | PTE_TABLE;
		else if (*entry & PTE_LARGE)
			split(entry, at);
		table = table_of(*entry);
	}
	return entry_of(table, gpa, level);
}

static unsigned int level_for(u64 gpa, u64 hpa, u64 size)
{
	unsigned int level;

	for (level = 3; level > 1; level--) {
		if (IS_ALIGNED(gpa | hpa, SIZE_OF(level)) && size >= SIZE_OF(level))
			break;
	}
	return level;
}

void npt_map(u64 *root, u64 gpa, u64 hpa, u64 size, u32 flags)
{
	u64 leaf = PTE_LEAF;

	if (flags & NPT_WRITE)
		leaf |= PTE_WRITE;
	if (flags & NPT_NO_EXEC)
		leaf |= PTE_NX;
	while (size > 0) {
		unsigned int level = level_for(gpa, hpa, size);

		*walk_to(root, gpa, level) = hpa | leaf | (level > 1 ? PTE_LARGE : 0);
		gpa += SIZE_OF(level);
		hpa += SIZE_OF(level);
		size -= SIZE_OF(level);
	}
}

/* How far unmapping may step: a table that is not there covers its whole range. */
static u64 unmap_step(u64 *root, u64 gpa, u64 size)
{
	u64 *table = root;
	unsigned int level;

	for (level = LEVELS; level > 1; level--) {
		u64 *entry = entry_of(table, gpa, level);
		u64 whole = SIZE_OF(level);

		if (!(*entry & PTE_PRESENT))
			return MIN(size, whole - gpa % whole);
		if (*entry & PTE_LARGE) {
			if (gpa % whole == 0 && size >= whole) {
				*entry = 0;
				return whole;
			}
			split(entry, level);
		}
		table = table_of(*entry);
	}
	*entry_of(table, gpa, 1) = 0;
	return PAGE_SIZE;
}

void npt_unmap(u64 *root, u64 gpa, u64 size)
{
	while (size > 0) {
		u64 step = unmap_step(root, gpa, size);

		gpa += step;
		size -= step;
	}
}

u64 npt_lookup(u64 *root, u64 gpa)
{
	u64 *table = root;
	unsigned int level;

	for (level = LEVELS; level > 0; level--) {
		u64 entry = *entry_of(table, gpa, level);

		if (!(entry & PTE_PRESENT))
			return 0;
		if (level == 1 || entry & PTE_LARGE)
			return entry;
		table = table_of(entry);
	}
	return 0;
}

void npt_map_view(u64 *root, u64 bit, bool private)
{
	u64 (*where)(u64) = private ? mem_private : mem_shared;

	npt_map(root, bit, where(0), guest.low, NPT_WRITE);
	if (!private)
		npt_map(root, bit | HIDDEN_PAGE, where(HIDDEN_PAGE), PAGE_SIZE, NPT_WRITE);
	if (guest.high > 0)
		npt_map(root, bit | HIGH_RAM, where(HIGH_RAM), guest.high, NPT_WRITE);
	npt_map(root, bit | guest.fw_base, where(guest.fw_base), guest.fw_size, NPT_WRITE);
}

void npt_map_devices(u64 *root, u64 bit)
{
	u64 fw_end = guest.fw_base + guest.fw_size;
	u64 high = ALIGN_UP(guest.host_end, GiB(1));
	u64 end = mode->address_bit ? mode->address_bit : ADDRESS_END;

	/* Video memory; what follows it is RAM or looks like it. */
	npt_map(root, bit | 0xa0000, 0xa0000, 0x20000, NPT_WRITE);
	npt_map(root, bit | CCVM_LIMIT, CCVM_LIMIT, guest.fw_base - CCVM_LIMIT, NPT_WRITE);
	npt_map(root, bit | fw_end, fw_end, HIGH_RAM - fw_end, NPT_WRITE);
	npt_map(root, bit | high, high, end - high, NPT_WRITE);
}
