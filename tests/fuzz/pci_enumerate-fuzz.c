/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * drivers/pci against machines that a host makes up.
 *
 * First byte: bit 0 chooses between
 *  0: functions whose registers behave, in any arrangement: what is decoded in
 *     the end must be right (sim_check());
 *  1: every read returns whatever comes next in the input: nothing must crash,
 *     and it must end.
 * The other bits: 1 through the ports; 2 extra root buses; 3 no room above
 * 4 GiB; 4 few bus numbers; 5 a small window below 4 GiB; 6 no I/O.
 *
 * A function in mode 0 is FUNC_SIZE bytes: parent (index + 1, or 0), slot and
 * function, flags, root bus, six BARs (log2 of the size, type), and 16 bytes
 * that replace capabilities.
 */
#include <stdlib.h>
#include <string.h>

#include <fw/byteorder.h>
#include <fw/pci.h>
#include <spec/pci.h>

#include "pci_sim.h"
#include "support.h"

#define FUNC_SIZE	32
#define FUNCS_MAX	48
#define ACCESSES_MAX	300000

#define FLAG_BRIDGE	0x01
#define FLAG_PREF64	0x02
#define FLAG_PORT	0x04
#define FLAG_MULTI	0x08
#define FLAG_CAPS	0x10
#define FLAG_NO_IO	0x20

static const u8 *stream, *stream_end;


static u32 read_stream(pci_bdf_t bdf __attribute__((unused)),
		       u16 offset __attribute__((unused)))
{
	u32 value = 0xffffffff;

	if (++sim_accesses > ACCESSES_MAX)
		mock_fail("more than %u accesses", ACCESSES_MAX);
	if (stream_end - stream >= 4) {
		value = get_le32(stream);
		stream += 4;
	}
	return value;
}

static void find_high(struct pci_window *window)
{
	window->base = GiB(8);
	window->size = GiB(1016);
}

static u8 irq_line(u8 dev, u8 pin)
{
	if (dev > 31 || pin < 1 || pin > 4)
		mock_fail("irq_line(%u, %u)", dev, pin);
	return pin;
}

static void add_bar(struct sim_dev *dev, unsigned int *i, unsigned int bars, u8 order, u8 type)
{
	if (!order)
		return;
	if (type & PCI_BAR_IO) {
		sim_bar(dev, *i, 4u << order % 7, PCI_BAR_IO);
	} else if ((type & PCI_BAR_MEM_TYPE_64) && *i + 1 < bars) {
		sim_bar(dev, *i, (u64)16 << order % 42, type & 0xc);
		++*i;
	} else {
		sim_bar(dev, *i, 16u << order % 28, type & 8);
	}
}

static void add_func(const u8 *data)
{
	u8 flags = data[2];
	bool is_bridge = flags & (FLAG_BRIDGE | FLAG_PORT);
	unsigned int i, bars = is_bridge ? 2 : PCI_BARS;
	struct sim_dev *parent = NULL, *dev;

	if (data[0] && (unsigned int)data[0] - 1 < sim_count)
		parent = &sim_devs[data[0] - 1];
	if (parent && !(parent->config[PCI_HEADER_TYPE] & PCI_HEADER_TYPE_BRIDGE))
		parent = NULL;
	dev = sim_add(parent, data[1] >> 3, data[1] & 7, PCI_ID(0x1b36, 0x000c),
		      is_bridge ? 0x060400 : 0x020000);
	if (!parent)
		dev->root = data[3];
	if (flags & FLAG_PORT)
		sim_root_port(dev);
	else if (flags & FLAG_BRIDGE)
		sim_bridge(dev, flags & FLAG_PREF64);
	if (is_bridge && (flags & FLAG_NO_IO))
		memset(&dev->writable[PCI_IO_BASE], 0, 2);
	if (flags & FLAG_MULTI)
		dev->config[PCI_HEADER_TYPE] |= PCI_HEADER_MULTI;
	for (i = 0; i < bars; i++)
		add_bar(dev, &i, bars, data[4 + 2 * i], data[5 + 2 * i]);
	if (flags & FLAG_CAPS) {
		sim_set(dev, PCI_STATUS, PCI_STATUS_CAP_LIST, 2);
		dev->config[PCI_CAPABILITY_LIST] = 0xc0;
		memcpy(&dev->config[0xc0], data + 16, 16);
		memcpy(&dev->config[0xd0], data + 16, 16);
	}
	dev->config[PCI_INTERRUPT_PIN] = data[16];
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct pci_window high = { GiB(8), GiB(1016) };
	struct pci_host host = {
		.window[PCI_SPACE_IO] = { 0x6000, 0xa000 },
		.window[PCI_SPACE_MEM] = { 0xc0000000, 0x3ec00000 },
		.find_high = find_high,
		.last_bus = 255,
		.irq_line = irq_line,
	};
	size_t at;
	u8 mode;

	if (!size)
		return 0;
	mode = data[0];
	mock_log_reset();
	sim_reset();
	pci_use_ecam(SIM_ECAM, mode & 2 ? 0 : 256);
	host.extra_roots = mode & 4 ? 2 : 0;
	if (mode & 8)
		host.find_high = NULL;
	if (mode & 0x10)
		host.last_bus = 9;
	if (mode & 0x20)
		host.window[PCI_SPACE_MEM].size = MiB(24);
	if (mode & 0x40)
		host.window[PCI_SPACE_IO].size = 0;

	if (mode & 1) {
		stream = data + 1;
		stream_end = data + size;
		sim_hostile_read = read_stream;
		pci_enumerate(&host);
		return 0;
	}
	for (at = 1; at + FUNC_SIZE <= size && sim_count < FUNCS_MAX; at += FUNC_SIZE)
		add_func(data + at);
	if (pci_enumerate(&host) != 0)
		mock_fail("enumeration failed: %s", mock_log_last());
	if (sim_accesses > ACCESSES_MAX)
		mock_fail("more than %u accesses", ACCESSES_MAX);
	sim_check(&host, mode & 8 ? NULL : &high);
	return 0;
}
