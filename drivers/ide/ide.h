/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* A channel of an IDE adapter, with up to two drives, one of which is busy at a time. */
#ifndef DRIVERS_IDE_IDE_H
#define DRIVERS_IDE_IDE_H

#include <fw/ata.h>
#include <fw/block.h>
#include <fw/dma.h>
#include <fw/scsi.h>
#include <spec/ide.h>

/* Bytes of one command, and the table for them: they may begin anywhere. */
#define IDE_TRANSFER_MAX	((u32)KiB(256))
#define IDE_PRDS		(IDE_TRANSFER_MAX / IDE_PRD_MAX + 1)

/**
 * struct ide_channel - a channel
 * @command, @control, @master: first ports of its blocks
 * @table, @table_dev: table of memory, for us and for the adapter
 * @low:  a buffer below 4 GiB, for what is not; NULL before its first use
 * @dead: a drive has not answered in time
 */
struct ide_channel {
	u16 command;
	u16 control;
	u16 master;
	struct ide_prd *table;
	phys_addr_t table_dev;
	u8 *low;
	bool dead;
};

/**
 * struct ide_drive - a drive
 * @channel: where it is
 * @select:  the bit that selects it
 * @has_lba48: a disk with addresses of 48 bits
 * @flush:   a disk's command for that, or 0
 * @scsi:    a CD-ROM drive; of a disk only @scsi.block counts
 */
struct ide_drive {
	struct ide_channel *channel;
	u8 select;
	bool has_lba48;
	u8 flush;
	struct scsi_device scsi;
};

/**
 * struct ide_command - one command
 * @code, @features: registers
 * @is_ext: @lba and @count have the width of 48-bit addresses
 * @lba, @count: registers; of a command of packets, what is 0
 * @packet: 12 bytes for ATA_PACKET, else NULL
 * @buf, @len, @dir: data; an even number of bytes, up to IDE_TRANSFER_MAX; it need
 *           not be where the adapter can reach it
 */
struct ide_command {
	u8 code;
	u8 features;
	bool is_ext;
	u64 lba;
	u32 count;
	const u8 *packet;
	void *buf;
	u32 len;
	enum dma_dir dir;
};

/**
 * ide_run() - carry out a command
 * @drive: drive
 * @cmd:   command; @cmd->len becomes less if there is no room for all of it
 *
 * Return: 0, -EIO if the device reports an error, -ENOMEM, -ETIMEDOUT; the channel
 * can be used again unless it is dead.
 */
int ide_run(struct ide_drive *drive, struct ide_command *cmd);

/**
 * ide_identify() - see what a drive is, without memory for the adapter
 * @drive: drive
 * @id:    ATA_ID_SIZE bytes, if it is a disk
 * @is_atapi: whether it takes packets
 *
 * Return: 0; -ENODEV, without a word, if there is none; or -Exxx with the reason
 * logged.
 */
int ide_identify(struct ide_drive *drive, le16 *id, bool *is_atapi);

/** ide_quiesce() - leave the channel as it was */
void ide_quiesce(struct ide_drive *drive);

/* A drive becomes a block device: 0, or -Exxx with the reason logged. */
int ide_ata_attach(struct ide_drive *drive, const le16 *id);
int ide_atapi_attach(struct ide_drive *drive);

#endif
