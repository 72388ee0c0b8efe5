/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Checks the host's SMBIOS structures, adds what describes the firmware, and
 * completes the entry point.
 * Document: DMTF DSP0134, SMBIOS Reference Specification 3.6.0, sections 5.2
 * (entry points), 6.1 (structures) and 7.1 (type 0).
 */
#define pr_fmt(fmt) "smbios: " fmt

#include <fw/crc.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>
#include <fw/version.h>

#include "smbios_tables.h"

/* String numbers are given in this order, from 1. */
static const char bios_strings[] =
	CLOISTER_NAME "\0" CLOISTER_VERSION "\0" CLOISTER_RELEASE_DATE "\0";

static const struct smbios_type0 bios = {
	.header.type = SMBIOS_TYPE_BIOS,
	.header.length = sizeof(bios),
	.vendor = 1,
	.version = 2,
	.release_date = 3,
	.rom_size = (CONFIG_FLASH_SIZE >> 16) - 1 <= 0xff ?
		    (CONFIG_FLASH_SIZE >> 16) - 1 : 0xff,
	.characteristics = (__force le64)SMBIOS_BIOS_NO_CHARACTERISTICS,
	.characteristics_ext = { 0, SMBIOS_BIOS_EXT2_VM },
	.major = CLOISTER_VERSION_MAJOR,
	.minor = CLOISTER_VERSION_MINOR,
	.ec_major = SMBIOS_BIOS_NO_EC,
	.ec_minor = SMBIOS_BIOS_NO_EC,
};

/*
 * Size of a structure with its strings, which end with an empty one; a
 * structure without strings has two NULs too. 0 if it runs over the end.
 */
static u32 structure_size(const u8 *data, u32 size)
{
	const struct smbios_header *header = (const void *)data;
	u32 end;

	if (size < sizeof(*header) || header->length < sizeof(*header))
		return 0;
	for (end = (u32)header->length + 2; end <= size; end++) {
		if (data[end - 1] == 0 && data[end - 2] == 0)
			return end;
	}
	return 0;
}

int smbios_walk(const void *data, u32 size, struct smbios_table *table)
{
	const struct smbios_header *header;
	bool zero_taken = false;
	u16 highest = 0;
	u16 handle;
	u32 len;

	memset(table, 0, sizeof(*table));
	do {
		header = (const void *)((const u8 *)data + table->size);
		len = structure_size((const u8 *)header, size - table->size);
		if (len == 0) {
			pr_err("structure %u is malformed", table->structures);
			return -EBADMSG;
		}
		handle = le16_to_cpu(header->handle);
		zero_taken |= handle == 0;
		if (handle < SMBIOS_HANDLE_RESERVED)
			highest = MAX(highest, handle);
		table->has_bios |= header->type == SMBIOS_TYPE_BIOS;
		table->largest = MAX(table->largest, len);
		table->structures++;
		table->size += len;
	} while (header->type != SMBIOS_TYPE_END);

	table->handle = zero_taken ? highest + 1 : 0;
	if (!table->has_bios && table->handle == SMBIOS_HANDLE_RESERVED) {
		pr_err("no handle is free");
		return -EBADMSG;
	}
	return 0;
}

u32 smbios_bios_size(void)
{
	return sizeof(bios) + sizeof(bios_strings);
}

void smbios_add_bios(void *dst, struct smbios_table *table)
{
	struct smbios_type0 *own = dst;

	memcpy(own, &bios, sizeof(bios));
	own->header.handle = cpu_to_le16(table->handle);
	memcpy(own + 1, bios_strings, sizeof(bios_strings));

	table->has_bios = true;
	table->structures++;
	table->size += smbios_bios_size();
	table->largest = MAX(table->largest, smbios_bios_size());
}

static int set_entry21(struct smbios_entry21 *e, const struct smbios_table *table,
		       phys_addr_t addr)
{
	if (table->size > UINT16_MAX || table->structures > UINT16_MAX ||
	    addr > UINT32_MAX) {
		pr_err("the tables are too large for a 2.1 entry point");
		return -ERANGE;
	}
	e->max_structure_size = cpu_to_le16((u16)table->largest);
	e->table_length = cpu_to_le16((u16)table->size);
	e->table_address = cpu_to_le32((u32)addr);
	e->structures = cpu_to_le16((u16)table->structures);
	e->checksum_dmi = 0;
	e->checksum_dmi = (u8)-sum8(e->anchor_dmi,
				    sizeof(*e) - offsetof(struct smbios_entry21, anchor_dmi));
	e->checksum = 0;
	e->checksum = (u8)-sum8(e, sizeof(*e));
	return 0;
}

static int set_entry30(struct smbios_entry30 *e, const struct smbios_table *table,
		       phys_addr_t addr)
{
	e->table_max_size = cpu_to_le32(table->size);
	e->table_address = cpu_to_le64(addr);
	e->checksum = 0;
	e->checksum = (u8)-sum8(e, sizeof(*e));
	return 0;
}

int smbios_set_entry(void *entry, u32 size, const struct smbios_table *table,
		     phys_addr_t addr)
{
	struct smbios_entry21 *e21 = entry;
	struct smbios_entry30 *e30 = entry;

	if (size == sizeof(*e21) && e21->length == sizeof(*e21) &&
	    memcmp(e21->anchor, "_SM_", sizeof(e21->anchor)) == 0 &&
	    memcmp(e21->anchor_dmi, "_DMI_", sizeof(e21->anchor_dmi)) == 0)
		return set_entry21(e21, table, addr);
	if (size == sizeof(*e30) && e30->length == sizeof(*e30) &&
	    memcmp(e30->anchor, "_SM3_", sizeof(e30->anchor)) == 0)
		return set_entry30(e30, table, addr);
	pr_err("unknown entry point of %u bytes", size);
	return -EBADMSG;
}
