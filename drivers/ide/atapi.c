/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * CD-ROM drives on IDE: SCSI commands in ATA packets.
 * Document: INCITS 361 (ATA/ATAPI-6), sections 8.23 and 9.8.
 */
#include <fw/errno.h>

#include "ide.h"

static struct ide_drive *to_drive(struct scsi_device *sdev)
{
	return container_of(sdev, struct ide_drive, scsi);
}

/* The adapter does not say how much it has transferred: what is missing stays zero. */
static int send_packet(struct scsi_device *sdev, const u8 *packet, enum dma_dir dir, void *buf,
		       u32 len, u32 *done)
{
	struct ide_command cmd = {
		.code = ATA_PACKET,
		.features = len ? ATA_PACKET_DMA : 0,
		.packet = packet,
		.buf = buf,
		.len = len,
		.dir = dir,
	};
	int rc = ide_run(to_drive(sdev), &cmd);

	*done = rc ? 0 : len;
	return rc;
}

static int run(struct scsi_device *sdev, struct scsi_cmd *cmd)
{
	return atapi_run(sdev, cmd, send_packet);
}

static void quiesce(struct scsi_device *sdev)
{
	ide_quiesce(to_drive(sdev));
}

static const struct scsi_ops atapi_ops = {
	.run = run,
	.quiesce = quiesce,
};

int ide_atapi_attach(struct ide_drive *drive)
{
	drive->scsi.ops = &atapi_ops;
	drive->scsi.transfer_max = IDE_TRANSFER_MAX;
	drive->scsi.block.ide.atapi = true;
	return scsi_attach(&drive->scsi);
}
