/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Functions of pc's south bridge: interrupt routes (PIIX3), power management
 * block (PIIX4). Documents: QEMU, hw/isa/piix3.c and hw/acpi/piix4.c.
 */
#include <fw/pci.h>
#include <spec/pci.h>

#include "chipset.h"

#define PIRQ_A_D		0x60

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
static const u32 piix_pm_ids[] = { PCI_ID(0x8086, 0x7113), 0 };

static const struct pci_driver piix_isa_driver = {
	.name = "piix-isa",
	.ids = piix_isa_ids,
	.probe = piix_isa_probe,
};
PCI_DRIVER(10, piix_isa_driver);

static const struct pci_driver piix_pm_driver = {
	.name = "piix-pm",
	.ids = piix_pm_ids,
	.probe = piix_pm_probe,
};
PCI_DRIVER(20, piix_pm_driver);
