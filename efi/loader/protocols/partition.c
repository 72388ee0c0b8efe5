/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A handle for each partition: its path is that of the disk and one node more, from
 * which boot loaders find the disk again.
 *
 * The type of a GPT partition is added to its handle as a protocol (5.3.3), but only
 * that of the system partition: with any other name, the disk could say that there
 * is a protocol which is not there.
 * Document: UEFI 2.10, sections 5.3.3, 10.3.5.1, 10.3.5.2, 13.3.2 and 13.18.
 */
#define pr_fmt(fmt) "partition: " fmt

#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/partition.h>
#include <fw/string.h>
#include <spec/efi/partition_info.h>

#include "block_io.h"
#include "gpt_measure.h"

/* A partition with its protocols. */
struct efi_partition {
	struct efi_block block;
	struct efi_partition_info info;
};

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

static efi_status_t install_more(struct efi_partition *part, const struct partition *p)
{
	efi_status_t status;

	init_info(&part->info, p);
	status = efi_install_protocol_interface(&part->block.handle, &efi_guid_partition_info,
						EFI_NATIVE_INTERFACE, &part->info);
	if (status == EFI_SUCCESS && is_system_partition(p))
		status = efi_install_protocol_interface(&part->block.handle,
							&efi_guid_system_partition,
							EFI_NATIVE_INTERFACE, NULL);
	return status;
}

static int add_partition(const struct partition *p, void *ctx)
{
	const struct efi_block *disk = ctx;
	struct efi_partition *part = efi_zalloc(sizeof(*part));

	if (part && gpt_measure_note(disk->dev, p) == 0) {
		part->block.dev = disk->dev;
		part->block.start = p->start;
		part->block.path = partition_path(disk, p);
		if (part->block.path && efi_block_install(&part->block, p->blocks) == 0 &&
		    install_more(part, p) == EFI_SUCCESS)
			return 0;
	}
	/* What is installed stays: it is right as far as it goes. */
	pr_err("%s: no memory for partition %u", disk->dev->name, p->number);
	return -ENOMEM;
}

static int read_disk(const struct partition_source *src, u64 lba, u64 count, void *buf)
{
	return block_read(src->ctx, lba, count, buf);
}

static int scan_disk(struct efi_block *disk)
{
	struct partition_source src = {
		.read = read_disk,
		.ctx = disk->dev,
		.name = disk->dev->name,
		.block_size = disk->dev->block_size,
		.blocks = disk->dev->blocks,
	};

	return partition_scan(&src, add_partition, disk);
}

/* Partitions join the list while it is walked, and have none of their own. */
static int add_partitions(void)
{
	struct efi_block *disk;

	list_for_each_entry(disk, efi_blocks(), list) {
		if (disk->media.logical_partition)
			break;
		scan_disk(disk);
	}
	return 0;
}

HOOK(efi, 40, common, add_partitions);
