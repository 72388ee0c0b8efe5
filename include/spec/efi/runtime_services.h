/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The runtime services table.
 * Document: UEFI 2.10, sections 4.5 (table) and 8 (services).
 */
#ifndef SPEC_EFI_RUNTIME_SERVICES_H
#define SPEC_EFI_RUNTIME_SERVICES_H

#include <spec/efi/types.h>

#define EFI_RUNTIME_SERVICES_SIGNATURE	0x56524553544e5552

#define EFI_VARIABLE_NON_VOLATILE				0x01
#define EFI_VARIABLE_BOOTSERVICE_ACCESS				0x02
#define EFI_VARIABLE_RUNTIME_ACCESS				0x04
#define EFI_VARIABLE_HARDWARE_ERROR_RECORD			0x08
#define EFI_VARIABLE_AUTHENTICATED_WRITE_ACCESS			0x10
#define EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS	0x20
#define EFI_VARIABLE_APPEND_WRITE				0x40
#define EFI_VARIABLE_ENHANCED_AUTHENTICATED_ACCESS		0x80

enum efi_reset_type {
	EFI_RESET_COLD,
	EFI_RESET_WARM,
	EFI_RESET_SHUTDOWN,
	EFI_RESET_PLATFORM_SPECIFIC,
};

struct efi_capsule_header {
	struct efi_guid guid;
	u32 header_size;
	u32 flags;
	u32 image_size;
};

/** struct efi_runtime_services - in the order of the specification */
struct efi_runtime_services {
	struct efi_table_header header;

	efi_status_t (EFIAPI *get_time)(struct efi_time *time,
					struct efi_time_capabilities *capabilities);
	efi_status_t (EFIAPI *set_time)(struct efi_time *time);
	efi_status_t (EFIAPI *get_wakeup_time)(efi_bool_t *enabled, efi_bool_t *pending,
					       struct efi_time *time);
	efi_status_t (EFIAPI *set_wakeup_time)(efi_bool_t enable, struct efi_time *time);

	efi_status_t (EFIAPI *set_virtual_address_map)(efi_uintn_t size,
						       efi_uintn_t descriptor_size, u32 version,
						       struct efi_memory_descriptor *map);
	efi_status_t (EFIAPI *convert_pointer)(efi_uintn_t disposition, void **address);

	efi_status_t (EFIAPI *get_variable)(const efi_char16_t *name,
					    const struct efi_guid *vendor, u32 *attributes,
					    efi_uintn_t *size, void *data);
	efi_status_t (EFIAPI *get_next_variable_name)(efi_uintn_t *size, efi_char16_t *name,
						      struct efi_guid *vendor);
	efi_status_t (EFIAPI *set_variable)(const efi_char16_t *name,
					    const struct efi_guid *vendor, u32 attributes,
					    efi_uintn_t size, const void *data);

	efi_status_t (EFIAPI *get_next_high_monotonic_count)(u32 *count);
	void (EFIAPI *reset_system)(u32 type, efi_status_t status, efi_uintn_t size,
				    const void *data);

	efi_status_t (EFIAPI *update_capsule)(struct efi_capsule_header **capsules,
					      efi_uintn_t count, u64 scatter_gather);
	efi_status_t (EFIAPI *query_capsule_capabilities)(struct efi_capsule_header **capsules,
							  efi_uintn_t count, u64 *size_max,
							  u32 *reset_type);
	efi_status_t (EFIAPI *query_variable_info)(u32 attributes, u64 *storage_max,
						   u64 *storage_left, u64 *size_max);
};

#endif
