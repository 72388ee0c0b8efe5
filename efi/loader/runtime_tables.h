/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The tables that tell the operating system of the runtime image. */
#ifndef EFI_LOADER_RUNTIME_TABLES_H
#define EFI_LOADER_RUNTIME_TABLES_H

#include <fw/efi_runtime.h>

/**
 * runtime_tables_install() - install the tables of attributes and of services
 * @image:  where the runtime image is
 * @header: its header
 * @supported: EFI_RT_SUPPORTED_*
 *
 * Return: 0 or -ENOMEM.
 */
int runtime_tables_install(phys_addr_t image, const struct efi_runtime_header *header,
			   u32 supported) __must_check;

/** runtime_tables_update() - the memory map is what it will stay */
void runtime_tables_update(void);

#endif
