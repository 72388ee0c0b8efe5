/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * AHCI host bus adapters. Documents: Serial ATA AHCI 1.3.1, chapters 3 (registers)
 * and 4 (memory); Serial ATA 3.1, section 10.3 (FIS).
 */
#ifndef SPEC_AHCI_H
#define SPEC_AHCI_H

#include <fw/byteorder.h>

#define PCI_CLASS_AHCI		0x010601
#define AHCI_BAR		5

/* 3.1: of the adapter */
#define AHCI_CAP		0x00
#define  AHCI_CAP_S64A		0x80000000u
#define AHCI_GHC		0x04
#define  AHCI_GHC_AE		0x80000000u
#define AHCI_PI			0x0c
#define AHCI_PORTS		32

/* 3.3: of a port */
#define AHCI_PORT(i)		(0x100u + 0x80u * (i))
#define AHCI_PORT_SIZE		0x80
#define AHCI_PX_CLB		0x00
#define AHCI_PX_CLBU		0x04
#define AHCI_PX_FB		0x08
#define AHCI_PX_FBU		0x0c
#define AHCI_PX_IE		0x14
#define AHCI_PX_CMD		0x18
#define  AHCI_CMD_ST		0x00000001
#define  AHCI_CMD_SUD		0x00000002
#define  AHCI_CMD_POD		0x00000004
#define  AHCI_CMD_FRE		0x00000010
#define  AHCI_CMD_FR		0x00004000
#define  AHCI_CMD_CR		0x00008000
#define AHCI_PX_TFD		0x20
#define AHCI_PX_SIG		0x24
#define  AHCI_SIG_ATA		0x00000101
#define  AHCI_SIG_ATAPI		0xeb140101
#define AHCI_PX_SSTS		0x28
#define  AHCI_SSTS_DET(v)	((v) & 0xf)
#define  AHCI_DET_NONE		0
#define  AHCI_DET_ONLINE	3
#define AHCI_PX_SERR		0x30
#define AHCI_PX_CI		0x38

/* 4.2.2 */
struct ahci_command_header {
	le16 flags;
	le16 prd_count;
	le32 transferred;
	le32 table;
	le32 table_upper;
	le32 reserved[4];
};

#define AHCI_HEADER_CFL(dwords)	(dwords)
#define AHCI_HEADER_ATAPI	0x0020
#define AHCI_HEADER_WRITE	0x0040

#define AHCI_SLOTS		32

/* 4.2.3 */
struct ahci_prd {
	le32 addr;
	le32 addr_upper;
	le32 reserved;
	le32 count;		/* bytes - 1; even number of bytes */
};

#define AHCI_PRD_MAX		0x400000

struct ahci_command_table {
	u8 fis[64];
	u8 packet[16];
	u8 reserved[48];
	struct ahci_prd prd[1];
};

/* 4.2.1: what the adapter receives */
#define AHCI_RECEIVED_SIZE	256
#define AHCI_RECEIVED_D2H	0x40

#define FIS_H2D			0x27
#define FIS_H2D_SIZE		20
#define FIS_H2D_COMMAND		0x80
#define FIS_D2H			0x34

struct fis_h2d {
	u8 type;
	u8 flags;
	u8 command;
	u8 features;
	u8 lba[3];
	u8 device;
	u8 lba_high[3];
	u8 features_high;
	u8 count[2];
	u8 icc;
	u8 control;
	u8 reserved[4];
};

#endif
