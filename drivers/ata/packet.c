/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* SCSI commands in ATA packets. Document: INCITS 482 (ACS-2) revision 7, section 7.23. */
#include <fw/ata.h>
#include <fw/errno.h>
#include <fw/string.h>

static int ask_sense(struct scsi_device *sdev, struct scsi_cmd *cmd, atapi_packet_t send)
{
	u8 packet[16] = { SCSI_REQUEST_SENSE, 0, 0, 0, SCSI_SENSE_LEN };
	u8 sense[ALIGN_UP(SCSI_SENSE_LEN, 8)] __aligned(8) = { 0 };
	u32 done = 0;
	int rc;

	rc = send(sdev, packet, DMA_FROM_DEVICE, sense, SCSI_SENSE_LEN, &done);
	if (rc)
		return rc;
	cmd->status = SCSI_STATUS_CHECK;
	memcpy(cmd->sense, sense, MIN(done, (u32)SCSI_SENSE_LEN));
	return 0;
}

int atapi_run(struct scsi_device *sdev, struct scsi_cmd *cmd, atapi_packet_t send)
{
	int rc = send(sdev, cmd->cdb, cmd->dir, cmd->buf, cmd->len, &cmd->done);

	return rc == -EIO ? ask_sense(sdev, cmd, send) : rc;
}
