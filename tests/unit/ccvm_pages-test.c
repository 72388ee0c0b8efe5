/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of tests/ccvm/cpuid_page.c, secrets.c and tdhob.c: pages a launcher writes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <fw/byteorder.h>
#include <fw/errno.h>

#include "ccvm_lib.h"
#include "cpuid_page.h"
#include "secrets.h"
#include "tdhob.h"

/* A processor with the leaves that have rules, and the context counts queries. */
static void cpu(void *ctx, u32 leaf, u32 subleaf, struct cpuid_regs *regs)
{
	++*(unsigned int *)ctx;
	*regs = (struct cpuid_regs){ 0 };
	switch (leaf) {
	case 0:
		regs->eax = 0x1e;
		regs->ebx = 0x68747541;
		break;
	case 1:
	case 6:
		regs->eax = leaf << 16 | subleaf;
		break;
	case 4:
	case 0x8000001d:
		regs->eax = subleaf < 3 ? subleaf + 1 : 0;
		break;
	case 7:
		regs->eax = subleaf == 0 ? 1 : 0x77;
		break;
	case 0xb:
		regs->ecx = subleaf < 2 ? (subleaf + 1) << 8 | subleaf : subleaf;
		regs->edx = 9;
		break;
	case 0xd:
		regs->eax = subleaf < 3 || subleaf == 9 ? 0x100 + subleaf : 0;
		regs->ebx = 0x999;
		break;
	case 0x80000000:
		regs->eax = 0x8000001f;
		break;
	}
	if (leaf == 0xd && !regs->eax)
		*regs = (struct cpuid_regs){ 0 };
}

static void test_cpuid_page(void **state)
{
	static const u32 want[][2] = {
		{ 0, 0 }, { 1, 0 }, { 4, 0 }, { 4, 1 }, { 4, 2 }, { 6, 0 }, { 7, 0 }, { 7, 1 },
		{ 0xb, 0 }, { 0xb, 1 }, { 0xb, 2 }, { 0xd, 0 }, { 0xd, 1 }, { 0xd, 2 }, { 0xd, 9 },
		{ 0x80000000, 0 }, { 0x8000001d, 0 }, { 0x8000001d, 1 }, { 0x8000001d, 2 },
	};
	struct cpuid_page page;
	unsigned int queries = 0;
	size_t i;

	memset(&page, 0xee, sizeof(page));
	assert_int_equal(cpuid_page_build(&page, cpu, &queries), ARRAY_SIZE(want));
	assert_int_equal(page.count, ARRAY_SIZE(want));
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		assert_int_equal(page.entry[i].eax_in, want[i][0]);
		assert_int_equal(page.entry[i].ecx_in, want[i][1]);
		assert_int_equal(page.entry[i].reserved, 0);
	}
	for (; i < CPUID_PAGE_MAX; i++)
		assert_int_equal(page.entry[i].eax_in, 0);
	assert_int_equal(page.reserved1, 0);
	assert_int_equal(page.zero[0], 0);
}

static void test_cpuid_xsave(void **state)
{
	struct cpuid_page page;
	const struct cpuid_entry *e;
	unsigned int queries = 0;

	cpuid_page_build(&page, cpu, &queries);
	e = cpuid_page_find(&page, 0xd, 1);
	assert_int_equal(e->xcr0_in, 1);
	assert_int_equal(e->xss_in, 0);
	assert_int_equal(e->out.eax, 0x101);
	assert_int_equal(e->out.ebx, 0x240);
	e = cpuid_page_find(&page, 0xd, 2);
	assert_int_equal(e->xcr0_in, 0);
	assert_int_equal(e->out.ebx, 0x999);
}

static void test_cpuid_find(void **state)
{
	struct cpuid_page page;
	unsigned int queries = 0;

	cpuid_page_build(&page, cpu, &queries);
	/* A leaf without sub-leaves matches whatever ECX is. */
	assert_int_equal(cpuid_page_find(&page, 1, 5)->eax_in, 1);
	assert_null(cpuid_page_find(&page, 4, 3));
	assert_null(cpuid_page_find(&page, 2, 0));
	assert_null(cpuid_page_find(&page, 0x40000000, 0));
	/* A count that lies. */
	page.count = 0xffffffff;
	assert_null(cpuid_page_find(&page, 0x40000000, 0));
	page.count = 0;
	assert_null(cpuid_page_find(&page, 1, 0));
}

/* Maxima that would take for ever, and more leaves than there is room for. */
static void endless(void *ctx, u32 leaf, u32 subleaf, struct cpuid_regs *regs)
{
	++*(unsigned int *)ctx;
	*regs = (struct cpuid_regs){ .eax = 0xffffffff, .ecx = 0xff00 };
	assert_true(subleaf < 64);
	assert_true((leaf & 0x7fffffff) < 0x100);
}

static void test_cpuid_full(void **state)
{
	struct cpuid_page page;
	unsigned int queries = 0;

	assert_int_equal(cpuid_page_build(&page, endless, &queries), -ENOSPC);
	assert_true(queries < 100);
	assert_int_equal(page.count, CPUID_PAGE_MAX);
}

static void empty_cpu(void *ctx, u32 leaf, u32 subleaf, struct cpuid_regs *regs)
{
	++*(unsigned int *)ctx;
	*regs = (struct cpuid_regs){ 0 };
}

static void test_cpuid_empty(void **state)
{
	struct cpuid_page page;
	unsigned int queries = 0;

	assert_int_equal(cpuid_page_build(&page, empty_cpu, &queries), 0);
	assert_int_equal(queries, 3);
}

static void test_secrets(void **state)
{
	static const u8 zero[4096];
	struct secrets_page page;
	u8 keys[VMPCK_COUNT][VMPCK_SIZE];
	int i;

	for (i = 0; i < VMPCK_COUNT; i++)
		memset(keys[i], 0x10 + i, VMPCK_SIZE);
	memset(&page, 0xee, sizeof(page));
	secrets_page_build(&page, 0x00a00f11, keys);
	assert_int_equal(get_le32((u8 *)&page), 3);
	assert_int_equal(get_le32((u8 *)&page + 8), 0x00a00f11);
	assert_memory_equal((u8 *)&page + 0x20, keys, 128);
	/* No message so far, no jump table, no SVSM. */
	assert_memory_equal((u8 *)&page + 0xa0, zero, 4096 - 0xa0);
	/* With one: its own keys are not the guest's, and it says where it is. */
	secrets_page_add_svsm(&page, 2);
	assert_memory_equal((u8 *)&page + 0x20, zero, 64);
	assert_memory_equal((u8 *)&page + 0x60, keys[2], 64);
	assert_int_equal(get_le64((u8 *)&page + 0x140), 0x8000000000);
	assert_int_equal(get_le64((u8 *)&page + 0x148), 0x1000000);
	assert_int_equal(get_le64((u8 *)&page + 0x150), 0x8000fff000);
	assert_int_equal(get_le32((u8 *)&page + 0x158), 1);
	assert_int_equal(page.svsm_guest_vmpl, 2);
	assert_memory_equal((u8 *)&page + 0x15d, zero, 4096 - 0x15d);
}

static struct tdvf tdvf = {
	.count = 4,
	.section = {
		{ 0, 0x1000, 0xfffff000, 0x1000, TDVF_BFV, 1 },
		{ 0, 0, 0x810000, 0x10000, TDVF_TEMP_MEM, 0 },
		{ 0, 0, 0x809000, 0x2000, TDVF_TD_HOB, 0 },
		{ 0, 0, 0x700000, 0, TDVF_TEMP_MEM, 0 },
	},
};

static const struct tdhob_range ram[] = {
	{ 0, 0x80000000 }, { 0x100000000, 0x40000000 },
};

static u8 buf[0x2000];

static void assert_resource(const u8 *hob, u32 type, u64 start, u64 end)
{
	static const u8 zero[16];

	assert_int_equal(get_le16(hob), 3);
	assert_int_equal(get_le16(hob + 2), 48);
	assert_int_equal(get_le32(hob + 4), 0);
	assert_memory_equal(hob + 8, zero, 16);
	assert_int_equal(get_le32(hob + 24), type);
	assert_int_equal(get_le32(hob + 28), 7);
	assert_int_equal(get_le64(hob + 32), start);
	assert_int_equal(get_le64(hob + 40), end - start);
}

static void test_tdhob(void **state)
{
	static const u8 zero[40];
	const u8 *hob = buf + 56;
	int len;

	memset(buf, 0xee, sizeof(buf));
	len = tdhob_build(buf, sizeof(buf), &tdvf, ram, 2);
	assert_int_equal(len, 56 + 6 * 48 + 8);
	assert_int_equal(get_le16(buf), 1);
	assert_int_equal(get_le16(buf + 2), 56);
	assert_int_equal(get_le32(buf + 8), 9);
	assert_memory_equal(buf + 12, zero, 36);
	assert_int_equal(get_le64(buf + 48), 0x809000 + len);
	assert_resource(hob, 7, 0, 0x809000);
	assert_resource(hob + 48, 0, 0x809000, 0x80b000);
	assert_resource(hob + 96, 7, 0x80b000, 0x810000);
	assert_resource(hob + 144, 0, 0x810000, 0x820000);
	assert_resource(hob + 192, 7, 0x820000, 0x80000000);
	assert_resource(hob + 240, 7, 0x100000000, 0x140000000);
	assert_hex(buf + len - 8, "ffff080000000000", 8);
	assert_memory_equal(buf + len, zero, 40);
}

/* Two that touch stay two, and nothing of zero length lies between them. */
static void test_tdhob_adjacent(void **state)
{
	struct tdvf two = tdvf;

	two.section[1].gpa = 0x80b000;
	assert_int_equal(tdhob_build(buf, sizeof(buf), &two, ram, 1), 56 + 4 * 48 + 8);
	assert_resource(buf + 56 + 96, 0, 0x80b000, 0x81b000);
	two.section[2].gpa = 0;
	two.section[1].gpa = 0x7fff0000;
	assert_int_equal(tdhob_build(buf, sizeof(buf), &two, ram, 1), 56 + 3 * 48 + 8);
	assert_resource(buf + 56, 0, 0, 0x2000);
	assert_resource(buf + 56 + 96, 0, 0x7fff0000, 0x80000000);
}

static void test_tdhob_refused(void **state)
{
	struct tdvf bad = tdvf;
	int len = 56 + 5 * 48 + 8;

	assert_int_equal(tdhob_build(buf, len, &tdvf, ram, 1), len);
	assert_int_equal(tdhob_build(buf, len - 1, &tdvf, ram, 1), -ENOSPC);
	assert_int_equal(tdhob_build(buf, len - 9, &tdvf, ram, 1), -ENOSPC);
	assert_int_equal(tdhob_build(buf, 8, &tdvf, ram, 1), -ENOSPC);
	bad.section[1].gpa = 0x80a000;
	assert_int_equal(tdhob_build(buf, sizeof(buf), &bad, ram, 2), -EINVAL);
	bad.section[1].gpa = 0x7fffa000;
	assert_int_equal(tdhob_build(buf, sizeof(buf), &bad, ram, 2), -EINVAL);
	bad.section[1].gpa = 0xc0000000;
	assert_int_equal(tdhob_build(buf, sizeof(buf), &bad, ram, 2), -EINVAL);
	bad = tdvf;
	bad.section[2].type = TDVF_TEMP_MEM;
	assert_int_equal(tdhob_build(buf, sizeof(buf), &bad, ram, 2), -EINVAL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpuid_page),
		cmocka_unit_test(test_cpuid_xsave),
		cmocka_unit_test(test_cpuid_find),
		cmocka_unit_test(test_cpuid_full),
		cmocka_unit_test(test_cpuid_empty),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_tdhob),
		cmocka_unit_test(test_tdhob_adjacent),
		cmocka_unit_test(test_tdhob_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
