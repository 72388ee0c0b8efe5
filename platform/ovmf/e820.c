/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Takes the host's list of RAM into the memory map.
 * Documents: ACPI Specification 6.5, section 15 (address range types); QEMU,
 * hw/i386/e820_memory_layout.h (the file's layout).
 */
#define pr_fmt(fmt) "memmap: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <spec/linux_boot.h>

#include "e820.h"

/* Physical addresses have at most 52 bits on every x86 processor there is. */
#define PHYS_LIMIT	((u64)1 << 52)

/* A type that no document has yet is nothing to store data in. */
static enum mem_type type_of(u32 type)
{
	switch (type) {
	case E820_RAM:
		return MEM_CONVENTIONAL;
	case E820_ACPI:
		return MEM_ACPI_RECLAIM;
	case E820_NVS:
		return MEM_ACPI_NVS;
	case E820_UNUSABLE:
		return MEM_UNUSABLE;
	case E820_PMEM:
		return MEM_PERSISTENT;
	default:
		return MEM_RESERVED;
	}
}

static int import_entry(struct memmap *map, const struct e820_entry *e)
{
	u64 addr = le64_to_cpu(e->addr);
	u64 size = le64_to_cpu(e->size);
	const char *why = "overlaps another one";
	int rc = -EBADMSG;

	if (size == 0)
		return 0;
	if (addr >= PHYS_LIMIT || size > PHYS_LIMIT - addr) {
		why = "is beyond 52 bits";
		goto refuse;
	}
	rc = memmap_add(map, addr, size, type_of(le32_to_cpu(e->type)));
	if (rc == 0)
		return 0;
	if (rc != -EEXIST)
		why = "does not fit into the map";
refuse:
	pr_err("etc/e820: range 0x%llx, size 0x%llx, %s", (unsigned long long)addr,
	       (unsigned long long)size, why);
	return rc;
}

int e820_import(struct memmap *map, const void *data, u32 size)
{
	const struct e820_entry *e = data;
	u32 count = size / sizeof(*e);
	u32 i;
	int rc;

	if (size % sizeof(*e) || count > E820_MAX_ENTRIES) {
		pr_err("etc/e820: size %u is not that of up to %u entries", size,
		       E820_MAX_ENTRIES);
		return -EBADMSG;
	}
	for (i = 0; i < count; i++) {
		rc = import_entry(map, &e[i]);
		if (rc)
			return rc;
	}
	return 0;
}
