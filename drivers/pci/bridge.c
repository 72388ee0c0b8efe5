/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * PCI-to-PCI bridges: what they can do, bus numbers, windows.
 * Documents: PCI-to-PCI Bridge Architecture Specification 1.2, section 3.2.5;
 * PCI Express Base Specification 5.0, section 7.5.3; QEMU,
 * docs/pcie_pci_bridge.txt (resource reservation capability).
 */
#define pr_fmt(fmt) "pci: " fmt

#include <fw/log.h>
#include <spec/pci.h>

#include "internal.h"

#define CAP_FIRST	0x40	/* below are the standard registers */
#define CAPS_MAX	48	/* as many as have room in 256 bytes */

/* What a slot gets that a device may be plugged into later. */
#define HOTPLUG_MEM	MiB(2)
#define HOTPLUG_PREF	MiB(2)
#define HOTPLUG_IO	KiB(4)

/* QEMU's reservation capability; all ones in a field: no wish. */
#define QEMU_VENDOR	0x1b36
#define RESERVE_LENGTH	32
#define RESERVE_TYPE	1
#define RESERVE_BUSES	4
#define RESERVE_IO	8
#define RESERVE_MEM	16
#define RESERVE_PREF32	20
#define RESERVE_PREF64	24

/* Larger wishes than these cannot be granted anyway. */
#define RESERVE_IO_MAX	KiB(64)
#define RESERVE_PREF_MAX ((u64)1 << 48)

#define PREF_TYPE_MASK	0xf
#define PREF_TYPE_64	1

static void read_express(struct pci_bridge *bridge, u16 flags)
{
	u8 type = PCI_EXP_TYPE(flags);

	if (type != PCI_EXP_TYPE_ROOT_PORT && type != PCI_EXP_TYPE_DOWNSTREAM)
		return;
	bridge->one_slot = true;
	/* Not the hot-plug bits: with hot-plug through ACPI they are clear. */
	if (flags & PCI_EXP_FLAGS_SLOT) {
		bridge->reserve[PCI_SPACE_MEM] = HOTPLUG_MEM;
		bridge->reserve[PCI_SPACE_PREF] = HOTPLUG_PREF;
	}
}

static void read_hotplug_controller(struct pci_bridge *bridge)
{
	bridge->reserve[PCI_SPACE_IO] = HOTPLUG_IO;
	bridge->reserve[PCI_SPACE_MEM] = HOTPLUG_MEM;
	bridge->reserve[PCI_SPACE_PREF] = HOTPLUG_PREF;
}

static void set_wish(u64 *reserve, u64 wish, u64 none, u64 max)
{
	if (wish != none && wish <= max)
		*reserve = wish;
}

static void read_wishes(struct pci_bridge *bridge, u8 cap)
{
	pci_bdf_t bdf = bridge->func.dev.bdf;
	u64 *reserve = bridge->reserve;
	u32 buses = pci_read32(bdf, cap + RESERVE_BUSES);
	u32 pref32 = pci_read32(bdf, cap + RESERVE_PREF32);

	if (buses <= 0xff)
		bridge->spare_buses = (u8)buses;
	set_wish(&reserve[PCI_SPACE_IO], pci_read64(bdf, cap + RESERVE_IO),
		 ~(u64)0, RESERVE_IO_MAX);
	set_wish(&reserve[PCI_SPACE_MEM], pci_read32(bdf, cap + RESERVE_MEM),
		 0xffffffff, GiB(4));
	set_wish(&reserve[PCI_SPACE_PREF], pref32, 0xffffffff, GiB(4));
	set_wish(&reserve[PCI_SPACE_PREF], pci_read64(bdf, cap + RESERVE_PREF64),
		 ~(u64)0, RESERVE_PREF_MAX);
}

static void read_vendor(struct pci_bridge *bridge, u8 cap, u32 header)
{
	u8 length = (u8)(header >> 16), type = (u8)(header >> 24);

	if ((u16)bridge->func.dev.id != QEMU_VENDOR || type != RESERVE_TYPE ||
	    length < RESERVE_LENGTH || cap + RESERVE_LENGTH > 0x100)
		return;
	read_wishes(bridge, cap);
}

static void read_capabilities(struct pci_bridge *bridge)
{
	pci_bdf_t bdf = bridge->func.dev.bdf;
	u8 cap = pci_read8(bdf, PCI_CAPABILITY_LIST) & ~3;
	unsigned int i;
	u32 header;

	for (i = 0; i < CAPS_MAX && cap >= CAP_FIRST; i++) {
		header = pci_read32(bdf, cap);
		switch ((u8)header) {
		case PCI_CAP_ID_EXP:
			read_express(bridge, (u16)(header >> 16));
			break;
		case PCI_CAP_ID_SHPC:
			read_hotplug_controller(bridge);
			break;
		case PCI_CAP_ID_VENDOR:
			read_vendor(bridge, cap, header);
			break;
		}
		cap = (u8)(header >> 8) & ~3;
	}
}

void pci_bridge_read(struct pci_bridge *bridge, u16 status)
{
	struct pci_dev *dev = &bridge->func.dev;
	u64 windows = pci_read64(dev->bdf, PCI_MEMORY_BASE);
	u8 pref_type = (u8)(windows >> 32) & PREF_TYPE_MASK;

	if (status & PCI_STATUS_CAP_LIST)
		read_capabilities(bridge);
	bridge->pref64 = pref_type == PREF_TYPE_64 &&
			 (!dev->parent || to_bridge(dev->parent)->pref64);
	if (!bridge->pref64)
		bridge->reserve[PCI_SPACE_PREF] = 0;
}

void pci_bridge_write_buses(const struct pci_dev *dev)
{
	pci_write32(dev->bdf, PCI_PRIMARY_BUS,
		    (u32)dev->subordinate << 16 | (u32)dev->secondary << 8 |
		    PCI_BDF_BUS(dev->bdf));
}

bool pci_bridge_has_io(const struct pci_dev *dev)
{
	pci_write8(dev->bdf, PCI_IO_BASE, 0xf0);
	return (pci_read8(dev->bdf, PCI_IO_BASE) & 0xf0) != 0;
}

/* Base and limit registers for addresses in units of 1 MiB. */
static u32 mem_registers(const struct pci_window *window)
{
	u64 last = window->base + window->size - 1;

	if (!window->size)
		return 0x0000fff0;	/* base above limit */
	return ((u32)(last >> 16) & 0xfff0) << 16 | ((u32)(window->base >> 16) & 0xfff0);
}

void pci_bridge_write_windows(const struct pci_dev *dev)
{
	const struct pci_window *io = &dev->window[PCI_SPACE_IO];
	const struct pci_window *pref = &dev->window[PCI_SPACE_PREF];
	u64 last = pref->base + pref->size - 1;

	/* Closed after reset, and forwarding stays off if it is not used. */
	if (io->size)
		pci_write16(dev->bdf, PCI_IO_BASE,
			    (u16)(((io->base + io->size - 1) & 0xf000) |
				  (io->base >> 8 & 0xf0)));
	pci_write64(dev->bdf, PCI_MEMORY_BASE,
		    (u64)mem_registers(pref) << 32 |
		    mem_registers(&dev->window[PCI_SPACE_MEM]));
	if (pref->size && last >= GiB(4))
		pci_write64(dev->bdf, PCI_PREF_BASE_UPPER,
			    last >> 32 << 32 | pref->base >> 32);
}
