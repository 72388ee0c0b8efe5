/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* cc/sev/cpuid.c: what the page says, and the few fields that the host may. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <asm/cpu.h>
#include <fw/string.h>

#include "cpuid.h"
#include "sev.h"
#include "support.h"

u8 layout_launch_info0[4096];

bool sev_is_snp(void) { return true; }
static struct ghcb page_of_the_channel;
static struct ghcb_channel channel = { .page = &page_of_the_channel };
struct ghcb_channel *sev_channel(void) { return &channel; }
void sev_terminate(unsigned int reason __unused) { mock_halt(); }
u32 ghcb_msr_cpuid(u32 leaf, unsigned int reg) { return leaf << 8 | reg; }
void ghcb_call_or_stop(struct ghcb_channel *channel __unused,
		       struct ghcb_request *request __unused)
{
	mock_fail("the host was asked");
}

static struct snp_cpuid_page page;
static struct snp_cpuid_state state;

static struct cpuid_regs host(u32 leaf __unused, u32 subleaf __unused)
{
	return (struct cpuid_regs) { 0x5a5a5a5a, 0x5a5a5a5a, 0x5a5a5a5a, 0x5a5a5a5a };
}

static struct cpuid_regs nobody(u32 leaf, u32 subleaf __unused)
{
	mock_fail("the host was asked for leaf %x", leaf);
	return (struct cpuid_regs) { 0 };
}

static void add(u32 leaf, u32 subleaf, struct cpuid_regs r)
{
	u32 n = le32_to_cpu(page.count);

	page.entry[n] = (struct snp_cpuid_entry) {
		.eax_in = cpu_to_le32(leaf), .ecx_in = cpu_to_le32(subleaf),
		.eax = cpu_to_le32(r.eax), .ebx = cpu_to_le32(r.ebx),
		.ecx = cpu_to_le32(r.ecx), .edx = cpu_to_le32(r.edx),
	};
	page.count = cpu_to_le32(n + 1);
}

static int setup(void **s)
{
	memset(&page, 0, sizeof(page));
	memset(&state, 0, sizeof(state));
	state.xcr0 = 1;
	return 0;
}

static void test_count(void **s)
{
	assert_false(snp_cpuid_page_ok(&page));
	page.count = cpu_to_le32(64);
	assert_true(snp_cpuid_page_ok(&page));
	page.count = cpu_to_le32(65);
	assert_false(snp_cpuid_page_ok(&page));
	page.count = cpu_to_le32(0xffffffff);
	assert_false(snp_cpuid_page_ok(&page));
}

static void test_lookup(void **s)
{
	struct cpuid_regs r;

	add(0x80000008, 0, (struct cpuid_regs) { 1, 2, 3, 4 });
	add(4, 1, (struct cpuid_regs) { 5, 6, 7, 8 });
	/* Not indexed: any sub-leaf. */
	r = snp_cpuid_lookup(&page, &state, 0x80000008, 9, nobody);
	assert_int_equal(r.ebx, 2);
	r = snp_cpuid_lookup(&page, &state, 4, 1, nobody);
	assert_int_equal(r.edx, 8);
	r = snp_cpuid_lookup(&page, &state, 4, 0, nobody);
	assert_int_equal(r.eax | r.ebx | r.ecx | r.edx, 0);
	r = snp_cpuid_lookup(&page, &state, 0x40000000, 0, nobody);
	assert_int_equal(r.eax | r.ebx | r.ecx | r.edx, 0);
}

static void test_host_fields(void **s)
{
	struct cpuid_regs r;

	add(1, 0, (struct cpuid_regs) { 1, 0x11223344, 1u << 27 | 1, 1 });
	add(0x8000001e, 0, (struct cpuid_regs) { 1, 2, 3, 4 });
	add(0xb, 0, (struct cpuid_regs) { 1, 2, 3, 4 });
	r = snp_cpuid_lookup(&page, &state, 1, 0, host);
	assert_int_equal(r.eax, 1);
	assert_int_equal(r.ebx, 0x5a223344);
	assert_int_equal(r.ecx, 1);
	assert_int_equal(r.edx, 0x201);
	state.cr4 = 1 << 18;
	assert_int_equal(snp_cpuid_lookup(&page, &state, 1, 0, host).ecx, 1u << 27 | 1);
	r = snp_cpuid_lookup(&page, &state, 0xb, 0, host);
	assert_int_equal(r.ecx, 3);
	assert_int_equal(r.edx, 0x5a5a5a5a);
	r = snp_cpuid_lookup(&page, &state, 0x8000001e, 0, host);
	assert_int_equal(r.eax, 0x5a5a5a5a);
	assert_int_equal(r.ebx, 0x5a);
	assert_int_equal(r.ecx, 0x5a);
	assert_int_equal(r.edx, 4);
}

static void test_xsave(void **s)
{
	add(0xd, 0, (struct cpuid_regs) { 7, 0x240, 0x340, 0 });
	add(0xd, 1, (struct cpuid_regs) { 3, 0x240, 0, 0 });
	add(0xd, 2, (struct cpuid_regs) { 0x100, 0x240, 0, 0 });
	add(0xd, 9, (struct cpuid_regs) { 8, 0xa80, 2, 0 });
	assert_int_equal(snp_cpuid_lookup(&page, &state, 0xd, 0, nobody).ebx, 0x240);
	state.xcr0 = 7;
	assert_int_equal(snp_cpuid_lookup(&page, &state, 0xd, 0, nobody).ebx, 0x340);
	state.xcr0 = 0x207;
	assert_int_equal(snp_cpuid_lookup(&page, &state, 0xd, 0, nobody).ebx, 0xa88);
	assert_int_equal(snp_cpuid_lookup(&page, &state, 0xd, 1, nobody).ebx, 0x348);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_count, setup),
		cmocka_unit_test_setup(test_lookup, setup),
		cmocka_unit_test_setup(test_host_fields, setup),
		cmocka_unit_test_setup(test_xsave, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
