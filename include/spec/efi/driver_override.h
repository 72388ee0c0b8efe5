/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What tells ConnectController which drivers to try first.
 * Document: UEFI 2.10, sections 11.3 (platform), 11.4 (bus-specific) and 11.6
 * (driver family).
 */
#ifndef SPEC_EFI_DRIVER_OVERRIDE_H
#define SPEC_EFI_DRIVER_OVERRIDE_H

#include <spec/efi/types.h>

struct efi_device_path;

struct efi_platform_driver_override {
	/* @image: in: the last one, or NULL; out: the next one */
	efi_status_t (EFIAPI *get_driver)(struct efi_platform_driver_override *this,
					  efi_handle_t controller, efi_handle_t *image);
	efi_status_t (EFIAPI *get_driver_path)(struct efi_platform_driver_override *this,
					       efi_handle_t controller,
					       struct efi_device_path **path);
	efi_status_t (EFIAPI *driver_loaded)(struct efi_platform_driver_override *this,
					     efi_handle_t controller,
					     struct efi_device_path *path, efi_handle_t image);
};

struct efi_bus_specific_driver_override {
	efi_status_t (EFIAPI *get_driver)(struct efi_bus_specific_driver_override *this,
					  efi_handle_t *image);
};

struct efi_driver_family_override {
	u32 (EFIAPI *get_version)(struct efi_driver_family_override *this);
};

#endif
