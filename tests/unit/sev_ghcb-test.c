/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* cc/sev/ghcb.c and page_state.c against hosts that answer as they should not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <asm/cpu.h>
#include <asm/paging.h>
#include <asm/pvalidate.h>
#include <fw/errno.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "cpuid.h"
#include "sev.h"
#include "support.h"

static union {
	struct ghcb page;
	u8 bytes[4096];
} shared;
static struct ghcb_channel channel = { .page = &shared.page, .version = 2 };
static u64 msr;
static bool snp = true;
static void (*host)(void);
static unsigned int exits;

bool sev_is_snp(void) { return snp; }
bool sev_is_es(void) { return true; }
struct ghcb_channel *sev_channel(void) { return &channel; }
void sev_terminate(unsigned int reason __unused) { mock_halt(); }
void mock_wrmsr(u32 number, u64 value) { assert_int_equal(number, MSR_GHCB); msr = value; }
u64 mock_rdmsr(u32 number) { assert_int_equal(number, MSR_GHCB); return msr; }
void mock_vmgexit(void) { exits++; host(); }
static u32 coherent = 1u << 31;
struct cpuid_regs sev_cpuid(u32 leaf __unused, u32 subleaf __unused)
{
	return (struct cpuid_regs) { .ebx = coherent };
}
static unsigned int maps, maps_none;
int paging_map(phys_addr_t base __unused, u64 size __unused, u64 prot)
{
	maps += prot == MAP_RW;
	maps_none += prot == MAP_NONE;
	return 0;
}

static unsigned int (*processor)(u64 addr, bool large, bool validate);
unsigned int mock_pvalidate(u64 addr, bool large, bool validate)
{
	return processor(addr, large, validate);
}
unsigned int mock_rmpadjust(u64 addr __unused, u64 attrs __unused) { return 0; }

static int setup(void **state)
{
	memset(&shared, 0, sizeof(shared));
	channel.page = &shared.page;
	channel.busy = false;
	exits = 0;
	snp = true;
	return 0;
}

/* --- MSR --- */

static u64 answer;
static void answer_msr(void) { msr = answer; }

static void test_negotiate(void **state)
{
	host = answer_msr;
	answer = (u64)2 << 48 | (u64)1 << 32 | 51 << 24 | GHCB_MSR_SEV_INFO;
	assert_int_equal(ghcb_negotiate(2), 2);
	answer = (u64)9 << 48 | (u64)2 << 32 | GHCB_MSR_SEV_INFO;
	assert_int_equal(ghcb_negotiate(1), GHCB_VERSION_MAX);
	answer = (u64)1 << 48 | (u64)1 << 32 | GHCB_MSR_SEV_INFO;
	expect_panic(ghcb_negotiate(2));
	answer = (u64)9 << 48 | (u64)3 << 32 | GHCB_MSR_SEV_INFO;
	expect_panic(ghcb_negotiate(1));
	/* The request as it was: a host that does not know it. */
	answer = GHCB_MSR_SEV_INFO_REQ;
	expect_panic(ghcb_negotiate(1));
}

static void test_register(void **state)
{
	host = answer_msr;
	answer = 0x807000 | GHCB_MSR_REGISTER;
	ghcb_msr_register(0x807000);
	answer = ~(u64)0 << 12 | GHCB_MSR_REGISTER;
	expect_panic(ghcb_msr_register(0x807000));
}

static void test_page_state_msr(void **state)
{
	host = answer_msr;
	answer = GHCB_MSR_PSC;
	ghcb_msr_page_state(0x807000, PSC_SHARED);
	answer = (u64)1 << 32 | GHCB_MSR_PSC;
	expect_panic(ghcb_msr_page_state(0x807000, PSC_SHARED));
	answer = 1 << 12 | GHCB_MSR_PSC;
	expect_panic(ghcb_msr_page_state(0x807000, PSC_SHARED));
}

static unsigned int wrong_register;

static void answer_cpuid(void)
{
	u64 reg = msr >> 30 & 3;

	assert_int_equal(msr & GHCB_MSR_INFO, GHCB_MSR_CPUID_REQ);
	assert_int_equal(msr >> 32, 0x8000001e);
	msr = (0x11223340 + reg) << 32 | (reg ^ wrong_register) << 30 | GHCB_MSR_CPUID;
}

static void test_cpuid_msr(void **state)
{
	host = answer_cpuid;
	wrong_register = 0;
	msr = 0x1234000;
	assert_int_equal(ghcb_msr_cpuid(0x8000001e, 0), 0x11223340);
	assert_int_equal(ghcb_msr_cpuid(0x8000001e, 3), 0x11223343);
	assert_int_equal(msr, 0x1234000);
	wrong_register = 1;
	expect_panic(ghcb_msr_cpuid(0x8000001e, 0));
	host = answer_msr;
	answer = 0x11223340ull << 32 | GHCB_MSR_CPUID_REQ;
	expect_panic(ghcb_msr_cpuid(0x8000001e, 0));
}

/* --- page --- */

static u64 info1, info2;
static bool with_rax;
static void answer_page(void)
{
	assert_int_equal(msr, (u64)(uintptr_t)&shared);
	assert_int_equal(le16_to_cpu(shared.page.version), 2);
	memset(shared.page.valid, 0, sizeof(shared.page.valid));
	shared.page.rax = cpu_to_le64(0x1234);
	if (with_rax)
		shared.page.valid[0x1f8 / 64] |= 1 << 0x1f8 / 8 % 8;
	shared.page.exit_info1 = cpu_to_le64(info1);
	shared.page.exit_info2 = cpu_to_le64(info2);
}

static struct ghcb_request request(void)
{
	return (struct ghcb_request) { .code = EXIT_RDTSC, .out = GHCB_RAX };
}

static void test_call(void **state)
{
	struct ghcb_request r = request();

	host = answer_page;
	info1 = info2 = 0;
	with_rax = true;
	assert_int_equal(ghcb_call(&channel, &r), 0);
	assert_int_equal(r.rax, 0x1234);
	with_rax = false;
	r = request();
	expect_panic(ghcb_call_or_stop(&channel, &r));
}

static void must_stop(struct ghcb_request *r)
{
	expect_panic(ghcb_call_or_stop(&channel, r));
}

static void test_inject(void **state)
{
	static const u64 bad[] = {
		0x30d,				/* not valid */
		0x8000000d, 0x8000020d,		/* an interrupt, an NMI */
		0x8000030e, 0x80000302, 0x8000031d, 0x80000301,	/* #PF, NMI, #VC, #DB */
	};
	struct ghcb_request r = request();
	size_t i;

	host = answer_page;
	info1 = GHCB_INJECT;
	info2 = 0x80000b0d;
	assert_int_equal(ghcb_call(&channel, &r), 13);
	info2 = 0x80000306;
	assert_int_equal(ghcb_call(&channel, &r), 6);
	expect_panic(ghcb_call_or_stop(&channel, &r));
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		channel.busy = false;
		info2 = bad[i];
		must_stop(&r);
	}
	channel.busy = false;
	info1 = 2;
	expect_panic(ghcb_call_or_stop(&channel, &r));
}

/* A request that may fail does so with either answer; one that may not stops. */
static void test_refusal(void **state)
{
	struct ghcb_request r = request();

	host = answer_page;
	r.in = GHCB_MAY_FAIL;
	info1 = GHCB_BAD_INPUT;
	info2 = 5;
	assert_int_equal(ghcb_call(&channel, &r), GHCB_REFUSED);
	assert_false(channel.busy);
	info1 = GHCB_INJECT;
	info2 = 0x80000b0d;
	assert_int_equal(ghcb_call(&channel, &r), 13);
	info1 = 3;
	must_stop(&r);
}

static void test_nested(void **state)
{
	struct ghcb_request r = request();

	channel.busy = true;
	expect_panic(ghcb_call_or_stop(&channel, &r));
	channel.busy = false;
	channel.page = NULL;
	expect_panic(ghcb_call_or_stop(&channel, &r));
	assert_int_equal(exits, 0);
}

/* --- page states --- */

static struct psc_buffer *psc(void) { return (void *)shared.page.buffer; }

static unsigned int entries;
static void honest(void)
{
	entries += le16_to_cpu(psc()->end) - le16_to_cpu(psc()->current) + 1u;
	psc()->current = cpu_to_le16(le16_to_cpu(psc()->end) + 1);
	shared.page.exit_info1 = shared.page.exit_info2 = cpu_to_le64(0);
}

static void lazy(void)
{
	if (exits % 3 == 0)
		psc()->current = cpu_to_le16(le16_to_cpu(psc()->current) + 1);
}

static void backwards(void)
{
	psc()->current = cpu_to_le16(exits == 1 ? 2 : 1);
}

static void beyond(void) { psc()->current = cpu_to_le16(le16_to_cpu(psc()->end) + 2); }
static void new_end(void) { honest(); psc()->end = cpu_to_le16(0); }
static void reserved(void) { honest(); psc()->reserved = cpu_to_le32(1); }
static void failed(void) { honest(); shared.page.exit_info2 = cpu_to_le64((u64)1 << 32); }
static void never(void) { }

static u64 validated;
static unsigned int works(u64 addr __unused, bool large, bool validate)
{
	if (validate)
		validated += large ? MiB(2) : PAGE_SIZE;
	return 0;
}

static unsigned int small_only(u64 addr, bool large, bool validate)
{
	return large ? PAGE_OP_SIZE_MISMATCH : works(addr, large, validate);
}

static unsigned int no_change(u64 addr __unused, bool large __unused, bool validate __unused)
{
	return PAGE_OP_NO_CHANGE;
}

static unsigned int bad_input(u64 addr __unused, bool large __unused, bool validate __unused)
{
	return 1;
}

static void test_batches(void **state)
{
	host = honest;
	processor = works;
	entries = 0;
	validated = 0;
	/* One page before a 2 MiB boundary, 300 large pages, one page after. */
	assert_int_equal(sev_accept_begin(MiB(64) - PAGE_SIZE, MiB(600) + 2 * PAGE_SIZE), 0);
	assert_int_equal(entries, 302);
	assert_int_equal(exits, 2);
	assert_int_equal(sev_accept(MiB(64) - PAGE_SIZE, MiB(600) + 2 * PAGE_SIZE), 0);
	assert_int_equal(validated, MiB(600) + 2 * PAGE_SIZE);
}

static void test_small_pages(void **state)
{
	processor = small_only;
	validated = 0;
	assert_int_equal(sev_accept(MiB(64), MiB(4)), 0);
	assert_int_equal(validated, MiB(4));
}

static void test_exchanged_page(void **state)
{
	processor = no_change;
	expect_panic((void)sev_accept(MiB(64), PAGE_SIZE));
	expect_panic((void)sev_accept(MiB(64), MiB(2)));
	expect_panic((void)sev_share(MiB(64), PAGE_SIZE));
	processor = bad_input;
	assert_int_equal(sev_accept(MiB(64), PAGE_SIZE), -EIO);
	assert_int_equal(sev_accept(MiB(64), MiB(2)), -EIO);
}

/* Of 512 small pages in the place of a large one, one is another's. */
static u64 odd_page;
static unsigned int odd_result;
static unsigned int one_is_odd(u64 addr, bool large, bool validate)
{
	return addr == odd_page && !large ? odd_result : small_only(addr, large, validate);
}

static void test_exchanged_small_page(void **state)
{
	processor = one_is_odd;
	odd_page = MiB(66) + 300 * PAGE_SIZE;
	odd_result = PAGE_OP_NO_CHANGE;
	validated = 0;
	expect_panic((void)sev_accept(MiB(64), MiB(8)));
	/* Nothing after it was touched. */
	assert_int_equal(validated, MiB(2) + 300 * PAGE_SIZE);
	odd_result = 1;
	assert_int_equal(sev_accept(MiB(64), MiB(8)), -EIO);
	/* Small pages of small pages there are not. */
	odd_result = PAGE_OP_SIZE_MISMATCH;
	assert_int_equal(sev_accept(MiB(64), MiB(8)), -EIO);
}

/* The memory of which lines of the host's view may be cached is read, and only that. */
static void test_touch(void **state)
{
	processor = works;
	coherent = 0;
	sev_page_state_init();
	mock_ram(MiB(64), MiB(2));
	assert_int_equal(sev_accept(MiB(64), MiB(2)), 0);
	coherent = 1u << 31;
	sev_page_state_init();
	/* Nothing is mapped there. */
	assert_int_equal(sev_accept(MiB(128), MiB(2)), 0);
}

static void test_page_0(void **state)
{
	processor = works;
	host = honest;
	maps = maps_none = 0;
	assert_int_equal(sev_accept_begin(0, MiB(2)), 0);
	assert_int_equal(maps, 1);
	assert_int_equal(sev_accept(0, MiB(2)), 0);
	assert_int_equal(maps_none, 1);
	/* Other pages are mapped below 4 GiB, and not yet above. */
	maps = 0;
	assert_int_equal(sev_accept_begin(MiB(2), MiB(2)), 0);
	assert_int_equal(maps, 0);
	assert_int_equal(sev_accept_begin(GiB(4), MiB(2)), 0);
	assert_int_equal(maps, 1);
}

static void test_without_channel(void **state)
{
	processor = works;
	channel.page = NULL;
	expect_panic((void)sev_share(MiB(64), PAGE_SIZE));
	expect_panic((void)sev_accept_begin(MiB(64), PAGE_SIZE));
	assert_int_equal(exits, 0);
}

static void must_not_share(void)
{
	expect_panic((void)sev_unshare(MiB(64), 8 * PAGE_SIZE));
}

static void test_progress(void **state)
{
	static void (*const bad[])(void) = { backwards, beyond, new_end, reserved, failed, never };
	size_t i;

	processor = works;
	host = lazy;
	assert_int_equal(sev_unshare(MiB(64), 8 * PAGE_SIZE), 0);
	assert_int_equal(exits, 24);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		setup(NULL);
		host = bad[i];
		must_not_share();
		/* At once, but for a host that does nothing. */
		assert_true(exits <= 2 || host == never);
	}
}

static void test_without_states(void **state)
{
	snp = false;
	assert_int_equal(sev_share(MiB(64), PAGE_SIZE), 0);
	assert_int_equal(sev_unshare(MiB(64), PAGE_SIZE), 0);
	assert_int_equal(exits, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_negotiate, setup),
		cmocka_unit_test_setup(test_register, setup),
		cmocka_unit_test_setup(test_page_state_msr, setup),
		cmocka_unit_test_setup(test_cpuid_msr, setup),
		cmocka_unit_test_setup(test_call, setup),
		cmocka_unit_test_setup(test_inject, setup),
		cmocka_unit_test_setup(test_refusal, setup),
		cmocka_unit_test_setup(test_nested, setup),
		cmocka_unit_test_setup(test_batches, setup),
		cmocka_unit_test_setup(test_small_pages, setup),
		cmocka_unit_test_setup(test_exchanged_page, setup),
		cmocka_unit_test_setup(test_exchanged_small_page, setup),
		cmocka_unit_test_setup(test_touch, setup),
		cmocka_unit_test_setup(test_page_0, setup),
		cmocka_unit_test_setup(test_without_channel, setup),
		cmocka_unit_test_setup(test_progress, setup),
		cmocka_unit_test_setup(test_without_states, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
