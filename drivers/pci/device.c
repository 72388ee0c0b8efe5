/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What drivers want of a function: capabilities, registers, access to memory.
 * Document: PCI Local Bus Specification 3.0, sections 6.2.2, 6.2.5.1 and 6.7.
 */
#define pr_fmt(fmt) "pci: " fmt

#include <asm/io.h>
#include <asm/paging.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <spec/pci.h>

#include "internal.h"

#define CAP_FIRST	0x40
#define CAPS_MAX	48	/* of 4 bytes each there is no room for more */

u8 pci_find_cap(const struct pci_dev *dev, u8 id, u8 after)
{
	unsigned int i;
	u16 header;
	u8 cap;

	if (after) {
		cap = pci_read8(dev->bdf, after + 1u);
	} else {
		if (!(pci_read16(dev->bdf, PCI_STATUS) & PCI_STATUS_CAP_LIST))
			return 0;
		cap = pci_read8(dev->bdf, PCI_CAPABILITY_LIST);
	}
	for (i = 0; i < CAPS_MAX; i++) {
		cap &= ~3;
		if (cap < CAP_FIRST)
			return 0;
		header = pci_read16(dev->bdf, cap);
		if ((u8)header == id)
			return cap;
		cap = (u8)(header >> 8);
	}
	return 0;
}

void __iomem *pci_map_bar(const struct pci_dev *dev, unsigned int bar, u64 offset, u64 len)
{
	const struct pci_bar *b = bar < PCI_BARS ? &dev->bar[bar] : NULL;
	phys_addr_t first, end;

	if (!b || !b->addr || b->space == PCI_SPACE_IO || len == 0 || offset > b->size ||
	    len > b->size - offset) {
		pr_err(BDF_FMT ": no registers in BAR %u at 0x%llx", BDF_ARGS(dev->bdf), bar,
		       (unsigned long long)offset);
		return NULL;
	}
	first = b->addr + offset;
	end = first + len;
	/* Below 4 GiB everything is mapped from the start. */
	if (end > GiB(4) && paging_map(ALIGN_DOWN(first, PAGE_SIZE),
				       ALIGN_UP(end, PAGE_SIZE) - ALIGN_DOWN(first, PAGE_SIZE),
				       MAP_MMIO) != 0) {
		pr_err(BDF_FMT ": BAR %u cannot be mapped", BDF_ARGS(dev->bdf), bar);
		return NULL;
	}
	return mmio(first);
}

void pci_set_master(const struct pci_dev *dev)
{
	u16 command = pci_read16(dev->bdf, PCI_COMMAND);

	if (!(command & PCI_COMMAND_MASTER))
		pci_write16(dev->bdf, PCI_COMMAND, command | PCI_COMMAND_MASTER);
}

void pci_clear_master(const struct pci_dev *dev)
{
	u16 command = pci_read16(dev->bdf, PCI_COMMAND);

	pci_write16(dev->bdf, PCI_COMMAND, command & (u16)~PCI_COMMAND_MASTER);
}
