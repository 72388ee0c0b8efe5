/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * ATA commands, whatever they are sent through.
 * Documents: INCITS 482 (ACS-2) revision 7, chapters 6 (status), 7 (commands) and
 * section 7.12.7 (IDENTIFY DEVICE).
 */
#ifndef SPEC_ATA_H
#define SPEC_ATA_H

#define ATA_STATUS_ERR		0x01
#define ATA_STATUS_DRQ		0x08
#define ATA_STATUS_DF		0x20
#define ATA_STATUS_BSY		0x80

#define ATA_READ_DMA_EXT	0x25
#define ATA_WRITE_DMA_EXT	0x35
#define ATA_PACKET		0xa0
#define  ATA_PACKET_DMA		0x01
#define ATA_READ_DMA		0xc8
#define ATA_WRITE_DMA		0xca
#define ATA_FLUSH_CACHE		0xe7
#define ATA_FLUSH_CACHE_EXT	0xea
#define ATA_IDENTIFY_DEVICE	0xec

#define ATA_DEVICE_LBA		0x40
#define ATA_SECTORS_28		((u64)1 << 28)	/* what 28 bits can address */
#define ATA_COUNT_MAX_28	256
#define ATA_COUNT_MAX		65536

/* What a device that takes packets shows in the LBA registers: bits 23:8 */
#define ATA_SIGNATURE_PACKET	0xeb14

/* IDENTIFY DEVICE: numbers of 16-bit words */
#define ATA_ID_SIZE		512
#define ATA_ID_CAPABILITIES	49
#define  ATA_ID_DMA		0x0100
#define  ATA_ID_LBA		0x0200
#define ATA_ID_SECTORS_28	60
#define ATA_ID_COMMANDS		83
#define  ATA_ID_LBA48		0x0400
#define  ATA_ID_FLUSH		0x1000
#define  ATA_ID_FLUSH_EXT	0x2000
#define ATA_ID_SECTORS_48	100
#define ATA_ID_SECTOR_SIZE	106
#define  ATA_ID_VALID(v)	(((v) & 0xc000) == 0x4000)
#define  ATA_ID_LONG_SECTORS	0x1000
#define ATA_ID_SECTOR_WORDS	117

#endif
