/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The firmware's page tables: identity, as few tables as possible, and no
 * page that is both writable and executable.
 * Documents: Intel SDM volume 3, sections 4.4 and 4.5, volume 2, CPUID.
 */
#define pr_fmt(fmt) "paging: " fmt

#include <asm/cpu.h>
#include <asm/flags.h>
#include <asm/irq.h>
#include <asm/paging.h>
#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/layout.h>
#include <fw/log.h>
#include <fw/panic.h>
#include <fw/string.h>

#define ENTRIES		512
#define LEVEL_SHIFT(level)	(12 + 9 * ((level) - 1))	/* level 1: 4 KiB pages */
#define LEVEL_2M	2
#define LEVEL_1G	3

#define PHYS_BITS_MAX	52

#define TABLE_FLAGS	(PTE_PRESENT | PTE_WRITE | PTE_ACCESSED)

/* What MAP_* of asm/paging.h are made of. */
#define LEAF_PROT	(PTE_PRESENT | PTE_WRITE | PTE_PCD | PTE_SHARED | PTE_HIDDEN | PTE_NX)

/* A range to be mapped, and with what. */
struct mapping {
	u64 base, end;
	u64 prot;
};

static u64 private_mask, shared_mask;

static u64 *root;
static int root_level;
static int large_level = LEVEL_2M;	/* the highest one with large pages */
static phys_addr_t pool_next;	/* fixed pool: used before there is an allocator */
static u64 *unused;		/* tables that large pages have replaced; each links the next */

void paging_set_masks(u64 private_bits, u64 shared_bits)
{
	private_mask = private_bits;
	shared_mask = shared_bits;
}

u64 paging_private_mask(void)
{
	return private_mask;
}

u64 paging_shared_mask(void)
{
	return shared_mask;
}

static u64 *table_alloc(void)
{
	phys_addr_t page;
	u64 *table = unused;

	if (IS_ENABLED(CONFIG_EFI) && table != NULL) {
		unused = (u64 *)(uintptr_t)table[0];
		return table;
	}
	if (pool_next < (u64)(uintptr_t)layout_page_tables_end) {
		page = pool_next;
		pool_next += PAGE_SIZE;
		return (u64 *)(uintptr_t)page;
	}
	if (page_alloc(MEM_BOOT_DATA, PAGE_SIZE, PAGE_SIZE, PHYS_MAX_32, &page) != 0)
		return NULL;
	return (u64 *)(uintptr_t)page;
}

static bool is_table(u64 entry)
{
	return (entry & PTE_PRESENT) && !(entry & PTE_LARGE);
}

static u64 *table_of(u64 entry)
{
	return (u64 *)(uintptr_t)(entry & PTE_ADDR_MASK & ~private_mask);
}

/* Entries [first, last] are going to be leaves: keep the tables that they refer to. */
static void keep_tables(u64 *table, size_t first, size_t last, int level)
{
	size_t i;

	for (i = first; level > 1 && i <= last; i++) {
		u64 *below = table_of(table[i]);

		if (!is_table(table[i]))
			continue;
		keep_tables(below, 0, ENTRIES - 1, level - 1);
		below[0] = (u64)(uintptr_t)unused;
		unused = below;
	}
}

static u64 leaf_flags(u64 prot, int level)
{
	u64 flags = prot;

	/* Of hidden memory there is no address, so that nothing is read from there. */
	if (!(prot & PTE_PRESENT))
		return prot & PTE_HIDDEN ? prot : 0;
	/* Preset, so that the processor never has to write to the tables. */
	flags |= PTE_ACCESSED | PTE_DIRTY;
	flags |= prot & PTE_SHARED ? shared_mask : private_mask;
	if (level > 1)
		flags |= PTE_LARGE;
	return flags;
}

/* Entries [first, last] become leaves for the memory from @addr on. */
static void fill_leaves(u64 *table, size_t first, size_t last, u64 addr, u64 prot, int level)
{
	u64 step = (u64)1 << LEVEL_SHIFT(level);
	u64 entry = addr | leaf_flags(prot, level);
	size_t i;

	if (!(prot & PTE_PRESENT)) {
		entry = leaf_flags(prot, level);
		step = 0;
	}
	/* Four at a time: thousands of entries are most of what a boot executes. */
	for (i = first; i + 3 <= last; i += 4, entry += 4 * step) {
		table[i] = entry;
		table[i + 1] = entry + step;
		table[i + 2] = entry + 2 * step;
		table[i + 3] = entry + 3 * step;
	}
	for (; i <= last; i++, entry += step)
		table[i] = entry;
}

/*
 * The table that @entry, of @level and for memory from @addr on, points to. A
 * leaf is split; what the leaf said stays true. @whole: all of its memory is
 * going to be mapped, so that a table of leaves needs not be cleared first, unless
 * somebody looks at what the leaves replace (keep_tables()).
 */
static u64 *table_below(u64 *entry, u64 addr, int level, bool whole)
{
	u64 *table;

	if (is_table(*entry))
		return table_of(*entry);

	table = table_alloc();
	if (table == NULL)
		return NULL;
	if (*entry & (PTE_PRESENT | PTE_HIDDEN))
		fill_leaves(table, 0, ENTRIES - 1, addr,
			    *entry & LEAF_PROT, level - 1);
	else if (IS_ENABLED(CONFIG_EFI) || !whole || level - 1 > large_level)
		memset(table, 0, PAGE_SIZE);
	*entry = (u64)(uintptr_t)table | TABLE_FLAGS | private_mask;
	return table;
}

/* Apply @map to @table, whose first entry is for memory from @table_base on. */
static int map_level(u64 *table, u64 table_base, int level, const struct mapping *map)
{
	int shift = LEVEL_SHIFT(level);
	u64 size = (u64)1 << shift;
	size_t i = (MAX(map->base, table_base) - table_base) >> shift;
	size_t last = MIN((map->end - 1 - table_base) >> shift, (u64)ENTRIES - 1);

	while (i <= last) {
		u64 addr = table_base + i * size;
		bool whole = map->base <= addr && map->end >= addr + size;
		u64 *below;
		int rc;

		if (whole && level <= large_level) {
			size_t run = MIN(last, (size_t)((map->end - table_base) >> shift) - 1);

			if (IS_ENABLED(CONFIG_EFI))
				keep_tables(table, i, run, level);
			fill_leaves(table, i, run, addr, map->prot, level);
			i = run + 1;
			continue;
		}
		below = table_below(&table[i], addr, level, whole);
		if (below == NULL)
			return -ENOMEM;
		rc = map_level(below, addr, level - 1, map);
		if (rc != 0)
			return rc;
		i++;
	}
	return 0;
}

static bool is_range(phys_addr_t base, u64 size)
{
	/* The lower half of the linear addresses, and no more than entries can hold. */
	int bits = MIN(LEVEL_SHIFT(root_level) + 8, PHYS_BITS_MAX);

	return IS_ALIGNED(base | size, PAGE_SIZE) && base + size > base &&
	       (base + size - 1) >> bits == 0;
}

#define CPUID_EXT		0x80000000
#define CPUID_EXT_FEATURES	0x80000001
#define  CPUID_EXT_EDX_1G	(1u << 26)

/* Much memory is worth asking for the largest pages; it lies above 4 GiB. */
static void ask_large_level(phys_addr_t base)
{
	static bool asked;

	if (base < GiB(4) || asked)
		return;
	asked = true;
	if (cpuid(CPUID_EXT, 0).eax >= CPUID_EXT_FEATURES &&
	    cpuid(CPUID_EXT_FEATURES, 0).edx & CPUID_EXT_EDX_1G)
		large_level = LEVEL_1G;
}

int paging_map(phys_addr_t base, u64 size, u64 prot)
{
	struct mapping map = { base, base + size, prot };
	u64 flags;
	int rc;

	if (size == 0)
		return 0;
	if (!is_range(base, size))
		return -EINVAL;
	if (IS_ENABLED(CONFIG_EFI))
		ask_large_level(base);
	/* What an interrupt starts may map, too. */
	flags = irq_save();
	rc = map_level(root, 0, root_level, &map);
	write_cr3((u64)(uintptr_t)root | private_mask);
	irq_restore(flags);
	return rc;
}

/* What is said of @addr, 0 if nothing is, and where that ends. */
static u64 find_leaf(u64 addr, u64 *end)
{
	u64 *table = root;
	int level;

	for (level = root_level;; level--) {
		u64 size = (u64)1 << LEVEL_SHIFT(level);
		u64 entry = table[(addr >> LEVEL_SHIFT(level)) % ENTRIES];

		*end = ALIGN_DOWN(addr, size) + size;
		if (level == 1 || !is_table(entry))
			return entry & LEAF_PROT;
		table = table_of(entry);
	}
}

int paging_get(phys_addr_t base, u64 size, u64 *prot)
{
	u64 addr, end;

	if (!is_range(base, size))
		return -EINVAL;
	*prot = find_leaf(base, &end) & PAGING_ACCESS;
	for (addr = base; addr < base + size; addr = end) {
		u64 found = find_leaf(addr, &end);

		if (found == 0 || (found & PAGING_ACCESS) != *prot)
			return -ENOENT;
	}
	return 0;
}

int paging_change(phys_addr_t base, u64 size, u64 clear, u64 set)
{
	u64 addr, end, flags;
	int rc = 0;

	if (!is_range(base, size))
		return -EINVAL;
	for (addr = base; addr < base + size; addr = end) {
		if (find_leaf(addr, &end) == 0)
			return -ENOENT;
	}
	flags = irq_save();
	for (addr = base; addr < base + size && rc == 0; addr = end) {
		u64 was = find_leaf(addr, &end), prot = (was & ~clear) | set;

		end = MIN(end, base + size);
		if (prot != was) {
			struct mapping map = { addr, end, prot };

			rc = map_level(root, 0, root_level, &map);
		}
	}
	write_cr3((u64)(uintptr_t)root | private_mask);
	irq_restore(flags);
	return rc;
}

static void release_level(u64 *table, int level)
{
	const u64 data = PTE_PRESENT | PTE_WRITE | PTE_NX;
	size_t i;

	for (i = 0; i < ENTRIES; i++) {
		if (level > 1 && is_table(table[i]))
			release_level(table_of(table[i]), level - 1);
		else if ((table[i] & (data | PTE_PCD)) == data)
			table[i] &= ~PTE_NX;
	}
}

void paging_release(void)
{
	release_level(root, root_level);
	write_cr3((u64)(uintptr_t)root | private_mask);
}

static int map_image_part(const u8 *start, const u8 *end, u64 prot)
{
	struct mapping map = { (u64)(uintptr_t)start, (u64)(uintptr_t)end, prot };

	if (start == end)
		return 0;
	return map_level(root, 0, root_level, &map);
}

void paging_init(void)
{
	static const struct mapping low_4g = { 0, GiB(4), MAP_RW };
	static const struct mapping null_page = { 0, PAGE_SIZE, MAP_NONE };
	int rc;

	pool_next = (u64)(uintptr_t)layout_page_tables;
	unused = NULL;
	root_level = read_cr4() & CR4_LA57 ? 5 : 4;
	root = table_alloc();
	memset(root, 0, PAGE_SIZE);

	rc = map_level(root, 0, root_level, &low_4g);
	rc |= map_level(root, 0, root_level, &null_page);
	rc |= map_image_part(text_start, text_end, MAP_RX);
	rc |= map_image_part(rodata_start, rodata_end, MAP_RO);
	rc |= map_image_part(stack_guard, stack_bottom, MAP_NONE);
	rc |= map_image_part(ist_guard, ist_bottom, MAP_NONE);
	rc |= map_image_part(fault_guard, fault_bottom, MAP_NONE);
	fw_assert(rc == 0);
	write_cr3((u64)(uintptr_t)root | private_mask);
}
