/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The system table. Document: UEFI 2.10, sections 4.3 and 4.6. */
#ifndef SPEC_EFI_SYSTEM_TABLE_H
#define SPEC_EFI_SYSTEM_TABLE_H

#include <spec/efi/types.h>

struct efi_boot_services;
struct efi_runtime_services;
struct efi_simple_text_input;
struct efi_simple_text_output;

#define EFI_SYSTEM_TABLE_SIGNATURE	0x5453595320494249

struct efi_configuration_table {
	struct efi_guid guid;
	void *table;
};

struct efi_system_table {
	struct efi_table_header header;
	efi_char16_t *vendor;
	u32 vendor_revision;
	u32 pad;
	efi_handle_t console_in_handle;
	struct efi_simple_text_input *con_in;
	efi_handle_t console_out_handle;
	struct efi_simple_text_output *con_out;
	efi_handle_t standard_error_handle;
	struct efi_simple_text_output *std_err;
	struct efi_runtime_services *runtime;
	struct efi_boot_services *boot;
	efi_uintn_t tables;
	struct efi_configuration_table *table;
};

/* What every image begins with (4.1). */
typedef efi_status_t (EFIAPI *efi_image_entry_t)(efi_handle_t image,
						 struct efi_system_table *system_table);

#endif
