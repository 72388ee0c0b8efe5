/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Disk I/O: any bytes of a disk or of a part of it. What does not begin or end with
 * a block goes through a buffer of one block, all else directly.
 * Document: UEFI 2.10, section 13.7.
 */
#include <fw/errno.h>
#include <fw/string.h>

#include "block_io.h"

/*
 * One is enough for our own disks: it is used at TPL_CALLBACK only, by one call at a
 * time. A disk of others may be a file on one of ours.
 */
static u8 *common_edge;
static u32 common_edge_size;

/* An access: what is left of it. */
struct access {
	struct efi_block *block;
	u64 offset;
	u64 size;
	u8 *buffer;
	bool write;
};

static void advance(struct access *a, u64 bytes)
{
	a->offset += bytes;
	a->size -= bytes;
	a->buffer += bytes;
}

/* The part of one block at which the access begins now. */
static int do_edge(struct access *a)
{
	struct block_device *dev = a->block->dev;
	u64 lba = a->block->start + a->offset / dev->block_size;
	u32 skip = (u32)(a->offset % dev->block_size);
	u64 len = MIN(a->size, (u64)dev->block_size - skip);
	u8 *edge = a->block->edge ? a->block->edge : common_edge;
	int rc;

	rc = block_read(dev, lba, 1, edge);
	if (rc)
		return rc;
	if (a->write) {
		memcpy(edge + skip, a->buffer, len);
		rc = block_write(dev, lba, 1, edge);
	} else {
		memcpy(a->buffer, edge + skip, len);
	}
	advance(a, len);
	return rc;
}

static int do_blocks(struct access *a)
{
	struct block_device *dev = a->block->dev;
	u64 lba = a->block->start + a->offset / dev->block_size;
	u64 count = a->size / dev->block_size;
	int rc;

	rc = a->write ? block_write(dev, lba, count, a->buffer) :
			block_read(dev, lba, count, a->buffer);
	advance(a, count * dev->block_size);
	return rc;
}

static int do_access(struct access *a)
{
	u32 block_size = a->block->dev->block_size;
	int rc = 0;

	while (a->size && rc == 0) {
		if (a->offset % block_size == 0 && a->size >= block_size)
			rc = do_blocks(a);
		else
			rc = do_edge(a);
	}
	return rc;
}

static efi_status_t access(struct efi_disk_io *this, u32 media_id, struct access *a)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	const struct efi_block_io_media *media;
	efi_status_t status;
	u64 bytes;
	int rc;

	if (this == NULL)
		return EFI_INVALID_PARAMETER;
	a->block = container_of(this, struct efi_block, disk_io);
	status = efi_block_check(a->block, media_id, a->write);
	if (status != EFI_SUCCESS || a->size == 0)
		return status;
	media = &a->block->media;
	bytes = (media->last_block + 1) * media->block_size;
	if (a->buffer == NULL || a->offset > bytes || a->size > bytes - a->offset)
		return EFI_INVALID_PARAMETER;
	rc = do_access(a);
	return efi_block_status(a->block, media_id, rc);
}

static efi_status_t EFIAPI read_disk(struct efi_disk_io *this, u32 media_id, u64 offset,
				     efi_uintn_t size, void *buffer)
{
	struct access a = { .offset = offset, .size = size, .buffer = buffer };

	return access(this, media_id, &a);
}

static efi_status_t EFIAPI write_disk(struct efi_disk_io *this, u32 media_id, u64 offset,
				      efi_uintn_t size, const void *buffer)
{
	struct access a = {
		.offset = offset,
		.size = size,
		.buffer = (u8 *)(uintptr_t)buffer,
		.write = true,
	};

	return access(this, media_id, &a);
}

struct efi_block *efi_disk_io_block(struct efi_disk_io *disk_io)
{
	if (disk_io->read_disk != read_disk)
		return NULL;
	return container_of(disk_io, struct efi_block, disk_io);
}

int efi_disk_io_init(struct efi_block *block)
{
	u32 size = block->dev->block_size;

	if (!block->edge && size > common_edge_size) {
		efi_free_pool(common_edge);
		common_edge = efi_zalloc(size);
		common_edge_size = common_edge ? size : 0;
		if (!common_edge)
			return -ENOMEM;
	}
	block->disk_io = (struct efi_disk_io) {
		.revision = EFI_DISK_IO_REVISION,
		.read_disk = read_disk,
		.write_disk = write_disk,
	};
	return 0;
}
