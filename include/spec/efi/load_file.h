/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The load file protocols. Document: UEFI 2.10, sections 13.1 and 13.2. */
#ifndef SPEC_EFI_LOAD_FILE_H
#define SPEC_EFI_LOAD_FILE_H

#include <spec/efi/types.h>

struct efi_device_path;

/** struct efi_load_file - LoadFile and LoadFile2, which differ in name and meaning only */
struct efi_load_file {
	efi_status_t (EFIAPI *load)(struct efi_load_file *this, struct efi_device_path *path,
				    efi_bool_t boot_policy, efi_uintn_t *size, void *buffer);
};

#endif
