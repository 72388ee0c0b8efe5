/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Parallel ATA adapters: two channels at the ports of the PC/AT, which transfer data
 * by themselves.
 * Documents: PCI IDE Controller Specification, revision 1.0 (ports); Programming
 * Interface for Bus Master IDE Controller, revision 1.0; INCITS 361 (ATA/ATAPI-6),
 * chapter 7 (registers) and section 9.2 (order of accesses).
 */
#ifndef SPEC_IDE_H
#define SPEC_IDE_H

#include <fw/byteorder.h>

/* Both channels at fixed ports, and a bus master */
#define PCI_CLASS_IDE		0x010180

#define IDE_CHANNELS		2
#define IDE_DRIVES		2

#define IDE_COMMAND_PRIMARY	0x1f0
#define IDE_CONTROL_PRIMARY	0x3f6
#define IDE_COMMAND_SECONDARY	0x170
#define IDE_CONTROL_SECONDARY	0x376

/* Command block; reads and writes of the last ones differ */
#define IDE_DATA		0
#define IDE_ERROR		1
#define IDE_FEATURES		1
#define IDE_COUNT		2
#define IDE_LBA_LOW		3
#define IDE_LBA_MID		4
#define IDE_LBA_HIGH		5
#define IDE_DEVICE		6
#define  IDE_DEVICE_ALWAYS	0xa0
#define  IDE_DEVICE_1		0x10
#define IDE_STATUS		7
#define IDE_COMMAND		7

/* Control block: its only register */
#define  IDE_CONTROL_NIEN	0x02	/* no interrupts */

/* Bus master: a BAR with 8 ports for each channel */
#define IDE_MASTER_BAR		4
#define IDE_MASTER_SIZE		8
#define IDE_MASTER_COMMAND	0
#define  IDE_MASTER_START	0x01
#define  IDE_MASTER_TO_MEMORY	0x08
#define IDE_MASTER_STATUS	2
#define  IDE_MASTER_ERROR	0x02	/* this one and the next are cleared by 1 */
#define  IDE_MASTER_INTERRUPT	0x04
#define  IDE_MASTER_CAPABLE	0x60	/* what software says of the drives stays */
#define IDE_MASTER_TABLE	4

/* An entry of the table: none goes beyond a multiple of 64 KiB */
struct ide_prd {
	le32 addr;
	le16 count;		/* bytes, an even number; 64 KiB is 0 */
	le16 flags;
};

#define IDE_PRD_MAX		0x10000
#define IDE_PRD_LAST		0x8000

#endif
