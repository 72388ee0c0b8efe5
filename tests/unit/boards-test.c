/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* platform/ovmf: boards and their chipsets, on mocked ports and registers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/board.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/memmap.h>
#include <fw/pci.h>

#include "support.h"

#define Q35		PCI_ID(0x8086, 0x29c0)
#define I440FX		PCI_ID(0x8086, 0x1237)
#define NOBODY		0xffffffff
#define GPEX		PCI_ID(0x1b36, 0x0008)

extern const struct pci_driver *const pci_drivers_start[], *const pci_drivers_end[];

/* What happened, one line an access; reads of 0xCF8/0xCFC left out. */
static char events[4096];

static u32 host_bridge, gpex, virtio_mmio;
static u32 address;
static u8 cmos_index, cmos_shutdown;
static u64 extra_roots, reserved_end;

static void __attribute__((format(printf, 1, 2))) event(const char *fmt, ...)
{
	size_t used = strlen(events);
	va_list args;

	va_start(args, fmt);
	vsnprintf(events + used, sizeof(events) - used, fmt, args);
	va_end(args);
}

static bool happened(const char *what)
{
	return strstr(events, what) != NULL;
}

u32 mock_io_read(u16 port, unsigned int width)
{
	if (port == 0x71)
		return cmos_index == 0x0f ? cmos_shutdown : 0;
	if (port == 0xcfc && width == 4 && address == 0x80000000)
		return host_bridge;
	mock_fail("%u-byte read from port %#x, address %#x", width, port, address);
}

void mock_io_write(u16 port, u32 value, unsigned int width)
{
	if (port == 0xcf8 && width == 4) {
		address = value;
	} else if (port == 0x70) {
		cmos_index = value & 0x7f;
	} else if (port >= 0xcfc && port <= 0xcff) {
		event("config%u %x=%x\n", width * 8, (address & 0xffffff) + port - 0xcfc, value);
	} else {
		event("port %x=%x\n", port, value);
		if (port == 0x71)
			cmos_shutdown = (u8)value;
	}
}

u32 mock_mmio_read(phys_addr_t addr, unsigned int width)
{
	if (addr == 0xe0000000 && width == 4)
		return gpex;
	if (addr == 0xfeb00000 && width == 4)
		return virtio_mmio;
	mock_fail("%u-byte read from %#llx", width, (unsigned long long)addr);
}

void mock_mmio_write(phys_addr_t addr, u32 value, unsigned int width)
{
	event("mmio%u %llx=%x\n", width * 8, (unsigned long long)addr, value);
}

void mock_mmio_write64(phys_addr_t addr, u64 value)
{
	event("mmio64 %llx=%llx\n", (unsigned long long)addr, (unsigned long long)value);
}

struct cpuid_regs mock_cpuid(u32 leaf, u32 subleaf)
{
	if (leaf == 0x80000000)
		return (struct cpuid_regs){ .eax = 0x80000008 };
	assert_int_equal(leaf, 0x80000008);
	return (struct cpuid_regs){ .eax = 0x3028 };
}

int fw_cfg_find(const struct host_input *input, struct fw_cfg_file *file)
{
	const char *name = input->name;
	u64 value = strcmp(name, "etc/extra-pci-roots") == 0 ? extra_roots :
		    strcmp(name, "etc/reserved-memory-end") == 0 ? reserved_end : 0;

	file->key = strcmp(name, "etc/extra-pci-roots") == 0;
	file->size = 8;
	return value ? 0 : -ENOENT;
}

int fw_cfg_read_buf(const struct fw_cfg_file *file, u32 offset, void *dst, u32 len)
{
	memcpy(dst, file->key ? &extra_roots : &reserved_end, len);
	return 0;
}

static u8 *fseg;

static int setup(void **state)
{
	fseg = mock_ram(0xf0000, 0x10000);
	mock_log_reset();
	pci_use_ecam(0, 0);
	memset(events, 0, sizeof(events));
	memset(&memmap, 0, sizeof(memmap));
	address = 0;
	cmos_shutdown = 0;
	extra_roots = 0;
	reserved_end = 0;
	gpex = 0;
	virtio_mmio = 0x74726976;
	return 0;
}

static void start(u32 id)
{
	host_bridge = id;
	assert_int_equal(hook_run(platform), 0);
}

static void add_ram(u64 low, u64 high)
{
	assert_int_equal(memmap_add(&memmap, 0, low, MEM_CONVENTIONAL), 0);
	if (high)
		assert_int_equal(memmap_add(&memmap, GiB(4), high, MEM_CONVENTIONAL), 0);
}

static void test_unknown_machine(void **state)
{
	host_bridge = PCI_ID(0x1022, 0x1450);
	assert_int_equal(hook_run(platform), -ENODEV);
	assert_int_equal(mock_log_errors(), 1);
	assert_string_equal(mock_log_last(), "board: unknown machine: host bridge 1022:1450");
}

static void test_q35_init(void **state)
{
	start(Q35);
	assert_string_equal(board()->name, "q35");
	assert_string_equal(events, "config32 60=b0000001\n"
				    "mmio64 b0000090=33333333333330\n");
	assert_true(board()->has_fseg);
}

static void test_i440fx_init(void **state)
{
	start(I440FX);
	assert_string_equal(board()->name, "pc");
	/* 0x59 to 0x5f; 0x58 is something else and stays 0. */
	assert_string_equal(events, "config32 58=33333000\nconfig32 5c=33333333\n");
}

static void test_microvm_init(void **state)
{
	start(NOBODY);
	assert_string_equal(board()->name, "microvm");
	assert_string_equal(events, "");
	assert_false(board()->has_fseg);
}

/* A PC from before PCI has nobody at these ports either. */
static void test_no_board(void **state)
{
	virtio_mmio = 0;
	host_bridge = NOBODY;
	assert_int_equal(hook_run(platform), -ENODEV);
	assert_int_equal(mock_log_errors(), 1);
}

static void test_q35_memmap(void **state)
{
	start(Q35);
	add_ram(GiB(2), GiB(1));
	assert_int_equal(board()->memmap(&memmap), 0);
	assert_true(memmap_has_type(&memmap, 0xb0000000, MiB(256), MEM_RESERVED));
}

/* The host's word on RAM is not to be trusted. */
static void test_q35_ram_in_ecam(void **state)
{
	start(Q35);
	add_ram(GiB(3), 0);
	assert_int_not_equal(board()->memmap(&memmap), 0);
	assert_int_equal(mock_log_errors(), 1);
}

static void get_host(struct pci_host *host)
{
	memset(host, 0, sizeof(*host));
	assert_int_equal(board()->pci(host, &memmap), 0);
}

static void check_window(const struct pci_window *window, u64 base, u64 end)
{
	assert_int_equal(window->base, base);
	assert_int_equal(window->base + window->size, end);
}

static void test_q35_windows(void **state)
{
	struct pci_host host;

	start(Q35);
	add_ram(GiB(2), GiB(1));
	get_host(&host);
	check_window(&host.window[PCI_SPACE_MEM], 0xc0000000, 0xfec00000);
	assert_int_equal(host.last_bus, 255);
	assert_int_equal(host.extra_roots, 0);
	extra_roots = 3;
	get_host(&host);
	assert_int_equal(host.extra_roots, 3);
	extra_roots = ~0ull;
	get_host(&host);
	assert_int_equal(host.extra_roots, 255);
}

static void test_i440fx_windows(void **state)
{
	struct pci_host host;

	start(I440FX);
	add_ram(GiB(3) + MiB(1), 0);
	get_host(&host);
	check_window(&host.window[PCI_SPACE_MEM], GiB(3) + MiB(64), 0xfec00000);
	check_window(&host.window[PCI_SPACE_IO], 0xc000, 0x10000);
}

/* RAM up to the I/O APIC leaves nothing, and nothing may wrap. */
static void test_no_window(void **state)
{
	struct pci_host host;

	start(I440FX);
	add_ram(0xfec00000, 0);
	get_host(&host);
	assert_int_equal(host.window[PCI_SPACE_MEM].size, 0);
}

static void get_high(struct pci_window *window)
{
	struct pci_host host;

	get_host(&host);
	*window = (struct pci_window){ 0, 0 };
	host.find_high(window);
}

static void test_high_window(void **state)
{
	struct pci_window high;

	start(Q35);
	add_ram(GiB(2), GiB(1) + MiB(3));
	get_high(&high);
	check_window(&high, GiB(6), GiB(1024));
	reserved_end = GiB(40);
	get_high(&high);
	check_window(&high, GiB(40), GiB(1024));
	/* A range that the host has reserved ends it. */
	assert_int_equal(memmap_add(&memmap, 0xfd00000000, GiB(12), MEM_RESERVED), 0);
	get_high(&high);
	check_window(&high, GiB(40), 0xfd00000000);
	reserved_end = ~0ull;
	get_high(&high);
	assert_int_equal(high.size, 0);
}

static void test_high_window_without_high_ram(void **state)
{
	struct pci_window high;

	start(Q35);
	add_ram(GiB(1), 0);
	get_high(&high);
	check_window(&high, GiB(4), GiB(1024));
}

/* As QEMU routes: docs/specs and pci_slot_get_pirq() of each machine. */
static void test_irq_lines(void **state)
{
	struct pci_host host;

	start(Q35);
	add_ram(GiB(1), 0);
	get_host(&host);
	assert_int_equal(host.irq_line(2, 1), 11);
	assert_int_equal(host.irq_line(3, 2), 10);
	assert_int_equal(host.irq_line(31, 1), 10);
	assert_int_equal(host.irq_line(31, 4), 11);

	setup(state);
	start(I440FX);
	add_ram(GiB(1), 0);
	get_host(&host);
	assert_int_equal(host.irq_line(1, 1), 10);
	assert_int_equal(host.irq_line(3, 1), 11);
	assert_int_equal(host.irq_line(1, 4), 11);
}

static void probe(u32 id, pci_bdf_t bdf)
{
	const struct pci_driver *const *driver;
	struct pci_dev dev = { .bdf = bdf, .id = id };

	for (driver = pci_drivers_start; driver < pci_drivers_end; driver++) {
		if ((*driver)->ids[0] == id)
			assert_int_equal((*driver)->probe(&dev), 0);
	}
}

static void test_ich9(void **state)
{
	start(Q35);
	memset(events, 0, sizeof(events));
	probe(PCI_ID(0x8086, 0x2918), PCI_BDF(0, 31, 0));
	assert_string_equal(events, "mmio64 b00f8040=8000000601\n"
				    "mmio32 b00f8060=b0b0a0a\n"
				    "mmio32 b00f8068=b0b0a0a\n"
				    "port 4d1=e\n");
}

static void test_piix(void **state)
{
	start(I440FX);
	memset(events, 0, sizeof(events));
	probe(PCI_ID(0x8086, 0x7000), PCI_BDF(0, 1, 0));
	probe(PCI_ID(0x8086, 0x7010), PCI_BDF(0, 1, 1));
	probe(PCI_ID(0x8086, 0x7113), PCI_BDF(0, 1, 3));
	assert_string_equal(events, "config32 860=b0b0a0a\n"
				    "port 4d1=e\n"
				    "config32 940=80008000\n"
				    "config32 b40=601\n"
				    "config8 b80=1\n"
				    "config8 b3c=9\n");
}

static void test_wake_becomes_reset(void **state)
{
	host_bridge = Q35;
	cmos_shutdown = 0xfe;
	expect_panic(hook_run(platform));
	/* The cell is cleared before the reset, or it would happen again. */
	assert_true(happened("port 71=0\nport cf9=2\nport cf9=6\n"));
	assert_true(mock_log_has("wake from S3"));
	assert_int_equal(cmos_shutdown, 0);
}

static void test_reset_and_poweroff(void **state)
{
	start(I440FX);
	memset(events, 0, sizeof(events));
	expect_panic(machine_reset());
	assert_string_equal(events, "port cf9=2\nport cf9=6\n");
	memset(events, 0, sizeof(events));
	expect_panic(machine_poweroff());
	assert_string_equal(events, "port 604=2000\n");
}

/* An OS may jump to where a PC starts: code there resets the machine. */
static void test_restart_code(void **state)
{
	start(Q35);
	/* mov dx, 0xcf9 is how it begins. */
	assert_memory_equal(fseg + 0xfff0, "\xba\xf9\x0c", 3);
}

static void test_microvm_reset_and_poweroff(void **state)
{
	start(NOBODY);
	expect_panic(machine_reset());
	expect_panic(machine_poweroff());
	assert_string_equal(events, "mmio8 fea00202=42\nmmio8 fea00200=34\n");
}

static void test_microvm_without_pci(void **state)
{
	struct pci_host host = { .last_bus = 0 };

	start(NOBODY);
	add_ram(GiB(3), GiB(1));
	assert_int_equal(board()->memmap(&memmap), 0);
	assert_int_equal(memmap.count, 2);
	assert_int_equal(board()->pci(&host, &memmap), -ENODEV);
}

static void test_microvm_with_pci(void **state)
{
	struct pci_host host;
	struct pci_window high;

	gpex = GPEX;
	start(NOBODY);
	add_ram(GiB(3), GiB(1));
	assert_int_equal(board()->memmap(&memmap), 0);
	assert_true(memmap_has_type(&memmap, 0xe0000000, MiB(256), MEM_RESERVED));
	get_host(&host);
	check_window(&host.window[PCI_SPACE_MEM], 0xc0000000, 0xe0000000);
	assert_int_equal(host.window[PCI_SPACE_IO].size, 0);
	get_high(&high);
	check_window(&high, 0xc000000000, GiB(1024));
}

static void test_fseg(void **state)
{
	u8 *ram = fseg, *a, *b;

	memset(ram, 0xff, 0x10000);
	start(Q35);
	a = fseg_alloc(20, 16);
	b = fseg_alloc(31, 16);
	assert_true(a >= ram && (uintptr_t)a % 16 == 0);
	assert_true(b >= a + 20 || b + 31 <= a);
	assert_int_equal(a[0] | a[19] | b[0] | b[30], 0);
	assert_int_equal(ram[0xffff], 0xff);

	assert_null(fseg_alloc(0x10000, 16));
	assert_null(fseg_alloc(~(size_t)0, 16));
	a = fseg_alloc(0xff00, 1);
	assert_non_null(a);
	assert_null(fseg_alloc(0x100, 1));
	assert_true(a + 0xff00 <= ram + 0xfff0);
}

static void test_no_fseg(void **state)
{
	start(NOBODY);
	assert_null(fseg_alloc(16, 16));
}

#define TEST(f)	cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_unknown_machine),
		TEST(test_q35_init),
		TEST(test_i440fx_init),
		TEST(test_microvm_init),
		TEST(test_no_board),
		TEST(test_q35_memmap),
		TEST(test_q35_ram_in_ecam),
		TEST(test_q35_windows),
		TEST(test_i440fx_windows),
		TEST(test_no_window),
		TEST(test_high_window),
		TEST(test_high_window_without_high_ram),
		TEST(test_irq_lines),
		TEST(test_ich9),
		TEST(test_piix),
		TEST(test_wake_becomes_reset),
		TEST(test_reset_and_poweroff),
		TEST(test_restart_code),
		TEST(test_microvm_reset_and_poweroff),
		TEST(test_microvm_without_pci),
		TEST(test_microvm_with_pci),
		TEST(test_no_fseg),
		TEST(test_fseg),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
