/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Writes the addresses that were chosen to the devices, and switches decoding
 * on. Document: PCI Local Bus Specification 3.0, sections 6.2.2 and 6.2.5.
 */
#include <fw/pci.h>
#include <spec/pci.h>

#include "internal.h"

/* Whether there is a register, half of a BAR or all of it, and what goes there. */
static bool bar_register(const struct pci_dev *dev, unsigned int i, u32 *value)
{
	const struct pci_bar *bar = &dev->bar[i];

	if (bar->size) {
		*value = (u32)bar->addr;
		return true;
	}
	if (i && bar[-1].size && bar[-1].is_64bit) {
		*value = (u32)(bar[-1].addr >> 32);
		return true;
	}
	return false;
}

/* A BAR without an address is cleared: sizing has left ones in it. */
static void program_bars(const struct pci_dev *dev)
{
	unsigned int i, offset;
	bool has_low, has_high;
	u32 low = 0, high = 0;

	for (i = 0; i < PCI_BARS; i += 2) {
		has_low = bar_register(dev, i, &low);
		has_high = bar_register(dev, i + 1, &high);
		offset = PCI_BAR0 + 4 * i;
		if (has_low && has_high)
			pci_write64(dev->bdf, (u16)offset, (u64)high << 32 | low);
		else if (has_low)
			pci_write32(dev->bdf, (u16)offset, low);
		else if (has_high)
			pci_write32(dev->bdf, (u16)offset + 4, high);
	}
}

/* A space is decoded if every BAR that asks for it has an address. */
static u16 decode_bits(const struct pci_dev *dev)
{
	u16 wanted = 0, missing = 0, bit;
	unsigned int i;

	for (i = 0; i < PCI_BARS; i++) {
		if (!dev->bar[i].size)
			continue;
		bit = dev->bar[i].space == PCI_SPACE_IO ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY;
		wanted |= bit;
		if (!dev->bar[i].addr)
			missing |= bit;
	}
	return wanted & ~missing;
}

/*
 * Also if the bridge has no room for a BAR of its own, which then holds 0, where
 * QEMU decodes nothing.
 */
static u16 forward_bits(const struct pci_dev *dev)
{
	u16 bits = PCI_COMMAND_MASTER;

	if (dev->window[PCI_SPACE_IO].size)
		bits |= PCI_COMMAND_IO;
	if (dev->window[PCI_SPACE_MEM].size || dev->window[PCI_SPACE_PREF].size)
		bits |= PCI_COMMAND_MEMORY;
	return bits;
}

static void add_command(struct pci_dev *dev, u16 bits)
{
	u16 *command = &to_func(dev)->command;

	if ((*command & bits) == bits)
		return;
	*command |= bits;
	pci_write16(dev->bdf, PCI_COMMAND, *command);
}

static void program_device(struct pci_dev *dev, const struct pci_dev *vga)
{
	u16 bits = decode_bits(dev);

	program_bars(dev);
	if (dev->is_bridge && dev->secondary) {
		pci_bridge_write_windows(dev);
		bits |= forward_bits(dev);
	}
	/* Also its old ports and memory, which no BAR is for. */
	if (dev == vga && (bits & PCI_COMMAND_MEMORY))
		bits |= PCI_COMMAND_IO;
	add_command(dev, bits);
}

/* Those old addresses depend on no BAR, so only one VGA may decode them. */
static struct pci_dev *find_vga(void)
{
	struct pci_dev *dev;

	list_for_each_entry(dev, &pci_list, list) {
		if (dev->class_rev >> 16 == PCI_CLASS_DISPLAY_VGA)
			return dev;
	}
	return NULL;
}

static void forward_vga(const struct pci_dev *vga)
{
	struct pci_dev *bridge;

	for (bridge = vga->parent; bridge; bridge = bridge->parent) {
		pci_write16(bridge->bdf, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_VGA);
		add_command(bridge, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	}
}

void pci_program(void)
{
	struct pci_dev *dev, *vga = find_vga();

	list_for_each_entry(dev, &pci_list, list)
		program_device(dev, vga);
	if (vga)
		forward_vga(vga);
}
