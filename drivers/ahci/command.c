/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Commands on an AHCI port: one at a time, in slot 0, polled.
 * Document: Serial ATA AHCI 1.3.1, sections 5.5 (issue), 6.2 (errors), 10.1
 * (start) and 10.4.
 */
#define pr_fmt(fmt) "ahci: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/deadline.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "ahci.h"

#define PORT_MS		1000	/* a port stops within 500 ms */
#define COMMAND_MS	15000	/* a drive may have to spin up */

/*
 * The end is seen in memory, at no cost. Not all commands write there, so that the
 * registers are read, too, but seldom.
 */
#define POLLS_PER_READ	1024

static u32 px_read(const struct ahci_port *port, u32 reg)
{
	return readl(port->regs + reg);
}

static void px_write(struct ahci_port *port, u32 value, u32 reg)
{
	writel(value, port->regs + reg);
}

/* Wait until @bits of a register are clear. */
static int wait_clear(const struct ahci_port *port, u32 reg, u32 bits)
{
	u64 deadline = deadline_in(rdtsc(), PORT_MS);

	while (px_read(port, reg) & bits) {
		if (deadline_passed(deadline, rdtsc()))
			return -ETIMEDOUT;
		cpu_relax();
	}
	return 0;
}

int ahci_port_stop(struct ahci_port *port)
{
	u32 cmd = px_read(port, AHCI_PX_CMD) & ~AHCI_CMD_ST;

	port->dead = true;
	px_write(port, cmd, AHCI_PX_CMD);
	if (wait_clear(port, AHCI_PX_CMD, AHCI_CMD_CR) == 0) {
		px_write(port, cmd & ~AHCI_CMD_FRE, AHCI_PX_CMD);
		if (wait_clear(port, AHCI_PX_CMD, AHCI_CMD_FR) == 0)
			return 0;
	}
	pr_err("%s: does not stop", port->scsi.block.name);
	return -ETIMEDOUT;
}

static void set_addresses(struct ahci_port *port)
{
	phys_addr_t list = port->memory_dev;
	phys_addr_t received = list + offsetof(struct ahci_memory, received);
	phys_addr_t table = list + offsetof(struct ahci_memory, table);

	port->memory->list[0].table = cpu_to_le32((u32)table);
	port->memory->list[0].table_upper = cpu_to_le32((u32)(table >> 32));
	px_write(port, (u32)list, AHCI_PX_CLB);
	px_write(port, (u32)(list >> 32), AHCI_PX_CLBU);
	px_write(port, (u32)received, AHCI_PX_FB);
	px_write(port, (u32)(received >> 32), AHCI_PX_FBU);
}

int ahci_port_start(struct ahci_port *port)
{
	u32 cmd = px_read(port, AHCI_PX_CMD);

	if (cmd & (AHCI_CMD_ST | AHCI_CMD_CR | AHCI_CMD_FRE | AHCI_CMD_FR)) {
		ahci_port_stop(port);
		cmd &= ~(AHCI_CMD_ST | AHCI_CMD_FRE);
	}
	set_addresses(port);
	px_write(port, 0xffffffff, AHCI_PX_SERR);
	cmd |= AHCI_CMD_FRE | AHCI_CMD_SUD | AHCI_CMD_POD;
	px_write(port, cmd, AHCI_PX_CMD);
	/* The device has sent its signature when it is not busy any more. */
	if (wait_clear(port, AHCI_PX_TFD, ATA_STATUS_BSY | ATA_STATUS_DRQ)) {
		pr_err("%s: device stays busy", port->scsi.block.name);
		return -ETIMEDOUT;
	}
	px_write(port, cmd | AHCI_CMD_ST, AHCI_PX_CMD);
	port->dead = false;
	return 0;
}

static void fill(struct ahci_port *port, const struct ahci_command *cmd)
{
	struct ahci_command_header *header = &port->memory->list[0];
	struct ahci_command_table *table = &port->memory->table;
	struct fis_h2d fis = cmd->fis;
	u16 flags = AHCI_HEADER_CFL(FIS_H2D_SIZE / 4);

	fis.type = FIS_H2D;
	fis.flags = FIS_H2D_COMMAND;
	memset(table, 0, sizeof(*table));
	memcpy(table->fis, &fis, sizeof(fis));
	if (cmd->packet) {
		memcpy(table->packet, cmd->packet, sizeof(table->packet));
		flags |= AHCI_HEADER_ATAPI;
	}
	if (cmd->dir == DMA_TO_DEVICE)
		flags |= AHCI_HEADER_WRITE;
	table->prd[0].addr = cpu_to_le32((u32)cmd->buf);
	table->prd[0].addr_upper = cpu_to_le32((u32)(cmd->buf >> 32));
	table->prd[0].count = cpu_to_le32(cmd->len - 1);
	header->flags = cpu_to_le16(flags);
	header->prd_count = cpu_to_le16(cmd->len ? 1 : 0);
	header->transferred = cpu_to_le32(0);
	port->memory->received[AHCI_RECEIVED_D2H] = 0;
}

/* Return: whether the command has ended; then @status is the device's. */
static bool has_ended(const struct ahci_port *port, unsigned int polls, u32 *status)
{
	const volatile u8 *received = &port->memory->received[AHCI_RECEIVED_D2H];

	if (*received != FIS_D2H && polls % POLLS_PER_READ != 0)
		return false;
	*status = px_read(port, AHCI_PX_TFD);
	if (*status & ATA_STATUS_BSY)
		return false;
	if (*status & (ATA_STATUS_ERR | ATA_STATUS_DF))
		return true;
	return !(px_read(port, AHCI_PX_CI) & 1);
}

/* After an error the port must be stopped before it takes another command. */
static void recover(struct ahci_port *port)
{
	ahci_port_stop(port);
	ahci_port_start(port);
}

int ahci_run(struct ahci_port *port, const struct ahci_command *cmd, u32 *done)
{
	u64 deadline = deadline_in(rdtsc(), COMMAND_MS);
	const volatile le32 *transferred = &port->memory->list[0].transferred;
	unsigned int polls;
	u32 status = 0;

	if (port->dead)
		return -EIO;
	fill(port, cmd);
	barrier();
	px_write(port, 1, AHCI_PX_CI);
	for (polls = 1; !has_ended(port, polls, &status); polls++) {
		if (deadline_passed(deadline, rdtsc())) {
			pr_err("%s: no answer to command %02x", port->scsi.block.name,
			       cmd->fis.command);
			ahci_port_stop(port);
			return -ETIMEDOUT;
		}
		cpu_relax();
	}
	barrier();
	*done = MIN(le32_to_cpu(*transferred), cmd->len);
	if (!(status & (ATA_STATUS_ERR | ATA_STATUS_DF)))
		return 0;
	recover(port);
	return -EIO;
}
