/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The loaded image protocol. Document: UEFI 2.10, section 9.1. */
#ifndef SPEC_EFI_LOADED_IMAGE_H
#define SPEC_EFI_LOADED_IMAGE_H

#include <spec/efi/types.h>

struct efi_device_path;
struct efi_system_table;

#define EFI_LOADED_IMAGE_REVISION	0x1000

struct efi_loaded_image {
	u32 revision;
	u32 pad0;
	efi_handle_t parent;
	struct efi_system_table *system_table;
	efi_handle_t device;
	struct efi_device_path *file_path;
	void *reserved;
	u32 load_options_size;		/* bytes */
	u32 pad1;
	void *load_options;
	void *image_base;
	u64 image_size;
	u32 code_type;			/* memory types */
	u32 data_type;
	efi_status_t (EFIAPI *unload)(efi_handle_t image);
};

#endif
