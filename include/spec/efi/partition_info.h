/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The partition information protocol. Document: UEFI 2.10, section 13.18. */
#ifndef SPEC_EFI_PARTITION_INFO_H
#define SPEC_EFI_PARTITION_INFO_H

#include <spec/efi/types.h>
#include <spec/partition.h>

#define EFI_PARTITION_INFO_REVISION	0x00001000

enum efi_partition_info_type {
	EFI_PARTITION_OTHER,
	EFI_PARTITION_MBR,
	EFI_PARTITION_GPT,
};

struct efi_partition_info {
	u32 revision;
	u32 type;
	u8 system;
	u8 reserved[7];
	union {
		struct mbr_record mbr;
		struct gpt_entry gpt;
	} info;
} __packed;

#endif
