/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Commands on an IDE channel: one at a time, polled. The adapter reaches memory below
 * 4 GiB.
 * Documents: Programming Interface for Bus Master IDE Controller, revision 1.0,
 * chapters 2 and 3; INCITS 361 (ATA/ATAPI-6), chapter 9.
 */
#define pr_fmt(fmt) "ide: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/alloc.h>
#include <fw/deadline.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "ide.h"

#define READY_MS	1000
#define COMMAND_MS	15000	/* a drive may have to spin up */

/* Each look at a port is an exit: the time between two grows, up to this many turns. */
#define PAUSE_MAX	1024

#define PACKET_SIZE	12
#define FAILED		(ATA_STATUS_ERR | ATA_STATUS_DF)

static u8 status_of(const struct ide_channel *ch)
{
	return inb(ch->command + IDE_STATUS);
}

static void pause(unsigned int *turns)
{
	unsigned int i;

	for (i = 0; i < *turns; i++)
		cpu_relax();
	*turns = MIN(*turns * 2, (unsigned int)PAUSE_MAX);
}

/* Wait until @bits of the status are clear. Return: -ETIMEDOUT if they stay. */
static int wait_clear(const struct ide_channel *ch, u8 bits, u32 ms, u8 *status)
{
	u64 deadline = deadline_in(rdtsc(), ms);
	unsigned int turns = 1;

	for (;;) {
		*status = status_of(ch);
		if (!(*status & bits))
			return 0;
		if (deadline_passed(deadline, rdtsc()))
			return -ETIMEDOUT;
		pause(&turns);
	}
}

static int give_up(struct ide_drive *drive, u8 code)
{
	struct ide_channel *ch = drive->channel;

	pr_err("%s: no answer to command %02x", drive->scsi.block.name, code);
	outb(0, ch->master + IDE_MASTER_COMMAND);
	ch->dead = true;
	return -ETIMEDOUT;
}

static int select_drive(struct ide_drive *drive, u8 bits)
{
	struct ide_channel *ch = drive->channel;
	u8 status;

	outb(IDE_DEVICE_ALWAYS | drive->select | bits, ch->command + IDE_DEVICE);
	return wait_clear(ch, ATA_STATUS_BSY | ATA_STATUS_DRQ, READY_MS, &status);
}

/* The high bytes of the registers are what was written to them before. */
static void write_registers(const struct ide_channel *ch, const struct ide_command *cmd)
{
	if (cmd->is_ext) {
		outb((u8)(cmd->count >> 8), ch->command + IDE_COUNT);
		outb((u8)(cmd->lba >> 24), ch->command + IDE_LBA_LOW);
		outb((u8)(cmd->lba >> 32), ch->command + IDE_LBA_MID);
		outb((u8)(cmd->lba >> 40), ch->command + IDE_LBA_HIGH);
	}
	if (cmd->packet)
		outb(cmd->features, ch->command + IDE_FEATURES);
	if (cmd->count) {
		/* 256 and 65536 are written as 0. */
		outb((u8)cmd->count, ch->command + IDE_COUNT);
		outb((u8)cmd->lba, ch->command + IDE_LBA_LOW);
		outb((u8)(cmd->lba >> 8), ch->command + IDE_LBA_MID);
		outb((u8)(cmd->lba >> 16), ch->command + IDE_LBA_HIGH);
	}
	outb(cmd->code, ch->command + IDE_COMMAND);
}

static int write_packet(const struct ide_channel *ch, const u8 *packet)
{
	unsigned int i;
	u8 status;
	int rc;

	rc = wait_clear(ch, ATA_STATUS_BSY, COMMAND_MS, &status);
	if (rc)
		return rc;
	if ((status & FAILED) || !(status & ATA_STATUS_DRQ))
		return -EIO;
	for (i = 0; i < PACKET_SIZE; i += 4)
		outl(get_le32(packet + i), ch->command + IDE_DATA);
	return 0;
}

static void fill_table(struct ide_channel *ch, phys_addr_t addr, u32 len)
{
	unsigned int i = 0;
	u32 part;

	while (len) {
		part = MIN(len, IDE_PRD_MAX - ((u32)addr & (IDE_PRD_MAX - 1)));
		len -= part;
		ch->table[i++] = (struct ide_prd) {
			.addr = cpu_to_le32((u32)addr),
			.count = cpu_to_le16((u16)part),
			.flags = cpu_to_le16(len ? 0 : IDE_PRD_LAST),
		};
		addr += part;
	}
	barrier();
}

static u8 direction(const struct ide_command *cmd)
{
	return cmd->dir == DMA_FROM_DEVICE ? IDE_MASTER_TO_MEMORY : 0;
}

static void prepare_master(struct ide_channel *ch, const struct ide_command *cmd,
			   phys_addr_t addr)
{
	fill_table(ch, addr, cmd->len);
	outl((u32)ch->table_dev, ch->master + IDE_MASTER_TABLE);
	outb(direction(cmd), ch->master + IDE_MASTER_COMMAND);
	outb(IDE_MASTER_CAPABLE | IDE_MASTER_INTERRUPT | IDE_MASTER_ERROR,
	     ch->master + IDE_MASTER_STATUS);
}

static int stop_master(struct ide_channel *ch)
{
	outb(0, ch->master + IDE_MASTER_COMMAND);
	return inb(ch->master + IDE_MASTER_STATUS) & IDE_MASTER_ERROR ? -EIO : 0;
}

/* @addr is where the adapter finds the data. */
static int execute(struct ide_drive *drive, const struct ide_command *cmd, phys_addr_t addr)
{
	struct ide_channel *ch = drive->channel;
	u8 status;
	int rc;

	rc = select_drive(drive, cmd->packet ? 0 : (u8)(ATA_DEVICE_LBA |
			  (cmd->is_ext ? 0 : cmd->lba >> 24)));
	if (rc)
		return give_up(drive, cmd->code);
	if (cmd->len)
		prepare_master(ch, cmd, addr);
	write_registers(ch, cmd);
	if (cmd->packet)
		rc = write_packet(ch, cmd->packet);
	if (rc)
		return rc == -ETIMEDOUT ? give_up(drive, cmd->code) : rc;
	if (cmd->len)
		outb(direction(cmd) | IDE_MASTER_START, ch->master + IDE_MASTER_COMMAND);
	if (wait_clear(ch, ATA_STATUS_BSY | ATA_STATUS_DRQ, COMMAND_MS, &status) != 0)
		return give_up(drive, cmd->code);
	if (cmd->len)
		rc = stop_master(ch);
	return status & FAILED ? -EIO : rc;
}

static bool is_low(phys_addr_t addr, u32 len)
{
	return addr + len - 1 <= PHYS_MAX_32;
}

static int execute_through_low(struct ide_drive *drive, const struct ide_command *cmd)
{
	struct ide_channel *ch = drive->channel;
	phys_addr_t base;
	int rc;

	if (!ch->low) {
		rc = page_alloc(MEM_BOOT_DATA, IDE_TRANSFER_MAX, PAGE_SIZE, PHYS_MAX_32, &base);
		if (rc)
			return -ENOMEM;
		ch->low = (u8 *)(uintptr_t)base;
	}
	if (cmd->dir == DMA_TO_DEVICE)
		memcpy(ch->low, cmd->buf, cmd->len);
	rc = execute(drive, cmd, (uintptr_t)ch->low);
	barrier();
	if (rc == 0 && cmd->dir == DMA_FROM_DEVICE)
		memcpy(cmd->buf, ch->low, cmd->len);
	return rc;
}

static int execute_mapped(struct ide_drive *drive, struct ide_command *cmd)
{
	struct dma_mapping map;
	int rc;

	rc = dma_map(&map, (uintptr_t)cmd->buf, cmd->len, cmd->dir);
	if (rc)
		return rc;
	if (map.len < cmd->len && !cmd->packet && cmd->count) {
		cmd->count = (u32)(map.len / (cmd->len / cmd->count));
		cmd->len = cmd->count * drive->scsi.block.block_size;
	}
	rc = -ENOMEM;
	if (map.len >= cmd->len && cmd->len && is_low(map.addr, cmd->len))
		rc = execute(drive, cmd, map.addr);
	dma_unmap(&map);
	return rc;
}

int ide_run(struct ide_drive *drive, struct ide_command *cmd)
{
	if (drive->channel->dead)
		return -EIO;
	if (cmd->len == 0)
		return execute(drive, cmd, 0);
	if (!dma_is_bounced() && !is_low((uintptr_t)cmd->buf, cmd->len))
		return execute_through_low(drive, cmd);
	return execute_mapped(drive, cmd);
}

/* Return: whether anything drives the lines of the selected drive. */
static bool is_there(u8 status)
{
	return status != 0 && status != 0x7f && status != 0xff;
}

int ide_identify(struct ide_drive *drive, le16 *id, bool *is_atapi)
{
	struct ide_channel *ch = drive->channel;
	u8 status;

	outb(IDE_DEVICE_ALWAYS | drive->select, ch->command + IDE_DEVICE);
	if (!is_there(status_of(ch)))
		return -ENODEV;
	if (wait_clear(ch, ATA_STATUS_BSY | ATA_STATUS_DRQ, READY_MS, &status) != 0) {
		pr_err("%s: stays busy", drive->scsi.block.name);
		return -ETIMEDOUT;
	}
	outb(IDE_CONTROL_NIEN, ch->control);
	outb(ATA_IDENTIFY_DEVICE, ch->command + IDE_COMMAND);
	if (wait_clear(ch, ATA_STATUS_BSY, COMMAND_MS, &status) != 0)
		return give_up(drive, ATA_IDENTIFY_DEVICE);
	*is_atapi = false;
	if (status & FAILED) {
		*is_atapi = (inb(ch->command + IDE_LBA_MID) |
			     inb(ch->command + IDE_LBA_HIGH) << 8) == ATA_SIGNATURE_PACKET;
		return *is_atapi ? 0 : -ENODEV;
	}
	if (!(status & ATA_STATUS_DRQ))
		return -ENODEV;
	insl(ch->command + IDE_DATA, id, ATA_ID_SIZE / 4);
	return 0;
}

void ide_quiesce(struct ide_drive *drive)
{
	struct ide_channel *ch = drive->channel;

	/* Between commands nothing is under way. */
	ch->dead = true;
	outb(0, ch->master + IDE_MASTER_COMMAND);
	outb(0, ch->control);
}
