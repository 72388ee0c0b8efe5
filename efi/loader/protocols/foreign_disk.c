/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The driver that puts Disk I/O on block devices of loaded software, such as RAM
 * disks; partitions and file systems then come as they do on our own.
 *
 * Nothing of them is kept in memory: their owner may write to them directly, and to
 * what he has of the system.
 * Documents: UEFI 2.10, sections 11.1 (driver binding), 13.7 and 13.9.
 */
#define pr_fmt(fmt) "foreign-disk: " fmt

#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/string.h>
#include <spec/efi/driver_binding.h>

#include "block_io.h"

#define BLOCK_SIZE_MIN	512
#define BLOCK_SIZE_MAX	65536

/**
 * struct foreign_disk - a block device of somebody else
 * @block: as our own parts and file systems see it
 * @dev:   and the block layer, where it is in no list
 * @io:    its driver
 * @media_id: medium that was there when this was made
 * @aligned: a block that the driver accepts, for buffers that it does not
 */
struct foreign_disk {
	struct efi_block block;
	struct block_device dev;
	struct efi_block_io *io;
	u32 media_id;
	u64 pages;
	u8 *aligned;
};

static struct efi_driver_binding binding;

static struct foreign_disk *to_disk(struct block_device *dev)
{
	return container_of(dev, struct foreign_disk, dev);
}

static int result(efi_status_t status)
{
	if (status == EFI_WRITE_PROTECTED)
		return -EPERM;
	return status == EFI_SUCCESS ? 0 : -EIO;
}

static bool is_aligned(const struct foreign_disk *disk, const void *buf)
{
	u32 align = disk->io->media->io_align;

	return align <= 1 || (uintptr_t)buf % align == 0;
}

static int foreign_read(struct block_device *dev, u64 lba, u64 count, void *buf)
{
	struct foreign_disk *disk = to_disk(dev);
	u32 size = dev->block_size;
	u8 *to = buf;
	int rc = 0;

	if (is_aligned(disk, buf))
		return result(disk->io->read_blocks(disk->io, disk->media_id, lba, count * size,
						    buf));
	for (; count && rc == 0; count--, lba++, to += size) {
		rc = result(disk->io->read_blocks(disk->io, disk->media_id, lba, size,
						  disk->aligned));
		memcpy(to, disk->aligned, size);
	}
	return rc;
}

static int foreign_write(struct block_device *dev, u64 lba, u64 count, const void *buf)
{
	struct foreign_disk *disk = to_disk(dev);
	u32 size = dev->block_size;
	const u8 *from = buf;
	int rc = 0;

	if (is_aligned(disk, buf))
		return result(disk->io->write_blocks(disk->io, disk->media_id, lba, count * size,
						     buf));
	for (; count && rc == 0; count--, lba++, from += size) {
		memcpy(disk->aligned, from, size);
		rc = result(disk->io->write_blocks(disk->io, disk->media_id, lba, size,
						   disk->aligned));
	}
	return rc;
}

static int foreign_flush(struct block_device *dev)
{
	struct foreign_disk *disk = to_disk(dev);

	return result(disk->io->flush_blocks(disk->io));
}

static const struct block_ops foreign_ops = {
	.read = foreign_read,
	.write = foreign_write,
	.flush = foreign_flush,
};

static efi_status_t open_by_driver(efi_handle_t controller, struct efi_block_io **io)
{
	return efi_open_protocol(controller, &efi_guid_block_io, (void **)io,
				 binding.driver_binding, controller, EFI_OPEN_BY_DRIVER);
}

static void close_by_driver(efi_handle_t controller)
{
	efi_close_protocol(controller, &efi_guid_block_io, binding.driver_binding, controller);
}

static bool has_disk_io(efi_handle_t controller)
{
	return efi_open_protocol(controller, &efi_guid_disk_io, NULL, binding.driver_binding,
				 controller, EFI_OPEN_TEST_PROTOCOL) == EFI_SUCCESS;
}

/* What the block layer takes for granted. */
static bool is_sane(const struct efi_block_io_media *media)
{
	u32 size = media->block_size;

	return size >= BLOCK_SIZE_MIN && size <= BLOCK_SIZE_MAX && (size & (size - 1)) == 0 &&
	       media->last_block < ((u64)1 << 63) / size && media->io_align <= PAGE_SIZE &&
	       (media->io_align & (media->io_align - 1)) == 0;
}

static efi_status_t EFIAPI supported(struct efi_driver_binding *this __unused,
				     efi_handle_t controller,
				     struct efi_device_path *remaining __unused)
{
	struct efi_block_io *io;
	efi_status_t status;

	if (has_disk_io(controller))
		return EFI_ALREADY_STARTED;
	status = open_by_driver(controller, &io);
	if (status != EFI_SUCCESS)
		return status;
	if (!is_sane(io->media))
		status = EFI_UNSUPPORTED;
	close_by_driver(controller);
	return status;
}

static void free_disk(struct foreign_disk *disk)
{
	if (disk->aligned)
		efi_free_pages((uintptr_t)disk->aligned, disk->pages);
	efi_free_pool(disk->block.edge);
	efi_free_pool(disk);
}

static int alloc_buffers(struct foreign_disk *disk)
{
	u64 address;

	disk->block.edge = efi_zalloc(disk->dev.block_size);
	if (!disk->block.edge)
		return -ENOMEM;
	if (disk->io->media->io_align <= 1)
		return 0;
	disk->pages = ALIGN_UP((u64)disk->dev.block_size, PAGE_SIZE) >> PAGE_SHIFT;
	if (efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_BOOT_DATA, disk->pages, &address) !=
	    EFI_SUCCESS)
		return -ENOMEM;
	disk->aligned = (u8 *)(uintptr_t)address;
	return 0;
}

static struct foreign_disk *make_disk(efi_handle_t controller, struct efi_block_io *io)
{
	struct foreign_disk *disk = efi_zalloc(sizeof(*disk));
	void *path;

	if (!disk)
		return NULL;
	disk->io = io;
	disk->media_id = io->media->media_id;
	disk->dev = (struct block_device) {
		.ops = &foreign_ops,
		.block_size = io->media->block_size,
		.blocks = io->media->last_block + 1,
		.align = 1,
		.read_only = io->media->read_only,
		.removable = io->media->removable_media,
		.shared = true,
		.name = "disk of a loaded driver",
	};
	disk->block.dev = &disk->dev;
	disk->block.media = *io->media;
	disk->block.medium = io->media;
	disk->block.handle = controller;
	if (efi_handle_protocol(controller, &efi_guid_device_path, &path) == EFI_SUCCESS)
		disk->block.path = path;
	/* A part of another driver's has no parts. */
	if (io->media->logical_partition)
		disk->block.path = NULL;
	if (alloc_buffers(disk) == 0 && efi_disk_io_init(&disk->block) == 0)
		return disk;
	free_disk(disk);
	return NULL;
}

static efi_status_t EFIAPI start(struct efi_driver_binding *this __unused,
				 efi_handle_t controller,
				 struct efi_device_path *remaining __unused)
{
	struct foreign_disk *disk;
	struct efi_block_io *io;
	efi_status_t status = open_by_driver(controller, &io);

	if (status != EFI_SUCCESS)
		return status;
	status = EFI_UNSUPPORTED;
	if (!is_sane(io->media))
		goto close;
	status = EFI_OUT_OF_RESOURCES;
	disk = make_disk(controller, io);
	if (!disk)
		goto close;
	status = efi_install_protocol_interface(&controller, &efi_guid_disk_io,
						EFI_NATIVE_INTERFACE, &disk->block.disk_io);
	if (status == EFI_SUCCESS)
		return EFI_SUCCESS;
	free_disk(disk);
close:
	close_by_driver(controller);
	return status;
}

static efi_status_t EFIAPI stop(struct efi_driver_binding *this __unused,
				efi_handle_t controller, efi_uintn_t children __unused,
				efi_handle_t *child __unused)
{
	struct efi_block *block = NULL;
	efi_status_t status;
	void *interface;

	status = efi_handle_protocol(controller, &efi_guid_disk_io, &interface);
	if (status == EFI_SUCCESS)
		block = efi_disk_io_block(interface);
	if (!block || block->dev->ops != &foreign_ops)
		return EFI_UNSUPPORTED;
	/* Drivers of parts and file systems let go of it first. */
	status = efi_uninstall_protocol_interface(controller, &efi_guid_disk_io, interface);
	if (status != EFI_SUCCESS)
		return EFI_DEVICE_ERROR;
	close_by_driver(controller);
	free_disk(container_of(block, struct foreign_disk, block));
	return EFI_SUCCESS;
}

static struct efi_driver_binding binding = {
	.supported = supported,
	.start = start,
	.stop = stop,
	.version = 0x12,
};

static int start_driver(void)
{
	binding.image = efi_firmware_handle;
	return efi_install_protocol_interface(&binding.driver_binding, &efi_guid_driver_binding,
					      EFI_NATIVE_INTERFACE, &binding) == EFI_SUCCESS ?
	       0 : -ENOMEM;
}

HOOK(efi, 39, common, start_driver);
