/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Block I/O, and a handle for each disk. A disk that is its PCI function (virtio-blk)
 * has the function's handle; others have one of their own, with one node more.
 *
 * A notification function may use a disk, too: transfers are made at TPL_CALLBACK,
 * the highest level at which that is allowed.
 * Document: UEFI 2.10, sections 13.9, 10.3.4.
 */
#define pr_fmt(fmt) "block-io: " fmt

#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/string.h>

#include "block_io.h"

#define MEDIA_ID	1
#define LOOK_PERIOD	((u64)1000000)		/* 0.1 s */

static LIST_HEAD(block_list);

const struct list_head *efi_blocks(void)
{
	return &block_list;
}

static struct efi_block *to_block(struct efi_block_io *this)
{
	return container_of(this, struct efi_block, block_io);
}

/* The protocol stays, but all that was made of the medium goes, and comes again. */
static void EFIAPI renew(efi_event_t event __unused, void *context)
{
	struct efi_block *disk = context;

	efi_disconnect_controller(disk->handle, NULL, NULL);
	efi_reinstall_protocol_interface(disk->handle, &efi_guid_block_io, &disk->block_io,
					 &disk->block_io);
}

static void set_media(struct efi_block *disk)
{
	const struct block_device *dev = disk->dev;

	disk->media.media_present = !dev->absent;
	disk->media.read_only = dev->read_only;
	disk->media.block_size = dev->block_size;
	disk->media.last_block = dev->absent ? 0 : dev->blocks - 1;
}

/* Each look is a command to the drive. */
static void look(struct efi_block *disk, bool now)
{
	u64 time;

	if (disk->renew == NULL)
		return;
	time = efi_time_100ns();
	if (!now && time - disk->looked < LOOK_PERIOD)
		return;
	block_check(disk->dev);
	disk->looked = time;
	if (disk->dev->medium == disk->seen)
		return;
	disk->seen = disk->dev->medium;
	set_media(disk);
	disk->media.media_id++;
	if (efi_disk_io_init(disk) != 0)
		disk->media.media_present = false;
	efi_signal_event(disk->renew);
}

/* Whatever else is wrong with a call, the state of the medium is told (13.9.3). */
static efi_status_t check_medium(const struct efi_block *block, u32 media_id)
{
	if (!block->medium->media_present)
		return EFI_NO_MEDIA;
	/* A part is one of the medium that it was found on. */
	if (media_id != block->media.media_id || media_id != block->medium->media_id)
		return EFI_MEDIA_CHANGED;
	return EFI_SUCCESS;
}

efi_status_t efi_block_check(struct efi_block *block, u32 media_id, bool write)
{
	efi_status_t status;

	look(block->disk ? block->disk : block, false);
	status = check_medium(block, media_id);
	if (status == EFI_SUCCESS && write && block->media.read_only)
		return EFI_WRITE_PROTECTED;
	return status;
}

efi_status_t efi_block_status(struct efi_block *block, u32 media_id, int rc)
{
	efi_status_t status;

	switch (rc) {
	case 0:
		return EFI_SUCCESS;
	case -EPERM:
		return EFI_WRITE_PROTECTED;
	case -ERANGE:
		return EFI_INVALID_PARAMETER;
	case -ENOMEM:
		return EFI_OUT_OF_RESOURCES;
	default:
		look(block->disk ? block->disk : block, true);
		status = check_medium(block, media_id);
		return status == EFI_SUCCESS ? EFI_DEVICE_ERROR : status;
	}
}

/* Return: EFI_SUCCESS with @count blocks to transfer, which may be 0. */
static efi_status_t check_range(const struct efi_block *block, efi_lba_t lba, efi_uintn_t size,
				const void *buffer, u64 *count)
{
	const struct efi_block_io_media *media = &block->media;

	*count = size / media->block_size;
	if (size == 0)
		return EFI_SUCCESS;
	if (buffer == NULL)
		return EFI_INVALID_PARAMETER;
	if (size % media->block_size)
		return EFI_BAD_BUFFER_SIZE;
	if (lba > media->last_block || *count - 1 > media->last_block - lba)
		return EFI_INVALID_PARAMETER;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI reset(struct efi_block_io *this, efi_bool_t extended __unused)
{
	return this ? EFI_SUCCESS : EFI_INVALID_PARAMETER;
}

static efi_status_t EFIAPI read_blocks(struct efi_block_io *this, u32 media_id, efi_lba_t lba,
				       efi_uintn_t size, void *buffer)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	struct efi_block *block;
	efi_status_t status;
	u64 count;
	int rc;

	if (this == NULL)
		return EFI_INVALID_PARAMETER;
	block = to_block(this);
	status = efi_block_check(block, media_id, false);
	if (status == EFI_SUCCESS)
		status = check_range(block, lba, size, buffer, &count);
	if (status != EFI_SUCCESS || size == 0)
		return status;
	rc = block_read(block->dev, block->start + lba, count, buffer);
	return efi_block_status(block, media_id, rc);
}

static efi_status_t EFIAPI write_blocks(struct efi_block_io *this, u32 media_id, efi_lba_t lba,
					efi_uintn_t size, const void *buffer)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	struct efi_block *block;
	efi_status_t status;
	u64 count;
	int rc;

	if (this == NULL)
		return EFI_INVALID_PARAMETER;
	block = to_block(this);
	status = efi_block_check(block, media_id, true);
	if (status == EFI_SUCCESS)
		status = check_range(block, lba, size, buffer, &count);
	if (status != EFI_SUCCESS || size == 0)
		return status;
	rc = block_write(block->dev, block->start + lba, count, buffer);
	return efi_block_status(block, media_id, rc);
}

static efi_status_t EFIAPI flush_blocks(struct efi_block_io *this)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	struct efi_block *block;
	efi_status_t status;
	int rc;

	if (this == NULL)
		return EFI_INVALID_PARAMETER;
	block = to_block(this);
	status = efi_block_check(block, block->media.media_id, false);
	if (status != EFI_SUCCESS || block->media.read_only)
		return status;
	rc = block_flush(block->dev);
	return efi_block_status(block, block->media.media_id, rc);
}

static void init_protocol(struct efi_block *block, u64 blocks)
{
	const struct block_device *dev = block->dev;

	block->media = (struct efi_block_io_media) {
		.media_id = block->disk ? block->disk->medium->media_id : MEDIA_ID,
		.removable_media = dev->removable,
		.logical_partition = block->disk != NULL,
		.write_caching = dev->ops->flush && !dev->read_only,
		.io_align = 1,
	};
	set_media(block);
	if (!dev->absent)
		block->media.last_block = blocks - 1;
	block->medium = block->disk ? block->disk->medium : &block->media;
	block->block_io = (struct efi_block_io) {
		.revision = EFI_BLOCK_IO_REVISION,
		.media = &block->media,
		.reset = reset,
		.read_blocks = read_blocks,
		.write_blocks = write_blocks,
		.flush_blocks = flush_blocks,
	};
}

int efi_block_install(struct efi_block *block, u64 blocks)
{
	efi_status_t status = EFI_SUCCESS;
	bool is_new = block->handle == NULL;

	init_protocol(block, blocks);
	if (efi_disk_io_init(block) != 0)
		return -ENOMEM;
	if (is_new)
		status = efi_install_protocol_interface(&block->handle, &efi_guid_device_path,
							EFI_NATIVE_INTERFACE, block->path);
	if (status == EFI_SUCCESS)
		status = efi_install_multiple_protocol_interfaces(&block->handle,
				&efi_guid_block_io, &block->block_io,
				&efi_guid_disk_io, &block->disk_io, NULL);
	if (status != EFI_SUCCESS) {
		/* The caller frees the path. */
		if (is_new && block->handle != NULL)
			efi_uninstall_protocol_interface(block->handle, &efi_guid_device_path,
							 block->path);
		pr_err("%s: no handle: %llx", block->dev->name, (unsigned long long)status);
		return -ENOMEM;
	}
	return 0;
}

efi_status_t efi_block_remove(struct efi_block *block)
{
	return efi_uninstall_multiple_protocol_interfaces(block->handle,
			&efi_guid_device_path, block->path,
			&efi_guid_block_io, &block->block_io,
			&efi_guid_disk_io, &block->disk_io, NULL);
}

/* What a disk's path has after that of its controller. */
static const struct efi_device_path *disk_node(const struct block_device *dev, u8 *buf)
{
	if (dev->bus == BLOCK_BUS_SCSI) {
		const struct efi_dp_scsi node = {
			.head = { DP_MESSAGING, DP_MSG_SCSI, { sizeof(node), 0 } },
			.target = dev->scsi.target,
			.lun = dev->scsi.lun,
		};

		return memcpy(buf, &node, sizeof(node));
	}
	if (dev->bus == BLOCK_BUS_SATA) {
		const struct efi_dp_sata node = {
			.head = { DP_MESSAGING, DP_MSG_SATA, { sizeof(node), 0 } },
			.port = dev->sata.port,
			.multiplier = 0xffff,
		};

		return memcpy(buf, &node, sizeof(node));
	}
	if (dev->bus == BLOCK_BUS_NVME) {
		struct efi_dp_nvme node = {
			.head = { DP_MESSAGING, DP_MSG_NVME, { sizeof(node), 0 } },
			.namespace_id = dev->nvme.id,
		};

		memcpy(node.eui64, dev->nvme.eui64, sizeof(node.eui64));
		return memcpy(buf, &node, sizeof(node));
	}
	if (dev->bus == BLOCK_BUS_IDE) {
		const struct efi_dp_atapi node = {
			.head = { DP_MESSAGING, DP_MSG_ATAPI, { sizeof(node), 0 } },
			.channel = dev->ide.channel,
			.drive = dev->ide.drive,
		};

		return memcpy(buf, &node, sizeof(node));
	}
	return NULL;
}

static int watch(struct efi_block *disk)
{
	if (!disk->dev->removable || !disk->dev->ops->check)
		return 0;
	disk->seen = disk->dev->medium;
	disk->looked = efi_time_100ns();
	return efi_create_event(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, renew, disk, &disk->renew) ==
	       EFI_SUCCESS ? 0 : -ENOMEM;
}

static int add_disk(struct block_device *dev)
{
	struct efi_block *block = efi_zalloc(sizeof(*block));
	u8 buf[sizeof(struct efi_dp_nvme)];
	const struct efi_device_path *node = disk_node(dev, buf);
	struct efi_device_path *controller = efi_dp_pci(dev->pci);
	int rc = -ENOMEM;

	if (block && controller) {
		block->dev = dev;
		if (node) {
			block->path = efi_dp_append_node(controller, node);
		} else {
			block->handle = efi_pci_handle(dev->pci);
			block->path = efi_dp_duplicate(controller);
		}
		if (block->path && (node || block->handle) && watch(block) == 0)
			rc = efi_block_install(block, dev->blocks);
	}
	efi_free_pool(controller);
	if (rc == 0) {
		list_add_tail(&block->list, &block_list);
		return 0;
	}
	pr_err("%s: no memory for its handle", dev->name);
	if (block) {
		efi_free_pool(block->path);
		if (block->renew)
			efi_close_event(block->renew);
	}
	efi_free_pool(block);
	return rc;
}

/* A disk without a handle is no reason not to boot from another. */
static int add_disks(void)
{
	struct block_device *dev;

	list_for_each_entry(dev, block_devices(), list)
		add_disk(dev);
	return 0;
}

HOOK(efi, 30, common, add_disks);

/* All drivers for what is on a disk are there by now. */
static int connect_disks(void)
{
	struct efi_block *disk;

	list_for_each_entry(disk, &block_list, list)
		efi_connect_controller(disk->handle, NULL, NULL, true);
	return 0;
}

HOOK(efi, 49, common, connect_disks);
