/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Partition tables on a medium; little-endian.
 * Documents: UEFI 2.10, sections 5.2 (MBR), 5.3 (GPT) and 13.3.2 (El Torito in
 * UEFI); El Torito Bootable CD-ROM Format Specification 1.0, chapter 2; ECMA-119,
 * 3rd edition, section 8.
 */
#ifndef SPEC_PARTITION_H
#define SPEC_PARTITION_H

#include <fw/byteorder.h>

/* 5.2.1 */
#define MBR_SIZE		512
#define MBR_DISK_SIGNATURE	440
#define MBR_RECORDS		446
#define MBR_RECORD_COUNT	4
#define MBR_MAGIC		510
#define MBR_MAGIC_VALUE		0xaa55

struct mbr_record {
	u8 boot_indicator;
	u8 start_chs[3];
	u8 type;
	u8 end_chs[3];
	le32 start;
	le32 size;
} __packed;

#define MBR_TYPE_UNUSED		0x00
#define MBR_TYPE_EXTENDED	0x05
#define MBR_TYPE_EXTENDED_LBA	0x0f
#define MBR_TYPE_EXTENDED_LINUX	0x85
#define MBR_TYPE_GPT		0xee
#define MBR_TYPE_ESP		0xef

/* 5.3.2 */
struct gpt_header {
	le64 signature;
	le32 revision;
	le32 header_size;
	le32 header_crc;
	le32 reserved;
	le64 my_lba;
	le64 alternate_lba;
	le64 first_usable;
	le64 last_usable;
	u8 disk_guid[16];
	le64 entries_lba;
	le32 entry_count;
	le32 entry_size;
	le32 entries_crc;
} __packed;

#define GPT_SIGNATURE	0x5452415020494645ull	/* "EFI PART" */
#define GPT_REVISION	0x00010000
#define GPT_HEADER_SIZE	92

/* 5.3.3 */
struct gpt_entry {
	u8 type[16];
	u8 unique[16];
	le64 first;
	le64 last;
	le64 attributes;
	u8 name[72];
} __packed;

#define GPT_ENTRY_SIZE	128

/* ECMA-119, 8.1 and 8.2; El Torito, 2.0 */
#define ISO_SECTOR		2048
#define ISO_FIRST_DESCRIPTOR	16
#define ISO_TYPE_BOOT		0
#define ISO_TYPE_PRIMARY	1
#define ISO_TYPE_END		255
#define ISO_ID			1	/* "CD001" */
#define ISO_SPACE_SIZE		80	/* primary: u32, sectors */
#define ISO_BOOT_SYSTEM		7	/* boot: "EL TORITO SPECIFICATION" */
#define ISO_BOOT_CATALOG	71	/* boot: u32, sector */

/* El Torito, 2.1 to 2.4 */
#define ELTORITO_ENTRY_SIZE	32
#define ELTORITO_VALIDATION	0x01
#define ELTORITO_VALIDATION_KEY	30	/* 0x55, 0xaa */
#define ELTORITO_HEADER_MORE	0x90
#define ELTORITO_HEADER_LAST	0x91
#define ELTORITO_HEADER_COUNT	2	/* u16 */
#define ELTORITO_EXTENSION	0x44
#define ELTORITO_BOOTABLE	0x88
#define ELTORITO_MEDIA		1
#define  ELTORITO_MEDIA_TYPE(v)	((v) & 0x0f)
#define  ELTORITO_NO_EMULATION	0
#define  ELTORITO_FLOPPY_1200	1
#define  ELTORITO_FLOPPY_1440	2
#define  ELTORITO_FLOPPY_2880	3
#define  ELTORITO_HARD_DISK	4
#define ELTORITO_COUNT		6	/* u16, in units of 512 bytes */
#define ELTORITO_START		8	/* u32, sector */

#endif
