/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* #VE of loaded software, cc/tdx/exception.c, against a scripted module and host. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <asm/cpu.h>
#include <asm/cpu_ops.h>
#include <asm/exception.h>
#include <asm/paging.h>
#include <asm/tdcall.h>
#include <fw/byteorder.h>
#include <fw/memmap.h>
#include <fw/string.h>
#include <spec/tdx.h>

#include "support.h"
#include "tdx.h"

#define CALLS	64
#define SHARED	((u64)1 << 47)

struct memmap memmap;
const struct cpu_ops *cpu_ops;

u64 tdx_shared(phys_addr_t addr) { return addr | SHARED; }
void tdx_terminate(const char *why __unused) { mock_halt(); }
u64 paging_private_mask(void) { return 0; }
u64 paging_shared_mask(void) { return SHARED; }

static struct tdcall_regs calls[CALLS];
static unsigned int call_count;
static u64 host_status, host_value;

static struct tdcall_regs ve;

u64 tdcall(struct tdcall_regs *r)
{
	assert_true(call_count < CALLS);
	calls[call_count++] = *r;
	if (r->rax == TDG_VP_VEINFO_GET) {
		*r = ve;
	} else {
		assert_int_equal(r->rax, TDG_VP_VMCALL);
		/* Nothing but R10 to R15 is shown to the host. */
		assert_int_equal(r->rcx & ~0xfc00ull, 0);
		r->rax = 0;
		r->r10 = host_status;
		r->r11 = host_value;
	}
	return r->rax;
}

static struct exception_frame frame;

#define RAM	0x10000000ull
#define CODE	(RAM + 0x10000)
#define DEVICE	0x18000000ull
#define HIDDEN	0x18200000ull		/* private */

u64 mock_read_cr(unsigned int cr)
{
	return cr == 3 ? RAM : 0;
}

static void map_2m(u64 addr, u64 bits)
{
	u64 *table = (u64 *)(uintptr_t)RAM;

	table[0] = (RAM + 0x1000) | 0x23;
	table[512] = (RAM + 0x2000) | 0x23;
	table[1024 + (addr >> 21)] = addr | 0xe3 | bits;
}

static int setup(void **state)
{
	mock_ram(RAM, 0x200000);
	map_2m(RAM, 0);
	map_2m(DEVICE, SHARED);
	map_2m(HIDDEN, 0);
	mock_log_reset();
	host_status = host_value = 0;
	/* A device's accesses are the firmware's. */
	tdx_ops_install();
	memset(&frame, 0, sizeof(frame));
	return 0;
}

static bool raise_ve(u32 reason, u64 qualification, u64 gpa, const u8 *code, u32 length)
{
	memset(&ve, 0, sizeof(ve));
	ve.rcx = reason;
	ve.rdx = qualification;
	ve.r9 = gpa;
	ve.r10 = length;
	memcpy((void *)(uintptr_t)CODE, code, 16);
	frame.vector = 20;
	frame.cs = 0x10;
	frame.rip = CODE;
	call_count = 0;
	return tdx_exception(&frame);
}

static const u8 nops[16];

static void test_ve_simple(void **state)
{
	frame.rax = 0xb;
	frame.rbx = 5;
	frame.rflags = 0x10002;
	assert_true(raise_ve(TDX_REASON_CPUID, 0, 0, nops, 2));
	assert_int_equal(frame.rbx, 0);
	assert_int_equal(frame.rip, CODE + 2);
	assert_int_equal(frame.rflags, 2);
	assert_true(raise_ve(TDX_REASON_HLT, 0, 0, nops, 1));
	assert_int_equal(calls[1].r12, 1);
	frame.rflags = 0x202;
	assert_true(raise_ve(TDX_REASON_HLT, 0, 0, nops, 1));
	assert_int_equal(calls[1].r12, 0);
	assert_true(raise_ve(TDX_REASON_WBINVD, 0, 0, nops, 2));
	assert_true(raise_ve(TDX_REASON_MONITOR, 0, 0, nops, 3));
	assert_true(raise_ve(TDX_REASON_MWAIT, 0, 0, nops, 3));
	frame.rcx = 0x802;
	host_value = 0x1234567890abcdef;
	assert_true(raise_ve(TDX_REASON_RDMSR, 0, 0, nops, 2));
	assert_int_equal(frame.rax, 0x90abcdef);
	assert_int_equal(frame.rdx, 0x12345678);
	assert_true(raise_ve(TDX_REASON_WRMSR, 0, 0, nops, 2));
	assert_true(calls[1].r13 == host_value);
	assert_int_equal(mock_log_errors(), 0);
}

static void test_ve_refused(void **state)
{
	static const u8 in[16] = { 0xec };

	assert_false(raise_ve(18, 0, 0, nops, 3));		/* VMCALL */
	assert_int_equal(mock_log_errors(), 1);
	assert_int_equal(frame.rip, CODE);
	assert_false(raise_ve(TDX_REASON_WBINVD, 0, 0, nops, 0));
	assert_false(raise_ve(TDX_REASON_WBINVD, 0, 0, nops, 16));
	frame.rcx = 0x4b564d00;
	assert_false(raise_ve(TDX_REASON_RDMSR, 0, 0, nops, 2));
	assert_false(raise_ve(TDX_REASON_WRMSR, 0, 0, nops, 2));
	assert_int_equal(call_count, 1);
	host_status = TDVMCALL_OPERAND_INVALID;
	frame.rcx = 0x1b;
	assert_false(raise_ve(TDX_REASON_RDMSR, 0, 0, nops, 2));
	assert_false(raise_ve(TDX_REASON_IO, TDX_IO_IN, 0, in, 1));
	assert_int_equal(call_count, 2);
	assert_true(mock_log_has("the host refuses it"));
	frame.vector = 14;
	assert_false(tdx_exception(&frame));
	/* User code. */
	frame.vector = 20;
	frame.cs = 0x33;
	call_count = 0;
	assert_false(tdx_exception(&frame));
	ve.rax = (u64)0xc0000704 << 32;
	assert_false(tdx_exception(&frame));
}

static void test_ve_io(void **state)
{
	static const u8 in8[16] = { 0xec }, in16[16] = { 0x66, 0xed }, in32[16] = { 0xed };
	static const u8 out16[16] = { 0x66, 0xef }, rep_outs[16] = { 0xf3, 0x6e };
	static const u8 ins16[16] = { 0x66, 0x6d }, fs_outs[16] = { 0x64, 0x6e };
	u8 data[4] = { 1, 2, 3, 4 };

	frame.rax = 0xffffffffffffffff;
	frame.rdx = 0x511;
	host_value = 0x12345678;
	assert_true(raise_ve(TDX_REASON_IO, 0x5110000 | TDX_IO_IN, 0, in8, 1));
	assert_true(frame.rax == 0xffffffffffffff78);
	assert_true(raise_ve(TDX_REASON_IO, 0x5110000 | TDX_IO_IN | 1, 0, in16, 2));
	assert_true(frame.rax == 0xffffffffffff5678);
	assert_true(raise_ve(TDX_REASON_IO, 0x5110000 | TDX_IO_IN | 3, 0, in32, 1));
	assert_true(frame.rax == 0x12345678);
	assert_true(raise_ve(TDX_REASON_IO, 0x5110001, 0, out16, 2));
	assert_int_equal(calls[1].r14, 0x511);
	assert_int_equal(calls[1].r15, 0x5678);
	assert_int_equal(frame.rip, CODE + 2);

	/* REP OUTSB, downwards: RIP moves with the last one. */
	frame.rdx = 0x80;
	frame.rcx = 2;
	frame.rsi = (uintptr_t)&data[3];
	frame.rflags = 0x400;
	assert_true(raise_ve(TDX_REASON_IO, 0x800000 | TDX_IO_STRING | TDX_IO_REP, 0, rep_outs, 2));
	assert_int_equal(calls[1].r15, 4);
	assert_int_equal(calls[2].r15, 3);
	assert_int_equal(frame.rcx, 0);
	assert_int_equal(frame.rip, CODE + 2);
	/* INSW, upwards. */
	frame.rdi = (uintptr_t)data;
	frame.rflags = 0;
	assert_true(raise_ve(TDX_REASON_IO, 0x800001 | TDX_IO_STRING | TDX_IO_IN, 0, ins16, 2));
	assert_int_equal(get_le16(data), 0x5678);
	assert_int_equal(data[2], 3);
	assert_int_equal(frame.rdi - (uintptr_t)data, 2);
	assert_false(raise_ve(TDX_REASON_IO, 0x800000 | TDX_IO_STRING, 0, fs_outs, 2));
}

/* Each element is a request of its own. */
static void test_ve_io_long(void **state)
{
	static const u8 rep_outs[16] = { 0xf3, 0x6e };
	u8 data[50] = { 0 };

	frame.rdx = 0x80;
	frame.rsi = (uintptr_t)data;
	frame.rcx = 50;
	assert_true(raise_ve(TDX_REASON_IO, 0x800000 | TDX_IO_STRING | TDX_IO_REP, 0, rep_outs, 2));
	assert_int_equal(call_count, 51);
	assert_int_equal(frame.rip, CODE + 2);
}

/* What the module says of the instruction is not what is there. */
static void test_ve_io_other(void **state)
{
	static const u8 in[16] = { 0xec }, rep_outs[16] = { 0xf3, 0x6e };
	static const struct {
		u64 qualification;
		const u8 *code;
		u32 length;
	} bad[] = {
		{ 0x5100000 | TDX_IO_IN, in, 1 }, { 0x5110000, in, 1 },
		{ 0x5110000 | TDX_IO_IN | 1, in, 1 }, { 0x5110000 | TDX_IO_IN | 2, in, 1 },
		{ 0x5110000 | TDX_IO_IN | TDX_IO_STRING, in, 1 },
		{ 0x5110000 | TDX_IO_IN, in, 2 }, { 0x5110000 | TDX_IO_IN, nops, 1 },
		{ 0x5110000 | TDX_IO_STRING, rep_outs, 2 },
		{ 0x5110000 | TDX_IO_STRING | TDX_IO_REP, rep_outs, 0 },
	};
	size_t i;

	frame.rdx = 0x511;
	frame.rsi = CODE;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		if (raise_ve(TDX_REASON_IO, bad[i].qualification, 0, bad[i].code, bad[i].length))
			fail_msg("case %zu handled", i);
		assert_int_equal(call_count, 1);
	}
}

static void test_ve_mmio(void **state)
{
	static const u8 load[16] = { 0x48, 0x8b, 0x03 }, store[16] = { 0x66, 0x89, 0x03 };
	static const u8 moves[16] = { 0xf3, 0xa5 };

	host_value = 0x81828384858687f8;
	frame.rbx = DEVICE + 8;
	assert_true(raise_ve(TDX_REASON_EPT_VIOLATION, 0, SHARED | (DEVICE + 8), load, 0));
	assert_true(calls[1].r14 == (SHARED | (DEVICE + 8)));
	assert_int_equal(calls[1].r12, 8);
	assert_int_equal(calls[1].r13, 0);
	assert_true(frame.rax == host_value);
	assert_int_equal(frame.rip, CODE + 3);
	assert_true(raise_ve(TDX_REASON_EPT_VIOLATION, 0, SHARED | (DEVICE + 8), store, 0));
	assert_int_equal(calls[1].r12, 2);
	assert_int_equal(calls[1].r13, 1);
	assert_int_equal(calls[1].r15, 0x87f8);
	/* The first of many. */
	frame.rsi = DEVICE;
	frame.rcx = 7;
	frame.rdi = CODE + 0x100;
	assert_true(raise_ve(TDX_REASON_EPT_VIOLATION, 0, SHARED | DEVICE, moves, 0));
	assert_int_equal(frame.rip, CODE);
	assert_int_equal(frame.rcx, 6);
	assert_true(get_le32((void *)(uintptr_t)(CODE + 0x100)) == (u32)host_value);
}

static void test_ve_mmio_refused(void **state)
{
	static const u8 good[16] = { 0x8b, 0x03 }, xchg[16] = { 0x87, 0x03 };

	frame.rbx = DEVICE;
	assert_false(raise_ve(TDX_REASON_EPT_VIOLATION, 0, SHARED | DEVICE, xchg, 0));
	assert_true(mock_log_has("bytes 8703000000000000"));
	assert_int_equal(frame.rip, CODE);
	/* A private page, another address, and two pages. */
	assert_false(raise_ve(TDX_REASON_EPT_VIOLATION, 0, DEVICE, good, 0));
	assert_false(raise_ve(TDX_REASON_EPT_VIOLATION, 0, SHARED | (DEVICE + 4), good, 0));
	frame.rbx = DEVICE + 0xffe;
	assert_false(raise_ve(TDX_REASON_EPT_VIOLATION, 0, SHARED | (DEVICE + 0xffe), good, 0));
	/* The tables say that it is private. */
	frame.rbx = HIDDEN;
	assert_false(raise_ve(TDX_REASON_EPT_VIOLATION, 0, SHARED | HIDDEN, good, 0));
	assert_int_equal(call_count, 1);
	frame.rbx = DEVICE;
	assert_true(raise_ve(TDX_REASON_EPT_VIOLATION, 0, SHARED | DEVICE, good, 0));
	/* Every host has devices. */
	host_status = TDVMCALL_OPERAND_INVALID;
	expect_panic(raise_ve(TDX_REASON_EPT_VIOLATION, 0, SHARED | DEVICE, good, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_ve_simple, setup),
		cmocka_unit_test_setup(test_ve_refused, setup),
		cmocka_unit_test_setup(test_ve_io, setup),
		cmocka_unit_test_setup(test_ve_io_long, setup),
		cmocka_unit_test_setup(test_ve_io_other, setup),
		cmocka_unit_test_setup(test_ve_mmio, setup),
		cmocka_unit_test_setup(test_ve_mmio_refused, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
