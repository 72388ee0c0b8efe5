/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Data types, status codes and the common table header.
 * Document: UEFI 2.10, sections 2.3.1 (data types), 2.3.4 (x64 calling
 * convention), 4.2 (table header), 8.3 (EFI_TIME) and appendix D (status codes).
 */
#ifndef SPEC_EFI_TYPES_H
#define SPEC_EFI_TYPES_H

#include <fw/types.h>

/* How everything in a table that loaded software calls is called. */
#define EFIAPI	__attribute__((ms_abi))

typedef u64 efi_status_t;
typedef void *efi_handle_t;
typedef struct efi_event *efi_event_t;
typedef u64 efi_tpl_t;
typedef u64 efi_lba_t;
typedef u64 efi_uintn_t;
typedef u8 efi_bool_t;			/* 0 or 1; callers put anything above bit 7 */
typedef u16 efi_char16_t;

struct efi_guid {
	u32 data1;
	u16 data2;
	u16 data3;
	u8 data4[8];
};

#define EFI_ERROR_BIT		((u64)1 << 63)
#define EFI_ERROR(status)	(((status) & EFI_ERROR_BIT) != 0)

#define EFI_SUCCESS			((efi_status_t)0)
#define EFI_WARN_UNKNOWN_GLYPH		((efi_status_t)1)
#define EFI_WARN_DELETE_FAILURE		((efi_status_t)2)
#define EFI_LOAD_ERROR			(EFI_ERROR_BIT | 1)
#define EFI_INVALID_PARAMETER		(EFI_ERROR_BIT | 2)
#define EFI_UNSUPPORTED			(EFI_ERROR_BIT | 3)
#define EFI_BAD_BUFFER_SIZE		(EFI_ERROR_BIT | 4)
#define EFI_BUFFER_TOO_SMALL		(EFI_ERROR_BIT | 5)
#define EFI_NOT_READY			(EFI_ERROR_BIT | 6)
#define EFI_DEVICE_ERROR		(EFI_ERROR_BIT | 7)
#define EFI_WRITE_PROTECTED		(EFI_ERROR_BIT | 8)
#define EFI_OUT_OF_RESOURCES		(EFI_ERROR_BIT | 9)
#define EFI_VOLUME_CORRUPTED		(EFI_ERROR_BIT | 10)
#define EFI_VOLUME_FULL			(EFI_ERROR_BIT | 11)
#define EFI_NO_MEDIA			(EFI_ERROR_BIT | 12)
#define EFI_MEDIA_CHANGED		(EFI_ERROR_BIT | 13)
#define EFI_NOT_FOUND			(EFI_ERROR_BIT | 14)
#define EFI_ACCESS_DENIED		(EFI_ERROR_BIT | 15)
#define EFI_NO_RESPONSE			(EFI_ERROR_BIT | 16)
#define EFI_NO_MAPPING			(EFI_ERROR_BIT | 17)
#define EFI_TIMEOUT			(EFI_ERROR_BIT | 18)
#define EFI_NOT_STARTED			(EFI_ERROR_BIT | 19)
#define EFI_ALREADY_STARTED		(EFI_ERROR_BIT | 20)
#define EFI_ABORTED			(EFI_ERROR_BIT | 21)
#define EFI_PROTOCOL_ERROR		(EFI_ERROR_BIT | 24)
#define EFI_INCOMPATIBLE_VERSION	(EFI_ERROR_BIT | 25)
#define EFI_SECURITY_VIOLATION		(EFI_ERROR_BIT | 26)
#define EFI_CRC_ERROR			(EFI_ERROR_BIT | 27)
#define EFI_END_OF_MEDIA		(EFI_ERROR_BIT | 28)
#define EFI_END_OF_FILE			(EFI_ERROR_BIT | 31)
#define EFI_INVALID_LANGUAGE		(EFI_ERROR_BIT | 32)
#define EFI_COMPROMISED_DATA		(EFI_ERROR_BIT | 33)

/** struct efi_table_header - @crc32 is over @header_size bytes with itself as 0 */
struct efi_table_header {
	u64 signature;
	u32 revision;
	u32 header_size;
	u32 crc32;
	u32 reserved;
};

#define EFI_REVISION_2_70	(2u << 16 | 70)

struct efi_time {
	u16 year;		/* 1900 to 9999 */
	u8 month;		/* 1 to 12 */
	u8 day;			/* 1 to 31 */
	u8 hour;
	u8 minute;
	u8 second;
	u8 pad1;
	u32 nanosecond;
	s16 timezone;		/* minutes from UTC, or EFI_UNSPECIFIED_TIMEZONE */
	u8 daylight;
	u8 pad2;
};

#define EFI_UNSPECIFIED_TIMEZONE	0x07ff

struct efi_time_capabilities {
	u32 resolution;		/* Hz */
	u32 accuracy;		/* 1e-6 parts per million */
	efi_bool_t sets_to_zero;
};

/** struct efi_memory_descriptor - 40 bytes; GetMemoryMap's stride is larger */
struct efi_memory_descriptor {
	u32 type;		/* enum mem_type of fw/memmap.h */
	u32 pad;
	u64 physical_start;
	u64 virtual_start;
	u64 pages;
	u64 attribute;
};

#define EFI_MEMORY_UC		((u64)1 << 0)
#define EFI_MEMORY_WC		((u64)1 << 1)
#define EFI_MEMORY_WT		((u64)1 << 2)
#define EFI_MEMORY_WB		((u64)1 << 3)
#define EFI_MEMORY_UCE		((u64)1 << 4)
#define EFI_MEMORY_WP		((u64)1 << 12)
#define EFI_MEMORY_RP		((u64)1 << 13)
#define EFI_MEMORY_XP		((u64)1 << 14)
#define EFI_MEMORY_NV		((u64)1 << 15)
#define EFI_MEMORY_RO		((u64)1 << 17)
#define EFI_MEMORY_SP		((u64)1 << 18)
#define EFI_MEMORY_RUNTIME	((u64)1 << 63)

#endif
