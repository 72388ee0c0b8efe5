/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The flash in which variables are kept. */
#ifndef EFI_LOADER_FIND_FLASH_H
#define EFI_LOADER_FIND_FLASH_H

#include <fw/types.h>

/**
 * struct efi_flash - a flash with a variable store
 * @base:     first byte
 * @size:     bytes, a multiple of 4 KiB
 * @writable: else it can only be read
 */
struct efi_flash {
	phys_addr_t base;
	u32 size;
	bool writable;
};

/**
 * efi_flash_find() - look for the flash
 *
 * Return: 0, -ENODEV if there is none, -EPERM if this guest does not read it.
 * Nothing is logged.
 */
int efi_flash_find(struct efi_flash *flash);

#endif
