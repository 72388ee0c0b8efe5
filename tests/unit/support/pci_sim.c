/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* A simulated PCI hierarchy; see pci_sim.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <asm/io.h>
#include <fw/alloc.h>
#include <fw/byteorder.h>
#include <spec/pci.h>

#include "pci_sim.h"
#include "support.h"

struct sim_dev sim_devs[SIM_DEVICES];
unsigned int sim_count;
unsigned int sim_accesses;
unsigned int sim_heap_left;
u32 (*sim_hostile_read)(pci_bdf_t bdf, u16 offset);

static u32 address_port;

/* Everything the heap has given out. */
static void *heap[4096];
static unsigned int heap_used;

void *heap_alloc(size_t size)
{
	if (sim_heap_left == 0 || heap_used == ARRAY_SIZE(heap))
		return NULL;
	sim_heap_left--;
	heap[heap_used] = calloc(1, size);
	return heap[heap_used++];
}

void sim_reset(void)
{
	memset(sim_devs, 0, sizeof(sim_devs));
	sim_count = 0;
	sim_accesses = 0;
	sim_heap_left = ARRAY_SIZE(heap);
	sim_hostile_read = NULL;
	address_port = 0;
	while (heap_used)
		free(heap[--heap_used]);
}

static void make_writable(struct sim_dev *dev, u16 offset, u64 mask, unsigned int width)
{
	unsigned int i;

	for (i = 0; i < width; i++)
		dev->writable[offset + i] = (u8)(mask >> 8 * i);
}

void sim_set(struct sim_dev *dev, u16 offset, u64 value, unsigned int width)
{
	unsigned int i;

	for (i = 0; i < width; i++)
		dev->config[offset + i] = (u8)(value >> 8 * i);
}

u32 sim_get(const struct sim_dev *dev, u16 offset, unsigned int width)
{
	u32 value = 0;
	unsigned int i;

	for (i = 0; i < width; i++)
		value |= (u32)dev->config[offset + i] << 8 * i;
	return value;
}

struct sim_dev *sim_add(struct sim_dev *parent, u8 slot, u8 fn, u32 id, u32 class)
{
	struct sim_dev *dev = &sim_devs[sim_count++];

	if (sim_count > SIM_DEVICES)
		mock_fail("pci_sim: too many devices");
	dev->parent = parent;
	dev->devfn = (u8)(slot << 3 | fn);
	sim_set(dev, PCI_VENDOR_ID, id, 4);
	sim_set(dev, PCI_CLASS_REVISION, class << 8, 4);
	make_writable(dev, PCI_COMMAND, 0x0507, 2);
	make_writable(dev, PCI_INTERRUPT_LINE, 0xff, 1);
	make_writable(dev, PCI_ROM_ADDRESS, 0xffff0001, 4);
	return dev;
}

struct sim_dev *sim_add_root(u8 bus, u8 slot, u8 fn, u32 id, u32 class)
{
	struct sim_dev *dev = sim_add(NULL, slot, fn, id, class);

	dev->root = bus;
	return dev;
}

void sim_bridge(struct sim_dev *dev, bool pref64)
{
	sim_set(dev, PCI_HEADER_TYPE, PCI_HEADER_TYPE_BRIDGE, 1);
	make_writable(dev, PCI_PRIMARY_BUS, 0xffffffff, 4);
	make_writable(dev, PCI_IO_BASE, 0xf0f0, 2);
	make_writable(dev, PCI_BRIDGE_CONTROL, 0x0fff, 2);
	make_writable(dev, PCI_MEMORY_BASE, 0xfff0fff0fff0fff0, 8);
	if (pref64) {
		sim_set(dev, PCI_PREF_BASE, 0x00010001, 4);
		make_writable(dev, PCI_PREF_BASE_UPPER, ~(u64)0, 8);
	}
}

void sim_bar(struct sim_dev *dev, unsigned int i, u64 size, u32 type)
{
	u16 offset = (u16)(PCI_BAR0 + 4 * i);
	u64 mask = ~(size - 1);

	sim_set(dev, offset, type, 4);
	make_writable(dev, offset, mask & (type & PCI_BAR_IO ? 0xfffc : 0xfffffff0), 4);
	if ((type & 7) == PCI_BAR_MEM_TYPE_64)
		make_writable(dev, offset + 4, mask >> 32, 4);
}

u8 sim_cap(struct sim_dev *dev, u8 id, const void *data, size_t len)
{
	u8 at = 0x40, last = dev->config[PCI_CAPABILITY_LIST];

	if (last) {
		at = last;
		while (dev->config[at + 1])
			at = dev->config[at + 1];
		last = at;
		at += 0x24;
		dev->config[last + 1] = at;
	} else {
		dev->config[PCI_CAPABILITY_LIST] = at;
	}
	if (at + 2 + len > sizeof(dev->config))
		mock_fail("pci_sim: no room for capability %#x", id);
	dev->config[at] = id;
	memcpy(&dev->config[at + 2], data, len);
	sim_set(dev, PCI_STATUS, PCI_STATUS_CAP_LIST, 2);
	return at;
}

void sim_root_port(struct sim_dev *dev)
{
	static const u8 express[] = { 0x42, 0x01 };	/* version 2, root port, slot */

	sim_bridge(dev, true);
	sim_cap(dev, PCI_CAP_ID_EXP, express, sizeof(express));
}

/* Whether a bridge and all above pass on configuration cycles for a bus. */
static bool forwards(const struct sim_dev *bridge, u8 bus)
{
	for (; bridge; bridge = bridge->parent) {
		if (bus < bridge->config[PCI_SECONDARY_BUS] ||
		    bus > bridge->config[PCI_SUBORDINATE_BUS])
			return false;
	}
	return true;
}

static bool is_on_bus(const struct sim_dev *dev, u8 bus)
{
	if (!dev->parent)
		return dev->root == bus;
	return bus && dev->parent->config[PCI_SECONDARY_BUS] == bus &&
	       forwards(dev->parent, bus);
}

static struct sim_dev *find(pci_bdf_t bdf)
{
	struct sim_dev *dev;

	for (dev = sim_devs; dev < sim_devs + sim_count; dev++) {
		if (dev->devfn == (u8)bdf && is_on_bus(dev, PCI_BDF_BUS(bdf)))
			return dev;
	}
	return NULL;
}

static u32 config_read(pci_bdf_t bdf, u16 offset, unsigned int width)
{
	const struct sim_dev *dev;

	if (sim_hostile_read)
		return sim_hostile_read(bdf, offset);
	dev = find(bdf);
	if (!dev || offset >= sizeof(dev->config))
		return 0xffffffff;
	return sim_get(dev, offset, width);
}

static void config_write(pci_bdf_t bdf, u16 offset, u32 value, unsigned int width)
{
	struct sim_dev *dev;
	unsigned int i;
	u8 mask, *reg;

	if (sim_hostile_read)
		return;
	dev = find(bdf);
	for (i = 0; dev && offset < sizeof(dev->config) && i < width; i++) {
		reg = &dev->config[offset + i];
		mask = dev->writable[offset + i];
		*reg = (u8)((*reg & ~mask) | (value >> 8 * i & mask));
	}
}

static void check_aligned(u64 addr, unsigned int width)
{
	if (addr % width)
		mock_fail("%u-byte access at %#" PRIx64 " is not aligned", width, addr);
	sim_accesses++;
}

static void check_ecam(phys_addr_t addr)
{
	if (addr < SIM_ECAM || addr >= SIM_ECAM + MiB(256))
		mock_fail("access outside of configuration space: %#" PRIx64, addr);
}

u32 mock_io_read(u16 port, unsigned int width)
{
	check_aligned(port, width);
	if (port < PCI_CONFIG_DATA || port > PCI_CONFIG_DATA + 3)
		mock_fail("read from port %#x", port);
	return config_read((pci_bdf_t)(address_port >> 8),
			   (u16)((address_port & 0xfc) + port - PCI_CONFIG_DATA), width);
}

void mock_io_write(u16 port, u32 value, unsigned int width)
{
	check_aligned(port, width);
	if (port == PCI_CONFIG_ADDRESS && width == 4)
		address_port = value;
	else if (port >= PCI_CONFIG_DATA && port <= PCI_CONFIG_DATA + 3)
		config_write((pci_bdf_t)(address_port >> 8),
			     (u16)((address_port & 0xfc) + port - PCI_CONFIG_DATA),
			     value, width);
	else
		mock_fail("%u-byte write to port %#x", width, port);
}

static pci_bdf_t ecam_bdf(phys_addr_t addr)
{
	return (pci_bdf_t)((addr - SIM_ECAM) >> 12);
}

u32 mock_mmio_read(phys_addr_t addr, unsigned int width)
{
	check_ecam(addr);
	check_aligned(addr, width);
	return config_read(ecam_bdf(addr), addr & 0xfff, width);
}

void mock_mmio_write(phys_addr_t addr, u32 value, unsigned int width)
{
	check_ecam(addr);
	check_aligned(addr, width);
	config_write(ecam_bdf(addr), addr & 0xfff, value, width);
}

u64 mock_mmio_read64(phys_addr_t addr)
{
	u32 low;

	check_ecam(addr);
	check_aligned(addr, 8);
	low = config_read(ecam_bdf(addr), addr & 0xfff, 4);
	return (u64)config_read(ecam_bdf(addr), (addr & 0xfff) + 4, 4) << 32 | low;
}

void mock_mmio_write64(phys_addr_t addr, u64 value)
{
	check_ecam(addr);
	check_aligned(addr, 8);
	config_write(ecam_bdf(addr), addr & 0xfff, (u32)value, 4);
	config_write(ecam_bdf(addr), (addr & 0xfff) + 4, (u32)(value >> 32), 4);
}

/* What is decoded, for sim_check(). */
struct decoded {
	u64 base, last;
	bool is_io;
	const struct sim_dev *dev;
};

static bool is_64bit(u32 reg)
{
	return !(reg & PCI_BAR_IO) && (reg & PCI_BAR_MEM_TYPE_MASK) == PCI_BAR_MEM_TYPE_64;
}

u64 sim_bar_addr(const struct sim_dev *dev, unsigned int i)
{
	u16 offset = (u16)(PCI_BAR0 + 4 * i);
	u32 low = sim_get(dev, offset, 4);

	if (low & PCI_BAR_IO)
		return low & ~3u;
	if (is_64bit(low))
		return (u64)sim_get(dev, offset + 4, 4) << 32 | (low & ~0xfu);
	return low & ~0xfu;
}

static u64 bar_size(const struct sim_dev *dev, unsigned int i)
{
	u16 offset = (u16)(PCI_BAR0 + 4 * i);
	u64 mask = get_le32(&dev->writable[offset]);

	if (is_64bit(sim_get(dev, offset, 4)))
		mask |= (u64)get_le32(&dev->writable[offset + 4]) << 32;
	return mask & -mask;
}

static bool is_inside(u64 base, u64 last, u64 window_base, u64 window_last)
{
	return base >= window_base && last <= window_last;
}

static bool bridge_forwards(const struct sim_dev *bridge, const struct decoded *d)
{
	u16 command = (u16)sim_get(bridge, PCI_COMMAND, 2);
	u64 upper;

	if (!(command & PCI_COMMAND_MASTER) ||
	    !(command & (d->is_io ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY)))
		return false;
	if (d->is_io)
		return is_inside(d->base, d->last,
				 (u64)(bridge->config[PCI_IO_BASE] & 0xf0) << 8,
				 (u64)(bridge->config[PCI_IO_LIMIT] & 0xf0) << 8 | 0xfff);
	if (is_inside(d->base, d->last,
		      (u64)(sim_get(bridge, PCI_MEMORY_BASE, 2) & 0xfff0) << 16,
		      (u64)(sim_get(bridge, PCI_MEMORY_LIMIT, 2) & 0xfff0) << 16 | 0xfffff))
		return true;
	upper = (u64)sim_get(bridge, PCI_PREF_BASE_UPPER, 4) << 32;
	return is_inside(d->base, d->last,
			 upper | (u64)(sim_get(bridge, PCI_PREF_BASE, 2) & 0xfff0) << 16,
			 (u64)sim_get(bridge, PCI_PREF_LIMIT_UPPER, 4) << 32 |
			 (u64)(sim_get(bridge, PCI_PREF_LIMIT, 2) & 0xfff0) << 16 | 0xfffff);
}

static bool in_window(const struct decoded *d, const struct pci_window *window)
{
	return window && window->size &&
	       is_inside(d->base, d->last, window->base, window->base + window->size - 1);
}

static void check_decoded(const struct decoded *d, const struct pci_host *host,
			  const struct pci_window *high)
{
	const struct sim_dev *bridge;

	if (d->base % (d->last - d->base + 1))
		mock_fail("a BAR at %#" PRIx64 " is not aligned", d->base);
	for (bridge = d->dev->parent; bridge; bridge = bridge->parent) {
		if (!bridge_forwards(bridge, d))
			mock_fail("a BAR at %#" PRIx64 " is not forwarded", d->base);
	}
	if (d->is_io ? !in_window(d, &host->window[PCI_SPACE_IO]) :
	    !in_window(d, &host->window[PCI_SPACE_MEM]) && !in_window(d, high))
		mock_fail("a BAR at %#" PRIx64 " is outside the host's windows", d->base);
}

void sim_check(const struct pci_host *host, const struct pci_window *high)
{
	static struct decoded all[SIM_DEVICES * PCI_BARS];
	unsigned int i, j, bars, count = 0;
	const struct sim_dev *dev;
	struct decoded *d;
	u16 command;

	for (dev = sim_devs; dev < sim_devs + sim_count; dev++) {
		command = (u16)sim_get(dev, PCI_COMMAND, 2);
		bars = dev->config[PCI_HEADER_TYPE] & 0x7f ? 2 : PCI_BARS;
		for (i = 0; i < bars; i++) {
			d = &all[count];
			d->is_io = dev->config[PCI_BAR0 + 4 * i] & PCI_BAR_IO;
			d->dev = dev;
			d->base = sim_bar_addr(dev, i);
			/* A bridge forwards even if it has no room for a BAR of its own. */
			if (bars == 2 && d->base == 0)
				continue;
			if (bar_size(dev, i) == 0 ||
			    !(command & (d->is_io ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY)))
				continue;
			d->last = d->base + bar_size(dev, i) - 1;
			check_decoded(d, host, high);
			for (j = 0; j < count; j++) {
				if (all[j].is_io == d->is_io && all[j].base <= d->last &&
				    all[j].last >= d->base)
					mock_fail("BARs overlap at %#" PRIx64, d->base);
			}
			count++;
			i += is_64bit(sim_get(dev, (u16)(PCI_BAR0 + 4 * i), 4));
		}
	}
}
