/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* #VC of loaded software: cc/sev/exception.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <asm/cpu.h>
#include <asm/cpu_ops.h>
#include <asm/exception.h>
#include <asm/paging.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "cpuid.h"
#include "sev.h"
#include "support.h"

#define RAM		0x10000000ull
#define RAM_SIZE	0x200000
#define TABLES		RAM
#define CODE		(RAM + 0x10000)
#define DATA		(RAM + 0x20000)
#define DEVICE		0x18000000ull		/* shared: a device */
#define HIDDEN		0x18200000ull		/* private, although a device */
#define C_BIT		((u64)1 << 47)

static union {
	struct ghcb page;
	u8 bytes[4096];
} shared;
static struct ghcb_channel channel = { .page = &shared.page };
static struct sev_work work = { .c_bit = 47 };
static struct ghcb_request asked, reply;
static unsigned int calls, refusal;
static u64 device_value, device_addr;
static unsigned int device_writes;
static struct exception_frame frame;

struct memmap memmap;
u64 paging_private_mask(void) { return C_BIT; }
u64 paging_shared_mask(void) { return 0; }
bool sev_is_es(void) { return true; }
struct ghcb_channel *sev_channel(void) { return &channel; }
const struct sev_work *sev_work(void) { return &work; }
void sev_terminate(unsigned int reason __unused) { mock_halt(); }
struct cpuid_regs sev_cpuid(u32 leaf, u32 subleaf)
{
	return (struct cpuid_regs) { leaf + 1, subleaf + 2, 3, 4 };
}
u64 mock_read_cr(unsigned int cr) { return cr == 3 ? TABLES | C_BIT : 0; }

unsigned int ghcb_call(struct ghcb_channel *ch, struct ghcb_request *request)
{
	assert_ptr_equal(ch, &channel);
	asked = *request;
	calls++;
	request->rax = reply.rax;
	request->rcx = reply.rcx;
	request->rdx = reply.rdx;
	return refusal;
}

static u64 read_device(phys_addr_t addr, unsigned int width)
{
	device_addr = addr;
	return device_value & (width == 8 ? ~(u64)0 : ((u64)1 << 8 * width) - 1);
}

static void write_device(phys_addr_t addr, u64 value, unsigned int width)
{
	device_addr = addr;
	device_value = value & (width == 8 ? ~(u64)0 : ((u64)1 << 8 * width) - 1);
	device_writes++;
}

static const struct cpu_ops test_ops = { .mmio_read = read_device, .mmio_write = write_device };
const struct cpu_ops *cpu_ops = &test_ops;

static void map_2m(u64 addr, u64 bits)
{
	u64 *table = (u64 *)(uintptr_t)TABLES;

	table[0] = (TABLES + 0x1000) | 0x23 | C_BIT;
	table[512] = (TABLES + 0x2000) | 0x23 | C_BIT;
	table[1024 + (addr >> 21)] = addr | 0xe3 | bits;
}

static int setup(void **state)
{
	mock_ram(RAM, RAM_SIZE);
	map_2m(RAM, C_BIT);
	map_2m(DEVICE, 0);
	map_2m(HIDDEN, C_BIT);
	memset(&frame, 0, sizeof(frame));
	memset(&reply, 0, sizeof(reply));
	frame.vector = 29;
	frame.cs = 0x10;
	channel.busy = false;
	channel.page = &shared.page;
	work.status = SEV_STATUS_SEV | SEV_STATUS_ES;
	calls = refusal = device_writes = 0;
	memmap.count = 0;
	mock_log_reset();
	return 0;
}

static bool run(u64 code, const char *bytes, size_t count)
{
	memset((void *)(uintptr_t)CODE, 0xcc, 32);
	memcpy((void *)(uintptr_t)CODE, bytes, count);
	frame.error = code;
	frame.rip = CODE;
	return sev_exception(&frame);
}
#define RUN(code, text)	run(code, text, sizeof(text) - 1)

static void test_cpuid(void **state)
{
	frame.rax = 7;
	frame.rcx = 1;
	assert_true(RUN(EXIT_CPUID, "\x0f\xa2"));
	assert_int_equal(frame.rip, CODE + 2);
	assert_int_equal(frame.rax, 8);
	assert_int_equal(frame.rbx, 3);
	/* Legal prefixes lengthen it. */
	assert_true(RUN(EXIT_CPUID, "\x66\x48\x0f\xa2"));
	assert_int_equal(frame.rip, CODE + 4);
}

/* Every code with an instruction that is not its own. */
static void test_wrong_code(void **state)
{
	static const struct {
		const char *bytes;
		u64 code;
	} own[] = {
		{ "\x0f\x21\xf8", EXIT_READ_DR7 }, { "\x0f\x23\xf8", EXIT_WRITE_DR7 },
		{ "\x0f\x31\x90", EXIT_RDTSC }, { "\x0f\x33\x90", EXIT_RDPMC },
		{ "\x0f\xa2\x90", EXIT_CPUID }, { "\xec\x90\x90", EXIT_IOIO },
		{ "\x0f\x32\x90", EXIT_MSR }, { "\x0f\x01\xd9", EXIT_VMMCALL },
		{ "\x0f\x01\xf9", EXIT_RDTSCP }, { "\x0f\x09\x90", EXIT_WBINVD },
		{ "\x0f\x01\xc8", EXIT_MONITOR }, { "\x0f\x01\xc9", EXIT_MWAIT },
		{ "\x8b\x06\x90", EXIT_NPF },
	};
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(own); i++) {
		for (j = 0; j < ARRAY_SIZE(own); j++) {
			setup(NULL);
			frame.rcx = 0x10;
			frame.rsi = DEVICE;
			assert_int_equal(run(own[j].code, own[i].bytes, 3), i == j);
			assert_int_equal(mock_log_errors(), i != j);
			if (i != j) {
				assert_int_equal(calls, 0);
				assert_int_equal(frame.rip, CODE);
			}
		}
		/* Codes that are never to be handled. */
		assert_false(run(EXIT_INVD, own[i].bytes, 3));
		assert_false(run(EXIT_NOT_VALIDATED, own[i].bytes, 3));
	}
	assert_false(RUN(EXIT_INVD, "\x0f\x08"));
}

/* The operating system has the page: it may still look at the processor. */
static void test_after_the_end(void **state)
{
	channel.page = NULL;
	frame.rax = 7;
	assert_true(RUN(EXIT_CPUID, "\x0f\xa2"));
	assert_int_equal(frame.rax, 8);
	expect_panic((void)RUN(EXIT_IOIO, "\xec"));
	expect_panic((void)RUN(EXIT_MSR, "\x0f\x32"));
	assert_int_equal(calls, 0);
}

static void test_not_ours(void **state)
{
	frame.vector = 13;
	assert_false(RUN(0, "\x0f\xa2"));
	frame.vector = 29;
	frame.cs = 0x13;
	assert_false(RUN(EXIT_CPUID, "\x0f\xa2"));
	frame.cs = 0x10;
	channel.busy = true;
	expect_panic((void)RUN(EXIT_CPUID, "\x0f\xa2"));
}

static void test_io(void **state)
{
	frame.rdx = 0x3f8;
	frame.rax = 0x1122334455667788;
	reply.rax = 0xffffffffffffff12;
	assert_true(RUN(EXIT_IOIO, "\xec"));
	assert_int_equal(asked.info1, 0x3f8u << 16 | 1 << 9 | 1 << 4 | 1);
	assert_int_equal(frame.rax, 0x1122334455667712);
	assert_true(RUN(EXIT_IOIO, "\x66\xed"));
	assert_int_equal(frame.rax, 0x112233445566ff12);
	assert_true(RUN(EXIT_IOIO, "\xe5\x80"));
	assert_int_equal(asked.info1, 0x80u << 16 | 1 << 9 | 4 << 4 | 1);
	assert_int_equal(frame.rax, 0xffffff12);
	frame.rax = 0xaabbccdd;
	assert_true(RUN(EXIT_IOIO, "\xee"));
	assert_int_equal(asked.rax, 0xdd);
	refusal = 13;
	assert_false(RUN(EXIT_IOIO, "\xee"));
}

static void test_string(void **state)
{
	u8 *data = (u8 *)(uintptr_t)DATA;

	memcpy(shared.page.buffer, "\1\2\3\4\5\6", 6);
	frame.rdx = 0x1f0;
	frame.rdi = DATA + 4;
	frame.rcx = 3;
	frame.rflags = 1 << 10;
	assert_true(RUN(EXIT_IOIO, "\xf3\x66\x6d"));
	assert_int_equal(asked.info2, 3);
	assert_int_equal(asked.info1, 0x1f0u << 16 | 1 << 9 | 2 << 4 | 1 << 3 | 1 << 2 | 1);
	assert_memory_equal(data, "\5\6\3\4\1\2", 6);
	assert_int_equal(frame.rdi, DATA - 2);
	assert_int_equal(frame.rcx, 0);
	assert_int_equal(frame.rip, CODE + 3);
	/* More than fits: again. */
	frame.rflags = 0;
	frame.rsi = DATA;
	frame.rcx = 100;
	assert_true(RUN(EXIT_IOIO, "\xf3\x6e"));
	assert_int_equal(frame.rcx, 36);
	assert_int_equal(asked.info1, 0x1f0u << 16 | 3 << 10 | 1 << 9 | 1 << 4 | 1 << 3 | 1 << 2);
	assert_int_equal(frame.rsi, DATA + 64);
	assert_int_equal(frame.rip, CODE);
	calls = 0;
	frame.rcx = 0;
	assert_true(RUN(EXIT_IOIO, "\xf3\x6e"));
	assert_int_equal(calls, 0);
}

static void test_msr(void **state)
{
	frame.rcx = 0x1b;
	reply.rax = 0xfffffffffee00900;
	reply.rdx = 0x100000002;
	assert_true(RUN(EXIT_MSR, "\x0f\x32"));
	assert_int_equal(frame.rax, 0xfee00900);
	assert_int_equal(frame.rdx, 2);
	frame.rcx = 0xc0000080;
	assert_false(RUN(EXIT_MSR, "\x0f\x30"));
	assert_int_equal(calls, 1);
}

static void test_debug_register(void **state)
{
	frame.rbx = 0x455;
	assert_true(RUN(EXIT_WRITE_DR7, "\x0f\x23\xfb"));
	assert_true(RUN(EXIT_READ_DR7, "\x0f\x21\xf9"));
	assert_int_equal(frame.rcx, 0x455);
	assert_int_equal(calls, 0);
	assert_false(RUN(EXIT_READ_DR7, "\x0f\x21\xf1"));
	work.status |= SEV_STATUS_DEBUG_SWAP;
	assert_false(RUN(EXIT_READ_DR7, "\x0f\x21\xf9"));
}

/* Device memory, and private memory that the host says is a device. */
static void test_mmio(void **state)
{
	device_value = 0x8899aabbccddeeff;
	frame.rsi = DEVICE + 8;
	assert_true(RUN(EXIT_NPF, "\x48\x8b\x06"));
	assert_int_equal(device_addr, DEVICE + 8);
	assert_int_equal(frame.rax, device_value);
	assert_int_equal(frame.rip, CODE + 3);
	assert_true(RUN(EXIT_NPF, "\xc6\x06\x12"));
	assert_int_equal(device_writes, 1);
	frame.rdi = DATA;
	frame.rcx = 2;
	assert_true(RUN(EXIT_NPF, "\xf3\xa5"));
	assert_int_equal(frame.rip, CODE);
	frame.rsi = HIDDEN;
	assert_false(RUN(EXIT_NPF, "\x89\x06"));
	assert_int_equal(frame.rip, CODE);
	assert_int_equal(device_writes, 1);
	assert_int_equal(mock_log_errors(), 1);
	assert_true(mock_log_has("bytes 8906cccccccccccc"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_cpuid, setup),
		cmocka_unit_test_setup(test_wrong_code, setup),
		cmocka_unit_test_setup(test_after_the_end, setup),
		cmocka_unit_test_setup(test_not_ours, setup),
		cmocka_unit_test_setup(test_io, setup),
		cmocka_unit_test_setup(test_string, setup),
		cmocka_unit_test_setup(test_msr, setup),
		cmocka_unit_test_setup(test_debug_register, setup),
		cmocka_unit_test_setup(test_mmio, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
