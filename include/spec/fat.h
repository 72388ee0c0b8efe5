/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * FAT file system, on disk.
 * Document: Microsoft "FAT32 File System Specification", version 1.03; UEFI 2.10,
 * section 13.3.
 */
#ifndef SPEC_FAT_H
#define SPEC_FAT_H

#include <fw/byteorder.h>

struct fat_boot_sector {
	u8 jump[3];
	u8 oem_name[8];
	u8 bytes_per_sector[2];
	u8 sectors_per_cluster;
	u8 reserved_sectors[2];
	u8 fats;
	u8 root_entries[2];
	u8 total_sectors_16[2];
	u8 media;
	u8 fat_sectors_16[2];
	u8 track_sectors[2];
	u8 heads[2];
	u8 hidden_sectors[4];
	u8 total_sectors_32[4];
	/* From here on FAT32. */
	u8 fat_sectors_32[4];
	u8 flags[2];
	u8 version[2];
	u8 root_cluster[4];
	u8 fsinfo_sector[2];
	u8 backup_sector[2];
	u8 reserved[12];
	u8 drive;
	u8 reserved2;
	u8 boot_signature;
	u8 serial[4];
	u8 label[11];
	u8 type[8];
} __packed;

#define FAT_SIGNATURE_OFFSET	510	/* 0x55 0xaa */
#define FAT_FLAG_NO_MIRROR	0x80	/* of flags; low 4 bits: the FAT in use */

struct fat_fsinfo {
	le32 lead;
	u8 reserved[480];
	le32 signature;
	le32 free_clusters;
	le32 next_free;
	u8 reserved2[12];
	le32 trail;
};

#define FAT_FSINFO_LEAD		0x41615252
#define FAT_FSINFO_SIGNATURE	0x61417272
#define FAT_FSINFO_TRAIL	0xaa550000
#define FAT_UNKNOWN		0xffffffff

#define FAT_ATTR_READ_ONLY	0x01
#define FAT_ATTR_HIDDEN		0x02
#define FAT_ATTR_SYSTEM		0x04
#define FAT_ATTR_VOLUME		0x08
#define FAT_ATTR_DIRECTORY	0x10
#define FAT_ATTR_ARCHIVE	0x20
#define FAT_ATTR_LONG_NAME	0x0f
#define FAT_ATTR_MASK		0x3f

struct fat_dirent {
	u8 name[11];
	u8 attr;
	u8 case_flags;
	u8 created_10ms;
	le16 created_time;
	le16 created_date;
	le16 accessed_date;
	le16 cluster_high;
	le16 modified_time;
	le16 modified_date;
	le16 cluster_low;
	le32 size;
};

#define FAT_LOWER_BASE		0x08	/* of case_flags */
#define FAT_LOWER_EXT		0x10
#define FAT_DELETED		0xe5	/* first byte of the name */
#define FAT_KANJI_E5		0x05	/* stands for a first byte of 0xe5 */

struct fat_long_name {
	u8 sequence;
	u8 name1[10];
	u8 attr;
	u8 type;
	u8 checksum;
	u8 name2[12];
	le16 cluster;
	u8 name3[4];
};

_Static_assert(sizeof(struct fat_dirent) == 32 && sizeof(struct fat_long_name) == 32,
	       "entries have 32 bytes");

#define FAT_LONG_LAST		0x40	/* of sequence */
#define FAT_LONG_CHARS		13
#define FAT_LONG_ENTRIES	20
#define FAT_NAME_MAX		255

#endif
