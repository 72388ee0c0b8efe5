/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Functions of pc's south bridge: interrupt routes and IDE (PIIX3), power
 * management block (PIIX4).
 * Documents: QEMU, hw/isa/piix3.c, hw/ide/piix.c and hw/acpi/piix4.c.
 */
#include <fw/pci.h>
#include <spec/pci.h>

#include "chipset.h"

#define PIRQ_A_D		0x60

#define IDE_TIMING		0x40	/* 16 bits for each of two channels */
#define  IDE_TIMING_DECODE	0x8000u	/* the channel's ports are decoded */

#define PMBASE			0x40
#define  PMBASE_IO		0x01
#define PMREGMISC		0x80
#define  PMREGMISC_ENABLE	0x01

static int piix_isa_probe(struct pci_dev *dev)
{
	pci_write32(dev->bdf, PIRQ_A_D, PIRQ_ROUTES);
	chipset_set_level_irqs();
	return 0;
}

/* The OS takes a channel that is off for one that is not there. */
static int piix_ide_probe(struct pci_dev *dev)
{
	pci_write32(dev->bdf, IDE_TIMING, IDE_TIMING_DECODE << 16 | IDE_TIMING_DECODE);
	return 0;
}

/* QEMU derives the FADT from PMBASE when it is asked for the ACPI tables. */
static int piix_pm_probe(struct pci_dev *dev)
{
	pci_write32(dev->bdf, PMBASE, PM_BASE | PMBASE_IO);
	pci_write8(dev->bdf, PMREGMISC, PMREGMISC_ENABLE);
	/* Not by its pin, as enumeration has it: wired to the SCI. */
	pci_write8(dev->bdf, PCI_INTERRUPT_LINE, SCI_IRQ);
	return 0;
}

static const u32 piix_isa_ids[] = { PCI_ID(0x8086, 0x7000), 0 };
static const u32 piix_ide_ids[] = { PCI_ID(0x8086, 0x7010), 0 };
static const u32 piix_pm_ids[] = { PCI_ID(0x8086, 0x7113), 0 };

static const struct pci_driver piix_isa_driver = {
	.name = "piix-isa",
	.ids = piix_isa_ids,
	.probe = piix_isa_probe,
};
PCI_DRIVER(10, piix_isa_driver);

static const struct pci_driver piix_ide_driver = {
	.name = "piix-ide",
	.ids = piix_ide_ids,
	.probe = piix_ide_probe,
};
PCI_DRIVER(20, piix_ide_driver);

static const struct pci_driver piix_pm_driver = {
	.name = "piix-pm",
	.ids = piix_pm_ids,
	.probe = piix_pm_probe,
};
PCI_DRIVER(30, piix_pm_driver);
