/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of tests/ccvm/ghcb_decode.c: each field by itself, all that are no
 * input, and what the events need that depends on more than their code.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <fw/byteorder.h>
#include <fw/compiler.h>

#include "ghcb.h"

#define ALWAYS	(NEED_CODE | NEED_INFO1 | NEED_INFO2)

/* Bit numbers of the valid bitmap: GHCB specification, "List of Supported Fields". */
static const struct {
	unsigned int bit;
	u32 need;
} fields[] = {
	{ 25, NEED_CPL }, { 40, NEED_XSS }, { 63, NEED_RAX }, { 97, NEED_RCX }, { 98, NEED_RDX },
	{ 99, NEED_RBX }, { 114, NEED_CODE }, { 115, NEED_INFO1 }, { 116, NEED_INFO2 },
	{ 117, NEED_SCRATCH }, { 125, NEED_XCR0 },
};

static struct ghcb ghcb;

static int reset(void **state)
{
	memset(&ghcb, 0, sizeof(ghcb));
	return 0;
}

static void set_valid(unsigned int bit)
{
	ghcb.save[0x3f0 + bit / 8] |= (u8)(1u << bit % 8);
}

static u32 need_of(unsigned int bit)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (fields[i].bit == bit)
			return fields[i].need;
	}
	return NEED_OTHER;
}

static void test_each_bit(void **state)
{
	unsigned int bit;

	assert_int_equal(ghcb_valid_fields(&ghcb), 0);
	for (bit = 0; bit < 128; bit++) {
		reset(state);
		set_valid(bit);
		assert_int_equal(ghcb_valid_fields(&ghcb), need_of(bit));
	}
}

static void test_all_bits(void **state)
{
	u32 all = NEED_OTHER;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		set_valid(fields[i].bit);
		all |= fields[i].need;
		assert_int_equal(ghcb_valid_fields(&ghcb), all & ~(u32)NEED_OTHER);
	}
	memset(ghcb.save + 0x3f0, 0xff, 16);
	assert_int_equal(ghcb_valid_fields(&ghcb), all);
}

static void test_decode(void **state)
{
	put_le64(0x8000000112345678, ghcb.save + 0x390);
	put_le64(0x1111222233334444, ghcb.save + 0x398);
	put_le64(0x5555666677778888, ghcb.save + 0x3a0);
	ghcb_decode(&ghcb);
	assert_true(ghcb.code == 0x8000000112345678);
	assert_true(ghcb.info1 == 0x1111222233334444);
	assert_true(ghcb.info2 == 0x5555666677778888);
}

static u32 needed(u64 code, u64 info1, u64 rax)
{
	put_le64(code, ghcb.save + 0x390);
	put_le64(info1, ghcb.save + 0x398);
	put_le64(rax, ghcb.save + 0x1f8);
	ghcb_decode(&ghcb);
	assert_int_equal(ghcb_needed_fields(&ghcb, 0) & ALWAYS, ALWAYS);
	assert_int_equal(ghcb_needed_fields(&ghcb, NEED_XSS) & NEED_XSS, NEED_XSS);
	return ghcb_needed_fields(&ghcb, 0) & ~(u32)ALWAYS;
}

static void test_needs(void **state)
{
	/* IN and OUT of each size; strings, which have their data elsewhere */
	assert_int_equal(needed(0x7b, 0x00600011, 0), 0);
	assert_int_equal(needed(0x7b, 0x00600010, 0), NEED_RAX);
	assert_int_equal(needed(0x7b, 0x00600040, 0), NEED_RAX);
	assert_int_equal(needed(0x7b, 0x0060001c, 0), NEED_SCRATCH);
	assert_int_equal(needed(0x7b, 0x0060001d, 0), NEED_SCRATCH);
	/* RDMSR, WRMSR */
	assert_int_equal(needed(0x7c, 0, 0), 0);
	assert_int_equal(needed(0x7c, 1, 0), NEED_RAX | NEED_RDX);
	/* CPUID: the size of the XSAVE area depends on XCR0; the leaf is EAX */
	assert_int_equal(needed(0x72, 0, 0xc), 0);
	assert_int_equal(needed(0x72, 0, 0xd), NEED_XCR0);
	assert_int_equal(needed(0x72, 0, 0x50000000d), NEED_XCR0);
	/* others do not look at it */
	assert_int_equal(needed(0x81, 0x1d, 0xd), 0);
	assert_int_equal(needed(0x8000007b, 0x10, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_each_bit, reset),
		cmocka_unit_test_setup(test_all_bits, reset),
		cmocka_unit_test_setup(test_decode, reset),
		cmocka_unit_test_setup(test_needs, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
