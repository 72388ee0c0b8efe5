/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* SATA disks. Document: INCITS 482 (ACS-2) revision 7, chapter 7. */
#define pr_fmt(fmt) "ahci: " fmt

#include <fw/errno.h>
#include <fw/log.h>

#include "ahci.h"

static struct ahci_port *to_port(struct block_device *dev)
{
	return container_of(dev, struct ahci_port, scsi.block);
}

static struct ahci_command command(u8 code, u64 lba, u32 count)
{
	return (struct ahci_command) {
		.fis = {
			.command = code,
			.device = ATA_DEVICE_LBA,
			.lba = { (u8)lba, (u8)(lba >> 8), (u8)(lba >> 16) },
			.lba_high = { (u8)(lba >> 24), (u8)(lba >> 32), (u8)(lba >> 40) },
			/* 65536 is written as 0. */
			.count = { (u8)count, (u8)(count >> 8) },
		},
	};
}

/* Up to the size of one piece of memory, and as much as the mapping allows. */
static int transfer_part(struct block_device *dev, enum dma_dir dir, u64 lba, phys_addr_t buf,
			 u64 len, u32 *part)
{
	struct ahci_command cmd;
	struct dma_mapping map;
	u32 done;
	int rc;

	rc = dma_map(&map, buf, MIN(len, (u64)AHCI_PRD_MAX), dir);
	if (rc)
		return rc;
	*part = (u32)ALIGN_DOWN(map.len, dev->block_size);
	cmd = command(dir == DMA_FROM_DEVICE ? ATA_READ_DMA_EXT : ATA_WRITE_DMA_EXT, lba,
		      *part / dev->block_size);
	cmd.buf = map.addr;
	cmd.len = *part;
	cmd.dir = dir;
	rc = *part ? ahci_run(to_port(dev), &cmd, &done) : -ENOMEM;
	dma_unmap(&map);
	return rc;
}

static int transfer(struct block_device *dev, enum dma_dir dir, u64 lba, u64 count,
		    phys_addr_t buf)
{
	u64 left = count * dev->block_size;
	u32 part;
	int rc;

	for (; left; left -= part, buf += part, lba += part / dev->block_size) {
		rc = transfer_part(dev, dir, lba, buf, left, &part);
		if (rc) {
			pr_err("%s: sector %llu: error %d", dev->name, (unsigned long long)lba, rc);
			return rc;
		}
	}
	return 0;
}

static int ata_read(struct block_device *dev, u64 lba, u64 count, void *buf)
{
	return transfer(dev, DMA_FROM_DEVICE, lba, count, (uintptr_t)buf);
}

static int ata_write(struct block_device *dev, u64 lba, u64 count, const void *buf)
{
	return transfer(dev, DMA_TO_DEVICE, lba, count, (uintptr_t)buf);
}

static int ata_flush(struct block_device *dev)
{
	struct ahci_command cmd = command(ATA_FLUSH_CACHE_EXT, 0, 0);
	u32 done;

	return to_port(dev)->flush ? ahci_run(to_port(dev), &cmd, &done) : 0;
}

static void ata_quiesce(struct block_device *dev)
{
	ahci_port_stop(to_port(dev));
}

static const struct block_ops ata_ops = {
	.read = ata_read,
	.write = ata_write,
	.flush = ata_flush,
	.quiesce = ata_quiesce,
};

static int identify(struct ahci_port *port, le16 *id)
{
	struct ahci_command cmd = command(ATA_IDENTIFY_DEVICE, 0, 0);
	struct dma_mapping map;
	u32 done = 0;
	int rc;

	rc = dma_map(&map, (uintptr_t)id, ATA_ID_SIZE, DMA_FROM_DEVICE);
	if (rc)
		return rc;
	cmd.buf = map.addr;
	cmd.len = ATA_ID_SIZE;
	cmd.dir = DMA_FROM_DEVICE;
	rc = map.len == ATA_ID_SIZE ? ahci_run(port, &cmd, &done) : -ENOMEM;
	dma_unmap(&map);
	return rc;
}

int ahci_ata_attach(struct ahci_port *port)
{
	struct block_device *block = &port->scsi.block;
	le16 id[ATA_ID_SIZE / 2] __aligned(8);
	struct ata_identity identity;
	int rc;

	rc = identify(port, id);
	if (rc) {
		pr_err("%s: error %d when it was identified", block->name, rc);
		return rc;
	}
	if (ata_identify(id, &identity) != 0 || !identity.has_lba48) {
		pr_err("%s: no 48-bit addresses", block->name);
		return -ENODEV;
	}
	block->ops = &ata_ops;
	block->blocks = identity.sectors;
	block->block_size = identity.sector_size;
	port->flush = identity.flush == ATA_FLUSH_CACHE_EXT;
	return block_register(block);
}
