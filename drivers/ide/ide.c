/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * IDE adapters: which drives there are. The ports are those of the PC/AT, which the
 * board has switched on.
 * Documents: PCI IDE Controller Specification, revision 1.0; Programming Interface
 * for Bus Master IDE Controller, revision 1.0, chapter 2.
 */
#define pr_fmt(fmt) "ide: " fmt

#include <asm/io.h>
#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/host_input.h>
#include <fw/log.h>
#include <fw/pci.h>
#include <fw/printf.h>

#include "ide.h"

HOST_INPUT_OTHER(ide, common, CHECKED, 0, 0, "IDE drives");

static const struct {
	u16 command, control;
} ports[IDE_CHANNELS] = {
	{ IDE_COMMAND_PRIMARY, IDE_CONTROL_PRIMARY },
	{ IDE_COMMAND_SECONDARY, IDE_CONTROL_SECONDARY },
};

/* The first drive of a channel needs memory for both. */
static struct ide_channel *make_channel(const struct ide_channel *like)
{
	struct ide_channel *ch = heap_alloc(sizeof(*ch));

	if (!ch)
		return NULL;
	*ch = *like;
	ch->table = dma_alloc(IDE_PRDS * sizeof(*ch->table), &ch->table_dev);
	if (!ch->table || ch->table_dev > PHYS_MAX_32) {
		dma_free(ch->table, IDE_PRDS * sizeof(*ch->table));
		heap_free(ch);
		return NULL;
	}
	return ch;
}

static void name_drive(struct ide_drive *drive, struct pci_dev *pci, u8 channel, u8 number)
{
	struct block_device *block = &drive->scsi.block;

	block->pci = pci;
	block->bus = BLOCK_BUS_IDE;
	block->ide.channel = channel;
	block->ide.drive = number;
	block->align = 2;
	snprintf(block->name, sizeof(block->name), "ide %02x:%02x.%x drive %u.%u",
		 PCI_BDF_BUS(pci->bdf), PCI_BDF_DEV(pci->bdf), PCI_BDF_FN(pci->bdf), channel,
		 number);
}

/* @found has been identified, on a channel that is not the heap's. */
static int attach(const struct ide_drive *found, const le16 *id, bool is_atapi,
		  struct ide_channel *ch)
{
	struct ide_drive *drive = heap_alloc(sizeof(*drive));
	int rc;

	if (!drive)
		return -ENOMEM;
	*drive = *found;
	drive->channel = ch;
	rc = is_atapi ? ide_atapi_attach(drive) : ide_ata_attach(drive, id);
	if (rc)
		heap_free(drive);
	return rc;
}

/* A drive that fails does not keep the others from being used. */
static void probe_channel(struct pci_dev *pci, u8 number)
{
	struct ide_channel probe = {
		.command = ports[number].command,
		.control = ports[number].control,
		.master = (u16)(pci->bar[IDE_MASTER_BAR].addr + number * IDE_MASTER_SIZE),
	}, *ch = NULL;
	le16 id[ATA_ID_SIZE / 2] __aligned(4);
	unsigned int used = 0;
	bool is_atapi;
	u8 i;

	for (i = 0; i < IDE_DRIVES && !probe.dead && !(ch && ch->dead); i++) {
		struct ide_drive drive = {
			.channel = ch ? ch : &probe,
			.select = i ? IDE_DEVICE_1 : 0,
		};

		name_drive(&drive, pci, number, i);
		if (ide_identify(&drive, id, &is_atapi) != 0)
			continue;
		if (!ch)
			ch = make_channel(&probe);
		if (!ch)
			return;
		if (attach(&drive, id, is_atapi, ch) == 0)
			used++;
	}
	if (ch && used == 0) {
		dma_free(ch->table, IDE_PRDS * sizeof(*ch->table));
		heap_free(ch);
	}
}

static int ide_probe(struct pci_dev *pci)
{
	const struct pci_bar *bar = &pci->bar[IDE_MASTER_BAR];
	u8 i;

	if (bar->space != PCI_SPACE_IO || bar->addr == 0 ||
	    bar->size < IDE_CHANNELS * IDE_MASTER_SIZE) {
		pr_err("adapter without ports for transfers to memory");
		return -ENODEV;
	}
	pci_set_master(pci);
	for (i = 0; i < IDE_CHANNELS; i++)
		probe_channel(pci, i);
	return 0;
}

static const struct pci_driver ide_driver = {
	.name = "ide",
	.class_code = PCI_CLASS_IDE,
	.probe = ide_probe,
};
PCI_DRIVER(55, ide_driver);
