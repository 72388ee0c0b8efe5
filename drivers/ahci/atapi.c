/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * CD-ROM drives on SATA: SCSI commands in ATA packets.
 * Document: INCITS 482 (ACS-2) revision 7, section 7.23.
 */
#include <fw/errno.h>
#include <fw/string.h>

#include "ahci.h"

static int run_packet(struct ahci_port *port, const u8 *packet, enum dma_dir dir, void *buf,
		      u32 len, u32 *done)
{
	struct ahci_command cmd = {
		.fis = {
			.command = ATA_PACKET,
			.features = len ? ATA_PACKET_DMA : 0,
		},
		.packet = packet,
		.len = len,
		.dir = dir,
	};
	struct dma_mapping map;
	int rc;

	rc = dma_map(&map, (uintptr_t)buf, len, dir);
	if (rc)
		return rc;
	cmd.buf = map.addr;
	rc = map.len < len ? -ENOMEM : ahci_run(port, &cmd, done);
	dma_unmap(&map);
	return rc;
}

/* The drive has refused a packet: it says why if it is asked. */
static int ask_sense(struct ahci_port *port, struct scsi_cmd *cmd)
{
	u8 packet[16] = { SCSI_REQUEST_SENSE, 0, 0, 0, SCSI_SENSE_LEN };
	u8 sense[ALIGN_UP(SCSI_SENSE_LEN, 8)] __aligned(8) = { 0 };
	u32 done = 0;
	int rc;

	rc = run_packet(port, packet, DMA_FROM_DEVICE, sense, SCSI_SENSE_LEN, &done);
	if (rc)
		return rc;
	cmd->status = SCSI_STATUS_CHECK;
	memcpy(cmd->sense, sense, MIN(done, (u32)SCSI_SENSE_LEN));
	return 0;
}

static int atapi_run(struct scsi_device *sdev, struct scsi_cmd *cmd)
{
	struct ahci_port *port = container_of(sdev, struct ahci_port, scsi);
	int rc;

	rc = run_packet(port, cmd->cdb, cmd->dir, cmd->buf, cmd->len, &cmd->done);
	return rc == -EIO && !port->dead ? ask_sense(port, cmd) : rc;
}

static void atapi_quiesce(struct scsi_device *sdev)
{
	ahci_port_stop(container_of(sdev, struct ahci_port, scsi));
}

static const struct scsi_ops atapi_ops = {
	.run = atapi_run,
	.quiesce = atapi_quiesce,
};

int ahci_atapi_attach(struct ahci_port *port)
{
	port->scsi.ops = &atapi_ops;
	/* Of the shared memory a guest may have, one command gets a part. */
	port->scsi.transfer_max = dma_is_bounced() ? (u32)KiB(256) : AHCI_PRD_MAX;
	port->scsi.block.sata.atapi = true;
	return scsi_attach(&port->scsi);
}
