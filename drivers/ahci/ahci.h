/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* A port of an AHCI adapter, with at most one device. */
#ifndef DRIVERS_AHCI_AHCI_H
#define DRIVERS_AHCI_AHCI_H

#include <fw/ata.h>
#include <fw/block.h>
#include <fw/dma.h>
#include <fw/scsi.h>
#include <spec/ahci.h>

/**
 * struct ahci_memory - what a port and its driver share
 *
 * The adapter wants the list aligned to 1 KiB, the others to 256 and 128 bytes.
 */
struct ahci_memory {
	struct ahci_command_header list[AHCI_SLOTS];
	u8 received[AHCI_RECEIVED_SIZE];
	struct ahci_command_table table;
};

/**
 * struct ahci_port - a port
 * @regs:   its registers
 * @memory, @memory_dev: address for us and for the device
 * @dead:   it did not answer in time, or is not to be used any more
 * @flush:  the disk has a command for that
 * @scsi:   a CD-ROM drive; of a disk only @scsi.block counts
 */
struct ahci_port {
	u8 __iomem *regs;
	struct ahci_memory *memory;
	phys_addr_t memory_dev;
	bool dead;
	bool flush;
	struct scsi_device scsi;
};

/**
 * struct ahci_command - one command
 * @fis:    registers; type and flags are filled in
 * @packet: 16 bytes for ATA_PACKET, else NULL
 * @buf, @len, @dir: data, for the device; an even number of bytes, up to AHCI_PRD_MAX
 */
struct ahci_command {
	struct fis_h2d fis;
	const u8 *packet;
	phys_addr_t buf;
	u32 len;
	enum dma_dir dir;
};

/** ahci_port_start() - let a port receive and send; -Exxx with the reason logged */
int ahci_port_start(struct ahci_port *port);

/** ahci_port_stop() - end all of a port's accesses to memory; -Exxx with the reason logged */
int ahci_port_stop(struct ahci_port *port);

/**
 * ahci_run() - carry out a command
 * @port: port
 * @cmd:  command
 * @done: bytes that the adapter says it has transferred, at most @cmd->len
 *
 * Return: 0, -EIO if the device reports an error, -ETIMEDOUT; the port can be used
 * again unless it is dead.
 */
int ahci_run(struct ahci_port *port, const struct ahci_command *cmd, u32 *done);

/* What is at a started port becomes a block device: 0, or -Exxx. */
int ahci_ata_attach(struct ahci_port *port);
int ahci_atapi_attach(struct ahci_port *port);

#endif
