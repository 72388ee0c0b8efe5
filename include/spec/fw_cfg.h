/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU firmware configuration device: ports, keys, wire formats.
 * Document: QEMU, docs/specs/fw_cfg.rst; keys of x86 from
 * include/standard-headers/linux/qemu_fw_cfg.h.
 */
#ifndef SPEC_FW_CFG_H
#define SPEC_FW_CFG_H

#include <fw/byteorder.h>

#define FW_CFG_PORT_SELECTOR	0x510
#define FW_CFG_PORT_DATA	0x511
#define FW_CFG_PORT_DMA		0x514	/* be64; the low half triggers */

#define FW_CFG_DMA_SIGNATURE	0x51454d5520434647ull	/* "QEMU CFG", be64 */

#define FW_CFG_SIGNATURE	0x00
#define FW_CFG_ID		0x01
#define FW_CFG_NB_CPUS		0x05
#define FW_CFG_BOOT_MENU	0x0e
#define FW_CFG_MAX_CPUS		0x0f	/* limit of APIC ids */
#define FW_CFG_KERNEL_ADDR	0x07
#define FW_CFG_KERNEL_SIZE	0x08
#define FW_CFG_INITRD_SIZE	0x0b
#define FW_CFG_KERNEL_DATA	0x11
#define FW_CFG_INITRD_DATA	0x12
#define FW_CFG_CMDLINE_SIZE	0x14
#define FW_CFG_CMDLINE_DATA	0x15
#define FW_CFG_SETUP_SIZE	0x17
#define FW_CFG_SETUP_DATA	0x18
#define FW_CFG_FILE_DIR		0x19

#define FW_CFG_ID_DMA		0x02	/* bit in FW_CFG_ID's value */

struct fw_cfg_dir_entry {
	be32 size;
	be16 key;
	u16 reserved;
	char name[56];		/* NUL-terminated */
} __packed;

struct fw_cfg_dma_access {
	be32 control;
	be32 length;
	be64 address;
} __packed;

#define FW_CFG_DMA_CTL_ERROR	0x01
#define FW_CFG_DMA_CTL_READ	0x02
#define FW_CFG_DMA_CTL_SKIP	0x04
#define FW_CFG_DMA_CTL_SELECT	0x08	/* key in bits 31:16 */
#define FW_CFG_DMA_CTL_WRITE	0x10

#endif
