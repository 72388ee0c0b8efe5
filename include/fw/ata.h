/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What drivers of ATA adapters share: a disk's description of itself, and SCSI
 * commands in ATA packets.
 */
#ifndef FW_ATA_H
#define FW_ATA_H

#include <fw/byteorder.h>
#include <fw/scsi.h>
#include <spec/ata.h>

/**
 * struct ata_identity - what a disk says of itself
 * @sectors, @sector_size: as they say; the block layer checks them
 * @has_dma:   it transfers data by itself
 * @has_lba48: it knows addresses of 48 bits; else of 28
 * @flush:     the command that empties its cache, 0 if there is none
 */
struct ata_identity {
	u64 sectors;
	u32 sector_size;
	bool has_dma;
	bool has_lba48;
	u8 flush;
};

/**
 * ata_identify() - read the answer to IDENTIFY DEVICE
 * @id:       ATA_ID_SIZE bytes
 * @identity: where to put what it says
 *
 * Return: 0, or -ENODEV for a disk without logical addresses.
 */
int ata_identify(const le16 *id, struct ata_identity *identity);

/*
 * An adapter's way to send a packet of 16 bytes.
 *
 * Return: 0 with the number of bytes in *@done, -EIO if the device reports an
 * error, or what else kept it from ending.
 */
typedef int (*atapi_packet_t)(struct scsi_device *sdev, const u8 *packet, enum dma_dir dir,
			      void *buf, u32 len, u32 *done);

/**
 * atapi_run() - the run() of struct scsi_ops for devices that take packets
 * @sdev: device
 * @cmd:  command
 * @send: sends a packet
 *
 * Such a device says why it refuses a packet only if it is asked.
 *
 * Return: as run().
 */
int atapi_run(struct scsi_device *sdev, struct scsi_cmd *cmd, atapi_packet_t send);

#endif
