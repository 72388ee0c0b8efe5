/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * CD-ROM drives on SATA: SCSI commands in ATA packets.
 * Document: INCITS 482 (ACS-2) revision 7, section 7.23.
 */
#include <fw/errno.h>

#include "ahci.h"

static struct ahci_port *to_port(struct scsi_device *sdev)
{
	return container_of(sdev, struct ahci_port, scsi);
}

static int send_packet(struct scsi_device *sdev, const u8 *packet, enum dma_dir dir, void *buf,
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
	rc = map.len < len ? -ENOMEM : ahci_run(to_port(sdev), &cmd, done);
	dma_unmap(&map);
	return rc;
}

static int run(struct scsi_device *sdev, struct scsi_cmd *cmd)
{
	return atapi_run(sdev, cmd, send_packet);
}

static void quiesce(struct scsi_device *sdev)
{
	ahci_port_stop(to_port(sdev));
}

static const struct scsi_ops atapi_ops = {
	.run = run,
	.quiesce = quiesce,
};

int ahci_atapi_attach(struct ahci_port *port)
{
	port->scsi.ops = &atapi_ops;
	/* Of the shared memory a guest may have, one command gets a part. */
	port->scsi.transfer_max = dma_is_bounced() ? (u32)KiB(256) : AHCI_PRD_MAX;
	port->scsi.block.sata.atapi = true;
	return scsi_attach(&port->scsi);
}
