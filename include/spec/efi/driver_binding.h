/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* EFI_DRIVER_BINDING_PROTOCOL. Document: UEFI 2.10, section 11.1. */
#ifndef SPEC_EFI_DRIVER_BINDING_H
#define SPEC_EFI_DRIVER_BINDING_H

#include <spec/efi/types.h>

struct efi_device_path;

struct efi_driver_binding {
	efi_status_t (EFIAPI *supported)(struct efi_driver_binding *this,
					 efi_handle_t controller,
					 struct efi_device_path *remaining);
	efi_status_t (EFIAPI *start)(struct efi_driver_binding *this, efi_handle_t controller,
				     struct efi_device_path *remaining);
	efi_status_t (EFIAPI *stop)(struct efi_driver_binding *this, efi_handle_t controller,
				    efi_uintn_t children, efi_handle_t *child);
	u32 version;
	efi_handle_t image;
	efi_handle_t driver_binding;
};

#endif
