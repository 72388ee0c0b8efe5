/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* IDE disks. Document: INCITS 482 (ACS-2) revision 7, chapter 7. */
#define pr_fmt(fmt) "ide: " fmt

#include <fw/errno.h>
#include <fw/log.h>

#include "ide.h"

static struct ide_drive *to_drive(struct block_device *dev)
{
	return container_of(dev, struct ide_drive, scsi.block);
}

/* With the shorter registers if they can say it: each byte of them is an exit. */
static struct ide_command command(const struct block_device *dev, bool write, u64 lba, u32 count)
{
	bool is_ext = lba + count > ATA_SECTORS_28 || count > ATA_COUNT_MAX_28;
	struct ide_command cmd = {
		.is_ext = is_ext,
		.lba = lba,
		.count = count,
		.len = count * dev->block_size,
		.dir = write ? DMA_TO_DEVICE : DMA_FROM_DEVICE,
	};

	if (write)
		cmd.code = is_ext ? ATA_WRITE_DMA_EXT : ATA_WRITE_DMA;
	else
		cmd.code = is_ext ? ATA_READ_DMA_EXT : ATA_READ_DMA;
	return cmd;
}

static int transfer(struct block_device *dev, bool write, u64 lba, u64 count, u8 *buf)
{
	u32 max = IDE_TRANSFER_MAX / dev->block_size;
	struct ide_command cmd;
	int rc;

	if (!to_drive(dev)->has_lba48)
		max = MIN(max, (u32)ATA_COUNT_MAX_28);
	for (; count; count -= cmd.count, lba += cmd.count, buf += cmd.len) {
		cmd = command(dev, write, lba, (u32)MIN(count, (u64)max));
		cmd.buf = buf;
		rc = ide_run(to_drive(dev), &cmd);
		if (rc) {
			pr_err("%s: sector %llu: error %d", dev->name, (unsigned long long)lba, rc);
			return rc;
		}
	}
	return 0;
}

static int ata_read(struct block_device *dev, u64 lba, u64 count, void *buf)
{
	return transfer(dev, false, lba, count, buf);
}

static int ata_write(struct block_device *dev, u64 lba, u64 count, const void *buf)
{
	return transfer(dev, true, lba, count, (u8 *)(uintptr_t)buf);
}

static int ata_flush(struct block_device *dev)
{
	struct ide_command cmd = { .code = to_drive(dev)->flush };

	return cmd.code ? ide_run(to_drive(dev), &cmd) : 0;
}

static void ata_quiesce(struct block_device *dev)
{
	ide_quiesce(to_drive(dev));
}

static const struct block_ops ata_ops = {
	.read = ata_read,
	.write = ata_write,
	.flush = ata_flush,
	.quiesce = ata_quiesce,
};

int ide_ata_attach(struct ide_drive *drive, const le16 *id)
{
	struct block_device *block = &drive->scsi.block;
	struct ata_identity identity;

	if (ata_identify(id, &identity) != 0 || !identity.has_dma) {
		pr_err("%s: a disk without logical addresses, or without DMA", block->name);
		return -ENODEV;
	}
	block->ops = &ata_ops;
	block->blocks = identity.sectors;
	block->block_size = identity.sector_size;
	if (block->block_size > IDE_TRANSFER_MAX)
		block->block_size = 0;		/* which is refused */
	drive->has_lba48 = identity.has_lba48;
	drive->flush = identity.flush;
	if (!identity.has_lba48)
		block->blocks = MIN(block->blocks, ATA_SECTORS_28);
	return block_register(block);
}
