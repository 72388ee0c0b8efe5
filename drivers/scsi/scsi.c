/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SCSI logical units: what they are, and how to read and write them. What a unit
 * returns may be anything.
 * Documents: SPC-4 revision 37, SBC-3 revision 36, MMC-6 revision 2.
 */
#define pr_fmt(fmt) "scsi: " fmt

#include <asm/cpu.h>
#include <fw/byteorder.h>
#include <fw/deadline.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/scsi.h>
#include <fw/string.h>

#define ATTEMPTS	8	/* a unit may have several attentions to report */
#define READY_MS	5000
#define PAUSE_MS	10

#define DISK_BLOCK	512
#define CDROM_BLOCK	2048
#define LUNS_MAX	64

#define CDB10_BLOCKS_MAX	0xffff

static struct scsi_device *to_scsi(struct block_device *dev)
{
	return container_of(dev, struct scsi_device, block);
}

static u16 get_be16(const u8 *p)
{
	return (u16)(p[0] << 8 | p[1]);
}

static u32 get_be32(const u8 *p)
{
	return (u32)get_be16(p) << 16 | get_be16(p + 2);
}

static u64 get_be64(const u8 *p)
{
	return (u64)get_be32(p) << 32 | get_be32(p + 4);
}

static void put_be16(u8 *p, u16 v)
{
	p[0] = (u8)(v >> 8);
	p[1] = (u8)v;
}

static void put_be32(u8 *p, u32 v)
{
	put_be16(p, (u16)(v >> 16));
	put_be16(p + 2, (u16)v);
}

static void put_be64(u8 *p, u64 v)
{
	put_be32(p, (u32)(v >> 32));
	put_be32(p + 4, (u32)v);
}

static bool is_descriptor_sense(const struct scsi_cmd *cmd)
{
	return (cmd->sense[0] & 0x7e) == 0x72;
}

static u8 sense_key(const struct scsi_cmd *cmd)
{
	return cmd->sense[is_descriptor_sense(cmd) ? 1 : 2] & 0xf;
}

static u8 sense_asc(const struct scsi_cmd *cmd)
{
	return cmd->sense[is_descriptor_sense(cmd) ? 2 : 12];
}

static void pause_ms(u32 ms)
{
	u64 end = deadline_in(rdtsc(), ms);

	while (!deadline_passed(end, rdtsc()))
		cpu_relax();
}

/* Whether the same command may well succeed, and after a while or at once. */
static bool is_transient(const struct scsi_cmd *cmd, bool *wait)
{
	*wait = true;
	if (cmd->status == SCSI_STATUS_BUSY || cmd->status == SCSI_STATUS_TASK_FULL)
		return true;
	if (cmd->status != SCSI_STATUS_CHECK)
		return false;
	if (sense_key(cmd) == SCSI_SENSE_NOT_READY)
		return sense_asc(cmd) == SCSI_ASC_BECOMING_READY;
	*wait = false;
	return sense_key(cmd) == SCSI_SENSE_UNIT_ATTENTION;
}

/* Said once, by whatever command comes next. */
static void note_attention(struct scsi_device *sdev, const struct scsi_cmd *cmd)
{
	if (cmd->status == SCSI_STATUS_CHECK && sense_key(cmd) == SCSI_SENSE_UNIT_ATTENTION &&
	    (sense_asc(cmd) == SCSI_ASC_MEDIUM_CHANGED || sense_asc(cmd) == SCSI_ASC_NO_MEDIUM))
		sdev->attention = true;
}

/* Return: 0, -EIO if the unit refuses, or the adapter's error. */
static int run(struct scsi_device *sdev, struct scsi_cmd *cmd)
{
	u64 deadline = deadline_in(rdtsc(), READY_MS);
	unsigned int hurried = 0;
	bool wait;
	int rc;

	for (;;) {
		cmd->done = 0;
		cmd->status = SCSI_STATUS_GOOD;
		memset(cmd->sense, 0, sizeof(cmd->sense));
		rc = sdev->ops->run(sdev, cmd);
		if (rc)
			return rc;
		if (cmd->status == SCSI_STATUS_GOOD)
			return 0;
		note_attention(sdev, cmd);
		if (!is_transient(cmd, &wait) || deadline_passed(deadline, rdtsc()))
			return -EIO;
		if (wait)
			pause_ms(PAUSE_MS);
		else if (++hurried == ATTEMPTS)
			return -EIO;
	}
}

/* A command that returns @len bytes, or fewer: the rest is zeroes. */
static int run_short(struct scsi_device *sdev, struct scsi_cmd *cmd, void *buf, u32 len)
{
	int rc;

	memset(buf, 0, len);
	cmd->dir = DMA_FROM_DEVICE;
	cmd->buf = buf;
	cmd->len = len;
	rc = run(sdev, cmd);
	if (rc == 0 && cmd->done < len)
		memset((u8 *)buf + cmd->done, 0, len - cmd->done);
	return rc;
}

static void set_transfer(struct scsi_cmd *cmd, bool write, u64 lba, u32 blocks)
{
	if (lba + blocks <= 0xffffffff) {
		cmd->cdb_len = 10;
		cmd->cdb[0] = write ? SCSI_WRITE_10 : SCSI_READ_10;
		put_be32(cmd->cdb + 2, (u32)lba);
		put_be16(cmd->cdb + 7, (u16)blocks);
	} else {
		cmd->cdb_len = 16;
		cmd->cdb[0] = write ? SCSI_WRITE_16 : SCSI_READ_16;
		put_be64(cmd->cdb + 2, lba);
		put_be32(cmd->cdb + 10, blocks);
	}
}

static int transfer(struct block_device *dev, bool write, u64 lba, u64 count, u8 *buf)
{
	struct scsi_device *sdev = to_scsi(dev);
	u32 max = MIN(sdev->transfer_max / dev->block_size, (u32)CDB10_BLOCKS_MAX);
	u32 part;
	int rc;

	for (; count; count -= part, lba += part, buf += (size_t)part * dev->block_size) {
		struct scsi_cmd cmd = { .dir = write ? DMA_TO_DEVICE : DMA_FROM_DEVICE };

		part = (u32)MIN(count, (u64)max);
		set_transfer(&cmd, write, lba, part);
		cmd.buf = buf;
		cmd.len = part * dev->block_size;
		rc = run(sdev, &cmd);
		/* What another medium has is not what was asked for. */
		if (rc == 0 && (cmd.done != cmd.len || (sdev->attention && dev->removable)))
			rc = -EIO;
		if (rc) {
			pr_err("%s: block %llu: error %d, sense %x/%02x", dev->name,
			       (unsigned long long)lba, rc, sense_key(&cmd), sense_asc(&cmd));
			return rc == -ENODEV ? -EIO : rc;
		}
	}
	return 0;
}

static int scsi_read(struct block_device *dev, u64 lba, u64 count, void *buf)
{
	return transfer(dev, false, lba, count, buf);
}

static int scsi_write(struct block_device *dev, u64 lba, u64 count, const void *buf)
{
	return transfer(dev, true, lba, count, (u8 *)(uintptr_t)buf);
}

static int scsi_flush(struct block_device *dev)
{
	struct scsi_cmd cmd = { .cdb = { SCSI_SYNC_CACHE_10 }, .cdb_len = 10 };

	int rc = run(to_scsi(dev), &cmd);

	/* Without a cache there may be no such command. */
	return rc == -EIO && sense_key(&cmd) == SCSI_SENSE_ILLEGAL_REQUEST ? 0 : rc;
}

static void scsi_quiesce(struct block_device *dev)
{
	struct scsi_device *sdev = to_scsi(dev);

	sdev->ops->quiesce(sdev);
}

static int read_capacity_16(struct scsi_device *sdev)
{
	struct scsi_cmd cmd = {
		.cdb = { SCSI_SERVICE_ACTION_IN, SCSI_SA_READ_CAPACITY_16 },
		.cdb_len = 16,
	};
	u8 data[SCSI_CAPACITY_16_LEN] __aligned(8);
	int rc;

	put_be32(cmd.cdb + 10, sizeof(data));
	rc = run_short(sdev, &cmd, data, sizeof(data));
	if (rc)
		return rc;
	/* All ones would be no number of blocks: the block layer refuses 0. */
	sdev->block.blocks = get_be64(data) + 1;
	sdev->block.block_size = get_be32(data + 8);
	return 0;
}

static int read_capacity(struct scsi_device *sdev)
{
	struct scsi_cmd cmd = { .cdb = { SCSI_READ_CAPACITY_10 }, .cdb_len = 10 };
	u8 data[SCSI_CAPACITY_10_LEN] __aligned(8);
	int rc = run_short(sdev, &cmd, data, sizeof(data));

	if (rc)
		return rc;
	if (get_be32(data) == 0xffffffff)
		return read_capacity_16(sdev);
	sdev->block.blocks = (u64)get_be32(data) + 1;
	sdev->block.block_size = get_be32(data + 4);
	return 0;
}

/* A unit that does not answer may be written to until it says no. */
static bool is_write_protected(struct scsi_device *sdev)
{
	struct scsi_cmd cmd = {
		.cdb = { SCSI_MODE_SENSE_6, 0, SCSI_MODE_ALL_PAGES, 0, SCSI_MODE_LEN },
		.cdb_len = 6,
	};
	u8 data[SCSI_MODE_LEN] __aligned(8);

	return run_short(sdev, &cmd, data, sizeof(data)) == 0 &&
	       (data[2] & SCSI_MODE_WRITE_PROTECT);
}

static int wait_ready(struct scsi_device *sdev)
{
	struct scsi_cmd cmd = { .cdb = { SCSI_TEST_UNIT_READY }, .cdb_len = 6 };
	int rc = run(sdev, &cmd);

	if (rc == -EIO && sense_key(&cmd) == SCSI_SENSE_NOT_READY &&
	    sense_asc(&cmd) == SCSI_ASC_NO_MEDIUM)
		return -ENODEV;
	return rc;
}

static int identify(struct scsi_device *sdev, u8 *type)
{
	struct scsi_cmd cmd = {
		.cdb = { SCSI_INQUIRY, 0, 0, 0, SCSI_INQUIRY_LEN },
		.cdb_len = 6,
	};
	u8 data[SCSI_INQUIRY_LEN] __aligned(8);
	int rc = run_short(sdev, &cmd, data, sizeof(data));

	if (rc)
		return rc;
	*type = SCSI_TYPE(data[0]);
	if (SCSI_QUALIFIER(data[0]) != 0 || (*type != SCSI_TYPE_DISK && *type != SCSI_TYPE_CDROM))
		return -ENODEV;
	sdev->block.removable = data[1] & SCSI_REMOVABLE;
	return 0;
}

/* What the medium is, of a unit that is ready. */
static int read_medium(struct scsi_device *sdev)
{
	struct block_device *block = &sdev->block;
	int rc = read_capacity(sdev);

	if (rc)
		return rc;
	if (sdev->is_cdrom) {
		block->read_only = true;
		/* Drives that read audio, too, do not always say so. */
		if (block->block_size != DISK_BLOCK)
			block->block_size = CDROM_BLOCK;
	} else {
		block->read_only = is_write_protected(sdev);
	}
	if (block->block_size > sdev->transfer_max)
		block->block_size = 0;		/* which is refused */
	return 0;
}

static int scsi_check(struct block_device *dev)
{
	struct scsi_device *sdev = to_scsi(dev);
	bool was_absent = dev->absent;
	int rc;

	if (!dev->removable)
		return 0;
	rc = wait_ready(sdev);
	if (rc && rc != -ENODEV)
		return rc;
	dev->absent = rc == -ENODEV;
	if (dev->absent == was_absent && !sdev->attention)
		return 0;
	sdev->attention = false;
	dev->medium++;
	rc = dev->absent ? 0 : read_medium(sdev);
	if (rc)
		dev->absent = true;
	return rc;
}

static const struct block_ops scsi_disk_ops = {
	.read = scsi_read,
	.write = scsi_write,
	.flush = scsi_flush,
	.check = scsi_check,
	.quiesce = scsi_quiesce,
};

static const struct block_ops scsi_cdrom_ops = {
	.read = scsi_read,
	.check = scsi_check,
	.quiesce = scsi_quiesce,
};

static int start_unit(struct scsi_device *sdev)
{
	struct block_device *block = &sdev->block;
	u8 type;
	int rc;

	rc = identify(sdev, &type);
	if (rc)
		return rc;
	sdev->is_cdrom = type == SCSI_TYPE_CDROM;
	block->ops = sdev->is_cdrom ? &scsi_cdrom_ops : &scsi_disk_ops;
	rc = wait_ready(sdev);
	if (rc == 0)
		rc = read_medium(sdev);
	/* What it has said up to now was about this medium. */
	sdev->attention = false;
	if (rc != -ENODEV || !block->removable)
		return rc;
	block->absent = true;
	block->block_size = sdev->is_cdrom ? CDROM_BLOCK : DISK_BLOCK;
	block->read_only = sdev->is_cdrom;
	return 0;
}

int scsi_attach(struct scsi_device *sdev)
{
	int rc = start_unit(sdev);

	if (rc == 0)
		return block_register(&sdev->block);
	if (rc != -ENODEV)
		pr_err("%s: error %d when it was looked at", sdev->block.name, rc);
	return rc;
}

/* Return: the number, or -ENODEV for a kind of number that is not used. */
static int decode_lun(const u8 *p)
{
	if (p[0] >> 6 > 1)
		return -ENODEV;
	return get_be16(p) & 0x3fff;
}

int scsi_report_luns(struct scsi_device *sdev, u16 *lun, unsigned int max)
{
	u8 data[SCSI_LUNS_HEADER + LUNS_MAX * SCSI_LUN_SIZE] __aligned(8);
	struct scsi_cmd cmd = { .cdb = { SCSI_REPORT_LUNS }, .cdb_len = 12 };
	unsigned int i, listed, count = 0;
	int rc, number;

	put_be32(cmd.cdb + 6, sizeof(data));
	rc = run_short(sdev, &cmd, data, sizeof(data));
	if (rc)
		return rc;
	listed = get_be32(data) / SCSI_LUN_SIZE;
	for (i = 0; i < MIN(listed, (unsigned int)LUNS_MAX) && count < max; i++) {
		number = decode_lun(data + SCSI_LUNS_HEADER + i * SCSI_LUN_SIZE);
		if (number >= 0)
			lun[count++] = (u16)number;
	}
	return (int)count;
}
