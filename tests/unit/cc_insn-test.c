/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Instructions done in the processor's place: cc/insn.c, mmio.c and port_io.c.
 * Each test runs with a bit in the page tables that marks private pages, and
 * again with one that marks shared pages.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <asm/cpu.h>
#include <asm/cpu_ops.h>
#include <asm/exception.h>
#include <asm/paging.h>
#include <fw/cc_insn.h>
#include <fw/errno.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "support.h"

#define RAM		0x10000000ull
#define RAM_SIZE	0x200000
#define TABLES		RAM
#define DATA		(RAM + 0x20000)
#define DEVICE		0x18000000ull		/* shared: a device */
#define HIDDEN		0x18200000ull		/* private, although a device */
#define SHARED_RAM	0x18400000ull		/* shared, and in the memory map */
#define UNMAPPED	0x1c000000ull
#define BIT		((u64)1 << 47)

struct memmap memmap;

static u64 private_mask, shared_mask;
u64 paging_private_mask(void) { return private_mask; }
u64 paging_shared_mask(void) { return shared_mask; }

static bool la57;

u64 mock_read_cr(unsigned int cr)
{
	if (cr == 4)
		return la57 ? 1 << 12 : 0;
	return TABLES | private_mask;
}

static u64 device_value, device_addr;
static unsigned int device_width, device_reads, device_writes;
static struct exception_frame frame;

static u64 cut(u64 value, unsigned int width)
{
	return value & (width == 8 ? ~(u64)0 : ((u64)1 << 8 * width) - 1);
}

static u64 read_device(phys_addr_t addr, unsigned int width)
{
	device_addr = addr;
	device_width = width;
	device_reads++;
	return cut(device_value, width);
}

static void write_device(phys_addr_t addr, u64 value, unsigned int width)
{
	device_addr = addr;
	device_width = width;
	device_value = cut(value, width);
	device_writes++;
}

static const struct cpu_ops test_ops = { .mmio_read = read_device, .mmio_write = write_device };
const struct cpu_ops *cpu_ops = &test_ops;

/* A page of 2 MiB at every level; the entry for 5 levels lies before the others. */
static void map_2m(u64 addr, bool shared)
{
	u64 *table = (u64 *)(uintptr_t)(TABLES + (la57 ? 0x1000 : 0));

	if (la57)
		*(u64 *)(uintptr_t)TABLES = (TABLES + 0x1000) | 0x23 | private_mask;
	table[0] = ((u64)(uintptr_t)table + 0x1000) | 0x23 | private_mask;
	table[512] = ((u64)(uintptr_t)table + 0x2000) | 0x23 | private_mask;
	table[1024 + (addr >> 21)] = addr | 0xe3 | (shared ? shared_mask : private_mask);
}

static void map_all(void)
{
	mock_ram(RAM, RAM_SIZE);
	map_2m(RAM, false);
	map_2m(DEVICE, true);
	map_2m(HIDDEN, false);
	map_2m(SHARED_RAM, true);
}

static int setup(u64 private_bits, u64 shared_bits)
{
	private_mask = private_bits;
	shared_mask = shared_bits;
	la57 = false;
	map_all();
	memset(&frame, 0, sizeof(frame));
	device_reads = device_writes = 0;
	device_value = 0;
	memmap = (struct memmap) {
		.count = 2,
		.entry = { { SHARED_RAM, 512, MEM_BOOT_DATA }, { DEVICE, 1, MEM_MMIO } },
	};
	return 0;
}

static int setup_private(void **state)
{
	return setup(BIT, 0);
}

static int setup_shared(void **state)
{
	return setup(0, BIT);
}

static const char *run_at(const char *bytes, size_t count, const phys_addr_t *expected)
{
	struct insn insn;

	if (insn_decode(&insn, (const u8 *)bytes, count, &frame) != 0)
		return "not decoded";
	assert_int_equal(insn.length, count);
	frame.rip += insn.length;
	return mmio_emulate(&frame, &insn, expected);
}
#define RUN(text)	run_at(text, sizeof(text) - 1, NULL)
#define DONE(text)	assert_null(RUN(text))
#define REFUSED(text)	assert_non_null(RUN(text))

static void test_mmio(void **state)
{
	device_value = 0x8899aabbccddeeff;
	frame.rsi = DEVICE;
	frame.rbx = 4;
	frame.rax = 0x1111111111111111;
	DONE("\x8b\x44\x9e\x08");			/* mov eax, [rsi+rbx*4+8] */
	assert_int_equal(device_addr, DEVICE + 24);
	assert_int_equal(frame.rax, 0xccddeeff);
	assert_int_equal(frame.rip, 4);
	DONE("\x48\x8b\x06");
	assert_int_equal(frame.rax, device_value);
	DONE("\x8a\x26");				/* mov ah, [rsi] */
	assert_int_equal(frame.rax, 0x8899aabbccddffff);
	DONE("\x48\x0f\xbe\x06");			/* movsx rax, byte [rsi] */
	assert_int_equal(frame.rax, ~(u64)0);
	assert_int_equal(device_width, 1);
	DONE("\x0f\xb7\x06");				/* movzx eax, word [rsi] */
	assert_int_equal(frame.rax, 0xeeff);
	DONE("\xc7\x06\x78\x56\x34\x92");
	assert_int_equal(device_value, 0x92345678);
	frame.rip = 0;
	DONE("\x48\xc7\x06\x78\x56\x34\x92");
	assert_int_equal(device_value, 0xffffffff92345678);
	assert_int_equal(frame.rip, 7);
	frame.rax = 0x77;
	DONE("\xa2\x10\x00\x00\x18\x00\x00\x00\x00");
	assert_int_equal(device_addr, DEVICE + 16);
	assert_int_equal(device_value, 0x77);
	/* One-byte B6 is not MOVZX. */
	REFUSED("\xb6\x06");
	REFUSED("\xc7\x0e\x78\x56\x34\x12");
	REFUSED("\x65\x8b\x06");
}

/* As long as it can be, behind the instruction, and in 5 levels. */
static void test_address(void **state)
{
	frame.rip = DEVICE - 0x1000;
	DONE("\x8b\x05\xfa\x0f\x00\x00");		/* mov eax, [rip+0xffa] */
	assert_int_equal(device_addr, DEVICE);
	frame.rip = DEVICE - 0x1000;
	DONE("\xc6\x05\xf9\x0f\x00\x00\x12");		/* the immediate counts, too */
	assert_int_equal(device_addr, DEVICE);
	la57 = true;
	map_all();
	frame.rsi = DEVICE + 0xff8;
	DONE("\x48\x8b\x06");
	assert_int_equal(device_addr, DEVICE + 0xff8);
	assert_int_equal(device_width, 8);
}

struct mmio_case {
	u8 code[12];
	u32 length;
	u64 addr;		/* operand, from DEVICE on */
	u64 result;		/* RAX after a read, or data of a write */
	bool write;
	u32 width;
};

static void test_mmio_forms(void **state)
{
	/*
	 * RAX 1111111111111111, RBX the device, RCX 8, RDX 1122334455667788; the
	 * device says 81828384858687f8.
	 */
	static const struct mmio_case cases[] = {
		{ { 0x8b, 0x03 }, 2, 0, 0x858687f8, false, 4 },
		{ { 0x48, 0x8b, 0x03 }, 3, 0, 0x81828384858687f8, false, 8 },
		{ { 0x66, 0x8b, 0x03 }, 3, 0, 0x11111111111187f8, false, 2 },
		{ { 0x8a, 0x03 }, 2, 0, 0x11111111111111f8, false, 1 },
		{ { 0x8a, 0x23 }, 2, 0, 0x111111111111f811, false, 1 },
		{ { 0x0f, 0xb6, 0x03 }, 3, 0, 0xf8, false, 1 },
		{ { 0x0f, 0xb7, 0x03 }, 3, 0, 0x87f8, false, 2 },
		{ { 0x0f, 0xbe, 0x03 }, 3, 0, 0xfffffff8, false, 1 },
		{ { 0x48, 0x0f, 0xbf, 0x03 }, 4, 0, 0xffffffffffff87f8, false, 2 },
		{ { 0x66, 0x0f, 0xbe, 0x03 }, 4, 0, 0x111111111111fff8, false, 1 },
		{ { 0x89, 0x13 }, 2, 0, 0x55667788, true, 4 },
		{ { 0x88, 0x33 }, 2, 0, 0x77, true, 1 },
		{ { 0x48, 0x89, 0x54, 0xcb, 0x10 }, 5, 0x50, 0x1122334455667788, true, 8 },
		{ { 0x89, 0x94, 0x0b, 0, 1, 0, 0 }, 7, 0x108, 0x55667788, true, 4 },
		{ { 0x89, 0x14, 0x25, 0, 0x10, 0, 0x18 }, 7, 0x1000, 0x55667788, true, 4 },
		{ { 0xc7, 0x03, 0x78, 0x56, 0x34, 0x82 }, 6, 0, 0x82345678, true, 4 },
		{ { 0x48, 0xc7, 0x03, 0, 0, 0, 0x80 }, 7, 0, 0xffffffff80000000, true, 8 },
		{ { 0xc6, 0x03, 0xfe }, 3, 0, 0xfe, true, 1 },
		{ { 0xa1, 0, 0x50, 0, 0x18, 0, 0, 0, 0 }, 9, 0x5000, 0x858687f8, false, 4 },
		{ { 0xa2, 0, 0x50, 0, 0x18, 0, 0, 0, 0 }, 9, 0x5000, 0x11, true, 1 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct mmio_case *c = &cases[i];
		phys_addr_t expected = DEVICE + c->addr;

		memset(&frame, 0, sizeof(frame));
		device_value = 0x81828384858687f8;
		device_writes = device_reads = 0;
		frame.rax = 0x1111111111111111;
		frame.rbx = DEVICE;
		frame.rcx = 8;
		frame.rdx = 0x1122334455667788;
		if (run_at((const char *)c->code, c->length, &expected) != NULL)
			fail_msg("case %zu refused", i);
		assert_int_equal(frame.rip, c->length);
		assert_int_equal(device_addr, expected);
		assert_int_equal(device_width, c->width);
		assert_int_equal(device_writes, c->write);
		assert_int_equal(device_reads, !c->write);
		if ((c->write ? device_value : frame.rax) != c->result)
			fail_msg("case %zu: %llx %llx", i, (unsigned long long)device_value,
				 (unsigned long long)frame.rax);
	}
}

static void test_mmio_refused(void **state)
{
	static const u8 bad[][8] = {
		{ 0xa4 }, { 0xf0, 0x89, 0x13 }, { 0x64, 0x89, 0x13 }, { 0x67, 0x89, 0x13 },
		{ 0xf3, 0xa4 }, { 0x87, 0x13 }, { 0x0f, 0xb0, 0x13 }, { 0x0f, 0x6f, 0x03 },
		{ 0x89, 0xd3 }, { 0xc7, 0x0b, 0, 0, 0, 0 }, { 0x0f, 0x8b, 0x03 },
		{ 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66 },
	};
	u8 code[16];
	struct insn insn;
	size_t i;

	frame.rbx = DEVICE;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		memset(code, 0x66, sizeof(code));
		memcpy(code, bad[i], sizeof(bad[i]));
		if (insn_decode(&insn, code, sizeof(code), &frame) == 0 &&
		    mmio_emulate(&frame, &insn, NULL) == NULL)
			fail_msg("case %zu done", i);
		assert_int_equal(device_reads + device_writes, 0);
	}
	/* Bytes that are not there are not looked at. */
	for (i = 0; i < 6; i++)
		assert_int_equal(insn_decode(&insn, (const u8 *)"\xc7\x03\1\2\3\4", i, &frame),
				 -E2BIG);
}

/* Another address than the one that caused the exception, and two pages. */
static void test_expected(void **state)
{
	phys_addr_t expected = DEVICE + 4;

	frame.rsi = DEVICE;
	assert_non_null(run_at("\x8b\x06", 2, &expected));
	assert_non_null(run_at("\x89\x06", 2, &expected));
	assert_int_equal(device_reads + device_writes, 0);
	frame.rsi = DEVICE + 4;
	assert_null(run_at("\x8b\x06", 2, &expected));
	expected = frame.rsi = DEVICE + 0xffe;
	assert_non_null(run_at("\x8b\x06", 2, &expected));
	assert_null(run_at("\x66\x8b\x06", 3, &expected));
}

/* The host says that private memory is a device: it would see or replace data. */
static void test_private(void **state)
{
	frame.rsi = HIDDEN;
	REFUSED("\x8b\x06");
	REFUSED("\x89\x06");
	frame.rsi = UNMAPPED;
	REFUSED("\x8b\x06");
	frame.rsi = SHARED_RAM;
	REFUSED("\x8b\x06");
	REFUSED("\x89\x06");
	frame.rsi = DEVICE + 0xffe;
	REFUSED("\x8b\x06");
	assert_int_equal(device_reads + device_writes, 0);
}

static void test_move_string(void **state)
{
	device_value = 0x44332211;
	frame.rsi = DEVICE;
	frame.rdi = DATA;
	frame.rcx = 2;
	DONE("\xf3\xa5");
	assert_int_equal(*(u32 *)(uintptr_t)DATA, 0x44332211);
	assert_int_equal(frame.rcx, 1);
	assert_int_equal(frame.rip, 0);
	DONE("\xf3\xa5");
	assert_int_equal(frame.rip, 2);
	assert_int_equal(frame.rdi, DATA + 8);
	/* None left: nothing could have raised the exception. */
	REFUSED("\xf3\xa5");
	/* Downwards, to a device, and without a count. */
	frame.rflags = 1 << 10;
	frame.rsi = DATA;
	frame.rdi = DEVICE + 8;
	DONE("\x66\xa5");
	assert_int_equal(device_value, 0x2211);
	assert_int_equal(frame.rsi, DATA - 2);
	assert_int_equal(frame.rdi, DEVICE + 6);
	/* From one device to another. */
	device_reads = 0;
	frame.rsi = DEVICE;
	DONE("\x48\xa5");
	assert_int_equal(device_reads, 1);
	assert_int_equal(device_width, 8);
	/* Private pages are memory, whatever the host says. */
	frame.rsi = DATA;
	frame.rdi = DATA + 8;
	REFUSED("\xa5");
	frame.rdi = HIDDEN;
	REFUSED("\xa5");
}

static void test_move_string_expected(void **state)
{
	phys_addr_t expected = DEVICE + 4;

	frame.rsi = DEVICE;
	frame.rdi = DEVICE + 4;
	/* The processor reads first. */
	assert_non_null(run_at("\xa5", 1, &expected));
	expected = DEVICE;
	assert_null(run_at("\xa5", 1, &expected));
	frame.rsi = DATA;
	assert_non_null(run_at("\xa5", 1, &expected));
	expected = frame.rdi;
	assert_null(run_at("\xa5", 1, &expected));
}

static void test_fetch(void **state)
{
	u8 bytes[INSN_MAX];

	memcpy((void *)(uintptr_t)(RAM + RAM_SIZE - 3), "\1\2\3", 3);
	assert_int_equal(insn_fetch(DATA, bytes), INSN_MAX);
	/* The page behind it is not there. */
	assert_int_equal(insn_fetch(RAM + RAM_SIZE - 3, bytes), 3);
	assert_true(insn_show(bytes) == 0x0102030000000000);
	assert_int_equal(insn_fetch(UNMAPPED, bytes), 0);
	assert_true(insn_show(bytes) == 0);
}

/* --- ports ------------------------------------------------------------------ */

static struct port_io asked;
static u8 port_data[PORT_IO_MAX];
static unsigned int port_count, transfers;
static const char *port_answer;

static const char *transfer(const struct port_io *io, void *data, unsigned int count)
{
	asked = *io;
	port_count = count;
	transfers++;
	assert_true(count * io->size <= PORT_IO_MAX);
	if (io->in)
		memcpy(data, port_data, count * io->size);
	else
		memcpy(port_data, data, count * io->size);
	return port_answer;
}

static const char *port_run(const char *bytes, size_t count)
{
	struct insn insn;

	assert_int_equal(insn_decode(&insn, (const u8 *)bytes, count, &frame), 0);
	frame.rip = count;
	return port_io_emulate(&frame, &insn, transfer);
}
#define PORT(text)	assert_null(port_run(text, sizeof(text) - 1))

static void test_port(void **state)
{
	memcpy(port_data, "\x12\xff\xfe\xfd", 4);
	frame.rdx = 0xabc03f8;
	frame.rax = 0x1122334455667788;
	PORT("\xec");
	assert_int_equal(asked.port, 0x3f8);
	assert_true(asked.in && asked.size == 1 && !asked.string && !asked.rep);
	assert_int_equal(frame.rax, 0x1122334455667712);
	PORT("\x66\xed");
	assert_int_equal(frame.rax, 0x112233445566ff12);
	PORT("\xe5\x80");
	assert_int_equal(asked.port, 0x80);
	assert_int_equal(frame.rax, 0xfdfeff12);
	frame.rax = 0xaabbccdd;
	PORT("\xee");
	assert_true(!asked.in && asked.size == 1);
	assert_memory_equal(port_data, "\xdd\xff", 2);
	PORT("\x48\xef");			/* there is no wider one */
	assert_int_equal(asked.size, 4);
	assert_memory_equal(port_data, "\xdd\xcc\xbb\xaa", 4);
	PORT("\xe6\xff");
	assert_int_equal(asked.port, 0xff);
	port_answer = "no";
	frame.rax = 1;
	assert_non_null(port_run("\xec", 1));
	assert_int_equal(frame.rax, 1);
	port_answer = NULL;
}

static void test_port_string(void **state)
{
	u8 *data = (u8 *)(uintptr_t)DATA;
	unsigned int i;

	/* Downwards. */
	memcpy(port_data, "\1\2\3\4\5\6", 6);
	frame.rdi = DATA + 4;
	frame.rcx = 3;
	frame.rflags = 1 << 10;
	PORT("\xf3\x66\x6d");
	assert_int_equal(port_count, 3);
	assert_memory_equal(data, "\5\6\3\4\1\2", 6);
	assert_int_equal(frame.rdi, DATA - 2);
	assert_int_equal(frame.rcx, 0);
	assert_int_equal(frame.rip, 3);
	/* More than fits: again. */
	for (i = 0; i < 100; i++)
		data[i] = (u8)i;
	frame.rflags = 0;
	frame.rsi = DATA;
	frame.rcx = 100;
	PORT("\xf3\x6e");
	assert_int_equal(frame.rcx, 36);
	assert_int_equal(frame.rsi, DATA + 64);
	assert_int_equal(frame.rip, 0);
	PORT("\xf3\x6e");
	assert_memory_equal(port_data, data + 64, 36);
	assert_int_equal(frame.rip, 2);
	transfers = 0;
	PORT("\xf3\x6e");
	assert_int_equal(transfers, 0);
	assert_int_equal(frame.rip, 2);
	/* Without REP the count does not matter. */
	PORT("\x6f");
	assert_int_equal(port_count, 1);
	assert_true(asked.string && !asked.rep);
	assert_int_equal(frame.rsi, DATA + 104);
	assert_non_null(port_run("\x64\x6e", 2));
	assert_non_null(port_run("\x67\x6e", 2));
}

#define BOTH(test)							\
	{ #test " (private bit)", test, setup_private, NULL, NULL },	\
	{ #test " (shared bit)", test, setup_shared, NULL, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_mmio),
		BOTH(test_address),
		BOTH(test_mmio_forms),
		BOTH(test_mmio_refused),
		BOTH(test_expected),
		BOTH(test_private),
		BOTH(test_move_string),
		BOTH(test_move_string_expected),
		BOTH(test_fetch),
		BOTH(test_port),
		BOTH(test_port_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
