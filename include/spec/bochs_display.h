/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's displays with the registers of Bochs.
 * Documents: QEMU, docs/specs/standard-vga.rst; VESA E-EDID Standard, release A2,
 * sections 3.1 and 3.10 (EDID).
 */
#ifndef SPEC_BOCHS_DISPLAY_H
#define SPEC_BOCHS_DISPLAY_H

#define BOCHS_PCI_VENDOR	0x1234
#define BOCHS_PCI_DEVICE	0x1111

#define BOCHS_BAR_FRAME		0
#define BOCHS_BAR_REGISTERS	2
#define BOCHS_REGISTERS_SIZE	0x1000

/* Offsets in the second one. */
#define BOCHS_EDID		0x000
#define BOCHS_EDID_SIZE		0x400
#define BOCHS_VGA		0x400	/* ports from 0x3c0 on */
#define  VGA_ATTRIBUTE_INDEX	(BOCHS_VGA + 0x00)
#define   VGA_ATTRIBUTE_SHOW	0x20
#define  VGA_INPUT_STATUS	(BOCHS_VGA + 0x1a)
#define BOCHS_DISPI(index)	(0x500 + 2 * (index))

#define DISPI_ID		0x0
#define  DISPI_ID_FIRST		0xb0c0
#define  DISPI_ID_MASK		0xfff0
#define DISPI_XRES		0x1
#define DISPI_YRES		0x2
#define DISPI_BPP		0x3
#define DISPI_ENABLE		0x4
#define  DISPI_ENABLED		0x01
#define  DISPI_LFB_ENABLED	0x40
#define  DISPI_NO_CLEAR		0x80
#define DISPI_BANK		0x5
#define DISPI_VIRT_WIDTH	0x6
#define DISPI_VIRT_HEIGHT	0x7
#define DISPI_X_OFFSET		0x8
#define DISPI_Y_OFFSET		0x9
#define DISPI_VIDEO_MEMORY_64K	0xa

/* EDID: a block, and what is in the first one. */
#define EDID_BLOCK		128
#define EDID_TIMING		54	/* the preferred one, of 18 bytes */
#define EDID_EXTENSIONS		126

#endif
