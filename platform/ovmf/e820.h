/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The host's list of RAM, apart from how it is read. */
#ifndef OVMF_E820_H
#define OVMF_E820_H

#include <fw/byteorder.h>
#include <fw/memmap.h>

/* One entry of the fw_cfg file "etc/e820". */
struct e820_entry {
	le64 addr;
	le64 size;
	le32 type;
} __packed;

/* QEMU makes two to six entries; each SGX or CXL region adds one. */
#define E820_MAX_ENTRIES	128

/**
 * e820_import() - add the host's ranges to a memory map
 * @map:  memory map
 * @data: contents of the file, in memory that the host cannot change
 * @size: bytes
 *
 * Return: 0, or -EBADMSG, -EEXIST or -ENOSPC with the reason logged; the map
 * then holds the entries before the bad one.
 */
int e820_import(struct memmap *map, const void *data, u32 size);

#endif
