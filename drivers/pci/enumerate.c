/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Finds the functions, numbers the buses depth first, and sizes the BARs.
 * Documents: PCI Local Bus Specification 3.0, chapter 6; PCI-to-PCI Bridge
 * Architecture Specification 1.2, chapter 9 (interrupt routing).
 */
#define pr_fmt(fmt) "pci: " fmt

#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <spec/pci.h>

#include "internal.h"

#define SLOTS		32
#define FUNCTIONS	8
#define BUSES		256

#define BARS_NORMAL	PCI_BARS
#define BARS_BRIDGE	2

struct pci_scan {
	const struct pci_host *host;
	unsigned int next_bus;	/* first number that is free */
	unsigned int end_bus;	/* first number that is not ours */
	unsigned int depth;
	unsigned int devices;
	unsigned int buses;
};

LIST_HEAD(pci_list);

static int scan_bus(struct pci_scan *scan, struct pci_dev *parent, unsigned int bus);

static void add_item(struct pci_dev *dev, unsigned int i, enum pci_space space, u64 size)
{
	dev->bar[i].space = space;
	dev->bar[i].size = size;
	to_func(dev)->items[space] |= (u8)(1u << i);
}

/*
 * Behind a bridge only prefetchable addresses can be above 4 GiB, on a root
 * bus all that have 64 bits.
 */
static enum pci_space space_of_64bit(const struct pci_dev *dev, u32 type)
{
	if (!dev->parent)
		return PCI_SPACE_PREF;
	if ((type & PCI_BAR_MEM_PREFETCH) && to_bridge(dev->parent)->pref64)
		return PCI_SPACE_PREF;
	return PCI_SPACE_MEM;
}

/*
 * @low and @high are what stuck of all ones in this register and the next. The
 * size is the lowest address bit: a power of two, whatever the device says.
 * Return: whether the next register is the upper half of this BAR.
 */
static bool decode_bar(struct pci_dev *dev, unsigned int i, u32 low, u32 high)
{
	enum pci_space space = PCI_SPACE_MEM;
	u64 mask = low & ~(u64)0xf;

	if (low == 0 || low == 0xffffffff)
		return false;
	if (low & PCI_BAR_IO) {
		space = PCI_SPACE_IO;
		mask = low & 0xfffc;
	} else if ((low & PCI_BAR_MEM_TYPE_MASK) == PCI_BAR_MEM_TYPE_64 && high) {
		space = space_of_64bit(dev, low);
		mask |= (u64)high << 32;
		dev->bar[i].is_64bit = true;
	}
	if (mask)
		add_item(dev, i, space, mask & -mask);
	return dev->bar[i].is_64bit;
}

static void size_bars(struct pci_dev *dev, unsigned int count)
{
	u32 value[PCI_BARS + 1] = { 0 };	/* one more: no upper half after the last */
	unsigned int i;
	u64 pair;

	for (i = 0; i < count; i += 2) {
		pair = pci_size64(dev->bdf, (u16)(PCI_BAR0 + 4 * i));
		value[i] = (u32)pair;
		value[i + 1] = (u32)(pair >> 32);
	}
	for (i = 0; i < count; i++)
		i += decode_bar(dev, i, value[i], value[i + 1]);
}

/* Behind a bridge, the pins of device n are turned by n. */
static void route_interrupt(const struct pci_host *host, struct pci_dev *dev)
{
	u8 slot = PCI_BDF_DEV(dev->bdf);
	const struct pci_dev *bridge;
	u8 pin;

	if (!host->irq_line)
		return;
	pin = (u8)(pci_read32(dev->bdf, PCI_INTERRUPT_LINE) >> 8);
	if (pin < 1 || pin > 4)
		return;
	for (bridge = dev->parent; bridge; bridge = bridge->parent) {
		pin = (u8)((pin - 1 + slot) % 4 + 1);
		slot = PCI_BDF_DEV(bridge->bdf);
	}
	pci_write8(dev->bdf, PCI_INTERRUPT_LINE, host->irq_line(slot, pin));
}

static int scan_bridge(struct pci_scan *scan, struct pci_dev *dev, u16 status)
{
	struct pci_bridge *bridge = to_bridge(dev);
	int rc;

	if (scan->next_bus >= scan->end_bus || scan->depth == PCI_DEPTH_MAX) {
		pr_warn(BDF_FMT ": no bus number left for this bridge", BDF_ARGS(dev->bdf));
		return 0;
	}
	pci_bridge_read(bridge, status);
	dev->secondary = (u8)scan->next_bus++;
	dev->subordinate = (u8)(scan->end_bus - 1);
	pci_bridge_write_buses(dev);

	scan->depth++;
	rc = scan_bus(scan, dev, dev->secondary);
	scan->depth--;

	scan->next_bus = MIN(scan->next_bus + bridge->spare_buses, scan->end_bus);
	dev->subordinate = (u8)(scan->next_bus - 1);
	pci_bridge_write_buses(dev);
	return rc;
}

/* Fixed by what they are; their BARs, if any, belong to the board. */
static bool is_chipset(const struct pci_dev *dev)
{
	u32 class = dev->class_rev >> 16;

	return class == PCI_CLASS_BRIDGE_HOST || class == PCI_CLASS_BRIDGE_ISA;
}

static struct pci_dev *add_device(struct pci_scan *scan, struct pci_dev *parent,
				  pci_bdf_t bdf, bool is_bridge)
{
	struct pci_dev *dev;

	if (is_bridge) {
		struct pci_bridge *bridge = heap_alloc(sizeof(*bridge));

		dev = bridge ? &bridge->func.dev : NULL;
	} else {
		struct pci_func *func = heap_alloc(sizeof(*func));

		dev = func ? &func->dev : NULL;
	}
	if (!dev) {
		pr_err("no memory for device " BDF_FMT, BDF_ARGS(bdf));
		return NULL;
	}
	dev->bdf = bdf;
	dev->parent = parent;
	dev->is_bridge = is_bridge;
	list_add_tail(&dev->list, &pci_list);
	scan->devices++;
	return dev;
}

static int setup_device(struct pci_scan *scan, struct pci_dev *dev, u32 command_status)
{
	u16 command = (u16)command_status;

	to_func(dev)->command = command & ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	if (is_chipset(dev))
		return 0;
	if (command != to_func(dev)->command)
		pci_write16(dev->bdf, PCI_COMMAND, to_func(dev)->command);

	size_bars(dev, dev->is_bridge ? BARS_BRIDGE : BARS_NORMAL);
	route_interrupt(scan->host, dev);
	if (dev->is_bridge)
		return scan_bridge(scan, dev, (u16)(command_status >> 16));
	return 0;
}

/* Return: the header type, or -ENOSPC, -ENOMEM. */
static int scan_function(struct pci_scan *scan, struct pci_dev *parent, pci_bdf_t bdf,
			 u32 id, u32 command_status)
{
	struct pci_dev *dev;
	u64 class_header;
	u8 header, type;
	int rc;

	if (scan->devices == PCI_DEVICES_MAX) {
		pr_warn("more than %u devices; the rest is left alone", PCI_DEVICES_MAX);
		return -ENOSPC;
	}
	class_header = pci_read64(bdf, PCI_CLASS_REVISION);
	header = (u8)(class_header >> 8 * (PCI_HEADER_TYPE - PCI_CLASS_REVISION));
	type = header & PCI_HEADER_TYPE_MASK;
	dev = add_device(scan, parent, bdf, type == PCI_HEADER_TYPE_BRIDGE);
	if (!dev)
		return -ENOMEM;
	dev->id = id;
	dev->class_rev = (u32)class_header;
	pr_debug(BDF_FMT " %04x:%04x class %06x", BDF_ARGS(bdf), id & 0xffff, id >> 16,
		 dev->class_rev >> 8);
	/* Registers of other header types are not where ours are. */
	if (type > PCI_HEADER_TYPE_BRIDGE)
		return header;
	rc = setup_device(scan, dev, command_status);
	return rc ? rc : header;
}

static int scan_slot(struct pci_scan *scan, struct pci_dev *parent, unsigned int bus,
		     unsigned int slot)
{
	unsigned int fn, functions = 1;
	u32 id, command_status;
	int rc;

	for (fn = 0; fn < functions; fn++) {
		id = pci_read_id(PCI_BDF(bus, slot, fn), &command_status);
		if (id == PCI_ID_NONE)
			continue;
		rc = scan_function(scan, parent, PCI_BDF(bus, slot, fn), id, command_status);
		if (rc < 0)
			return rc;
		if (fn == 0 && (rc & PCI_HEADER_MULTI))
			functions = FUNCTIONS;
	}
	return 0;
}

static int scan_bus(struct pci_scan *scan, struct pci_dev *parent, unsigned int bus)
{
	unsigned int slots = parent && to_bridge(parent)->one_slot ? 1 : SLOTS;
	unsigned int slot;
	int rc;

	scan->buses++;
	for (slot = 0; slot < slots; slot++) {
		rc = scan_slot(scan, parent, bus, slot);
		if (rc)
			return rc;
	}
	return 0;
}

/* Before any bridge has a number, only root buses answer. */
static bool is_root(unsigned int bus)
{
	unsigned int slot;
	u32 command;

	for (slot = 0; slot < SLOTS; slot++) {
		if (pci_read_id(PCI_BDF(bus, slot, 0), &command) != PCI_ID_NONE)
			return true;
	}
	return false;
}

/* Return: the number of root buses; their numbers, ascending, are in @root. */
static unsigned int find_roots(const struct pci_host *host, u8 *root)
{
	unsigned int bus, found = 0;

	root[found++] = 0;
	for (bus = 1; bus <= host->last_bus && found <= host->extra_roots; bus++) {
		if (is_root(bus))
			root[found++] = (u8)bus;
	}
	return found;
}

/* What is behind the bridges of a root bus has the numbers up to the next one. */
static int scan_roots(struct pci_scan *scan)
{
	u8 root[BUSES];
	unsigned int i, count = find_roots(scan->host, root);
	int rc = 0;

	for (i = 0; i < count && rc == 0; i++) {
		scan->end_bus = i + 1 < count ? root[i + 1] : scan->host->last_bus + 1u;
		scan->next_bus = root[i] + 1u;
		rc = scan_bus(scan, NULL, root[i]);
	}
	return rc;
}

int pci_enumerate(const struct pci_host *host)
{
	struct pci_scan scan = { .host = host };
	int rc;

	list_init(&pci_list);
	rc = scan_roots(&scan);
	if (rc && rc != -ENOSPC)
		return rc;
	pci_assign(host);
	pci_program();
	pr_info("%u devices on %u buses", scan.devices, scan.buses);
	return 0;
}

const struct list_head *pci_devices(void)
{
	return &pci_list;
}

struct pci_dev *pci_find(u32 id)
{
	struct pci_dev *dev;

	list_for_each_entry(dev, &pci_list, list) {
		if (dev->id == id)
			return dev;
	}
	return NULL;
}
