/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Files on FAT volumes. */
#ifndef EFI_FAT_FILE_H
#define EFI_FAT_FILE_H

#include <fw/efi.h>
#include <fw/fat.h>
#include <spec/efi/simple_file_system.h>

/** fat_file_new() - a file protocol for an open node; closes the node if it fails */
efi_status_t fat_file_new(struct fat_volume *volume, struct fat_node *node, u64 mode,
			  struct efi_file **file);

#endif
