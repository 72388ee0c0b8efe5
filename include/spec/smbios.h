/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * System management BIOS: entry points and the structures that the firmware
 * itself looks into.
 * Document: DMTF DSP0134, SMBIOS Reference Specification 3.6.0, sections 5.2
 * (entry points), 6.1 (structures), 7.1 (type 0).
 */
#ifndef SPEC_SMBIOS_H
#define SPEC_SMBIOS_H

#include <fw/byteorder.h>

struct smbios_entry21 {
	char anchor[4];			/* "_SM_" */
	u8 checksum;
	u8 length;
	u8 major;
	u8 minor;
	le16 max_structure_size;
	u8 entry_revision;
	u8 formatted[5];
	char anchor_dmi[5];		/* "_DMI_" */
	u8 checksum_dmi;		/* from anchor_dmi to the end */
	le16 table_length;
	le32 table_address;
	le16 structures;
	u8 bcd_revision;
} __packed;

struct smbios_entry30 {
	char anchor[5];			/* "_SM3_" */
	u8 checksum;
	u8 length;
	u8 major;
	u8 minor;
	u8 docrev;
	u8 entry_revision;
	u8 reserved;
	le32 table_max_size;
	le64 table_address;
} __packed;

_Static_assert(sizeof(struct smbios_entry21) == 31, "");
_Static_assert(sizeof(struct smbios_entry30) == 24, "");

struct smbios_header {
	u8 type;
	u8 length;			/* without the strings */
	le16 handle;
} __packed;

#define SMBIOS_TYPE_BIOS	0
#define SMBIOS_TYPE_END		127

/* Handles from here on have a meaning of their own. */
#define SMBIOS_HANDLE_RESERVED	0xff00

struct smbios_type0 {
	struct smbios_header header;
	u8 vendor;			/* number of a string, from 1 */
	u8 version;
	le16 start_segment;
	u8 release_date;
	u8 rom_size;			/* 64 KiB units less one */
	le64 characteristics;
	u8 characteristics_ext[2];
	u8 major;
	u8 minor;
	u8 ec_major;
	u8 ec_minor;
} __packed;

_Static_assert(sizeof(struct smbios_type0) == 0x18, "");

#define SMBIOS_BIOS_NO_CHARACTERISTICS	((u64)1 << 3)
#define SMBIOS_BIOS_EXT2_VM		((u8)1 << 4)
#define SMBIOS_BIOS_NO_EC		0xff

#endif
