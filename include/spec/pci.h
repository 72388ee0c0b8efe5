/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * PCI configuration space.
 * Documents: PCI Local Bus Specification 3.0, chapter 6; PCI-to-PCI Bridge
 * Architecture Specification 1.2, chapter 3.
 */
#ifndef SPEC_PCI_H
#define SPEC_PCI_H

#define PCI_CONFIG_ADDRESS	0xcf8
#define PCI_CONFIG_DATA		0xcfc

#define PCI_VENDOR_ID		0x00
#define PCI_COMMAND		0x04
#define  PCI_COMMAND_IO		0x0001
#define  PCI_COMMAND_MEMORY	0x0002
#define  PCI_COMMAND_MASTER	0x0004
#define  PCI_COMMAND_SERR	0x0100
#define PCI_STATUS		0x06
#define  PCI_STATUS_CAP_LIST	0x0010
#define PCI_CLASS_REVISION	0x08
#define PCI_HEADER_TYPE		0x0e
#define  PCI_HEADER_TYPE_MASK	0x7f
#define  PCI_HEADER_TYPE_NORMAL	0
#define  PCI_HEADER_TYPE_BRIDGE	1
#define  PCI_HEADER_MULTI	0x80
#define PCI_BAR0		0x10
#define  PCI_BAR_IO		0x01
#define  PCI_BAR_MEM_TYPE_MASK	0x06
#define  PCI_BAR_MEM_TYPE_64	0x04
#define  PCI_BAR_MEM_PREFETCH	0x08
#define PCI_ROM_ADDRESS		0x30
#define PCI_CAPABILITY_LIST	0x34
#define PCI_INTERRUPT_LINE	0x3c
#define PCI_INTERRUPT_PIN	0x3d

/* Header type 1 */
#define PCI_PRIMARY_BUS		0x18
#define PCI_SECONDARY_BUS	0x19
#define PCI_SUBORDINATE_BUS	0x1a
#define PCI_IO_BASE		0x1c
#define PCI_IO_LIMIT		0x1d
#define PCI_MEMORY_BASE		0x20
#define PCI_MEMORY_LIMIT	0x22
#define PCI_PREF_BASE		0x24
#define PCI_PREF_LIMIT		0x26
#define PCI_PREF_BASE_UPPER	0x28
#define PCI_PREF_LIMIT_UPPER	0x2c
#define PCI_IO_BASE_UPPER	0x30
#define PCI_IO_LIMIT_UPPER	0x32
#define PCI_BRIDGE_ROM_ADDRESS	0x38
#define PCI_BRIDGE_CONTROL	0x3e
#define  PCI_BRIDGE_CONTROL_VGA	0x0008

#define PCI_CAP_ID_VENDOR	0x09
#define PCI_CAP_ID_SHPC		0x0c	/* standard hot-plug controller */
#define PCI_CAP_ID_EXP		0x10

/* PCI Express capabilities register (PCI Express Base 5.0, section 7.5.3.2) */
#define PCI_EXP_FLAGS		2
#define  PCI_EXP_TYPE(flags)	((flags) >> 4 & 0xf)
#define  PCI_EXP_TYPE_ROOT_PORT	4
#define  PCI_EXP_TYPE_DOWNSTREAM 6
#define  PCI_EXP_FLAGS_SLOT	0x0100

#define PCI_CLASS_BRIDGE_HOST	0x0600
#define PCI_CLASS_BRIDGE_ISA	0x0601
#define PCI_CLASS_BRIDGE_PCI	0x0604
#define PCI_CLASS_DISPLAY_VGA	0x0300

#endif
