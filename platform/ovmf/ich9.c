/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The LPC function of q35's south bridge: power management block, interrupt
 * routes. Document: QEMU, include/hw/southbridge/ich9.h.
 */
#include <fw/pci.h>

#include "chipset.h"

#define PM_REGISTERS		0x40	/* PMBASE, and ACPI_CNTL above it */
#define  PMBASE_IO		0x01
#define  ACPI_CNTL_ENABLE	0x80	/* and SCI on IRQ 9 */
#define PIRQ_A_D		0x60
#define PIRQ_E_H		0x68

/* QEMU derives the FADT from PMBASE when it is asked for the ACPI tables. */
static int ich9_lpc_probe(struct pci_dev *dev)
{
	pci_write64(dev->bdf, PM_REGISTERS, (u64)ACPI_CNTL_ENABLE << 32 | PM_BASE | PMBASE_IO);
	pci_write32(dev->bdf, PIRQ_A_D, PIRQ_ROUTES);
	pci_write32(dev->bdf, PIRQ_E_H, PIRQ_ROUTES);
	chipset_set_level_irqs();
	return 0;
}

static const u32 ich9_lpc_ids[] = { PCI_ID(0x8086, 0x2918), 0 };

static const struct pci_driver ich9_lpc_driver = {
	.name = "ich9-lpc",
	.ids = ich9_lpc_ids,
	.probe = ich9_lpc_probe,
};
PCI_DRIVER(10, ich9_lpc_driver);
