/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * NVM Express: registers, queues, the commands in use.
 * Document: NVM Express Base Specification 1.4, sections 3.1 (registers), 4.2 and
 * 4.6 (queue entries), 5 (admin commands) and 6 (NVM commands).
 */
#ifndef SPEC_NVME_H
#define SPEC_NVME_H

#include <fw/byteorder.h>

#define PCI_CLASS_NVME		0x010802

#define NVME_CAP		0x00	/* u64 */
#define  NVME_CAP_MQES(cap)	((u32)(cap) & 0xffff)		/* from 0 */
#define  NVME_CAP_TO(cap)	((u32)((cap) >> 24) & 0xff)	/* units of 500 ms */
#define  NVME_CAP_DSTRD(cap)	((u32)((cap) >> 32) & 0xf)
#define  NVME_CAP_NVM(cap)	((cap) >> 37 & 1)
#define  NVME_CAP_MPSMIN(cap)	((u32)((cap) >> 48) & 0xf)
#define NVME_CC			0x14
#define  NVME_CC_ENABLE		0x00000001
#define  NVME_CC_IOSQES(log2)	((log2) << 16)
#define  NVME_CC_IOCQES(log2)	((log2) << 20)
#define NVME_CSTS		0x1c
#define  NVME_CSTS_RDY		0x01
#define  NVME_CSTS_CFS		0x02
#define NVME_AQA		0x24
#define NVME_ASQ		0x28	/* u64 */
#define NVME_ACQ		0x30	/* u64 */
#define NVME_DOORBELLS		0x1000

/* 4.2 */
struct nvme_command {
	u8 opcode;
	u8 flags;
	le16 id;
	le32 nsid;
	le64 reserved;
	le64 metadata;
	le64 prp1;
	le64 prp2;
	le32 dw10;
	le32 dw11;
	le32 dw12;
	le32 dw13;
	le32 dw14;
	le32 dw15;
};

/* 4.6 */
struct nvme_completion {
	le32 result;
	le32 reserved;
	le16 sq_head;
	le16 sq_id;
	le16 id;
	le16 status;		/* bit 0: phase */
};

#define NVME_STATUS_PHASE	0x0001

#define NVME_ADMIN_CREATE_SQ	0x01
#define NVME_ADMIN_CREATE_CQ	0x05
#define NVME_ADMIN_IDENTIFY	0x06
#define NVME_QUEUE_CONTIGUOUS	0x1

#define NVME_CMD_FLUSH		0x00
#define NVME_CMD_WRITE		0x01
#define NVME_CMD_READ		0x02

/* 5.15: what is identified, and offsets in the 4096 bytes */
#define NVME_IDENTIFY_SIZE	4096
#define NVME_IDENTIFY_NAMESPACE	0
#define NVME_IDENTIFY_CONTROLLER 1
#define NVME_IDENTIFY_ACTIVE	2

#define NVME_ID_CTRL_MDTS	77

#define NVME_ID_NS_NSZE		0
#define NVME_ID_NS_FLBAS	26
#define  NVME_FLBAS_INDEX(v)	((v) & 0xf)
#define  NVME_FLBAS_EXTENDED	0x10
#define NVME_ID_NS_NSATTR	99
#define  NVME_NSATTR_WRITE_PROTECTED 0x01
#define NVME_ID_NS_EUI64	120
#define NVME_ID_NS_LBAF(i)	(128 + 4 * (i))
#define  NVME_LBAF_MS(v)	((v) & 0xffff)
#define  NVME_LBAF_LBADS(v)	((v) >> 16 & 0xff)

#endif
