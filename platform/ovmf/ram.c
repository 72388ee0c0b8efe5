/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The memory map's beginning: RAM as the host describes it, less what the
 * firmware and the machine have a use for already.
 * Documents: QEMU, docs/specs/fw_cfg.rst; hw/i386/pc.c (CMOS cells).
 */
#define pr_fmt(fmt) "memmap: " fmt

#include <asm/io.h>
#include <fw/alloc.h>
#include <fw/board.h>
#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/layout.h>
#include <fw/log.h>
#include <fw/memmap.h>

#include "e820.h"

#define E820_FILE	"etc/e820"

HOST_INPUT_FILE(e820, common, MEASURED, 1, EV_PLATFORM_CONFIG_FLAGS, E820_FILE);
HOST_INPUT_OTHER(cmos_ram, common, REFUSED, 0, 0, "CMOS: RAM sizes");

/* Bit 7 of the index would block NMIs; cells below 0x80 leave them on. */
#define CMOS_INDEX	0x70
#define CMOS_DATA	0x71

#define CMOS_EXT_LOW	0x30	/* 2 cells: KiB above 1 MiB, at most 65535 */
#define CMOS_MEM_16M	0x34	/* 2 cells: 64 KiB units above 16 MiB */
#define CMOS_MEM_4G	0x5b	/* 3 cells: 64 KiB units above 4 GiB */

#define LEGACY_HOLE	0xa0000
#define LEGACY_HOLE_END	0x100000

struct fixed_range {
	phys_addr_t base;
	u64 size;
	enum mem_type type;
	const char *what;
};

#define LAYOUT_RANGE(name, base, size, type, launch, what) { base, size, type, what },
static const struct fixed_range fixed_ranges[] = {
#include <fw/layout.def>
};
#undef LAYOUT_RANGE

static u32 cmos_read(u8 first, unsigned int cells)
{
	u32 value = 0;
	unsigned int i;

	for (i = 0; i < cells; i++) {
		outb((u8)(first + i), CMOS_INDEX);
		value |= (u32)inb(CMOS_DATA) << 8 * i;
	}
	return value;
}

/* For hosts that are older than etc/e820. */
static int import_cmos(struct memmap *map)
{
	u64 low, high;
	int rc;

	rc = host_input_allow(&host_input_cmos_ram, true);
	if (rc)
		return rc;
	low = cmos_read(CMOS_MEM_16M, 2) * KiB(64);
	high = cmos_read(CMOS_MEM_4G, 3) * KiB(64);
	if (low)
		low += MiB(16);
	else
		low = MiB(1) + cmos_read(CMOS_EXT_LOW, 2) * KiB(1);

	rc = memmap_add(map, 0, low, MEM_CONVENTIONAL);
	if (rc == 0)
		rc = memmap_add(map, GiB(4), high, MEM_CONVENTIONAL);
	if (rc)
		pr_err("CMOS: RAM sizes make no sense");
	return rc;
}

static int import_e820(struct memmap *map, const struct fw_cfg_file *file)
{
	static struct e820_entry buffer[E820_MAX_ENTRIES] __noinit;
	int rc;

	if (file->size > sizeof(buffer)) {
		pr_err(E820_FILE ": %u bytes, more than %u entries", file->size,
		       E820_MAX_ENTRIES);
		return -EBADMSG;
	}
	rc = fw_cfg_read_buf(file, 0, buffer, file->size);
	if (rc) {
		pr_err(E820_FILE ": cannot be read");
		return rc;
	}
	return e820_import(map, buffer, file->size);
}

/* Bytes of RAM below and above 4 GiB; both are told to the user. */
static int show_ram(const struct memmap *map)
{
	const struct memmap_entry *e;
	u64 low = 0, high = 0;

	for (e = map->entry; e < map->entry + map->count; e++) {
		if (e->type != MEM_CONVENTIONAL)
			continue;
		if (e->base < GiB(4))
			low += e->pages;
		else
			high += e->pages;
	}
	if (low + high == 0) {
		pr_err("no RAM");
		return -ENOMEM;
	}
	pr_info("RAM: %llu KiB below 4 GiB, %llu MiB above",
		(unsigned long long)(low * PAGE_SIZE / KiB(1)),
		(unsigned long long)(high * PAGE_SIZE / MiB(1)));
	return 0;
}

static int reserve_fixed(struct memmap *map, phys_addr_t base, u64 size,
			 enum mem_type type, const char *what)
{
	if (!memmap_has_type(map, base, size, MEM_CONVENTIONAL)) {
		pr_err("too little RAM: 0x%llx, size 0x%llx, for %s, is not RAM",
		       (unsigned long long)base, (unsigned long long)size, what);
		return -ENOMEM;
	}
	return memmap_set(map, base, size, type);
}

/* Of the image's place: code has a type of its own, and the rest is not needed. */
static int reserve_image(struct memmap *map)
{
	int rc;

	rc = memmap_set(map, (uintptr_t)text_start, (u64)(text_end - text_start),
			MEM_BOOT_CODE);
	if (rc)
		return rc;
	return memmap_set(map, (uintptr_t)image_end, (u64)(layout_image_end - image_end),
			  MEM_CONVENTIONAL);
}

static int reserve_own(struct memmap *map)
{
	const struct fixed_range *r;
	int rc;

	/*
	 * Video memory and ROM space. Where the machine has RAM behind it, as
	 * in the shadow of 0xf0000, it is not RAM for general use.
	 */
	rc = memmap_set(map, LEGACY_HOLE, LEGACY_HOLE_END - LEGACY_HOLE, MEM_RESERVED);
	if (rc) {
		pr_err("the map is full: too many ranges in " E820_FILE);
		return rc;
	}
	/* Address 0 is nobody's: a null pointer must not hit data. */
	rc = reserve_fixed(map, 0, PAGE_SIZE, MEM_BOOT_DATA, "the first page");
	if (rc)
		return rc;
	for (r = fixed_ranges; r < fixed_ranges + ARRAY_SIZE(fixed_ranges); r++) {
		rc = reserve_fixed(map, r->base, r->size, r->type, r->what);
		if (rc)
			return rc;
	}
	return reserve_image(map);
}

static int ram_import(struct memmap *map)
{
	const struct cc_guest *guest = cc_active();
	struct fw_cfg_file file;

	if (guest && guest->import_ram)
		return guest->import_ram(map);
	if (fw_cfg_find(&host_input_e820, &file) == 0)
		return import_e820(map, &file);
	return import_cmos(map);
}

static int ram_init(void)
{
	int rc;

	rc = ram_import(&memmap);
	if (rc)
		return rc;
	rc = show_ram(&memmap);
	if (rc)
		return rc;
	rc = hook_run(memmap_import, &memmap);
	if (rc)
		return rc;
	rc = reserve_own(&memmap);
	if (rc)
		return rc;
	if (board()->memmap) {
		rc = board()->memmap(&memmap);
		if (rc)
			return rc;
	}
	return hook_run(memmap_ram, &memmap);
}

HOOK(memmap, 10, common, ram_init);
