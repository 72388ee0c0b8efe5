/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The device path utilities protocol. Document: UEFI 2.10, section 10.5. */
#ifndef SPEC_EFI_DEVICE_PATH_UTILITIES_H
#define SPEC_EFI_DEVICE_PATH_UTILITIES_H

#include <spec/efi/types.h>

struct efi_device_path;

struct efi_device_path_utilities {
	efi_uintn_t (EFIAPI *get_size)(const struct efi_device_path *path);
	struct efi_device_path *(EFIAPI *duplicate)(const struct efi_device_path *path);
	struct efi_device_path *(EFIAPI *append_path)(const struct efi_device_path *first,
						      const struct efi_device_path *second);
	struct efi_device_path *(EFIAPI *append_node)(const struct efi_device_path *path,
						      const struct efi_device_path *node);
	struct efi_device_path *(EFIAPI *append_instance)(const struct efi_device_path *path,
						const struct efi_device_path *instance);
	struct efi_device_path *(EFIAPI *get_next_instance)(struct efi_device_path **instance,
							    efi_uintn_t *size);
	efi_bool_t (EFIAPI *is_multi_instance)(const struct efi_device_path *path);
	struct efi_device_path *(EFIAPI *create_node)(u8 type, u8 subtype, u16 length);
};

#endif
