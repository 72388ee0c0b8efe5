/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The physical memory map: one sorted list of typed, page-granular ranges
 * that do not overlap. Types are those of UEFI 2.10, section 7.2.1; every
 * other view (E820, what an allocator may use) is derived from it.
 */
#ifndef FW_MEMMAP_H
#define FW_MEMMAP_H

#include <fw/types.h>

#define PAGE_SHIFT	12
#define PAGE_SIZE	((u64)1 << PAGE_SHIFT)

enum mem_type {
	MEM_RESERVED		= 0,
	MEM_LOADER_CODE		= 1,
	MEM_LOADER_DATA		= 2,
	MEM_BOOT_CODE		= 3,	/* firmware, free after the hand-over */
	MEM_BOOT_DATA		= 4,
	MEM_RUNTIME_CODE	= 5,
	MEM_RUNTIME_DATA	= 6,
	MEM_CONVENTIONAL	= 7,	/* free */
	MEM_UNUSABLE		= 8,
	MEM_ACPI_RECLAIM	= 9,
	MEM_ACPI_NVS		= 10,
	MEM_MMIO		= 11,
	MEM_MMIO_PORT		= 12,
	MEM_PAL			= 13,
	MEM_PERSISTENT		= 14,
	MEM_UNACCEPTED		= 15,
};

struct memmap_entry {
	phys_addr_t base;	/* page-aligned */
	u64 pages;		/* at least 1 */
	enum mem_type type;
};

/* Enough for a few hundred ranges of the host plus our own, and loaded software's. */
#define MEMMAP_MAX	(IS_ENABLED(CONFIG_EFI) ? 2048 : 512)

struct memmap {
	size_t count;
	u64 changes;		/* counts them */
	struct memmap_entry entry[MEMMAP_MAX];
};

/* The machine's map; empty until the memmap step. */
extern struct memmap memmap;

/**
 * memmap_add() - add a range that is not in the map yet
 * @map:  map
 * @base: first byte
 * @size: bytes; the range is shrunk to whole pages for MEM_CONVENTIONAL and
 *        grown to whole pages for every other type
 * @type: type
 *
 * Return: 0 (also if nothing is left after rounding), -EEXIST if it overlaps
 * another range, -EOVERFLOW if it wraps, -ENOSPC if the map is full.
 */
int memmap_add(struct memmap *map, phys_addr_t base, u64 size, enum mem_type type);

/**
 * memmap_set() - give a range a type, whatever it was before
 *
 * Parameters and rounding as memmap_add(). What was not in the map is added.
 *
 * Return: 0, -EOVERFLOW or -ENOSPC; the map is unchanged on error.
 */
int memmap_set(struct memmap *map, phys_addr_t base, u64 size, enum mem_type type);

/**
 * memmap_has_type() - whether all of a range has one type
 *
 * Return: true if every page that [@base, @base + @size) touches has @type.
 */
bool memmap_has_type(const struct memmap *map, phys_addr_t base, u64 size,
		     enum mem_type type);

/**
 * memmap_find_free() - find room in MEM_CONVENTIONAL, highest address first
 *
 * In images that accept RAM on demand also in MEM_UNACCEPTED, or partly so: who
 * takes the result calls cc_accept_on_demand() first.
 *
 * @map:   map
 * @size:  bytes, at least 1; rounded up to pages
 * @align: alignment of the result, a power of two, at least PAGE_SIZE
 * @min:   lowest acceptable first byte; page 0 is never returned
 * @max:   highest acceptable last byte
 * @base:  where to put the result
 *
 * Return: 0, or -ENOMEM.
 */
int memmap_find_free(const struct memmap *map, u64 size, u64 align,
		     phys_addr_t min, phys_addr_t max, phys_addr_t *base);

/** memmap_is_free() - whether memmap_find_free() could have found exactly this range */
bool memmap_is_free(const struct memmap *map, phys_addr_t base, u64 size);

/** memmap_find() - the entry that contains @addr, or NULL */
const struct memmap_entry *memmap_find(const struct memmap *map, phys_addr_t addr);

/** memmap_ram_end() - the first address after the highest byte of RAM below @limit */
phys_addr_t memmap_ram_end(const struct memmap *map, phys_addr_t limit);

/** memmap_type_name() - a type's name in the log */
const char *memmap_type_name(enum mem_type type);

/* memmap_type_is_ram() - whether the OS may use such a range as RAM */
bool memmap_type_is_ram(enum mem_type type);

#endif
