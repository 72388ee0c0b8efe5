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
 * @block_io, @media, @disk_io: protocols; of a disk of others only @disk_io is used
 * @list:   of all disks that are the firmware's own
 * @dev:    the disk
 * @start:  first block
 * @handle: where the protocols are
 * @path:   its device path
 * @disk:   of a part: the disk, which is there for longer; NULL: it is one
 * @medium: says which medium is there now, and whether one is
 * @edge:   of a disk of others and its parts: a block, for Disk I/O
 * @seen, @looked: of a disk whose medium can change: which one was there, and when
 * @renew:  signaled when there is another; NULL: that cannot be
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
	struct efi_block *disk;
	const struct efi_block_io_media *medium;
	u8 *edge;
	u32 seen;
	u64 looked;
	efi_event_t renew;
};

/** efi_blocks() - the list of the firmware's own disks */
const struct list_head *efi_blocks(void);

/**
 * efi_block_install() - make a handle, or add to one
 * @block: @dev, @start, @disk and @path are filled in, and @handle if there is one
 *         that has @path already
 * @blocks: size
 *
 * Return: 0, or -ENOMEM with the reason logged.
 */
int efi_block_install(struct efi_block *block, u64 blocks);

/**
 * efi_block_remove() - remove the protocols of a part, and so its handle
 * @block: part; the caller frees it
 *
 * Return: EFI_SUCCESS, or why it stays: somebody does not let go.
 */
efi_status_t efi_block_remove(struct efi_block *block);

/**
 * efi_block_check() - what comes before any access
 * @block: disk or part
 * @media_id: what the caller takes the medium for
 * @write: whether it is to be changed
 *
 * Return: EFI_SUCCESS, EFI_NO_MEDIA, EFI_MEDIA_CHANGED or EFI_WRITE_PROTECTED.
 * Context: TPL_CALLBACK, up to the end of the access: what was on another medium
 * goes away when the level is lowered.
 */
efi_status_t efi_block_check(struct efi_block *block, u32 media_id, bool write);

/**
 * efi_block_status() - what BlockIo and DiskIo return
 * @block, @media_id: as they were for efi_block_check()
 * @rc:    the block device's result; of an error the reason may be that there is
 *         another medium now
 */
efi_status_t efi_block_status(struct efi_block *block, u32 media_id, int rc);

/** efi_disk_io_init() - fill in @disk_io; 0, or -ENOMEM */
int efi_disk_io_init(struct efi_block *block);

/** efi_disk_io_block() - whose the protocol is; NULL: not this file's */
struct efi_block *efi_disk_io_block(struct efi_disk_io *disk_io);

#endif
