/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The block I/O protocol. Document: UEFI 2.10, section 13.9. */
#ifndef SPEC_EFI_BLOCK_IO_H
#define SPEC_EFI_BLOCK_IO_H

#include <spec/efi/types.h>

#define EFI_BLOCK_IO_REVISION	0x00010000

/**
 * struct efi_block_io_media - what a caller has to know of the medium
 *
 * The last three are there from revision 2 on; nobody reads them before.
 */
struct efi_block_io_media {
	u32 media_id;
	efi_bool_t removable_media;
	efi_bool_t media_present;
	efi_bool_t logical_partition;
	efi_bool_t read_only;
	efi_bool_t write_caching;
	u32 block_size;
	u32 io_align;
	efi_lba_t last_block;
	efi_lba_t lowest_aligned_lba;
	u32 logical_blocks_per_physical_block;
	u32 optimal_transfer_length_granularity;
};

struct efi_block_io {
	u64 revision;
	struct efi_block_io_media *media;
	efi_status_t (EFIAPI *reset)(struct efi_block_io *this, efi_bool_t extended);
	efi_status_t (EFIAPI *read_blocks)(struct efi_block_io *this, u32 media_id, efi_lba_t lba,
					   efi_uintn_t size, void *buffer);
	efi_status_t (EFIAPI *write_blocks)(struct efi_block_io *this, u32 media_id,
					    efi_lba_t lba, efi_uintn_t size, const void *buffer);
	efi_status_t (EFIAPI *flush_blocks)(struct efi_block_io *this);
};

#endif
