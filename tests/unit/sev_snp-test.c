/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* cc/sev/snp.c and cpu_ops.c: what is refused, and what of the host's answers counts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <asm/cpu.h>
#include <asm/cpu_ops.h>
#include <asm/pvalidate.h>

#include "cpuid.h"
#include "sev.h"
#include "support.h"

u8 layout_launch_info0[4096], layout_work_area[4096];
const struct cpu_ops *cpu_ops;
void cpu_native_halt(void) { }

static union {
	struct ghcb page;
	u8 bytes[4096];
} shared;
static struct ghcb_channel channel = { .page = &shared.page, .version = 2 };
static u64 msr, features;
static unsigned int adjust_result;
static bool page_ok;

struct ghcb_channel *sev_channel(void) { return &channel; }
bool sev_is_es(void) { return true; }
void sev_terminate(unsigned int reason __unused) { mock_halt(); }
bool snp_cpuid_page_ok(const struct snp_cpuid_page *page)
{
	assert_ptr_equal(page, layout_launch_info0);
	return page_ok;
}
struct cpuid_regs sev_cpuid(u32 leaf, u32 subleaf)
{
	return (struct cpuid_regs) { .eax = leaf, .ecx = subleaf };
}
unsigned int mock_pvalidate(u64 addr __unused, bool large __unused, bool validate __unused)
{
	mock_fail("PVALIDATE");
}
unsigned int mock_rmpadjust(u64 addr, u64 attrs)
{
	assert_int_equal(addr, (u64)(uintptr_t)layout_work_area);
	/* No right for anybody, and no state. */
	assert_int_equal(attrs, 1);
	return adjust_result;
}

/* The event that is expected, and the answer. */
static struct {
	u64 code, info1, info2, rax, rcx, rdx;
	u32 must;			/* GHCB_*: which of the last three */
	u64 answer_rax, answer_rdx, result;
	u32 says;			/* GHCB_*: which are valid */
	u8 buffer[8], reply[8];
} event;

static bool valid(size_t at) { return shared.page.valid[at / 64] >> at / 8 % 8 & 1; }
static void set(size_t at) { shared.page.valid[at / 64] |= (u8)(1 << at / 8 % 8); }

static void check_field(u32 bit, size_t at, u64 value, le64 found)
{
	assert_int_equal(valid(at), !!(event.must & bit));
	if (event.must & bit)
		assert_int_equal(le64_to_cpu(found), value);
}

void mock_wrmsr(u32 number, u64 value) { assert_int_equal(number, MSR_GHCB); msr = value; }
u64 mock_rdmsr(u32 number) { assert_int_equal(number, MSR_GHCB); return msr; }
void mock_vmgexit(void)
{
	struct ghcb *g = &shared.page;

	if (msr == GHCB_MSR_FEATURES_REQ) {
		msr = features << 12 | GHCB_MSR_FEATURES;
		return;
	}
	assert_int_equal(msr, (u64)(uintptr_t)&shared);
	assert_int_equal(le64_to_cpu(g->exit_code), event.code);
	assert_int_equal(le64_to_cpu(g->exit_info1), event.info1);
	assert_int_equal(le64_to_cpu(g->exit_info2), event.info2);
	check_field(GHCB_RAX, offsetof(struct ghcb, rax), event.rax, g->rax);
	check_field(GHCB_RCX, offsetof(struct ghcb, rcx), event.rcx, g->rcx);
	check_field(GHCB_RDX, offsetof(struct ghcb, rdx), event.rdx, g->rdx);
	assert_false(valid(offsetof(struct ghcb, rbx)));
	if (event.must & GHCB_SCRATCH) {
		assert_int_equal(le64_to_cpu(g->scratch), (u64)(uintptr_t)g->buffer);
		assert_memory_equal(g->buffer, event.buffer, sizeof(event.buffer));
		memcpy(g->buffer, event.reply, sizeof(event.reply));
	}
	memset(g->valid, 0, sizeof(g->valid));
	g->rax = cpu_to_le64(event.answer_rax);
	g->rdx = cpu_to_le64(event.answer_rdx);
	if (event.says & GHCB_RAX)
		set(offsetof(struct ghcb, rax));
	if (event.says & GHCB_RDX)
		set(offsetof(struct ghcb, rdx));
	g->exit_info1 = cpu_to_le64(event.result);
	g->exit_info2 = cpu_to_le64(event.result ? 0x80000b0d : 0);
}

static int setup(void **state)
{
	memset(&shared, 0, sizeof(shared));
	memset(&event, 0, sizeof(event));
	channel.busy = false;
	features = GHCB_FEATURE_SNP | GHCB_FEATURE_AP_CREATION;
	page_ok = true;
	adjust_result = PAGE_OP_OK;
	mock_log_reset();
	sev_install_ops();
	return 0;
}

/* --- the machine --- */

static void test_host(void **state)
{
	assert_true(snp_check_host());
	/* A lower level may not give rights to the next one. */
	adjust_result = 2;
	assert_false(snp_check_host());
	adjust_result = PAGE_OP_OK;
	features = GHCB_FEATURE_AP_CREATION;
	expect_panic((void)snp_check_host());
	features = GHCB_FEATURE_SNP;
	page_ok = false;
	expect_panic((void)snp_check_host());
}

#define BASE_STATUS	(SEV_STATUS_SEV | SEV_STATUS_ES | SEV_STATUS_SNP)

static void test_status(void **state)
{
	static const struct snp_secrets secrets;
	/* What a guest need not know of; the other bits ask something of it or mean nothing. */
	static const u8 harmless[] = { 7, 8, 9, 11, 14, 17, 23 };
	unsigned int bit;

	snp_check_status(BASE_STATUS, true, &secrets);
	for (bit = 3; bit < 64; bit++) {
		u64 status = BASE_STATUS | (u64)1 << bit;

		if (memchr(harmless, (int)bit, sizeof(harmless))) {
			snp_check_status(status, true, &secrets);
			continue;
		}
		mock_log_reset();
		expect_panic(snp_check_status(status, true, &secrets));
		assert_int_equal(mock_log_errors(), 1);
		assert_non_null(strstr(mock_log_last(), "SEV_STATUS has features 0x"));
	}
	mock_log_reset();
	snp_check_status(BASE_STATUS, true, &secrets);
	assert_int_equal(mock_log_errors(), 0);
}

static void test_svsm(void **state)
{
	static struct snp_secrets secrets;
	static const char text[] = "at VMPL 2 below an SVSM, which is not supported yet";

	/* The processor says so, whatever the page does. */
	secrets.svsm_vmpl = 2;
	expect_panic(snp_check_status(BASE_STATUS, false, &secrets));
	assert_int_equal(mock_log_errors(), 1);
	assert_non_null(strstr(mock_log_last(), text));
	/* And the page, whatever the processor does. */
	mock_log_reset();
	secrets.svsm_size = cpu_to_le64((u64)1 << 63);
	expect_panic(snp_check_status(BASE_STATUS, true, &secrets));
	assert_int_equal(mock_log_errors(), 1);
	assert_non_null(strstr(mock_log_last(), text));
}

/* --- accesses --- */

static void test_io_read(void **state)
{
	static const u32 expected[] = { [1] = 0xef, [2] = 0xcdef, [4] = 0x89abcdef };
	unsigned int width;

	for (width = 1; width <= 4; width *= 2) {
		event.code = 0x7b;
		event.info1 = (u64)0x511 << 16 | 1 << 9 | width << 4 | 1;
		event.answer_rax = 0x0123456789abcdef;
		event.says = GHCB_RAX;
		assert_int_equal(cpu_ops->io_read(0x511, width), expected[width]);
	}
	event.says = 0;
	expect_panic((void)cpu_ops->io_read(0x511, 4));
}

static void test_io_write(void **state)
{
	event.code = 0x7b;
	event.must = GHCB_RAX;
	event.info1 = (u64)0x511 << 16 | 1 << 9 | 1 << 4;
	event.rax = 0x78;
	cpu_ops->io_write(0x511, 0x12345678, 1);
	event.info1 = (u64)0x511 << 16 | 1 << 9 | 4 << 4;
	event.rax = 0x12345678;
	cpu_ops->io_write(0x511, 0x12345678, 4);
	/* A port access has no exception to raise. */
	event.result = GHCB_INJECT;
	expect_panic(cpu_ops->io_write(0x511, 0x12345678, 4));
}

static void test_mmio(void **state)
{
	event.code = 0x80000001;
	event.must = GHCB_SCRATCH;
	event.info1 = 0xfee00030;
	event.info2 = 4;
	memcpy(event.reply, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
	assert_int_equal(cpu_ops->mmio_read(0xfee00030, 4), 0x44332211);
	event.info2 = 8;
	memcpy(event.buffer, event.reply, 8);
	assert_int_equal(cpu_ops->mmio_read(0xfee00030, 8), 0x8877665544332211);

	event.code = 0x80000002;
	event.info2 = 2;
	memcpy(event.buffer, "\xcd\xab\x33\x44\x55\x66\x77\x88", 8);
	cpu_ops->mmio_write(0xfee00030, 0x1234abcd, 2);
	channel.busy = false;
	memcpy(event.buffer, event.reply, 8);
	event.result = GHCB_BAD_INPUT;
	event.code = 0x80000001;
	expect_panic((void)cpu_ops->mmio_read(0xfee00030, 2));
}

static void test_msr(void **state)
{
	event.code = 0x7c;
	event.must = GHCB_RCX;
	event.rcx = 0x2ff;
	event.answer_rax = 0xffffffff00000c06;
	event.answer_rdx = 0xffffffff00000001;
	event.says = GHCB_RAX | GHCB_RDX;
	assert_int_equal(cpu_ops->rdmsr(0x2ff), 0x100000c06);
	event.says = GHCB_RAX;
	expect_panic((void)cpu_ops->rdmsr(0x2ff));

	channel.busy = false;
	event.info1 = 1;
	event.must = GHCB_RCX | GHCB_RAX | GHCB_RDX;
	event.rax = 0xc06;
	event.rdx = 0x12;
	cpu_ops->wrmsr(0x2ff, 0x1200000c06);
	event.result = GHCB_INJECT;
	expect_panic(cpu_ops->wrmsr(0x2ff, 0x1200000c06));
}

static void test_cpuid(void **state)
{
	assert_int_equal(cpu_ops->cpuid(7, 1).eax, 7);
	assert_int_equal(cpu_ops->cpuid(7, 1).ecx, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_host, setup),
		cmocka_unit_test_setup(test_status, setup),
		cmocka_unit_test_setup(test_svsm, setup),
		cmocka_unit_test_setup(test_io_read, setup),
		cmocka_unit_test_setup(test_io_write, setup),
		cmocka_unit_test_setup(test_mmio, setup),
		cmocka_unit_test_setup(test_msr, setup),
		cmocka_unit_test_setup(test_cpuid, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
