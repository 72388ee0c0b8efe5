/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * AHCI adapters: which ports there are, and what is at them.
 * Document: Serial ATA AHCI 1.3.1, sections 3.1, 3.3 and 10.1.2.
 */
#define pr_fmt(fmt) "ahci: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/alloc.h>
#include <fw/deadline.h>
#include <fw/errno.h>
#include <fw/host_input.h>
#include <fw/log.h>
#include <fw/pci.h>
#include <fw/printf.h>

#include "ahci.h"

HOST_INPUT_OTHER(ahci, common, CHECKED, 0, 0, "SATA devices");

#define LINK_MS		1000

/* Return: whether a device talks; one that is only noticed gets some time. */
static bool is_online(u8 __iomem *regs)
{
	u64 deadline = deadline_in(rdtsc(), LINK_MS);
	u32 det;

	do {
		det = AHCI_SSTS_DET(readl(regs + AHCI_PX_SSTS));
		if (det == AHCI_DET_ONLINE)
			return true;
		cpu_relax();
	} while (det != AHCI_DET_NONE && !deadline_passed(deadline, rdtsc()));
	return false;
}

static int attach(struct ahci_port *port)
{
	u32 signature;
	int rc;

	port->memory = dma_alloc(sizeof(*port->memory), &port->memory_dev);
	if (!port->memory)
		return -ENOMEM;
	rc = ahci_port_start(port);
	if (rc == 0) {
		signature = readl(port->regs + AHCI_PX_SIG);
		if (signature == AHCI_SIG_ATA)
			rc = ahci_ata_attach(port);
		else if (signature == AHCI_SIG_ATAPI)
			rc = ahci_atapi_attach(port);
		else
			rc = -ENODEV;
	}
	/* What it may still write to has no other use. */
	if (rc && ahci_port_stop(port) == 0)
		dma_free(port->memory, sizeof(*port->memory));
	return rc;
}

/* A port that fails does not keep the others from being used. */
static int probe_port(struct pci_dev *pci, u8 __iomem *regs, u16 number)
{
	struct ahci_port *port;
	int rc;

	if (!is_online(regs))
		return 0;
	port = heap_alloc(sizeof(*port));
	if (!port)
		return -ENOMEM;
	port->regs = regs;
	port->scsi.block.pci = pci;
	port->scsi.block.bus = BLOCK_BUS_SATA;
	port->scsi.block.sata.port = number;
	port->scsi.block.align = 2;
	snprintf(port->scsi.block.name, sizeof(port->scsi.block.name), "sata %02x:%02x.%x port %u",
		 PCI_BDF_BUS(pci->bdf), PCI_BDF_DEV(pci->bdf), PCI_BDF_FN(pci->bdf), number);
	rc = attach(port);
	if (rc)
		heap_free(port);
	return 0;
}

static int ahci_probe(struct pci_dev *pci)
{
	u64 size = pci->bar[AHCI_BAR].size;
	u8 __iomem *regs;
	u32 cap, ports;
	u16 i;
	int rc;

	regs = pci_map_bar(pci, AHCI_BAR, 0, MAX(size, (u64)AHCI_PORT(0)));
	if (!regs)
		return -ENODEV;
	writel(AHCI_GHC_AE, regs + AHCI_GHC);
	cap = readl(regs + AHCI_CAP);
	ports = readl(regs + AHCI_PI);
	if (!(cap & AHCI_CAP_S64A)) {
		pr_err("adapter without 64-bit addresses");
		return -ENODEV;
	}
	pci_set_master(pci);
	for (i = 0; i < AHCI_PORTS; i++) {
		if (!(ports >> i & 1) || AHCI_PORT(i) + AHCI_PORT_SIZE > size)
			continue;
		rc = probe_port(pci, regs + AHCI_PORT(i), i);
		if (rc)
			return rc;
	}
	return 0;
}

static const struct pci_driver ahci_driver = {
	.name = "ahci",
	.class_code = PCI_CLASS_AHCI,
	.probe = ahci_probe,
};
PCI_DRIVER(50, ahci_driver);
