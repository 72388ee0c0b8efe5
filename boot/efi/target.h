/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What a boot option's device path stands for on this machine. */
#ifndef BOOT_TARGET_H
#define BOOT_TARGET_H

#include <spec/efi/device_path.h>

/**
 * target_find() - the file to load
 * @path: well-formed; of a file or a device, or beginning with a partition or a
 *	  file on whatever has it
 *
 * Documents: UEFI 2.10, sections 3.1.2 (short forms) and 3.5.1 (a device stands
 * for its default file).
 *
 * Return: a full path in new pool, or NULL if there is no such device here.
 */
struct efi_device_path *target_find(const struct efi_device_path *path);

/** target_default_file() - \EFI\BOOT\BOOTX64.EFI below a device; new pool, or NULL */
struct efi_device_path *target_default_file(const struct efi_device_path *device);

#endif
