/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Variables in flash, as OVMF keeps them: a firmware volume whose data is the
 * variable store, an unused page, the working block of fault-tolerant writes
 * (FTW), and its spare blocks. Everything is little-endian.
 * Documents: UEFI Platform Initialization 1.8, volume 3, section 3.2.1 (volume
 * header); EDK II, MdeModulePkg/Include/Guid/VariableFormat.h and
 * MdeModulePkg/Include/Guid/FaultTolerantWrite.h (the rest).
 */
#ifndef SPEC_EFI_VARIABLE_STORE_H
#define SPEC_EFI_VARIABLE_STORE_H

#include <spec/efi/types.h>

#define VARS_BLOCK_SIZE		0x1000u

/* fff12b8d-7696-4c8b-a985-2747075b4f50: a volume that holds variables */
#define VARS_FV_GUID							\
	{ 0xfff12b8d, 0x7696, 0x4c8b, { 0xa9, 0x85, 0x27, 0x47, 0x07, 0x5b, 0x4f, 0x50 } }
#define VARS_FV_SIGNATURE	0x4856465fu	/* "_FVH" */

struct vars_fv_header {
	u8 zero[16];
	struct efi_guid file_system;
	u64 length;		/* of the volume: all of the flash */
	u32 signature;
	u32 attributes;
	u16 header_length;
	u16 checksum;		/* the sum of the header's 16-bit words is 0 */
	u16 ext_header;
	u8 reserved;
	u8 revision;
	struct {
		u32 count;
		u32 length;
	} block[2];		/* the second is the terminator */
};

/* aaf32c78-947b-439a-a180-2e144ec37792: records have struct vars_record's header */
#define VARS_STORE_GUID							\
	{ 0xaaf32c78, 0x947b, 0x439a, { 0xa1, 0x80, 0x2e, 0x14, 0x4e, 0xc3, 0x77, 0x92 } }
#define VARS_STORE_FORMATTED	0x5a
#define VARS_STORE_HEALTHY	0xfe

struct vars_store_header {
	struct efi_guid guid;
	u32 size;		/* from here to the end of the region */
	u8 format;
	u8 state;
	u8 reserved[6];
};

#define VARS_START_ID		0x55aa

/* Bits are only ever cleared. */
#define VARS_STATE_ERASED	0xff
#define VARS_STATE_HEADER	0x7f	/* the sizes in the header are right */
#define VARS_STATE_ADDED	0x3f
#define VARS_CLEAR_TRANSITION	0xfe	/* valid until its replacement is added */
#define VARS_CLEAR_DELETED	0xfd

/*
 * Followed by the name, with its NUL, and at once by the data. Records begin
 * at multiples of 4.
 */
struct vars_record {
	u16 start_id;
	u8 state;
	u8 reserved;
	u32 attributes;
	u64 monotonic_count;
	struct efi_time time;
	u32 public_key;
	u32 name_size;
	u32 data_size;
	struct efi_guid vendor;
} __packed __aligned(4);

/* 9e58292b-7c68-497d-a0ce-6500fd9f1b95 */
#define FTW_WORK_GUID							\
	{ 0x9e58292b, 0x7c68, 0x497d, { 0xa0, 0xce, 0x65, 0x00, 0xfd, 0x9f, 0x1b, 0x95 } }
#define FTW_WORK_VALID		0xfe

struct ftw_work_header {
	struct efi_guid guid;
	u32 crc;		/* over the header with @crc and @state erased */
	u8 state;
	u8 reserved[3];
	u64 queue_size;
};

/* States are bits that are cleared one after the other. */
#define FTW_HEADER_ALLOCATED	0x01
#define FTW_WRITES_ALLOCATED	0x02
#define FTW_COMPLETE		0x04

struct ftw_entry {
	u8 state;
	u8 pad[3];
	struct efi_guid caller;
	u32 pad2;
	u64 writes;
	u64 private_size;	/* bytes that follow each record */
};

#define FTW_BOOT_BLOCK		0x01
#define FTW_SPARE_COMPLETE	0x02
#define FTW_DEST_COMPLETE	0x04

struct ftw_record {
	u8 state;
	u8 pad[7];
	u64 block;
	u64 offset;		/* from the start of @block */
	u64 length;
	s64 target;		/* address of @block, relative to the spare blocks' */
};

_Static_assert(sizeof(struct vars_fv_header) == 0x48, "PI 1.8, volume 3, 3.2.1");
_Static_assert(sizeof(struct vars_store_header) == 28, "VariableFormat.h");
_Static_assert(sizeof(struct vars_record) == 60, "VariableFormat.h");
_Static_assert(sizeof(struct ftw_work_header) == 32, "FaultTolerantWrite.h");
_Static_assert(sizeof(struct ftw_entry) == 40, "FaultTolerantWrite.h");
_Static_assert(sizeof(struct ftw_record) == 40, "FaultTolerantWrite.h");

#endif
