/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of 16-bit strings (lib/ucs2.c). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/ucs2.h>

static void test_length(void **state)
{
	assert_int_equal(ucs2_len(u""), 0);
	assert_int_equal(ucs2_len(u"abc"), 3);
	assert_int_equal(ucs2_len(u"\x0100"), 1);
	assert_int_equal(ucs2_nlen(u"abc", 2), 2);
	assert_int_equal(ucs2_nlen(u"abc", 3), 3);
	assert_int_equal(ucs2_nlen(u"abc", 4), 3);
	assert_int_equal(ucs2_nlen(u"abc", 0), 0);
}

static void test_compare(void **state)
{
	assert_int_equal(ucs2_cmp(u"Boot", u"Boot"), 0);
	assert_true(ucs2_cmp(u"Boot", u"BootO") < 0);
	assert_true(ucs2_cmp(u"BootO", u"Boot") > 0);
	assert_true(ucs2_cmp(u"a\x0100", u"a\x0001") > 0);
	assert_true(ucs2_cmp(u"\xffff", u"\x0001") > 0);
	assert_int_equal(ucs2_cmp(u"", u""), 0);
}

static void test_convert(void **state)
{
	u16 wide[8];
	char narrow[8];

	memset(wide, 0xee, sizeof(wide));
	ucs2_from_ascii(wide, "abc", 8);
	assert_int_equal(ucs2_cmp(wide, u"abc"), 0);
	assert_int_equal(wide[4], 0xeeee);
	ucs2_from_ascii(wide, "abcdef", 4);
	assert_int_equal(ucs2_cmp(wide, u"abc"), 0);
	assert_int_equal(wide[4], 0xeeee);
	ucs2_from_ascii(wide, "\xe4", 8);
	assert_int_equal(wide[0], 0xe4);
	ucs2_from_ascii(wide, "x", 1);
	assert_int_equal(wide[0], 0);
	wide[0] = 7;
	ucs2_from_ascii(wide, "x", 0);
	assert_int_equal(wide[0], 7);

	ucs2_to_ascii(narrow, u"a\x00e4\x0161\n~\x7f", sizeof(narrow));
	assert_string_equal(narrow, "a???~?");
	memset(narrow, 'x', sizeof(narrow));
	ucs2_to_ascii(narrow, u"abcdef", 3);
	assert_string_equal(narrow, "ab");
	assert_int_equal(narrow[3], 'x');
	ucs2_to_ascii(narrow, u"abc", 0);
	assert_string_equal(narrow, "ab");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_convert),
	};

	return cmocka_run_group_tests_name("ucs2", tests, NULL, NULL);
}
