/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Tables that tell the operating system how runtime memory is to be mapped, and
 * which services there are.
 * Document: UEFI 2.10, section 4.6; Linux, drivers/firmware/efi/memattr.c (what
 * it takes).
 */
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/memmap.h>
#include <fw/string.h>
#include <spec/efi/memory_tables.h>

#include "runtime_tables.h"

/* As GetMemoryMap's. */
#define DESCRIPTOR_SIZE		48

/* Ranges of runtime memory; a loader or a driver makes one or two. */
#define ENTRIES_MAX		64

struct entry {
	struct efi_memory_descriptor descriptor;
	u64 pad;
};

_Static_assert(sizeof(struct entry) == DESCRIPTOR_SIZE, "the stride");

/*
 * In runtime data: Linux keeps the memory for good, and of boot services' it
 * would keep the whole range.
 */
static struct tables {
	struct efi_rt_properties_table properties;
	struct efi_memory_attributes_table attributes;
	struct entry entry[ENTRIES_MAX];
} *tables;

static struct efi_rt_properties_table properties = {
	.version = 1,
	.length = sizeof(properties),
};

/* The parts of the image, ends of which are where permissions change. */
static struct {
	u64 end;
	u64 attribute;
} part[4];

static void add(u32 type, u64 start, u64 end, u64 attribute)
{
	struct efi_memory_descriptor *d;

	if (start == end || tables->attributes.entries == ENTRIES_MAX)
		return;
	d = &tables->entry[tables->attributes.entries++].descriptor;
	d->type = type;
	d->physical_start = start;
	d->pages = (end - start) >> PAGE_SHIFT;
	d->attribute = attribute | EFI_MEMORY_RUNTIME;
}

/*
 * One range of the memory map. Code that is not the image's is a loaded driver's,
 * which may mix code and data: nothing is said of it.
 */
static void add_range(u32 type, u64 start, u64 end)
{
	u64 to, attribute;
	size_t i;

	for (i = 0; start < end; i++, start = to) {
		to = i < ARRAY_SIZE(part) ? MIN(MAX(part[i].end, start), end) : end;
		attribute = i < ARRAY_SIZE(part) ? part[i].attribute : 0;
		if (!attribute && type == MEM_RUNTIME_DATA)
			attribute = EFI_MEMORY_XP;
		if (attribute)
			add(type, start, to, attribute);
	}
}

void runtime_tables_update(void)
{
	const struct memmap_entry *e;

	memset(tables, 0, sizeof(*tables));
	tables->properties = properties;
	tables->attributes.version = 1;
	tables->attributes.descriptor_size = DESCRIPTOR_SIZE;
	for (e = memmap.entry; e < memmap.entry + memmap.count; e++) {
		if (e->type == MEM_RUNTIME_CODE || e->type == MEM_RUNTIME_DATA)
			add_range(e->type, e->base, e->base + e->pages * PAGE_SIZE);
	}
}

int runtime_tables_install(phys_addr_t image, const struct efi_runtime_header *header,
			   u32 supported)
{
	efi_status_t status;
	void *mem;

	status = efi_allocate_pool(MEM_RUNTIME_DATA, sizeof(*tables), &mem);
	if (EFI_ERROR(status))
		return -ENOMEM;
	tables = mem;
	properties.supported = supported;
	part[0].end = image;
	part[1].end = image + header->rodata;
	part[1].attribute = EFI_MEMORY_RO;
	part[2].end = image + header->data;
	part[2].attribute = EFI_MEMORY_RO | EFI_MEMORY_XP;
	part[3].end = image + header->end;
	part[3].attribute = EFI_MEMORY_XP;
	runtime_tables_update();
	status = efi_install_configuration_table(&efi_guid_memory_attributes_table,
						 &tables->attributes);
	if (!EFI_ERROR(status))
		status = efi_install_configuration_table(&efi_guid_rt_properties_table,
							 &tables->properties);
	return EFI_ERROR(status) ? -ENOMEM : 0;
}
