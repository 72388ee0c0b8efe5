/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SCSI logical units as block devices. A driver of a host adapter carries commands
 * to a unit and back; drivers/scsi/scsi.c knows what commands there are.
 */
#ifndef FW_SCSI_H
#define FW_SCSI_H

#include <fw/block.h>
#include <fw/dma.h>
#include <fw/types.h>
#include <spec/scsi.h>

struct scsi_device;

/**
 * struct scsi_cmd - one command
 * @cdb, @cdb_len: the command, 6 to 16 bytes
 * @dir:    who writes to @buf
 * @buf, @len: data; aligned to the device's @block.align
 * @status: SCSI_STATUS_*
 * @sense:  sense data of SCSI_STATUS_CHECK, zeroes where the device gave none
 * @done:   bytes that were transferred, at most @len
 */
struct scsi_cmd {
	u8 cdb[16];
	u8 cdb_len;
	enum dma_dir dir;
	void *buf;
	u32 len;
	u8 status;
	u8 sense[SCSI_SENSE_LEN];
	u32 done;
};

/**
 * struct scsi_ops - what a host adapter does
 * @run:     carry out a command; 0 if the unit has given a status, or -ENODEV if there
 *           is no such unit, -EIO, -ETIMEDOUT, -ENOMEM
 * @quiesce: as in struct block_ops; for each unit
 */
struct scsi_ops {
	int (*run)(struct scsi_device *sdev, struct scsi_cmd *cmd);
	void (*quiesce)(struct scsi_device *sdev);
};

/**
 * struct scsi_device - a logical unit
 * @block: what others see; the adapter fills in pci, bus and what belongs to it,
 *         align and name
 * @ops:   adapter
 * @host:  the adapter's own
 * @transfer_max: bytes that one command may carry, at least 64 KiB
 * @is_cdrom:  what kind of unit it is
 * @attention: it has said that its medium may be another one
 */
struct scsi_device {
	struct block_device block;
	const struct scsi_ops *ops;
	void *host;
	u32 transfer_max;
	bool is_cdrom;
	bool attention;
};

/**
 * scsi_attach() - find out what a unit is, and register it if it is a disk or CD
 * @sdev: unit; belongs to the block layer afterwards
 *
 * A drive without a medium becomes a block device that says so.
 *
 * Return: 0; -ENODEV, without a word, if there is nothing to read from; or
 * -Exxx with the reason logged.
 */
int scsi_attach(struct scsi_device *sdev);

/**
 * scsi_report_luns() - numbers of a target's units
 * @sdev: any unit of it; only @ops, @host and @block.scsi count
 * @lun:  where to put them
 * @max:  how many there is room for
 *
 * Return: how many there are, at most @max, or -Exxx; -ENODEV without a word.
 */
int scsi_report_luns(struct scsi_device *sdev, u16 *lun, unsigned int max);

#endif
