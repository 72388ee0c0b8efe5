/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The driver that makes a handle for each partition: its path is that of the disk and
 * one node more, from which boot loaders find the disk again.
 *
 * The type of a GPT partition is added to its handle as a protocol (5.3.3), but only
 * that of the system partition: with any other name, the disk could say that there
 * is a protocol which is not there.
 * Document: UEFI 2.10, sections 5.3.3, 10.3.5.1, 10.3.5.2, 11.1, 13.3.2 and 13.18.
 */
#define pr_fmt(fmt) "partition: " fmt

#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/host_input.h>
#include <fw/log.h>
#include <fw/partition.h>
#include <fw/string.h>
#include <spec/efi/driver_binding.h>
#include <spec/efi/partition_info.h>
#include <spec/tcg.h>

#include "block_io.h"
#include "gpt_measure.h"

/* Measured when an image is read from the disk (gpt_measure.c). */
HOST_INPUT_OTHER(gpt, common, MEASURED, 5, EV_EFI_GPT_EVENT, "partition table of a disk");

/* A partition with its protocols. */
struct efi_partition {
	struct efi_block block;
	struct efi_partition_info info;
};

static struct efi_driver_binding binding;

static const struct efi_device_path *hd_node(const struct partition *p, struct efi_dp_hd *node)
{
	*node = (struct efi_dp_hd) {
		.head = { DP_MEDIA, DP_MEDIA_HD, { sizeof(*node), 0 } },
		.partition = p->number,
		.start = p->start,
		.size = p->blocks,
	};
	if (p->table == PARTITION_GPT) {
		node->format = DP_HD_GPT;
		node->signature_type = DP_HD_SIGNATURE_GUID;
		memcpy(node->signature, p->gpt.unique, sizeof(node->signature));
	} else {
		node->format = DP_HD_MBR;
		node->signature_type = DP_HD_SIGNATURE_MBR;
		put_le32(p->signature, node->signature);
	}
	return &node->head;
}

static const struct efi_device_path *cdrom_node(const struct partition *p, u32 block_size,
						struct efi_dp_cdrom *node)
{
	u32 factor = ISO_SECTOR / block_size;

	*node = (struct efi_dp_cdrom) {
		.head = { DP_MEDIA, DP_MEDIA_CDROM, { sizeof(*node), 0 } },
		.entry = p->number,
		.start = p->start / factor,
		.size = p->blocks / factor,
	};
	return &node->head;
}

static struct efi_device_path *partition_path(const struct efi_block *disk,
					      const struct partition *p)
{
	struct efi_dp_cdrom cdrom;
	struct efi_dp_hd hd;

	if (p->table == PARTITION_ELTORITO)
		return efi_dp_append_node(disk->path, cdrom_node(p, disk->dev->block_size, &cdrom));
	return efi_dp_append_node(disk->path, hd_node(p, &hd));
}

static bool is_system_partition(const struct partition *p)
{
	if (p->table == PARTITION_GPT)
		return memcmp(p->gpt.type, &efi_guid_system_partition, sizeof(p->gpt.type)) == 0;
	return p->table == PARTITION_MBR && p->mbr.type == MBR_TYPE_ESP;
}

static void init_info(struct efi_partition_info *info, const struct partition *p)
{
	info->revision = EFI_PARTITION_INFO_REVISION;
	info->system = is_system_partition(p);
	if (p->table == PARTITION_GPT) {
		info->type = EFI_PARTITION_GPT;
		info->info.gpt = p->gpt;
	} else if (p->table == PARTITION_MBR) {
		info->type = EFI_PARTITION_MBR;
		info->info.mbr = p->mbr;
	}
}

static efi_status_t install_more(struct efi_partition *part)
{
	efi_status_t status;

	status = efi_install_protocol_interface(&part->block.handle, &efi_guid_partition_info,
						EFI_NATIVE_INTERFACE, &part->info);
	if (status == EFI_SUCCESS && part->info.system)
		status = efi_install_protocol_interface(&part->block.handle,
							&efi_guid_system_partition,
							EFI_NATIVE_INTERFACE, NULL);
	return status;
}

/* The disk's protocol is open for each part: that is how a part is found again. */
static efi_status_t open_for(struct efi_partition *part)
{
	void *interface;

	return efi_open_protocol(part->block.disk->handle, &efi_guid_disk_io, &interface,
				 binding.driver_binding, part->block.handle,
				 EFI_OPEN_BY_CHILD_CONTROLLER);
}

static void free_partition(struct efi_partition *part)
{
	efi_free_pool(part->block.path);
	efi_free_pool(part);
}

static int add_partition(const struct partition *p, void *ctx)
{
	struct efi_block *disk = ctx;
	struct efi_partition *part = efi_zalloc(sizeof(*part));

	if (part && gpt_measure_note(disk->dev, p) == 0) {
		part->block.dev = disk->dev;
		part->block.disk = disk;
		part->block.edge = disk->edge;
		part->block.start = p->start;
		part->block.path = partition_path(disk, p);
		init_info(&part->info, p);
		if (part->block.path && efi_block_install(&part->block, p->blocks) == 0) {
			/* What is installed stays: it is right as far as it goes. */
			if (install_more(part) == EFI_SUCCESS && open_for(part) == EFI_SUCCESS)
				return 0;
		} else {
			free_partition(part);
		}
	}
	pr_err("%s: no memory for partition %u", disk->dev->name, p->number);
	return -ENOMEM;
}

static int read_blocks(const struct partition_source *src, u64 lba, u64 count, void *buf)
{
	return block_read(src->ctx, lba, count, buf);
}

/* Return: how many parts there are, or an error. */
static int scan_disk(struct efi_block *disk)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	struct partition_source src = {
		.read = read_blocks,
		.ctx = disk->dev,
		.name = disk->dev->name,
		.block_size = disk->dev->block_size,
		.blocks = disk->dev->blocks,
	};

	gpt_measure_forget(disk->dev);
	return partition_scan(&src, add_partition, disk);
}

static efi_status_t open_by_driver(efi_handle_t controller, struct efi_disk_io **disk)
{
	return efi_open_protocol(controller, &efi_guid_disk_io, (void **)disk,
				 binding.driver_binding, controller, EFI_OPEN_BY_DRIVER);
}

static void close_by_driver(efi_handle_t controller)
{
	efi_close_protocol(controller, &efi_guid_disk_io, binding.driver_binding, controller);
}

/* Parts have none of their own, and without a path none could be named. */
static bool can_have_partitions(struct efi_disk_io *disk_io)
{
	const struct efi_block *block = efi_disk_io_block(disk_io);

	return block && !block->disk && block->path && block->medium->media_present;
}

static efi_status_t EFIAPI supported(struct efi_driver_binding *this __unused,
				     efi_handle_t controller,
				     struct efi_device_path *remaining __unused)
{
	struct efi_disk_io *disk_io;
	efi_status_t status = open_by_driver(controller, &disk_io);

	if (status != EFI_SUCCESS)
		return status;
	if (!can_have_partitions(disk_io))
		status = EFI_UNSUPPORTED;
	close_by_driver(controller);
	return status;
}

static efi_status_t EFIAPI start(struct efi_driver_binding *this __unused,
				 efi_handle_t controller,
				 struct efi_device_path *remaining __unused)
{
	struct efi_disk_io *disk_io;
	efi_status_t status = open_by_driver(controller, &disk_io);

	if (status != EFI_SUCCESS)
		return status;
	if (can_have_partitions(disk_io) && scan_disk(efi_disk_io_block(disk_io)) > 0)
		return EFI_SUCCESS;
	/* Then it is a disk for another driver. */
	close_by_driver(controller);
	return EFI_UNSUPPORTED;
}

/* Of one part; whoever has it open is asked to let go. */
static efi_status_t remove_partition(efi_handle_t controller, efi_handle_t child)
{
	struct efi_partition *part;
	efi_status_t status;
	void *interface;

	status = efi_handle_protocol(child, &efi_guid_partition_info, &interface);
	if (status != EFI_SUCCESS)
		return status;
	part = container_of(interface, struct efi_partition, info);
	efi_close_protocol(controller, &efi_guid_disk_io, binding.driver_binding, child);
	if (part->info.system)
		efi_uninstall_protocol_interface(child, &efi_guid_system_partition, NULL);
	efi_uninstall_protocol_interface(child, &efi_guid_partition_info, &part->info);
	status = efi_block_remove(&part->block);
	if (status == EFI_SUCCESS) {
		free_partition(part);
		return EFI_SUCCESS;
	}
	install_more(part);
	open_for(part);
	return status;
}

static efi_status_t EFIAPI stop(struct efi_driver_binding *this __unused,
				efi_handle_t controller, efi_uintn_t children,
				efi_handle_t *child)
{
	efi_status_t status = EFI_SUCCESS;
	struct efi_block *disk = NULL;
	void *interface;
	efi_uintn_t i;

	if (children == 0) {
		if (efi_handle_protocol(controller, &efi_guid_disk_io, &interface) == EFI_SUCCESS)
			disk = efi_disk_io_block(interface);
		if (disk != NULL)
			gpt_measure_forget(disk->dev);
		close_by_driver(controller);
	}
	for (i = 0; i < children; i++) {
		if (remove_partition(controller, child[i]) != EFI_SUCCESS)
			status = EFI_DEVICE_ERROR;
	}
	return status;
}

/* Before the drivers of what is in a partition: a disk that has some is taken by this one. */
static struct efi_driver_binding binding = {
	.supported = supported,
	.start = start,
	.stop = stop,
	.version = 0x11,
};

static int start_driver(void)
{
	binding.image = efi_firmware_handle;
	return efi_install_protocol_interface(&binding.driver_binding, &efi_guid_driver_binding,
					      EFI_NATIVE_INTERFACE, &binding) == EFI_SUCCESS ?
	       0 : -ENOMEM;
}

HOOK(efi, 40, common, start_driver);
