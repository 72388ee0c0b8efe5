/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Virtio: the PCI transport, split virtqueues, and the devices that are driven.
 * Document: OASIS, Virtual I/O Device (VIRTIO) Version 1.2, sections 2.1 (status),
 * 2.7 (split virtqueues), 4.1 (PCI), 5.2 (block), 5.6 (SCSI) and 6 (features).
 */
#ifndef SPEC_VIRTIO_H
#define SPEC_VIRTIO_H

#include <fw/byteorder.h>

/* 4.1.2: a transitional device has its old number, or 0x1040 + type. */
#define VIRTIO_PCI_VENDOR		0x1af4
#define VIRTIO_PCI_TRANSITIONAL_BLK	0x1001
#define VIRTIO_PCI_TRANSITIONAL_SCSI	0x1004
#define VIRTIO_PCI_DEVICE(type)		(0x1040 + (type))

/* 5: types */
#define VIRTIO_TYPE_NET		1
#define VIRTIO_TYPE_BLK		2
#define VIRTIO_TYPE_RNG		4
#define VIRTIO_TYPE_SCSI	8
#define VIRTIO_TYPE_GPU		16
#define VIRTIO_TYPE_INPUT	18

/* 2.1 */
#define VIRTIO_STATUS_ACKNOWLEDGE	0x01
#define VIRTIO_STATUS_DRIVER		0x02
#define VIRTIO_STATUS_DRIVER_OK		0x04
#define VIRTIO_STATUS_FEATURES_OK	0x08
#define VIRTIO_STATUS_NEEDS_RESET	0x40
#define VIRTIO_STATUS_FAILED		0x80

/* 6 */
#define VIRTIO_F_VERSION_1		((u64)1 << 32)
#define VIRTIO_F_ACCESS_PLATFORM	((u64)1 << 33)

/* 4.1.4: vendor-specific capabilities; offsets in configuration space */
#define VIRTIO_PCI_CAP_LEN		2
#define VIRTIO_PCI_CAP_TYPE		3
#define VIRTIO_PCI_CAP_BAR		4
#define VIRTIO_PCI_CAP_OFFSET		8
#define VIRTIO_PCI_CAP_LENGTH		12
#define VIRTIO_PCI_CAP_SIZE		16
#define VIRTIO_PCI_CAP_MULTIPLIER	16	/* notifications only */

#define VIRTIO_PCI_CAP_COMMON		1
#define VIRTIO_PCI_CAP_NOTIFY		2
#define VIRTIO_PCI_CAP_ISR		3
#define VIRTIO_PCI_CAP_DEVICE		4

/* 4.1.4.3: common configuration */
#define VIRTIO_DEVICE_FEATURE_SELECT	0x00
#define VIRTIO_DEVICE_FEATURE		0x04
#define VIRTIO_DRIVER_FEATURE_SELECT	0x08
#define VIRTIO_DRIVER_FEATURE		0x0c
#define VIRTIO_DEVICE_STATUS		0x14
#define VIRTIO_CONFIG_GENERATION	0x15
#define VIRTIO_QUEUE_SELECT		0x16
#define VIRTIO_QUEUE_SIZE		0x18
#define VIRTIO_QUEUE_ENABLE		0x1c
#define VIRTIO_QUEUE_NOTIFY_OFF		0x1e
#define VIRTIO_QUEUE_DESC		0x20
#define VIRTIO_QUEUE_DRIVER		0x28
#define VIRTIO_QUEUE_DEVICE		0x30
#define VIRTIO_COMMON_SIZE		0x38

/* 2.7.5 */
struct virtq_desc {
	le64 addr;
	le32 len;
	le16 flags;
	le16 next;
};

#define VIRTQ_DESC_F_NEXT	1
#define VIRTQ_DESC_F_WRITE	2

/* 2.7.6 */
struct virtq_avail {
	le16 flags;
	le16 idx;
	le16 ring[];
};

#define VIRTQ_AVAIL_F_NO_INTERRUPT	1

/* 2.7.8 */
struct virtq_used_elem {
	le32 id;
	le32 len;
};

struct virtq_used {
	le16 flags;
	le16 idx;
	struct virtq_used_elem ring[];
};

/* 5.2: block */
#define VIRTIO_BLK_F_RO		((u64)1 << 5)
#define VIRTIO_BLK_F_BLK_SIZE	((u64)1 << 6)
#define VIRTIO_BLK_F_FLUSH	((u64)1 << 9)

#define VIRTIO_BLK_CAPACITY	0	/* u64, in sectors of 512 bytes */
#define VIRTIO_BLK_BLK_SIZE	20	/* u32 */
#define VIRTIO_BLK_CONFIG_SIZE	24

#define VIRTIO_BLK_SECTOR	512

struct virtio_blk_head {
	le32 type;
	le32 reserved;
	le64 sector;
};

#define VIRTIO_BLK_T_IN		0
#define VIRTIO_BLK_T_OUT	1
#define VIRTIO_BLK_T_FLUSH	4

#define VIRTIO_BLK_S_OK		0
#define VIRTIO_BLK_S_IOERR	1
#define VIRTIO_BLK_S_UNSUPP	2

/* 5.6: SCSI host */
#define VIRTIO_SCSI_QUEUE_REQUEST	2

#define VIRTIO_SCSI_MAX_SECTORS		8	/* u32 */
#define VIRTIO_SCSI_MAX_TARGET		30	/* u16 */
#define VIRTIO_SCSI_MAX_LUN		32	/* u32 */
#define VIRTIO_SCSI_CONFIG_SIZE		36

#define VIRTIO_SCSI_CDB_SIZE	32
#define VIRTIO_SCSI_SENSE_SIZE	96

struct virtio_scsi_request {
	u8 lun[8];
	le64 id;
	u8 task_attr;
	u8 prio;
	u8 crn;
	u8 cdb[VIRTIO_SCSI_CDB_SIZE];
} __packed;

struct virtio_scsi_response {
	le32 sense_len;
	le32 residual;
	le16 status_qualifier;
	u8 status;
	u8 response;
	u8 sense[VIRTIO_SCSI_SENSE_SIZE];
} __packed;

#define VIRTIO_SCSI_S_OK		0
#define VIRTIO_SCSI_S_OVERRUN		1
#define VIRTIO_SCSI_S_BAD_TARGET	3
#define VIRTIO_SCSI_S_RESET		4
#define VIRTIO_SCSI_S_BUSY		5
#define VIRTIO_SCSI_S_INCORRECT_LUN	12

#endif
