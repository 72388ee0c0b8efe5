/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Configuration tables about runtime services.
 * Document: UEFI 2.10, sections 4.6.4 (memory attributes) and 4.6.2 (properties).
 */
#ifndef SPEC_EFI_MEMORY_TABLES_H
#define SPEC_EFI_MEMORY_TABLES_H

#include <spec/efi/types.h>

/* Followed by descriptors of @descriptor_size bytes. */
struct efi_memory_attributes_table {
	u32 version;
	u32 entries;
	u32 descriptor_size;
	u32 flags;		/* version 2 */
};

struct efi_rt_properties_table {
	u16 version;
	u16 length;
	u32 supported;		/* EFI_RT_SUPPORTED_*, at runtime */
};

#define EFI_RT_SUPPORTED_GET_TIME			0x0001
#define EFI_RT_SUPPORTED_SET_TIME			0x0002
#define EFI_RT_SUPPORTED_GET_WAKEUP_TIME		0x0004
#define EFI_RT_SUPPORTED_SET_WAKEUP_TIME		0x0008
#define EFI_RT_SUPPORTED_GET_VARIABLE			0x0010
#define EFI_RT_SUPPORTED_GET_NEXT_VARIABLE_NAME		0x0020
#define EFI_RT_SUPPORTED_SET_VARIABLE			0x0040
#define EFI_RT_SUPPORTED_SET_VIRTUAL_ADDRESS_MAP	0x0080
#define EFI_RT_SUPPORTED_CONVERT_POINTER		0x0100
#define EFI_RT_SUPPORTED_GET_NEXT_HIGH_MONOTONIC_COUNT	0x0200
#define EFI_RT_SUPPORTED_RESET_SYSTEM			0x0400
#define EFI_RT_SUPPORTED_UPDATE_CAPSULE			0x0800
#define EFI_RT_SUPPORTED_QUERY_CAPSULE_CAPABILITIES	0x1000
#define EFI_RT_SUPPORTED_QUERY_VARIABLE_INFO		0x2000

#endif
