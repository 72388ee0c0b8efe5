/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The physical memory map. Document: UEFI Specification 2.10, section 7.2.1
 * (memory types) and 7.2.3 (the map).
 *
 * A range is worked on as page numbers [start, end): the end of the last page
 * of a 64-bit address space has a page number, but no address.
 */
#include <fw/errno.h>
#include <fw/memmap.h>
#include <fw/string.h>

#define PAGE_MASK	(PAGE_SIZE - 1)

/* What a type is: usable by the OS as RAM; memory of any kind. */
#define TYPE_RAM	1
#define TYPE_MEMORY	2

static const struct {
	const char *name;
	u32 flags;
} mem_types[] = {
	[MEM_RESERVED]		= { "reserved", 0 },
	[MEM_LOADER_CODE]	= { "loader code", TYPE_RAM | TYPE_MEMORY },
	[MEM_LOADER_DATA]	= { "loader data", TYPE_RAM | TYPE_MEMORY },
	[MEM_BOOT_CODE]		= { "boot code", TYPE_RAM | TYPE_MEMORY },
	[MEM_BOOT_DATA]		= { "boot data", TYPE_RAM | TYPE_MEMORY },
	[MEM_RUNTIME_CODE]	= { "runtime code", TYPE_MEMORY },
	[MEM_RUNTIME_DATA]	= { "runtime data", TYPE_MEMORY },
	[MEM_CONVENTIONAL]	= { "free", TYPE_RAM | TYPE_MEMORY },
	[MEM_UNUSABLE]		= { "unusable", 0 },
	[MEM_ACPI_RECLAIM]	= { "ACPI tables", TYPE_MEMORY },
	[MEM_ACPI_NVS]		= { "ACPI NVS", TYPE_MEMORY },
	[MEM_MMIO]		= { "MMIO", 0 },
	[MEM_MMIO_PORT]		= { "MMIO ports", 0 },
	[MEM_PAL]		= { "PAL code", 0 },
	[MEM_PERSISTENT]	= { "persistent", TYPE_MEMORY },
	[MEM_UNACCEPTED]	= { "unaccepted", TYPE_MEMORY },
};

struct memmap memmap;

static u32 type_flags(enum mem_type type)
{
	return (size_t)type < ARRAY_SIZE(mem_types) ? mem_types[type].flags : 0;
}

const char *memmap_type_name(enum mem_type type)
{
	return (size_t)type < ARRAY_SIZE(mem_types) ? mem_types[type].name : "unknown";
}

bool memmap_type_is_ram(enum mem_type type)
{
	return type_flags(type) & TYPE_RAM;
}

static u64 entry_start(const struct memmap_entry *entry)
{
	return entry->base >> PAGE_SHIFT;
}

static u64 entry_end(const struct memmap_entry *entry)
{
	return entry_start(entry) + entry->pages;
}

/* The whole pages of a range that has to be free, or all that it touches. */
static int range_pages(phys_addr_t base, u64 size, bool shrink, u64 *start, u64 *end)
{
	phys_addr_t last = base + (size - 1);

	*start = *end = 0;
	if (size == 0)
		return 0;
	if (last < base)
		return -EOVERFLOW;

	*start = base >> PAGE_SHIFT;
	*end = (last >> PAGE_SHIFT) + 1;
	if (shrink && (base & PAGE_MASK) != 0)
		++*start;
	if (shrink && (last & PAGE_MASK) != PAGE_MASK)
		--*end;
	return 0;
}

/* Index of the first entry that ends after @page, which is also where an entry goes. */
static size_t find_after(const struct memmap *map, u64 page)
{
	size_t low = 0, high = map->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (entry_end(&map->entry[middle]) <= page)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t add_piece(struct memmap_entry *piece, size_t count, u64 start, u64 end,
			enum mem_type type)
{
	if (start == end)
		return count;
	if (count > 0 && piece[count - 1].type == type &&
	    entry_end(&piece[count - 1]) == start) {
		piece[count - 1].pages += end - start;
		return count;
	}
	piece[count].base = start << PAGE_SHIFT;
	piece[count].pages = end - start;
	piece[count].type = type;
	return count + 1;
}

/*
 * Replace entries [first, last), which are all that overlap the range or touch
 * it, by what remains of them to the left, the range, and what remains to the
 * right.
 */
static int replace(struct memmap *map, size_t first, size_t last, u64 start, u64 end,
		   enum mem_type type)
{
	struct memmap_entry piece[3], *entry = map->entry;
	size_t count = 0;

	if (first < last && entry_start(&entry[first]) < start)
		count = add_piece(piece, count, entry_start(&entry[first]), start,
				  entry[first].type);
	count = add_piece(piece, count, start, end, type);
	if (first < last && entry_end(&entry[last - 1]) > end)
		count = add_piece(piece, count, end, entry_end(&entry[last - 1]),
				  entry[last - 1].type);

	if (map->count - (last - first) + count > MEMMAP_MAX)
		return -ENOSPC;
	memmove(&entry[first + count], &entry[last], (map->count - last) * sizeof(entry[0]));
	memcpy(&entry[first], piece, count * sizeof(piece[0]));
	map->count = map->count - (last - first) + count;
	map->changes++;
	return 0;
}

int memmap_set(struct memmap *map, phys_addr_t base, u64 size, enum mem_type type)
{
	size_t first, last;
	u64 start, end;
	int rc;

	rc = range_pages(base, size, type == MEM_CONVENTIONAL, &start, &end);
	if (rc != 0 || start >= end)
		return rc;

	first = find_after(map, start);
	for (last = first; last < map->count && entry_start(&map->entry[last]) < end; last++)
		;
	/* Neighbours of the same type become one entry with the range. */
	if (first > 0 && entry_end(&map->entry[first - 1]) == start &&
	    map->entry[first - 1].type == type)
		first--;
	if (last < map->count && entry_start(&map->entry[last]) == end &&
	    map->entry[last].type == type)
		last++;
	return replace(map, first, last, start, end, type);
}

int memmap_add(struct memmap *map, phys_addr_t base, u64 size, enum mem_type type)
{
	u64 start, end;
	size_t next;
	int rc;

	rc = range_pages(base, size, type == MEM_CONVENTIONAL, &start, &end);
	if (rc != 0 || start >= end)
		return rc;

	next = find_after(map, start);
	if (next < map->count && entry_start(&map->entry[next]) < end)
		return -EEXIST;
	return memmap_set(map, base, size, type);
}

const struct memmap_entry *memmap_find(const struct memmap *map, phys_addr_t addr)
{
	size_t i = find_after(map, addr >> PAGE_SHIFT);

	if (i == map->count || map->entry[i].base > addr)
		return NULL;
	return &map->entry[i];
}

bool memmap_has_type(const struct memmap *map, phys_addr_t base, u64 size,
		     enum mem_type type)
{
	const struct memmap_entry *entry;
	u64 start, end;
	size_t i;

	if (range_pages(base, size, false, &start, &end) != 0)
		return false;
	if (start == end)
		return true;

	/* One entry or none: neighbours of the same type are merged. */
	i = find_after(map, start);
	if (i == map->count)
		return false;
	entry = &map->entry[i];
	return entry->type == type && entry_start(entry) <= start && entry_end(entry) >= end;
}

/* What is accepted on demand is as good as free: whoever takes it accepts it. */
static bool is_free(const struct memmap_entry *entry)
{
	return entry->type == MEM_CONVENTIONAL ||
	       (IS_ENABLED(CONFIG_ACCEPT_ON_DEMAND) && entry->type == MEM_UNACCEPTED);
}

/* Index of the first entry of a free run that ends with entry @i. */
static size_t run_first(const struct memmap *map, size_t i)
{
	const struct memmap_entry *entry = map->entry;

	while (IS_ENABLED(CONFIG_ACCEPT_ON_DEMAND) && i > 0 && is_free(&entry[i - 1]) &&
	       entry_end(&entry[i - 1]) == entry_start(&entry[i]))
		i--;
	return i;
}

bool memmap_is_free(const struct memmap *map, phys_addr_t base, u64 size)
{
	u64 start, end;
	size_t i;

	if (range_pages(base, size, false, &start, &end) != 0)
		return false;
	for (i = find_after(map, start); start < end; i++) {
		if (i == map->count || !is_free(&map->entry[i]) ||
		    entry_start(&map->entry[i]) > start)
			return false;
		start = entry_end(&map->entry[i]);
	}
	return true;
}

int memmap_find_free(const struct memmap *map, u64 size, u64 align,
		     phys_addr_t min, phys_addr_t max, phys_addr_t *base)
{
	u64 pages = (size >> PAGE_SHIFT) + ((size & PAGE_MASK) != 0);
	u64 align_pages = MAX(align, PAGE_SIZE) >> PAGE_SHIFT;
	/* Page 0 is kept free so that a null pointer never is an object. */
	u64 min_page = MAX((min >> PAGE_SHIFT) + ((min & PAGE_MASK) != 0), (u64)1);
	u64 max_end = (max >> PAGE_SHIFT) + ((max & PAGE_MASK) == PAGE_MASK);
	u64 start, end, page;
	size_t i;

	if (pages == 0)
		return -ENOMEM;
	for (i = map->count; i > 0; i--) {
		if (!is_free(&map->entry[i - 1]))
			continue;
		end = MIN(entry_end(&map->entry[i - 1]), max_end);
		i = run_first(map, i - 1) + 1;
		start = MAX(entry_start(&map->entry[i - 1]), min_page);
		if (end < pages)
			continue;
		page = ALIGN_DOWN(end - pages, align_pages);
		if (page >= start) {
			*base = page << PAGE_SHIFT;
			return 0;
		}
	}
	return -ENOMEM;
}

phys_addr_t memmap_ram_end(const struct memmap *map, phys_addr_t limit)
{
	const struct memmap_entry *entry;
	phys_addr_t last;
	size_t i;

	for (i = map->count; i > 0; i--) {
		entry = &map->entry[i - 1];
		if (!(type_flags(entry->type) & TYPE_MEMORY) || entry->base >= limit)
			continue;
		last = entry->base + ((entry->pages << PAGE_SHIFT) - 1);
		return MIN(last, limit - 1) + 1;
	}
	return 0;
}
