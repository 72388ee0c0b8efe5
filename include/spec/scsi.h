/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SCSI commands and what they return; big-endian.
 * Documents: INCITS 513 (SPC-4) revision 37, chapter 6 and section 4.5 (sense
 * data); INCITS 514 (SBC-3) revision 36, chapter 5; INCITS 431 (MMC-6) revision 2,
 * chapter 6; SAM-5 revision 21, sections 4.7 (LUNs) and 5.3 (status).
 */
#ifndef SPEC_SCSI_H
#define SPEC_SCSI_H

#define SCSI_TEST_UNIT_READY	0x00
#define SCSI_REQUEST_SENSE	0x03
#define SCSI_INQUIRY		0x12
#define SCSI_MODE_SENSE_6	0x1a
#define SCSI_READ_CAPACITY_10	0x25
#define SCSI_READ_10		0x28
#define SCSI_WRITE_10		0x2a
#define SCSI_SYNC_CACHE_10	0x35
#define SCSI_READ_16		0x88
#define SCSI_WRITE_16		0x8a
#define SCSI_SERVICE_ACTION_IN	0x9e
#define  SCSI_SA_READ_CAPACITY_16 0x10
#define SCSI_REPORT_LUNS	0xa0

#define SCSI_STATUS_GOOD	0x00
#define SCSI_STATUS_CHECK	0x02
#define SCSI_STATUS_BUSY	0x08
#define SCSI_STATUS_TASK_FULL	0x28

/* INQUIRY: byte 0 and 1 */
#define SCSI_INQUIRY_LEN	36
#define SCSI_TYPE(b0)		((b0) & 0x1f)
#define SCSI_QUALIFIER(b0)	((b0) >> 5)
#define SCSI_TYPE_DISK		0x00
#define SCSI_TYPE_CDROM		0x05
#define SCSI_REMOVABLE		0x80

#define SCSI_CAPACITY_10_LEN	8
#define SCSI_CAPACITY_16_LEN	32

/* MODE SENSE(6): all pages; byte 2 of the header of a disk */
#define SCSI_MODE_ALL_PAGES	0x3f
#define SCSI_MODE_LEN		4
#define SCSI_MODE_WRITE_PROTECT	0x80

/* Sense data: fixed format is 0x70, 0x71; descriptor format 0x72, 0x73 */
#define SCSI_SENSE_LEN		18
#define SCSI_SENSE_NOT_READY	0x02
#define SCSI_SENSE_ILLEGAL_REQUEST 0x05
#define SCSI_SENSE_UNIT_ATTENTION 0x06
#define SCSI_ASC_BECOMING_READY	0x04
#define SCSI_ASC_MEDIUM_CHANGED	0x28
#define SCSI_ASC_NO_MEDIUM	0x3a

#define SCSI_LUNS_HEADER	8
#define SCSI_LUN_SIZE		8

#endif
