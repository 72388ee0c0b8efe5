/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The device path from text protocol. Document: UEFI 2.10, section 10.6.4. */
#ifndef SPEC_EFI_DEVICE_PATH_FROM_TEXT_H
#define SPEC_EFI_DEVICE_PATH_FROM_TEXT_H

#include <spec/efi/types.h>

struct efi_device_path;

struct efi_device_path_from_text {
	struct efi_device_path *(EFIAPI *node)(const efi_char16_t *text);
	struct efi_device_path *(EFIAPI *path)(const efi_char16_t *text);
};

#endif
