/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The device path to text protocol. Document: UEFI 2.10, section 10.6.2. */
#ifndef SPEC_EFI_DEVICE_PATH_TO_TEXT_H
#define SPEC_EFI_DEVICE_PATH_TO_TEXT_H

#include <spec/efi/types.h>

struct efi_device_path;

struct efi_device_path_to_text {
	efi_char16_t *(EFIAPI *node)(const struct efi_device_path *node, efi_bool_t display_only,
				     efi_bool_t shortcuts);
	efi_char16_t *(EFIAPI *path)(const struct efi_device_path *path, efi_bool_t display_only,
				     efi_bool_t shortcuts);
};

#endif
