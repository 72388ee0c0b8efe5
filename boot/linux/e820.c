/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The memory map as an E820 table.
 * Document: ACPI 6.5, sections 15.2 (types) and 15.4 (from UEFI's types).
 */
#include "linux.h"

/* 0 is not a type: such a range is not told at all. */
static const u8 e820_type[] = {
	[MEM_RESERVED]		= E820_RESERVED,
	[MEM_LOADER_CODE]	= E820_RAM,
	[MEM_LOADER_DATA]	= E820_RAM,
	[MEM_BOOT_CODE]		= E820_RAM,
	[MEM_BOOT_DATA]		= E820_RAM,
	[MEM_RUNTIME_CODE]	= E820_RESERVED,
	[MEM_RUNTIME_DATA]	= E820_RESERVED,
	[MEM_CONVENTIONAL]	= E820_RAM,
	[MEM_UNUSABLE]		= E820_UNUSABLE,
	[MEM_ACPI_RECLAIM]	= E820_ACPI,
	[MEM_ACPI_NVS]		= E820_NVS,
	[MEM_MMIO]		= E820_RESERVED,
	[MEM_MMIO_PORT]		= E820_RESERVED,
	[MEM_PAL]		= E820_RESERVED,
	[MEM_PERSISTENT]	= E820_PMEM,
	/* E820 cannot say that RAM must be accepted before its first use. */
	[MEM_UNACCEPTED]	= 0,
};

struct range {
	u64 base;
	u64 end;
	u8 type;
};

static void put_entry(struct linux_e820_entry *out, const struct range *r)
{
	out->addr = cpu_to_le64(r->base);
	out->size = cpu_to_le64(r->end - r->base);
	out->type = cpu_to_le32(r->type);
}

size_t linux_e820_view(const struct memmap *map, size_t skip,
		       struct linux_e820_entry *out, size_t max)
{
	struct range last = { 0 };
	size_t count = 0;
	size_t i;

	for (i = 0; i < map->count; i++) {
		const struct memmap_entry *e = &map->entry[i];
		u8 type = e->type < ARRAY_SIZE(e820_type) ? e820_type[e->type] : E820_RESERVED;

		if (!type)
			continue;
		if (type != last.type || e->base != last.end) {
			last.base = e->base;
			last.type = type;
			count++;
		}
		last.end = e->base + (e->pages << PAGE_SHIFT);
		if (count > skip && count - skip <= max)
			put_entry(&out[count - skip - 1], &last);
	}
	return count;
}
