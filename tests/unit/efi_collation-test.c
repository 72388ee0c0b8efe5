/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of the Unicode collation protocol (UEFI 2.10, section 13.16). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <spec/efi/unicode_collation.h>

#include "efi_world.h"

static struct efi_unicode_collation *first, *second;

static int setup(void **state)
{
	void *a, *b;

	if (world_start(state) || efi_locate_protocol(&efi_guid_unicode_collation, NULL, &a) ||
	    efi_locate_protocol(&efi_guid_unicode_collation2, NULL, &b))
		return -1;
	first = a;
	second = b;
	return 0;
}

/* Latin-1, so that bytes are characters. */
static efi_char16_t *wide(const char *text)
{
	static efi_char16_t buf[4][256];
	static unsigned int n;

	n = (n + 1) % 4;
	ucs2_from_ascii(buf[n], text, 256);
	return buf[n];
}

static void test_languages(void **state)
{
	assert_string_equal(first->languages, "eng");
	assert_string_equal(second->languages, "en");
}

static int compare(const char *a, const char *b)
{
	s64 result = second->stri_coll(second, wide(a), wide(b));

	return result < 0 ? -1 : result > 0;
}

static void test_compare(void **state)
{
	assert_int_equal(compare("", ""), 0);
	assert_int_equal(compare("Kernel.EFI", "kERNEL.efi"), 0);
	assert_int_equal(compare("a", "B"), -1);
	assert_int_equal(compare("b", "A"), 1);
	assert_int_equal(compare("ab", "abc"), -1);
	assert_int_equal(compare("abc", "AB"), 1);
	assert_int_equal(compare("\xe4", "\xc4"), 0);
	/* Signs between the letters have no case. */
	assert_int_equal(compare("\xd7", "\xf7") != 0, 1);
}

static const struct {
	const char *text, *pattern;
	bool match;
} matches[] = {
	{ "", "", true },
	{ "a", "", false },
	{ "", "a", false },
	{ "", "*", true },
	{ "", "?", false },
	{ "grub.cfg", "*.CFG", true },
	{ "grub.cfg", "*.cf", false },
	{ "grub.cfg", "g??b*", true },
	{ "grub.cfg", "g?b*", false },
	{ "abcabd", "*abd", true },
	{ "aaab", "*a*b", true },
	{ "aaac", "*a*b", false },
	{ "a*c", "a*c", true },
	{ "axc", "a[xyz]c", true },
	{ "aXc", "a[w-y]c", true },
	{ "azc", "a[w-y]c", false },
	{ "a-c", "a[-x]c", true },
	{ "a-c", "a[x-]c", true },
	{ "ac", "a[]c", false },
	{ "ab", "a[b", true },
	{ "ac", "a[b", false },
	{ "vm5", "vm[0-9]*", true },
	{ "abc", "**c**", true },
	{ "abc", "abc?", false },
};

static void test_match(void **state)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(matches); i++) {
		if (second->metai_match(second, wide(matches[i].text), wide(matches[i].pattern)) !=
		    matches[i].match)
			fail_msg("%s against %s", matches[i].text, matches[i].pattern);
	}
}

/* A pattern on which a simple matcher would take for ever. */
static void test_match_time(void **state)
{
	efi_char16_t text[129], pattern[101];
	size_t i;

	for (i = 0; i < 128; i++)
		text[i] = 'a';
	text[i] = 0;
	for (i = 0; i < 100; i += 2) {
		pattern[i] = '*';
		pattern[i + 1] = 'a';
	}
	pattern[99] = 'b';
	pattern[i] = 0;
	assert_false(second->metai_match(second, text, pattern));
}

static void test_case(void **state)
{
	efi_char16_t *text = wide("aZ1[\xe9\xc9\xff\xdf\xd7");

	second->str_lwr(second, text);
	assert_int_equal(ucs2_cmp(text, wide("az1[\xe9\xe9\xff\xdf\xd7")), 0);
	second->str_upr(second, text);
	assert_int_equal(ucs2_cmp(text, wide("AZ1[\xc9\xc9\xff\xdf\xd7")), 0);
}

static void test_fat(void **state)
{
	efi_char16_t text[16];
	char fat[12];

	memset(text, 0xff, sizeof(text));
	second->fat_to_str(second, 8, (char *)"KERNEL", text);
	assert_int_equal(ucs2_cmp(text, wide("KERNEL")), 0);
	second->fat_to_str(second, 3, (char *)"KERNEL", text);
	assert_int_equal(ucs2_cmp(text, wide("KER")), 0);

	memset(fat, '#', sizeof(fat));
	assert_false(second->str_to_fat(second, wide("a b.c~1"), 8, fat));
	assert_memory_equal(fat, "ABC~1###", 8);
	assert_true(second->str_to_fat(second, wide("a+b\xe9"), 8, fat));
	assert_memory_equal(fat, "A_B_1###", 8);
	assert_false(second->str_to_fat(second, wide("longername"), 8, fat));
	assert_memory_equal(fat, "LONGERNA####", 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_match_time),
		cmocka_unit_test(test_case),
		cmocka_unit_test(test_fat),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
