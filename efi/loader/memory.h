/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Memory services, as the rest of the loader uses them. */
#ifndef EFI_LOADER_MEMORY_H
#define EFI_LOADER_MEMORY_H

#include <fw/memmap.h>
#include <fw/types.h>

/** efi_memory_map_key() - what ExitBootServices must be given now */
u64 efi_memory_map_key(void);

/**
 * efi_memory_add_runtime_mmio() - have a device mapped for runtime services
 * @base: page-aligned; becomes MMIO in the memory map
 * @size: multiple of the page size
 *
 * Return: 0 or -Exxx.
 */
int efi_memory_add_runtime_mmio(phys_addr_t base, u64 size) __must_check;

/** efi_memory_map_changed() - tell those who want to know that */
void efi_memory_map_changed(void);

/** efi_memory_is_ram() - whether it was, and is accepted, hence can be read */
bool efi_memory_is_ram(phys_addr_t base, u64 size);

/**
 * efi_memory_suit_old_images() - from now on, map as images that know of no permissions
 * expect
 *
 * Those do not say that they are compatible with NX. Data of loaders can be executed
 * then, and page 0 be written to.
 *
 * Return: 0 or -ENOMEM.
 */
int efi_memory_suit_old_images(void) __must_check;

/** efi_memory_type_allocatable() - whether AllocatePages and AllocatePool take a type */
bool efi_memory_type_allocatable(u32 type);

#endif
