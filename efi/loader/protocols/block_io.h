/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Disks and partitions as UEFI sees them. */
#ifndef EFI_PROTOCOLS_BLOCK_IO_H
#define EFI_PROTOCOLS_BLOCK_IO_H

#include <fw/block.h>
#include <fw/efi.h>
#include <spec/efi/block_io.h>
#include <spec/efi/disk_io.h>

/**
 * struct efi_block - a disk or a part of it
 * @block_io, @media, @disk_io: protocols
 * @list:   of all
 * @dev:    the disk
 * @start:  first block
 * @handle: where the protocols are
 * @path:   its device path
 */
struct efi_block {
	struct efi_block_io block_io;
	struct efi_block_io_media media;
	struct efi_disk_io disk_io;
	struct list_head list;
	struct block_device *dev;
	u64 start;
	efi_handle_t handle;
	struct efi_device_path *path;
};

/** efi_blocks() - the list of struct efi_block; parts come after all disks */
const struct list_head *efi_blocks(void);

/**
 * efi_block_install() - make a handle, or add to one
 * @block: @dev, @start and @path are filled in, and @handle if there is one that
 *         has @path already
 * @blocks: size
 *
 * Return: 0, or -ENOMEM with the reason logged.
 */
int efi_block_install(struct efi_block *block, u64 blocks);

/**
 * efi_block_check() - what comes before any access
 * @block: disk or part
 * @media_id: what the caller takes the medium for
 * @write: whether it is to be changed
 *
 * Return: EFI_SUCCESS, EFI_NO_MEDIA, EFI_MEDIA_CHANGED or EFI_WRITE_PROTECTED.
 */
efi_status_t efi_block_check(const struct efi_block *block, u32 media_id, bool write);

/** efi_block_status() - what BlockIo and DiskIo return for a block device's result */
efi_status_t efi_block_status(int rc);

/** efi_disk_io_init() - fill in @disk_io; 0, or -ENOMEM */
int efi_disk_io_init(struct efi_block *block);

#endif
