/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * ACPI tables and QEMU's table loader.
 * Documents: ACPI Specification 6.5, chapter 5; QEMU,
 * hw/acpi/bios-linker-loader.c (command layout).
 */
#ifndef SPEC_ACPI_H
#define SPEC_ACPI_H

#include <fw/byteorder.h>

struct acpi_rsdp {
	char signature[8];	/* "RSD PTR " */
	u8 checksum;
	char oem_id[6];
	u8 revision;
	le32 rsdt_address;
	/* the rest from revision 2 on */
	le32 length;
	le64 xsdt_address;
	u8 extended_checksum;
	u8 reserved[3];
} __packed;

#define ACPI_RSDP_V1_SIZE	20

struct acpi_header {
	char signature[4];
	le32 length;
	u8 revision;
	u8 checksum;
	char oem_id[6];
	char oem_table_id[8];
	le32 oem_revision;
	char creator_id[4];
	le32 creator_revision;
} __packed;

/* "APIC"; entries follow, each with its type and length. */
struct acpi_madt {
	struct acpi_header header;
	le32 lapic_address;
	le32 flags;
} __packed;

#define ACPI_MADT_WAKEUP	0x10

struct acpi_madt_wakeup {
	u8 type;
	u8 length;
	le16 version;
	le32 reserved;
	le64 mailbox;
} __packed;

_Static_assert(sizeof(struct acpi_madt_wakeup) == 16, "version 0");

#define LOADER_FILE_NAME_SIZE	56

#define LOADER_CMD_ALLOCATE		1
#define LOADER_CMD_ADD_POINTER		2
#define LOADER_CMD_ADD_CHECKSUM		3
#define LOADER_CMD_WRITE_POINTER	4

#define LOADER_ZONE_HIGH	1
#define LOADER_ZONE_FSEG	2

struct loader_command {
	le32 command;
	union {
		struct {
			char file[LOADER_FILE_NAME_SIZE];
			le32 align;
			u8 zone;
		} __packed allocate;
		struct {
			char dest_file[LOADER_FILE_NAME_SIZE];
			char src_file[LOADER_FILE_NAME_SIZE];
			le32 offset;
			u8 size;
		} __packed add_pointer;
		struct {
			char file[LOADER_FILE_NAME_SIZE];
			le32 offset;
			le32 start;
			le32 length;
		} __packed add_checksum;
		struct {
			char dest_file[LOADER_FILE_NAME_SIZE];
			char src_file[LOADER_FILE_NAME_SIZE];
			le32 dst_offset;
			le32 src_offset;
			u8 size;
		} __packed write_pointer;
		u8 pad[124];
	};
} __packed;

_Static_assert(sizeof(struct loader_command) == 128, "loader entries are 128 bytes");

#endif
