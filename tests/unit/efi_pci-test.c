/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of the PCI I/O protocols of functions and root bridges (UEFI 2.10,
 * sections 14.2 and 14.4): on a machine of a root bus with two functions, a bridge,
 * and one function behind it, and another root bus.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <asm/io.h>
#include <fw/pci.h>
#include <spec/efi/pci_root_bridge_io.h>
#include <spec/pci.h>

#include "efi_world.h"
#include "support.h"

#define BAR_BASE	0xc0000000
#define BAR_SIZE	0x1000
#define IO_BASE		0x6000
#define HIGH_BASE	0x8000000000

static struct pci_dev vga = {
	.bdf = PCI_BDF(0, 1, 0), .class_rev = 0x03000000,
	.bar = { [0] = { BAR_SIZE, BAR_BASE, PCI_SPACE_PREF, false },
		 [2] = { 0x40, IO_BASE, PCI_SPACE_IO, false } },
};
static struct pci_dev nic = {
	.bdf = PCI_BDF(0, 3, 0), .class_rev = 0x02000000,
	.bar = { [0] = { 0x4000, HIGH_BASE, PCI_SPACE_PREF, true },
		 [3] = { 0x1000, 0, PCI_SPACE_MEM, false } },
};
static struct pci_dev bridge = {
	.bdf = PCI_BDF(0, 4, 0), .class_rev = 0x06040000, .is_bridge = true,
	.secondary = 1, .subordinate = 2,
	.window = { [PCI_SPACE_MEM] = { 0xd0000000, 0x100000 } },
};
static struct pci_dev behind = { .bdf = PCI_BDF(1, 0, 0), .parent = &bridge };
static struct pci_dev other = { .bdf = PCI_BDF(0x40, 0, 0) };
static LIST_HEAD(devices);

const struct list_head *pci_devices(void)
{
	return &devices;
}

/* In a plain guest nothing is shared. */
__asm__(".bss\n.balign 4096\n.globl layout_dma_early, layout_dma_early_end\n"
	"layout_dma_early: .skip 8192\nlayout_dma_early_end:\n.text\n");

int cc_share(phys_addr_t base, u64 size)
{
	fail();
	return 0;
}

int cc_unshare(phys_addr_t base, u64 size)
{
	fail();
	return 0;
}

/* Configuration space of every function, and the last access. */
static u8 config[4096];
static pci_bdf_t config_bdf;
static bool has_express;

u8 pci_read8(pci_bdf_t bdf, u16 offset)
{
	config_bdf = bdf;
	return config[offset];
}

u16 pci_read16(pci_bdf_t bdf, u16 offset)
{
	u16 v;

	config_bdf = bdf;
	memcpy(&v, config + offset, 2);
	return v;
}

u32 pci_read32(pci_bdf_t bdf, u16 offset)
{
	u32 v;

	config_bdf = bdf;
	memcpy(&v, config + offset, 4);
	return v;
}

void pci_write8(pci_bdf_t bdf, u16 offset, u8 value)
{
	config_bdf = bdf;
	config[offset] = value;
}

void pci_write16(pci_bdf_t bdf, u16 offset, u16 value)
{
	config_bdf = bdf;
	memcpy(config + offset, &value, 2);
}

void pci_write32(pci_bdf_t bdf, u16 offset, u32 value)
{
	config_bdf = bdf;
	memcpy(config + offset, &value, 4);
}

u8 pci_find_cap(const struct pci_dev *dev, u8 id, u8 after)
{
	assert_int_equal(id, PCI_CAP_ID_EXP);
	return has_express ? 0x40 : 0;
}

/* Registers: a BAR, and ports. */
static u8 registers[BAR_SIZE], io_registers[0x40];
static unsigned int accesses;
static u64 changes_after;

static u8 *reg(phys_addr_t addr, unsigned int width)
{
	accesses++;
	if (addr >= HIGH_BASE && addr + width <= HIGH_BASE + 0x4000)
		addr = BAR_BASE + (addr - HIGH_BASE) % BAR_SIZE;
	if (addr < BAR_BASE || addr + width > BAR_BASE + BAR_SIZE)
		fail_msg("access at %#llx", (unsigned long long)addr);
	if (changes_after && world_now > changes_after)
		registers[8] = 0x80;
	return registers + (addr - BAR_BASE);
}

u32 mock_mmio_read(phys_addr_t addr, unsigned int width)
{
	u32 v = 0;

	memcpy(&v, reg(addr, width), width);
	return v;
}

void mock_mmio_write(phys_addr_t addr, u32 value, unsigned int width)
{
	memcpy(reg(addr, width), &value, width);
}

u32 mock_io_read(u16 port, unsigned int width)
{
	u32 v = 0;

	assert_true(port >= IO_BASE && port + width <= IO_BASE + sizeof(io_registers));
	memcpy(&v, io_registers + (port - IO_BASE), width);
	return v;
}

void mock_io_write(u16 port, u32 value, unsigned int width)
{
	assert_true(port >= IO_BASE && port + width <= IO_BASE + sizeof(io_registers));
	memcpy(io_registers + (port - IO_BASE), &value, width);
}

static struct efi_pci_io *io_of(const struct pci_dev *dev)
{
	void *p;

	assert_int_equal(efi_handle_protocol(efi_pci_handle(dev), &efi_guid_pci_io, &p),
			 EFI_SUCCESS);
	return p;
}

static struct efi_pci_root_bridge_io *root[2];
static efi_handle_t root_handle[2];

static int setup(void **state)
{
	efi_handle_t *handles;
	efi_uintn_t count;
	void *p;
	int i;

	list_add_tail(&vga.list, &devices);
	list_add_tail(&nic.list, &devices);
	list_add_tail(&bridge.list, &devices);
	list_add_tail(&behind.list, &devices);
	list_add_tail(&other.list, &devices);
	if (world_start(state) ||
	    efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &efi_guid_pci_root_bridge_io, NULL,
				     &count, &handles) || count != 2)
		return -1;
	for (i = 0; i < 2; i++) {
		root_handle[i] = handles[i];
		if (efi_handle_protocol(handles[i], &efi_guid_pci_root_bridge_io, &p))
			return -1;
		root[i] = p;
	}
	efi_free_pool(handles);
	return 0;
}

static int reset(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(config); i++)
		config[i] = (u8)i;
	for (i = 0; i < sizeof(registers); i++)
		registers[i] = (u8)(i * 3);
	for (i = 0; i < sizeof(io_registers); i++)
		io_registers[i] = (u8)(i * 5);
	has_express = false;
	changes_after = 0;
	accesses = 0;
	return 0;
}

static void has_path(efi_handle_t handle, const u8 *bytes, size_t size)
{
	void *path;

	assert_int_equal(efi_handle_protocol(handle, &efi_guid_device_path, &path), EFI_SUCCESS);
	assert_int_equal(efi_dp_size(path, EFI_DP_MAX), size);
	assert_memory_equal(path, bytes, size);
}

#define ROOT(uid)	2, 1, 12, 0, 0xd0, 0x41, 0x03, 0x0a, uid, 0, 0, 0
#define END		0x7f, 0xff, 4, 0

static bool is_child(efi_handle_t parent, const struct efi_guid *guid, efi_handle_t child)
{
	struct efi_open_protocol_information *info;
	efi_uintn_t i, count;
	bool found = false;

	assert_int_equal(efi_open_protocol_information(parent, guid, &info, &count),
			 EFI_SUCCESS);
	for (i = 0; i < count; i++) {
		if (info[i].attributes == EFI_OPEN_BY_CHILD_CONTROLLER &&
		    info[i].controller == child)
			found = true;
	}
	efi_free_pool(info);
	return found;
}

static void test_tree(void **state)
{
	static const u8 root0[] = { ROOT(0), END }, root40[] = { ROOT(0x40), END };
	static const u8 deep[] = { ROOT(0), 1, 1, 6, 0, 0, 4, 1, 1, 6, 0, 0, 0, END };

	has_path(root_handle[0], root0, sizeof(root0));
	has_path(root_handle[1], root40, sizeof(root40));
	has_path(efi_pci_handle(&behind), deep, sizeof(deep));
	assert_true(is_child(root_handle[0], &efi_guid_pci_root_bridge_io, efi_pci_handle(&nic)));
	assert_true(is_child(root_handle[1], &efi_guid_pci_root_bridge_io,
			     efi_pci_handle(&other)));
	assert_false(is_child(root_handle[0], &efi_guid_pci_root_bridge_io,
			      efi_pci_handle(&behind)));
	assert_true(is_child(efi_pci_handle(&bridge), &efi_guid_pci_io,
			     efi_pci_handle(&behind)));
	assert_null(io_of(&nic)->rom_image);
	assert_int_equal(io_of(&nic)->rom_size, 0);
	/* Software may use the registers without asking. */
	assert_true(world_prot(HIGH_BASE + 0x3000) != 0);
}

static void test_location(void **state)
{
	efi_uintn_t s = 1, b, d, f;
	struct efi_pci_io *io = io_of(&behind);

	assert_int_equal(io->get_location(io, &s, &b, &d, &f), EFI_SUCCESS);
	assert_true(s == 0 && b == 1 && d == 0 && f == 0);
	assert_int_equal(io->get_location(io, NULL, &b, &d, &f), EFI_INVALID_PARAMETER);
	assert_int_equal(io->get_location(io, &s, NULL, &d, &f), EFI_INVALID_PARAMETER);
	assert_int_equal(io->get_location(io, &s, &b, NULL, &f), EFI_INVALID_PARAMETER);
	assert_int_equal(io->get_location(io, &s, &b, &d, NULL), EFI_INVALID_PARAMETER);
}

/* Each width reads the same bytes. */
static void test_mem_widths(void **state)
{
	struct efi_pci_io *io = io_of(&vga);
	u8 buf[65];
	u32 w;

	for (w = 0; w < 4; w++) {
		accesses = 0;
		memset(buf, 0xee, sizeof(buf));
		assert_int_equal(io->mem.read(io, w, 0, 0x40, 64 >> w, buf), EFI_SUCCESS);
		assert_memory_equal(buf, registers + 0x40, 64);
		assert_int_equal(buf[64], 0xee);
		/* The mock does 8 bytes as 4 and 4. */
		assert_int_equal(accesses, w == 3 ? 16 : 64 >> w);
		assert_int_equal(io->mem.write(io, w, 0, 0x800, 64 >> w, buf), EFI_SUCCESS);
		assert_memory_equal(registers + 0x800, buf, 64);
		memset(registers + 0x800, 0, 64);
	}
	/* A buffer need not be aligned. */
	assert_int_equal(io->mem.read(io, 2, 0, 0x40, 4, buf + 1), EFI_SUCCESS);
	assert_memory_equal(buf + 1, registers + 0x40, 16);
}

static void test_fifo_fill(void **state)
{
	struct efi_pci_io *io = io_of(&vga);
	u16 words[4] = { 0x1111, 0x2222, 0x3333, 0x4444 };
	static const u16 filled[4] = { 0x1111, 0x1111, 0x1111, 0x1111 };

	assert_int_equal(io->mem.write(io, EFI_PCI_WIDTH_FIFO_UINT8 + 1, 0, 0x10, 4, words),
			 EFI_SUCCESS);
	assert_memory_equal(registers + 0x10, &words[3], 2);
	assert_int_equal(registers[0x12], 0x12 * 3);
	assert_int_equal(io->mem.write(io, EFI_PCI_WIDTH_FILL_UINT8 + 1, 0, 0x20, 4, words),
			 EFI_SUCCESS);
	assert_memory_equal(registers + 0x20, filled, 8);
	assert_int_equal(io->mem.read(io, EFI_PCI_WIDTH_FIFO_UINT8 + 1, 0, 0x10, 4, words),
			 EFI_SUCCESS);
	assert_int_equal(words[0], 0x4444);
	assert_int_equal(words[3], 0x4444);
	/* One register may be read more often than there are registers. */
	assert_int_equal(io->io.read(io, EFI_PCI_WIDTH_FIFO_UINT8 + 1, 2, 0x3e, 4, words),
			 EFI_SUCCESS);
}

static void test_mem_errors(void **state)
{
	struct efi_pci_io *io = io_of(&vga);
	u8 buf[16];

	assert_int_equal(io->mem.read(io, 12, 0, 0, 1, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->mem.read(io, ~0u, 0, 0, 1, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->mem.read(io, 0, 0, 0, 1, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(io->mem.write(io, 0, 0, 0, 1, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(io->mem.read(io, 0, 1, 0, 1, buf), EFI_UNSUPPORTED);
	assert_int_equal(io->mem.read(io, 0, 6, 0, 1, buf), EFI_UNSUPPORTED);
	assert_int_equal(io->mem.read(io, 0, 254, 0, 1, buf), EFI_UNSUPPORTED);
	assert_int_equal(io->mem.read(io, 0, 2, 0, 1, buf), EFI_UNSUPPORTED);
	assert_int_equal(io->mem.read(io, 2, 0, 2, 1, buf), EFI_UNSUPPORTED);
	assert_int_equal(io->mem.read(io, 0, 0, BAR_SIZE, 1, buf), EFI_UNSUPPORTED);
	assert_int_equal(io->mem.read(io, 2, 0, BAR_SIZE - 4, 2, buf), EFI_UNSUPPORTED);
	assert_int_equal(io->mem.read(io, 2, 0, ~(u64)3, 2, buf), EFI_UNSUPPORTED);
	assert_int_equal(io->mem.read(io, 3, 0, 0, (u64)1 << 61, buf), EFI_UNSUPPORTED);
	assert_int_equal(io->mem.read(io, 3, 0, 8, ((u64)1 << 61) - 1, buf), EFI_UNSUPPORTED);
	/* A BAR for which there was no room. */
	assert_int_equal(io_of(&nic)->mem.read(io_of(&nic), 0, 3, 0, 1, buf), EFI_UNSUPPORTED);
	assert_int_equal(accesses, 0);
	assert_int_equal(io->mem.read(io, 2, 0, BAR_SIZE - 4, 1, buf), EFI_SUCCESS);
}

static void test_pass_through(void **state)
{
	struct efi_pci_io *io = io_of(&behind);
	u32 v;

	assert_int_equal(io->mem.read(io, 2, 0xff, BAR_BASE + 4, 1, &v), EFI_SUCCESS);
	assert_memory_equal(&v, registers + 4, 4);
	assert_int_equal(io->mem.read(io, 2, 0xff, HIGH_BASE + 4, 1, &v), EFI_SUCCESS);
	assert_int_equal(io->mem.read(io, 2, 0xff, HIGH_BASE + 0x4000, 1, &v), EFI_UNSUPPORTED);
	assert_int_equal(io->mem.read(io, 2, 0xff, 0xfffffffc, 2, &v), EFI_UNSUPPORTED);
	assert_int_equal(io->mem.read(io, 2, 0xff, ~(u64)3, 1, &v), EFI_UNSUPPORTED);
	assert_int_equal(io->io.read(io, 2, 0xff, IO_BASE, 1, &v), EFI_SUCCESS);
	assert_memory_equal(&v, io_registers, 4);
	assert_int_equal(io->io.read(io, 0, 0xff, 0x10000, 1, &v), EFI_UNSUPPORTED);
	assert_int_equal(io->io.read(io, 2, 0xff, 0xfffc, 2, &v), EFI_UNSUPPORTED);
}

static void test_io(void **state)
{
	struct efi_pci_io *io = io_of(&vga);
	u8 buf[32];
	u32 w;

	for (w = 0; w < 3; w++) {
		assert_int_equal(io->io.read(io, w, 2, 8, 32 >> w, buf), EFI_SUCCESS);
		assert_memory_equal(buf, io_registers + 8, 32);
		buf[0] = (u8)w;
		assert_int_equal(io->io.write(io, w, 2, 8, 32 >> w, buf), EFI_SUCCESS);
		assert_memory_equal(buf, io_registers + 8, 32);
	}
	/* There are no accesses of 8 bytes. */
	assert_int_equal(io->io.read(io, 3, 2, 0, 1, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->io.read(io, 7, 2, 0, 1, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->io.read(io, 0, 0, 0, 1, buf), EFI_UNSUPPORTED);
	assert_int_equal(io->io.read(io, 0, 2, 0x40, 1, buf), EFI_UNSUPPORTED);
	assert_int_equal(io->io.read(io, 0, 2, 0, 1, NULL), EFI_INVALID_PARAMETER);
}

static void test_config(void **state)
{
	struct efi_pci_io *io = io_of(&nic);
	u8 buf[64];

	assert_int_equal(io->pci.read(io, 2, 0, 16, buf), EFI_SUCCESS);
	assert_memory_equal(buf, config, 64);
	assert_int_equal(config_bdf, nic.bdf);
	buf[0] = 0x5a;
	assert_int_equal(io->pci.write(io, 0, 0x3c, 1, buf), EFI_SUCCESS);
	assert_int_equal(config[0x3c], 0x5a);
	assert_int_equal(io->pci.read(io, 3, 0, 1, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->pci.read(io, 12, 0, 1, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->pci.read(io, 0, 0, 1, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(io->pci.read(io, 1, 1, 1, buf), EFI_UNSUPPORTED);
	assert_int_equal(io->pci.read(io, 0, 256, 1, buf), EFI_UNSUPPORTED);
	assert_int_equal(io->pci.read(io, 2, 252, 2, buf), EFI_UNSUPPORTED);
	assert_int_equal(io->pci.read(io, 2, 0xfffffffc, 2, buf), EFI_UNSUPPORTED);
	has_express = true;
	assert_int_equal(io->pci.read(io, 2, 252, 2, buf), EFI_SUCCESS);
	assert_int_equal(io->pci.read(io, 2, 4092, 1, buf), EFI_SUCCESS);
	assert_int_equal(io->pci.read(io, 2, 4092, 2, buf), EFI_UNSUPPORTED);
}

static void test_poll(void **state)
{
	struct efi_pci_io *io = io_of(&vga);
	u64 result, start = efi_time_100ns();

	registers[8] = 0;
	assert_int_equal(io->poll_mem(io, 0, 0, 8, 0x80, 0x80, 10000, &result), EFI_TIMEOUT);
	assert_int_equal(result, 0);
	assert_true(efi_time_100ns() - start >= 10000);
	assert_true(efi_time_100ns() - start < 100000);
	changes_after = world_now + WORLD_HZ / 10000;
	assert_int_equal(io->poll_mem(io, 0, 0, 8, 0x80, 0x80, 10000000, &result), EFI_SUCCESS);
	assert_int_equal(result, 0x80);
	/* No time: one look, and no failure. */
	assert_int_equal(io->poll_mem(io, 0, 0, 9, 0, 1, 0, &result), EFI_SUCCESS);
	assert_int_equal(result, 27);
	assert_int_equal(io->poll_io(io, 1, 2, 2, 0xffff, 0x0f0a, 100, &result), EFI_SUCCESS);
	assert_int_equal(result, 0x0f0a);
	assert_int_equal(io->poll_mem(io, 0, 0, 8, 0, 0, 0, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(io->poll_mem(io, 4, 0, 8, 0, 0, 0, &result), EFI_INVALID_PARAMETER);
	assert_int_equal(io->poll_io(io, 3, 2, 0, 0, 0, 0, &result), EFI_INVALID_PARAMETER);
	assert_int_equal(io->poll_mem(io, 0, 1, 8, 0, 0, 0, &result), EFI_UNSUPPORTED);
	assert_int_equal(io->poll_mem(io, 0, 0, BAR_SIZE, 0, 0, 0, &result), EFI_UNSUPPORTED);
}

static void test_copy(void **state)
{
	struct efi_pci_io *io = io_of(&vga);
	u8 expected[BAR_SIZE];

	memcpy(expected, registers, sizeof(expected));
	memmove(expected + 8, expected, 64);
	assert_int_equal(io->copy_mem(io, 2, 0, 8, 0, 0, 16), EFI_SUCCESS);
	memmove(expected, expected + 16, 64);
	assert_int_equal(io->copy_mem(io, 3, 0, 0, 0, 16, 8), EFI_SUCCESS);
	assert_memory_equal(registers, expected, sizeof(expected));
	assert_int_equal(io->copy_mem(io, 4, 0, 0, 0, 16, 8), EFI_INVALID_PARAMETER);
	assert_int_equal(io->copy_mem(io, 0, 0, BAR_SIZE - 1, 0, 0, 2), EFI_UNSUPPORTED);
	assert_int_equal(io->copy_mem(io, 0, 0, 0, 0, BAR_SIZE - 1, 2), EFI_UNSUPPORTED);
	assert_int_equal(io->copy_mem(io, 0, 0, 0, 1, 0, 2), EFI_UNSUPPORTED);
}

static u64 attributes_of(struct efi_pci_io *io)
{
	u64 v = 0;

	assert_int_equal(io->attributes(io, EFI_PCI_ATTR_GET, 0, &v), EFI_SUCCESS);
	return v;
}

static u16 command(void)
{
	u16 v;

	memcpy(&v, config + PCI_COMMAND, 2);
	return v;
}

static void test_attributes(void **state)
{
	struct efi_pci_io *io = io_of(&nic);
	u64 v;

	config[PCI_COMMAND] = 0x43;
	config[PCI_COMMAND + 1] = 1;
	assert_int_equal(io->attributes(io, EFI_PCI_ATTR_SUPPORTED, 0, &v), EFI_SUCCESS);
	assert_int_equal(v, 0x8700);
	assert_int_equal(attributes_of(io), 0x300);
	assert_int_equal(io->attributes(io, EFI_PCI_ATTR_ENABLE, 0x8400, NULL), EFI_SUCCESS);
	assert_int_equal(command(), 0x147);
	assert_int_equal(attributes_of(io), 0x8700);
	assert_int_equal(io->attributes(io, EFI_PCI_ATTR_DISABLE, 0x8100, NULL), EFI_SUCCESS);
	assert_int_equal(command(), 0x146);
	assert_int_equal(io->attributes(io, EFI_PCI_ATTR_SET, 0x100, NULL), EFI_SUCCESS);
	assert_int_equal(command(), 0x141);
	assert_int_equal(attributes_of(io), 0x100);
	assert_int_equal(io->attributes(io, EFI_PCI_ATTR_ENABLE, 0x1000, NULL), EFI_UNSUPPORTED);
	assert_int_equal(io->attributes(io, EFI_PCI_ATTR_SET, 0x108, NULL), EFI_UNSUPPORTED);
	assert_int_equal(io->attributes(io, EFI_PCI_ATTR_GET, 0, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(io->attributes(io, EFI_PCI_ATTR_SUPPORTED, 0, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(io->attributes(io, 5, 0, &v), EFI_INVALID_PARAMETER);
	/* A VGA has its old addresses, too. */
	assert_int_equal(attributes_of(io_of(&vga)) & 0x18, 0x18);
}

static void test_bar_attributes(void **state)
{
	struct efi_pci_io *io = io_of(&nic);
	u64 supports = 1, offset = 0, length = 0x4000;
	struct acpi_qword_address d;
	void *list;

	assert_int_equal(io->get_bar_attributes(io, 0, &supports, &list), EFI_SUCCESS);
	assert_int_equal(supports, 0);
	assert_int_equal(sizeof(d), 46);
	memcpy(&d, list, sizeof(d));
	assert_memory_equal((u8 *)list + sizeof(d), "\x79\x00", 2);
	assert_true(d.tag == 0x8a && d.length == 43 && d.type == 0 && d.granularity == 64 &&
		    d.min == HIGH_BASE && d.max == HIGH_BASE + 0x3fff && d.size == 0x4000 &&
		    d.specific_flags == 6 && d.translation == 0);
	efi_free_pool(list);
	assert_int_equal(io_of(&vga)->get_bar_attributes(io_of(&vga), 2, NULL, &list),
			 EFI_SUCCESS);
	memcpy(&d, list, sizeof(d));
	assert_true(d.type == 1 && d.min == IO_BASE && d.size == 0x40);
	efi_free_pool(list);
	assert_int_equal(io->get_bar_attributes(io, 0, NULL, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(io->get_bar_attributes(io, 1, &supports, NULL), EFI_UNSUPPORTED);
	assert_int_equal(io->get_bar_attributes(io, 3, &supports, NULL), EFI_UNSUPPORTED);
	assert_int_equal(io->get_bar_attributes(io, 6, &supports, NULL), EFI_UNSUPPORTED);

	assert_int_equal(io->set_bar_attributes(io, 0, 0, &offset, &length), EFI_SUCCESS);
	assert_int_equal(io->set_bar_attributes(io, 0, 0, NULL, &length), EFI_INVALID_PARAMETER);
	assert_int_equal(io->set_bar_attributes(io, 0, 0, &offset, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(io->set_bar_attributes(io, 0, 1, &offset, &length), EFI_UNSUPPORTED);
	assert_int_equal(io->set_bar_attributes(io, EFI_PCI_ATTR_MEMORY_WRITE_COMBINE, 0, &offset,
						&length), EFI_UNSUPPORTED);
	offset = 1;
	assert_int_equal(io->set_bar_attributes(io, 0, 0, &offset, &length), EFI_UNSUPPORTED);
}

static void test_map(void **state)
{
	struct efi_pci_io *io = io_of(&behind);
	efi_uintn_t size = 100;
	void *mapping, *mapping2;
	u8 *host;
	u64 dev;

	assert_int_equal(io->allocate_buffer(io, EFI_ALLOCATE_ANY_PAGES, MEM_BOOT_DATA, 2,
					     (void **)&host, 0), EFI_SUCCESS);
	assert_true((uintptr_t)host < GiB(4));
	assert_int_equal(io->map(io, 0, host + 1, &size, &dev, &mapping), EFI_SUCCESS);
	assert_int_equal(dev, (uintptr_t)host + 1);
	assert_int_equal(size, 100);
	assert_int_equal(io->map(io, 2, host, &size, &dev, &mapping2), EFI_SUCCESS);
	assert_int_equal(dev, (uintptr_t)host);
	assert_int_equal(io->unmap(io, mapping), EFI_SUCCESS);
	assert_int_equal(io->unmap(io, mapping), EFI_INVALID_PARAMETER);
	assert_int_equal(io->unmap(io, mapping2), EFI_SUCCESS);
	assert_int_equal(io->unmap(io, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(io->map(io, 3, host, &size, &dev, &mapping), EFI_INVALID_PARAMETER);
	assert_int_equal(io->map(io, 0, NULL, &size, &dev, &mapping), EFI_INVALID_PARAMETER);
	assert_int_equal(io->map(io, 0, host, NULL, &dev, &mapping), EFI_INVALID_PARAMETER);
	assert_int_equal(io->map(io, 0, host, &size, NULL, &mapping), EFI_INVALID_PARAMETER);
	assert_int_equal(io->map(io, 0, host, &size, &dev, NULL), EFI_INVALID_PARAMETER);
	size = 0;
	assert_int_equal(io->map(io, 0, host, &size, &dev, &mapping), EFI_INVALID_PARAMETER);
	size = ~(u64)0;
	assert_int_equal(io->map(io, 0, host, &size, &dev, &mapping), EFI_INVALID_PARAMETER);
	assert_int_equal(io->flush(io), EFI_SUCCESS);
	assert_int_equal(io->free_buffer(io, 2, host), EFI_SUCCESS);
	assert_int_equal(io->free_buffer(io, 2, host), EFI_INVALID_PARAMETER);
}

static void test_allocate_errors(void **state)
{
	struct efi_pci_io *io = io_of(&behind);
	void *host;

	assert_int_equal(io->allocate_buffer(io, 0, MEM_LOADER_DATA, 1, &host, 0),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(io->allocate_buffer(io, 0, MEM_BOOT_DATA, 1, NULL, 0),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(io->allocate_buffer(io, 0, MEM_BOOT_DATA, 1, &host, 0x100),
			 EFI_UNSUPPORTED);
	assert_int_equal(io->allocate_buffer(io, 0, MEM_BOOT_DATA, 1u << 20, &host, 0),
			 EFI_OUT_OF_RESOURCES);
	assert_int_equal(io->allocate_buffer(io, 0, MEM_RUNTIME_DATA, 1, &host,
					     EFI_PCI_ATTR_MEMORY_CACHED), EFI_SUCCESS);
	assert_int_equal(io->free_buffer(io, 1, host), EFI_SUCCESS);
}

/* The test's own memory lies above 4 GiB: a device that is not wide sees a copy. */
static void test_map_copy(void **state)
{
	struct efi_pci_io *io = io_of(&behind);
	efi_uintn_t size = 5000;
	u8 *host = malloc(size);
	void *mapping;
	u64 dev;

	assert_true((uintptr_t)host >= GiB(4));
	memset(host, 0x11, size);
	assert_int_equal(io->map(io, EFI_PCI_BUS_MASTER_READ, host, &size, &dev, &mapping),
			 EFI_SUCCESS);
	assert_true(dev + size <= GiB(4));
	assert_memory_equal((void *)(uintptr_t)dev, host, size);
	memset((void *)(uintptr_t)dev, 0x22, size);
	assert_int_equal(io->unmap(io, mapping), EFI_SUCCESS);
	assert_int_equal(host[0], 0x11);

	assert_int_equal(io->map(io, EFI_PCI_BUS_MASTER_WRITE, host, &size, &dev, &mapping),
			 EFI_SUCCESS);
	memset((void *)(uintptr_t)dev, 0x33, size);
	assert_int_equal(host[4999], 0x11);
	assert_int_equal(io->unmap(io, mapping), EFI_SUCCESS);
	assert_int_equal(host[0], 0x33);
	assert_int_equal(host[4999], 0x33);
	assert_int_equal(io->map(io, EFI_PCI_BUS_MASTER_COMMON_BUFFER, host, &size, &dev,
				 &mapping), EFI_UNSUPPORTED);

	assert_int_equal(io->attributes(io, EFI_PCI_ATTR_ENABLE, EFI_PCI_ATTR_DUAL_ADDRESS_CYCLE,
					NULL), EFI_SUCCESS);
	assert_int_equal(io->map(io, EFI_PCI_BUS_MASTER_COMMON_BUFFER, host, &size, &dev,
				 &mapping), EFI_SUCCESS);
	assert_int_equal(dev, (uintptr_t)host);
	assert_int_equal(io->unmap(io, mapping), EFI_SUCCESS);
	assert_int_equal(io->attributes(io, EFI_PCI_ATTR_DISABLE,
					EFI_PCI_ATTR_DUAL_ADDRESS_CYCLE, NULL), EFI_SUCCESS);
	free(host);
}

#define ADDRESS(bus, dev, fn, reg)	((u64)(bus) << 24 | (dev) << 16 | (fn) << 8 | (reg))

static void test_root_config(void **state)
{
	struct efi_pci_root_bridge_io *r = root[0];
	u32 v;

	assert_int_equal(r->pci.read(r, 2, ADDRESS(2, 3, 1, 0x10), 1, &v), EFI_SUCCESS);
	assert_int_equal(config_bdf, PCI_BDF(2, 3, 1));
	assert_memory_equal(&v, config + 0x10, 4);
	assert_int_equal(r->pci.read(r, 2, (u64)0x104 << 32 | ADDRESS(0, 3, 0, 0x10), 1, &v),
			 EFI_SUCCESS);
	assert_memory_equal(&v, config + 0x104, 4);
	v = 0x12345678;
	assert_int_equal(r->pci.write(r, 2, ADDRESS(0, 3, 0, 0x10), 1, &v), EFI_SUCCESS);
	assert_memory_equal(&v, config + 0x10, 4);
	/* Not its buses. */
	assert_int_equal(r->pci.read(r, 2, ADDRESS(3, 0, 0, 0), 1, &v), EFI_INVALID_PARAMETER);
	assert_int_equal(root[1]->pci.read(root[1], 2, ADDRESS(0, 0, 0, 0), 1, &v),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(root[1]->pci.read(root[1], 2, ADDRESS(0x40, 0, 0, 0), 1, &v),
			 EFI_SUCCESS);
	assert_int_equal(r->pci.read(r, 2, ADDRESS(0, 32, 0, 0), 1, &v), EFI_INVALID_PARAMETER);
	assert_int_equal(r->pci.read(r, 2, ADDRESS(0, 0, 8, 0), 1, &v), EFI_INVALID_PARAMETER);
	assert_int_equal(r->pci.read(r, 3, ADDRESS(0, 0, 0, 0), 1, &v), EFI_INVALID_PARAMETER);
	assert_int_equal(r->pci.read(r, 2, ADDRESS(0, 0, 0, 0), 1, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(r->pci.read(r, 2, (u64)4096 << 32, 1, &v), EFI_INVALID_PARAMETER);
	assert_int_equal(r->pci.read(r, 2, ADDRESS(0, 0, 0, 2), 1, &v), EFI_UNSUPPORTED);
}

static void test_root_access(void **state)
{
	struct efi_pci_root_bridge_io *r = root[0];
	u64 v = 0, result;

	assert_int_equal(r->mem.read(r, 2, BAR_BASE + 8, 2, &v), EFI_SUCCESS);
	assert_memory_equal(&v, registers + 8, 8);
	assert_int_equal(r->mem.write(r, 0, BAR_BASE + 9, 1, &v), EFI_SUCCESS);
	assert_int_equal(registers[9], registers[8]);
	assert_int_equal(r->mem.read(r, 2, 0x10000000000, 1, &v), EFI_INVALID_PARAMETER);
	assert_int_equal(r->mem.read(r, 2, BAR_BASE + 1, 1, &v), EFI_UNSUPPORTED);
	assert_int_equal(r->mem.read(r, 2, BAR_BASE, 1, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(r->mem.read(r, 12, BAR_BASE, 1, &v), EFI_INVALID_PARAMETER);
	assert_int_equal(r->io.read(r, 1, IO_BASE + 2, 1, &v), EFI_SUCCESS);
	assert_memory_equal(&v, io_registers + 2, 2);
	assert_int_equal(r->io.write(r, 1, IO_BASE + 4, 1, &v), EFI_SUCCESS);
	assert_memory_equal(&v, io_registers + 4, 2);
	assert_int_equal(r->io.read(r, 3, IO_BASE, 1, &v), EFI_INVALID_PARAMETER);
	assert_int_equal(r->io.read(r, 2, 0xfffc, 2, &v), EFI_INVALID_PARAMETER);
	assert_int_equal(r->poll_mem(r, 0, BAR_BASE + 1, 0xff, 3, 1000, &result), EFI_SUCCESS);
	assert_int_equal(result, 3);
	assert_int_equal(r->poll_io(r, 0, IO_BASE + 1, 0xff, 4, 1000, &result), EFI_TIMEOUT);
	assert_int_equal(r->poll_io(r, 0, IO_BASE, 0, 0, 0, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(r->copy_mem(r, 0, BAR_BASE + 100, BAR_BASE, 10), EFI_SUCCESS);
	assert_memory_equal(registers + 100, registers, 10);
	assert_int_equal(r->copy_mem(r, 0, BAR_BASE, 0x10000000000, 1), EFI_INVALID_PARAMETER);
	assert_int_equal(r->copy_mem(r, 8, BAR_BASE, BAR_BASE, 1), EFI_INVALID_PARAMETER);
	assert_int_equal(r->flush(r), EFI_SUCCESS);
}

static void test_root_dma(void **state)
{
	struct efi_pci_root_bridge_io *r = root[0];
	efi_uintn_t size = 4096;
	void *host, *mapping, *own = malloc(4096);
	u64 dev;

	assert_int_equal(r->allocate_buffer(r, 0, MEM_BOOT_DATA, 1, &host, 0), EFI_SUCCESS);
	assert_int_equal(r->map(r, 2, host, &size, &dev, &mapping), EFI_SUCCESS);
	assert_int_equal(r->unmap(r, mapping), EFI_SUCCESS);
	assert_int_equal(r->map(r, 5, own, &size, &dev, &mapping), EFI_SUCCESS);
	assert_int_equal(dev, (uintptr_t)own);
	assert_int_equal(r->unmap(r, mapping), EFI_SUCCESS);
	assert_int_equal(r->map(r, 2, own, &size, &dev, &mapping), EFI_UNSUPPORTED);
	assert_int_equal(r->map(r, 6, host, &size, &dev, &mapping), EFI_INVALID_PARAMETER);
	assert_int_equal(r->free_buffer(r, 1, host), EFI_SUCCESS);
	free(own);
}

static void test_root_attributes(void **state)
{
	struct efi_pci_root_bridge_io *r = root[0];
	u64 supports, attributes;

	assert_int_equal(r->get_attributes(r, NULL, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(r->get_attributes(r, &supports, &attributes), EFI_SUCCESS);
	assert_int_equal(attributes & ~supports, 0);
	assert_int_equal(r->set_attributes(r, supports, NULL, NULL), EFI_SUCCESS);
	assert_int_equal(r->set_attributes(r, (u64)1 << 40, NULL, NULL), EFI_UNSUPPORTED);
	assert_int_equal(r->segment, 0);
}

static void test_resources(void **state)
{
	static const struct {
		u8 type;
		u64 min, size, granularity;
	} expected[] = {
		{ ACPI_RESOURCE_BUS, 0, 3, 0 },
		{ ACPI_RESOURCE_IO, IO_BASE, 0x40, 0 },
		{ ACPI_RESOURCE_MEMORY, BAR_BASE, 0x10100000, 32 },
		{ ACPI_RESOURCE_MEMORY, HIGH_BASE, 0x4000, 64 },
	};
	struct acpi_qword_address d;
	void *list;
	size_t i;

	assert_int_equal(root[0]->configuration(root[0], NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(root[0]->configuration(root[0], &list), EFI_SUCCESS);
	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		memcpy(&d, (u8 *)list + i * sizeof(d), sizeof(d));
		assert_int_equal(d.tag, 0x8a);
		assert_int_equal(d.type, expected[i].type);
		assert_int_equal(d.min, expected[i].min);
		assert_int_equal(d.max, d.min + d.size - 1);
		assert_int_equal(d.size, expected[i].size);
		assert_int_equal(d.granularity, expected[i].granularity);
	}
	assert_memory_equal((u8 *)list + i * sizeof(d), "\x79\x00", 2);
	assert_int_equal(root[1]->configuration(root[1], &list), EFI_SUCCESS);
	memcpy(&d, list, sizeof(d));
	assert_true(d.type == ACPI_RESOURCE_BUS && d.min == 0x40 && d.size == 1);
	assert_memory_equal((u8 *)list + sizeof(d), "\x79\x00", 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_tree, reset),
		cmocka_unit_test_setup(test_location, reset),
		cmocka_unit_test_setup(test_mem_widths, reset),
		cmocka_unit_test_setup(test_fifo_fill, reset),
		cmocka_unit_test_setup(test_mem_errors, reset),
		cmocka_unit_test_setup(test_pass_through, reset),
		cmocka_unit_test_setup(test_io, reset),
		cmocka_unit_test_setup(test_config, reset),
		cmocka_unit_test_setup(test_poll, reset),
		cmocka_unit_test_setup(test_copy, reset),
		cmocka_unit_test_setup(test_attributes, reset),
		cmocka_unit_test_setup(test_bar_attributes, reset),
		cmocka_unit_test_setup(test_map, reset),
		cmocka_unit_test_setup(test_allocate_errors, reset),
		cmocka_unit_test_setup(test_map_copy, reset),
		cmocka_unit_test_setup(test_root_config, reset),
		cmocka_unit_test_setup(test_root_access, reset),
		cmocka_unit_test_setup(test_root_dma, reset),
		cmocka_unit_test_setup(test_root_attributes, reset),
		cmocka_unit_test_setup(test_resources, reset),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
