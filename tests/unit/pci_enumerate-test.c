/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* drivers/pci: buses, resources, drivers, on simulated machines. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <fw/board.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/memmap.h>
#include <fw/pci.h>
#include <spec/pci.h>

#include "pci_sim.h"
#include "support.h"

#define MEM64		(PCI_BAR_MEM_TYPE_64 | PCI_BAR_MEM_PREFETCH)
#define CLASS_NET	0x020000
#define CLASS_BRIDGE	0x060400
#define DEVICE_ID	PCI_ID(0x1af4, 0x1041)
#define PORT_ID		PCI_ID(0x1b36, 0x000c)

static struct pci_host host;
static struct pci_window high;
static unsigned int high_asked;

static void find_high(struct pci_window *window)
{
	high_asked++;
	*window = high;
}

static u8 irq_line(u8 dev, u8 pin)
{
	return (u8)(dev << 3 | pin);
}

static int setup(void **state)
{
	mock_log_reset();
	sim_reset();
	pci_use_ecam(SIM_ECAM, 256);
	memset(&host, 0, sizeof(host));
	host.window[PCI_SPACE_IO] = (struct pci_window){ 0x6000, 0xa000 };
	host.window[PCI_SPACE_MEM] = (struct pci_window){ 0xc0000000, 0x3ec00000 };
	host.find_high = find_high;
	host.last_bus = 255;
	host.irq_line = irq_line;
	high = (struct pci_window){ GiB(8), GiB(1016) };
	high_asked = 0;
	return 0;
}

static void enumerate(void)
{
	assert_int_equal(pci_enumerate(&host), 0);
	sim_check(&host, &high);
}

static unsigned int devices(void)
{
	struct pci_dev *dev;
	unsigned int n = 0;

	list_for_each_entry(dev, pci_devices(), list)
		n++;
	return n;
}

static u16 command(const struct sim_dev *dev)
{
	return (u16)sim_get(dev, PCI_COMMAND, 2);
}

static struct sim_dev *add_port(struct sim_dev *parent, u8 slot)
{
	struct sim_dev *port = sim_add(parent, slot, 0, PORT_ID, CLASS_BRIDGE);

	sim_root_port(port);
	return port;
}

static struct sim_dev *add_device(struct sim_dev *parent, u8 slot)
{
	return sim_add(parent, slot, 0, DEVICE_ID, CLASS_NET);
}

/* What "qemu-system-x86_64 -machine q35" has. */
static void add_q35(void)
{
	struct sim_dev *dev;

	sim_add(NULL, 0, 0, PCI_ID(0x8086, 0x29c0), 0x060000);
	dev = sim_add(NULL, 1, 0, PCI_ID(0x1234, 0x1111), 0x030000);
	sim_bar(dev, 0, MiB(16), PCI_BAR_MEM_PREFETCH);
	sim_bar(dev, 2, KiB(4), 0);
	dev = sim_add(NULL, 2, 0, PCI_ID(0x8086, 0x10d3), CLASS_NET);
	sim_bar(dev, 0, KiB(128), 0);
	sim_bar(dev, 1, KiB(128), 0);
	sim_bar(dev, 2, 32, PCI_BAR_IO);
	sim_bar(dev, 3, KiB(16), 0);
	sim_set(dev, PCI_INTERRUPT_PIN, 1, 1);
	dev = sim_add(NULL, 31, 0, PCI_ID(0x8086, 0x2918), 0x060100);
	sim_set(dev, PCI_HEADER_TYPE, PCI_HEADER_MULTI, 1);
	dev = sim_add(NULL, 31, 2, PCI_ID(0x8086, 0x2922), 0x010601);
	sim_bar(dev, 4, 32, PCI_BAR_IO);
	sim_bar(dev, 5, KiB(4), 0);
	sim_set(dev, PCI_INTERRUPT_PIN, 1, 1);
	dev = sim_add(NULL, 31, 3, PCI_ID(0x8086, 0x2930), 0x0c0500);
	sim_bar(dev, 4, 64, PCI_BAR_IO);
	sim_set(dev, PCI_INTERRUPT_PIN, 1, 1);
}

static void test_q35(void **state)
{
	add_q35();
	enumerate();

	assert_int_equal(devices(), 6);
	assert_int_equal(mock_log_errors(), 0);
	assert_int_equal(command(&sim_devs[1]), PCI_COMMAND_MEMORY | PCI_COMMAND_IO);
	assert_int_equal(command(&sim_devs[2]), PCI_COMMAND_MEMORY | PCI_COMMAND_IO);
	assert_int_equal(command(&sim_devs[5]), PCI_COMMAND_IO);
	assert_int_equal(sim_devs[2].config[PCI_INTERRUPT_LINE], 2 << 3 | 1);
	assert_int_equal(high_asked, 0);
	/* The devices are where the list says. */
	assert_int_equal(pci_find(PCI_ID(0x8086, 0x2922))->bar[5].addr,
			 sim_bar_addr(&sim_devs[4], 5));
	assert_null(pci_find(PCI_ID(0x8086, 0x2923)));
}

/* Every access is an exit: 39 for looking, the rest for 6 devices. */
static void test_q35_accesses(void **state)
{
	add_q35();
	enumerate();
	assert_in_range(sim_accesses, 39, 90);
}

static void test_same_through_ports(void **state)
{
	u64 bar[6];
	int i;

	add_q35();
	enumerate();
	for (i = 0; i < 6; i++)
		bar[i] = sim_bar_addr(&sim_devs[2], i);

	setup(state);
	pci_use_ecam(0, 0);
	add_q35();
	enumerate();
	for (i = 0; i < 4; i++)
		assert_int_equal(sim_bar_addr(&sim_devs[2], i), bar[i]);
	assert_in_range(sim_accesses, 78, 230);
}

/* The host bridge's BARs, and the ROM, are not touched. */
static void test_chipset_and_rom_left_alone(void **state)
{
	struct sim_dev *dev = sim_add(NULL, 0, 0, PCI_ID(0x8086, 0x29c0), 0x060000);

	sim_bar(dev, 0, MiB(1), 0);
	sim_set(dev, PCI_BAR0, 0xf0000000, 4);
	sim_set(dev, PCI_COMMAND, 6, 2);
	dev = add_device(NULL, 1);
	sim_set(dev, PCI_ROM_ADDRESS, 0, 4);
	pci_enumerate(&host);

	assert_int_equal(sim_get(&sim_devs[0], PCI_BAR0, 4), 0xf0000000);
	assert_int_equal(command(&sim_devs[0]), 6);
	assert_int_equal(sim_get(dev, PCI_ROM_ADDRESS, 4), 0);
}

/* Also after an unclean start: a BAR is not sized while it is decoded. */
static void test_decoding_is_off_while_sizing(void **state)
{
	struct sim_dev *dev = add_device(NULL, 1);

	sim_set(dev, PCI_COMMAND, PCI_COMMAND_IO | PCI_COMMAND_MASTER, 2);
	enumerate();
	assert_int_equal(command(dev), PCI_COMMAND_MASTER);
}

static void test_functions_only_if_multi(void **state)
{
	add_device(NULL, 1);
	sim_add(NULL, 1, 3, DEVICE_ID, CLASS_NET);
	enumerate();
	assert_int_equal(devices(), 1);

	sim_set(&sim_devs[0], PCI_HEADER_TYPE, PCI_HEADER_MULTI, 1);
	enumerate();
	assert_int_equal(devices(), 2);
}

static void test_unknown_header_type(void **state)
{
	struct sim_dev *dev = add_device(NULL, 1);

	sim_bar(dev, 0, KiB(4), 0);
	sim_set(dev, PCI_HEADER_TYPE, 2, 1);
	enumerate();
	assert_int_equal(devices(), 1);
	assert_int_equal(command(dev), 0);
}

static void test_bridges(void **state)
{
	struct sim_dev *outer = sim_add(NULL, 3, 0, PCI_ID(0x1b36, 1), CLASS_BRIDGE);
	struct sim_dev *dev, *inner, *after;

	sim_bridge(outer, true);
	inner = sim_add(outer, 9, 0, PCI_ID(0x1b36, 1), CLASS_BRIDGE);
	sim_bridge(inner, true);
	dev = sim_add(inner, 4, 0, DEVICE_ID, CLASS_NET);
	sim_bar(dev, 0, MiB(4), 0);
	sim_bar(dev, 1, 256, PCI_BAR_IO);
	sim_bar(dev, 2, MiB(64), MEM64);
	sim_bar(dev, 4, KiB(16), 0);
	after = sim_add(NULL, 4, 0, PCI_ID(0x1b36, 1), CLASS_BRIDGE);
	sim_bridge(after, true);
	enumerate();

	assert_int_equal(sim_get(outer, PCI_PRIMARY_BUS, 4), 0x020100);
	assert_int_equal(sim_get(inner, PCI_PRIMARY_BUS, 4), 0x020201);
	assert_int_equal(sim_get(after, PCI_PRIMARY_BUS, 4), 0x030300);
	assert_int_equal(command(dev), PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	/* 4 MiB and 16 KiB, rounded up to what a bridge can say. */
	assert_int_equal(sim_get(inner, PCI_MEMORY_LIMIT, 2) -
			 sim_get(inner, PCI_MEMORY_BASE, 2), 0x40);
	/* Nothing behind it, so nothing is forwarded. */
	assert_int_equal(command(after), PCI_COMMAND_MASTER);
	assert_true(sim_get(after, PCI_MEMORY_BASE, 2) > sim_get(after, PCI_MEMORY_LIMIT, 2));
	assert_true((sim_get(after, PCI_PREF_BASE, 2) & 0xfff0) >
		    sim_get(after, PCI_PREF_LIMIT, 2));
}

/* One VGA, and the way to it, decodes what all of them would. */
static void test_vga_behind_bridge(void **state)
{
	struct sim_dev *bridge = sim_add(NULL, 3, 0, PCI_ID(0x1b36, 1), CLASS_BRIDGE);
	struct sim_dev *first, *second;

	sim_bridge(bridge, true);
	first = sim_add(bridge, 1, 0, PCI_ID(0x1234, 0x1111), 0x030000);
	sim_bar(first, 0, MiB(16), PCI_BAR_MEM_PREFETCH);
	second = sim_add(NULL, 4, 0, PCI_ID(0x1234, 0x1111), 0x030000);
	sim_bar(second, 0, MiB(16), PCI_BAR_MEM_PREFETCH);
	enumerate();
	assert_int_equal(command(first), PCI_COMMAND_MEMORY | PCI_COMMAND_IO);
	assert_int_equal(command(second), PCI_COMMAND_MEMORY);
	assert_int_equal(command(bridge) & PCI_COMMAND_IO, PCI_COMMAND_IO);
	assert_int_equal(bridge->config[PCI_BRIDGE_CONTROL], 8);
}

/* A bridge whose prefetchable window has 32 bits. */
static void test_bridge_without_pref64(void **state)
{
	struct sim_dev *bridge = sim_add(NULL, 3, 0, PCI_ID(0x1b36, 1), CLASS_BRIDGE);
	struct sim_dev *port, *dev;

	sim_bridge(bridge, false);
	port = add_port(bridge, 1);
	dev = add_device(port, 0);
	sim_bar(dev, 0, MiB(2), MEM64);
	enumerate();
	assert_int_equal(command(dev), PCI_COMMAND_MEMORY);
	assert_true(sim_bar_addr(dev, 0) < GiB(4));
	assert_int_equal(high_asked, 0);
}

/* As QEMU's ports with io-reserve=0. */
static void test_bridge_without_io(void **state)
{
	struct sim_dev *port = add_port(NULL, 3), *dev = add_device(port, 0);

	memset(&port->writable[PCI_IO_BASE], 0, 2);
	sim_bar(dev, 0, 64, PCI_BAR_IO);
	sim_bar(dev, 1, KiB(4), 0);
	enumerate();
	assert_int_equal(command(dev), PCI_COMMAND_MEMORY);
	assert_int_equal(sim_bar_addr(dev, 0), 0);
	assert_false(command(port) & PCI_COMMAND_IO);
}

static void test_only_slot_0_behind_a_port(void **state)
{
	unsigned int before;

	enumerate();
	before = sim_accesses;
	add_port(NULL, 3);
	sim_accesses = 0;
	enumerate();
	assert_true(sim_accesses <= before + 25);
}

static void test_large_bar_goes_high(void **state)
{
	struct sim_dev *dev = add_device(NULL, 1), *behind;

	sim_bar(dev, 0, GiB(8), MEM64);
	sim_bar(dev, 2, KiB(4), 0);
	sim_bar(dev, 3, KiB(16), MEM64);
	behind = add_device(add_port(NULL, 2), 0);
	sim_bar(behind, 0, GiB(2), MEM64);
	enumerate();

	assert_int_equal(mock_log_errors(), 0);
	assert_true(sim_bar_addr(dev, 0) >= GiB(8));
	assert_true(sim_bar_addr(dev, 3) < GiB(4));
	assert_true(sim_bar_addr(behind, 0) >= GiB(8));
	assert_int_equal(command(dev), PCI_COMMAND_MEMORY);
	assert_int_equal(command(behind), PCI_COMMAND_MEMORY);
	assert_int_equal(high_asked, 1);
}

/* On a root bus a BAR need not be prefetchable to be above 4 GiB. */
static void test_large_bar_not_prefetchable(void **state)
{
	struct sim_dev *dev = add_device(NULL, 1);

	sim_bar(dev, 0, GiB(4), PCI_BAR_MEM_TYPE_64);
	enumerate();
	assert_true(sim_bar_addr(dev, 0) >= GiB(8));
}

/* What does not fit is left out; the rest of the machine works. */
static void check_left_out(const struct sim_dev *big, const struct sim_dev *other)
{
	assert_int_equal(command(big), PCI_COMMAND_IO);
	assert_int_equal(sim_bar_addr(big, 1), 0);
	assert_int_equal(command(other), PCI_COMMAND_MEMORY);
	assert_true(mock_log_has("pci: 00:01.0: no room for BAR 1, size 0x80000000"));
}

static void test_no_room_32bit(void **state)
{
	struct sim_dev *big = add_device(NULL, 1), *other = add_device(NULL, 2);

	sim_bar(big, 0, 64, PCI_BAR_IO);
	sim_bar(big, 1, GiB(2), 0);
	sim_bar(big, 2, KiB(4), 0);
	sim_bar(other, 0, KiB(4), 0);
	enumerate();
	check_left_out(big, other);
}

static void test_no_room_high(void **state)
{
	struct sim_dev *big = add_device(NULL, 1), *other = add_device(NULL, 2);

	high.size = MiB(1);
	sim_bar(big, 0, 64, PCI_BAR_IO);
	sim_bar(big, 1, GiB(2), MEM64);
	sim_bar(other, 0, KiB(4), 0);
	enumerate();
	check_left_out(big, other);
}

static void test_no_room_behind_bridge(void **state)
{
	struct sim_dev *bridge = sim_add(NULL, 1, 0, PCI_ID(0x1b36, 1), CLASS_BRIDGE);
	struct sim_dev *dev, *other = add_device(NULL, 2);
	u8 slot;

	sim_bridge(bridge, true);
	for (slot = 0; slot < 5; slot++) {
		dev = add_device(bridge, slot);
		sim_bar(dev, 0, MiB(256), 0);
	}
	sim_bar(other, 0, MiB(256), 0);
	enumerate();
	assert_true(mock_log_has("pci: 00:01.0: no room for what is behind this bridge"));
	assert_false(mock_log_has("01:00.0: no room"));
	assert_int_equal(command(dev), 0);
	assert_int_equal(command(bridge) & PCI_COMMAND_MEMORY, 0);
	assert_int_equal(command(other), PCI_COMMAND_MEMORY);
}

/* microvm has none: not worth a word. */
static void test_no_io_at_all(void **state)
{
	struct sim_dev *dev = add_device(NULL, 1);

	host.window[PCI_SPACE_IO].size = 0;
	sim_bar(dev, 0, 64, PCI_BAR_IO);
	sim_bar(dev, 1, KiB(4), 0);
	enumerate();
	assert_int_equal(command(dev), PCI_COMMAND_MEMORY);
	assert_false(mock_log_has("no room"));
}

static u64 window_size(const struct sim_dev *bridge, u16 base)
{
	return ((u64)(sim_get(bridge, base + 2, 2) & 0xfff0) << 16) + 0x100000 -
	       ((u64)(sim_get(bridge, base, 2) & 0xfff0) << 16);
}

static void test_empty_port_keeps_room(void **state)
{
	struct sim_dev *port = add_port(NULL, 3);

	enumerate();
	assert_int_equal(window_size(port, PCI_MEMORY_BASE), MiB(2));
	assert_int_equal(window_size(port, PCI_PREF_BASE), MiB(2));
	/* I/O ports are scarce. */
	assert_int_equal(command(port), PCI_COMMAND_MASTER | PCI_COMMAND_MEMORY);
}

static void add_wishes(struct sim_dev *port, u32 buses, u64 io, u32 mem, u64 pref)
{
	u8 data[30] = { 32, 1 };

	memcpy(data + 2, &buses, 4);
	memcpy(data + 6, &io, 8);
	memcpy(data + 14, &mem, 4);
	memset(data + 18, 0xff, 4);
	memcpy(data + 22, &pref, 8);
	sim_cap(port, PCI_CAP_ID_VENDOR, data, sizeof(data));
}

static void test_wishes(void **state)
{
	struct sim_dev *port = add_port(NULL, 3), *next = add_port(NULL, 4);

	add_wishes(port, 4, KiB(8), MiB(32), MiB(64));
	add_wishes(next, ~0u, ~0ull, ~0u, ~0ull);
	enumerate();
	assert_int_equal(window_size(port, PCI_MEMORY_BASE), MiB(32));
	assert_int_equal(window_size(port, PCI_PREF_BASE), MiB(64));
	assert_int_equal(command(port) & PCI_COMMAND_IO, PCI_COMMAND_IO);
	assert_int_equal(port->config[PCI_IO_LIMIT] - port->config[PCI_IO_BASE], 0x10);
	assert_int_equal(sim_get(port, PCI_PRIMARY_BUS, 4), 0x050100);
	assert_int_equal(sim_get(next, PCI_PRIMARY_BUS, 4), 0x060600);
	assert_int_equal(window_size(next, PCI_MEMORY_BASE), MiB(2));
}

static void test_wishes_go_high(void **state)
{
	struct sim_dev *port = add_port(NULL, 3);

	add_wishes(port, ~0u, ~0ull, ~0u, GiB(32));
	enumerate();
	assert_int_equal(sim_get(port, PCI_PREF_BASE_UPPER, 4), GiB(8) >> 32);
	assert_int_equal(sim_get(port, PCI_PREF_LIMIT_UPPER, 4), (GiB(40) - 1) >> 32);
}

/* Better a machine without room for more than without what it has. */
static void test_wishes_dropped(void **state)
{
	struct sim_dev *port = add_port(NULL, 3), *dev = add_device(NULL, 4);

	add_wishes(port, ~0u, ~0ull, MiB(900), ~0ull);
	sim_bar(dev, 0, MiB(256), 0);
	enumerate();
	assert_int_equal(command(dev), PCI_COMMAND_MEMORY);
	assert_int_equal(command(port), PCI_COMMAND_MASTER);
	assert_true(mock_log_has("no room is kept for devices that are plugged in later"));
	assert_false(mock_log_has("no room for"));
}

static void test_absurd_wishes(void **state)
{
	struct sim_dev *port = add_port(NULL, 3), *dev = add_device(port, 0);

	add_wishes(port, 0xfffffffe, ~1ull, 0xfffffffe, ~1ull);
	sim_bar(dev, 0, KiB(4), 0);
	enumerate();
	assert_int_equal(command(dev), PCI_COMMAND_MEMORY);
}

static void test_interrupt_swizzle(void **state)
{
	struct sim_dev *outer = sim_add(NULL, 3, 0, PCI_ID(0x1b36, 1), CLASS_BRIDGE);
	struct sim_dev *inner, *dev;

	sim_bridge(outer, true);
	inner = sim_add(outer, 6, 0, PCI_ID(0x1b36, 1), CLASS_BRIDGE);
	sim_bridge(inner, true);
	dev = add_device(inner, 5);
	sim_set(dev, PCI_INTERRUPT_PIN, 2, 1);
	enumerate();
	/* INTB# turned by 5: INTC#; turned by 6: INTA# of device 3. */
	assert_int_equal(dev->config[PCI_INTERRUPT_LINE], 3 << 3 | 1);
}

static void test_bad_interrupt_pin(void **state)
{
	struct sim_dev *dev = add_device(NULL, 3);

	sim_set(dev, PCI_INTERRUPT_PIN, 5, 1);
	enumerate();
	assert_int_equal(dev->config[PCI_INTERRUPT_LINE], 0);
}

static void test_extra_roots(void **state)
{
	struct sim_dev *low = add_port(NULL, 2), *port, *dev;

	host.extra_roots = 2;
	add_port(NULL, 3);
	port = sim_add_root(2, 1, 0, PORT_ID, CLASS_BRIDGE);
	sim_root_port(port);
	dev = add_device(port, 0);
	sim_bar(dev, 0, KiB(4), 0);
	sim_add_root(0x80, 5, 0, DEVICE_ID, CLASS_NET);
	enumerate();

	/* Bus 0 has one number for its two bridges, since 2 is taken. */
	assert_int_equal(sim_get(low, PCI_PRIMARY_BUS, 4), 0x010100);
	assert_true(mock_log_has("pci: 00:03.0: no bus number left"));
	assert_int_equal(sim_get(port, PCI_PRIMARY_BUS, 4), 0x030302);
	assert_int_equal(command(dev), PCI_COMMAND_MEMORY);
	assert_int_equal(devices(), 5);
}

static void test_roots_are_searched_only_if_announced(void **state)
{
	sim_add_root(2, 1, 0, DEVICE_ID, CLASS_NET);
	enumerate();
	assert_int_equal(devices(), 0);
	assert_int_equal(sim_accesses, 32);
}

static void test_buses_run_out(void **state)
{
	struct sim_dev *bridge = NULL;
	unsigned int i;

	host.last_bus = 3;
	for (i = 0; i < 6; i++) {
		bridge = sim_add(bridge, 1, 0, PCI_ID(0x1b36, 1), CLASS_BRIDGE);
		sim_bridge(bridge, true);
	}
	enumerate();
	assert_int_equal(devices(), 4);
	assert_true(mock_log_has("pci: 03:01.0: no bus number left"));
	assert_int_equal(sim_get(&sim_devs[0], PCI_PRIMARY_BUS, 4), 0x030100);
}

static void test_depth(void **state)
{
	struct sim_dev *bridge = NULL;
	unsigned int i;

	for (i = 0; i < 40; i++) {
		bridge = sim_add(bridge, 1, 0, PCI_ID(0x1b36, 1), CLASS_BRIDGE);
		sim_bridge(bridge, true);
	}
	enumerate();
	assert_int_equal(devices(), 17);
}

static void test_too_many_devices(void **state)
{
	unsigned int slot, fn, i;
	struct sim_dev *bridge, *dev;

	for (i = 0; i < 5; i++) {
		bridge = sim_add(NULL, (u8)i, 0, PCI_ID(0x1b36, 1), CLASS_BRIDGE);
		sim_bridge(bridge, true);
		for (slot = 0; slot < 32; slot++) {
			for (fn = 0; fn < 8; fn++) {
				dev = sim_add(bridge, (u8)slot, (u8)fn, DEVICE_ID, CLASS_NET);
				sim_set(dev, PCI_HEADER_TYPE, PCI_HEADER_MULTI, 1);
				sim_bar(dev, 0, KiB(4), 0);
			}
		}
	}
	assert_int_equal(pci_enumerate(&host), 0);
	assert_int_equal(devices(), 1024);
	assert_true(mock_log_has("pci: more than 1024 devices"));
	assert_int_equal(command(&sim_devs[1]), PCI_COMMAND_MEMORY);
}

static void test_no_memory(void **state)
{
	add_q35();
	sim_heap_left = 3;
	assert_int_equal(pci_enumerate(&host), -ENOMEM);
	assert_int_equal(mock_log_errors(), 1);
	assert_string_equal(mock_log_last(), "pci: no memory for device 00:1f.0");
}

static void test_capability_loop(void **state)
{
	struct sim_dev *port = add_port(NULL, 3);

	port->config[0x41] = 0x40;
	enumerate();
	port->config[0x41] = 0x3c;	/* into the header */
	enumerate();
	port->config[0x41] = 0xff;	/* over the end */
	port->config[0xfc] = PCI_CAP_ID_VENDOR;
	port->config[0xfe] = 32;
	port->config[0xff] = 1;
	enumerate();
	assert_int_equal(devices(), 1);
}

/* A 64-bit BAR has no upper half in the last register. */
static void test_64bit_in_last_register(void **state)
{
	struct sim_dev *dev = add_device(NULL, 1);

	sim_bar(dev, 5, KiB(4), 0);
	sim_set(dev, PCI_BAR0 + 20, MEM64, 4);
	pci_enumerate(&host);
	assert_true(sim_get(dev, PCI_BAR0 + 20, 4) >= 0xc0000000);
	assert_int_equal(sim_get(dev, 0x28, 4), 0);
}

/* Drivers: the pci step as a whole. */

static const struct board *the_board;
static int board_pci_rc;
static unsigned int probed;
static u32 probed_id;

const struct board *board(void)
{
	return the_board;
}

static int board_pci(struct pci_host *result, const struct memmap *map)
{
	*result = host;
	return board_pci_rc;
}

static const struct board board_with_pci = { .name = "test", .pci = board_pci };
static const struct board board_without_pci = { .name = "test" };

static int probe(struct pci_dev *dev)
{
	probed++;
	probed_id = dev->id;
	return -EIO;
}

static const u32 ids[] = { PCI_ID(0x8086, 0x2923), PCI_ID(0x8086, 0x2922), 0 };
static const struct pci_driver test_driver = { .name = "test", .ids = ids, .probe = probe };
PCI_DRIVER(50, test_driver);

static void run_step(const struct board *brd, int rc, int expected)
{
	probed = 0;
	the_board = brd;
	board_pci_rc = rc;
	assert_int_equal(hook_run(pci), expected);
}

static void test_step(void **state)
{
	add_q35();
	run_step(&board_with_pci, 0, 0);
	assert_int_equal(probed, 1);
	assert_int_equal(probed_id, PCI_ID(0x8086, 0x2922));
}

static void test_step_without_pci(void **state)
{
	run_step(&board_without_pci, 0, 0);
	run_step(&board_with_pci, -ENODEV, 0);
	assert_int_equal(sim_accesses, 0);
	run_step(&board_with_pci, -EIO, -EIO);
	assert_int_equal(probed, 0);
}

#define TEST(f)	cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_q35),
		TEST(test_q35_accesses),
		TEST(test_same_through_ports),
		TEST(test_chipset_and_rom_left_alone),
		TEST(test_decoding_is_off_while_sizing),
		TEST(test_functions_only_if_multi),
		TEST(test_unknown_header_type),
		TEST(test_bridges),
		TEST(test_vga_behind_bridge),
		TEST(test_bridge_without_pref64),
		TEST(test_bridge_without_io),
		TEST(test_only_slot_0_behind_a_port),
		TEST(test_large_bar_goes_high),
		TEST(test_large_bar_not_prefetchable),
		TEST(test_no_room_32bit),
		TEST(test_no_room_high),
		TEST(test_no_room_behind_bridge),
		TEST(test_no_io_at_all),
		TEST(test_empty_port_keeps_room),
		TEST(test_wishes),
		TEST(test_wishes_go_high),
		TEST(test_wishes_dropped),
		TEST(test_absurd_wishes),
		TEST(test_interrupt_swizzle),
		TEST(test_bad_interrupt_pin),
		TEST(test_extra_roots),
		TEST(test_roots_are_searched_only_if_announced),
		TEST(test_buses_run_out),
		TEST(test_depth),
		TEST(test_too_many_devices),
		TEST(test_no_memory),
		TEST(test_capability_loop),
		TEST(test_64bit_in_last_register),
		TEST(test_step),
		TEST(test_step_without_pci),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
