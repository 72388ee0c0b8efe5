/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of lib/printf.c. The host's printf judges what both have; the
 * firmware's is compiled under another name (see the Makefile).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <limits.h>
#include <string.h>

#include <fw/printf.h>

/* The host's; the header above has already declared the names for the firmware's. */
int host_vsnprintf(char *buf, size_t size, const char *fmt, va_list args) __asm__("vsnprintf");

/* The compiler would warn of what these tests are about. */
#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wformat-overflow"
#pragma GCC diagnostic ignored "-Wformat-truncation"
#endif

/* Formats with both, into buffers of several sizes. */
static void both(const char *fmt, ...)
{
	static const size_t sizes[] = { 200, 0, 1, 2, 3, 5, 8, 17 };
	char ours[200], host[200];
	int ours_len, host_len;
	va_list args;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		memset(ours, '!', sizeof(ours));
		memset(host, '!', sizeof(host));
		va_start(args, fmt);
		ours_len = vsnprintf(ours, sizes[i], fmt, args);
		va_end(args);
		va_start(args, fmt);
		host_len = host_vsnprintf(host, sizes[i], fmt, args);
		va_end(args);
		if (ours_len != host_len || memcmp(ours, host, sizeof(ours)) != 0)
			fail_msg("'%s' in %zu bytes: '%.*s' (%d), the host has '%.*s' (%d)",
				 fmt, sizes[i], (int)sizes[i], ours, ours_len,
				 (int)sizes[i], host, host_len);
	}
}

static void test_text(void **state)
{
	both("");
	both("plain text");
	both("%%");
	both("100%% of %s", "it");
	both("%s", "");
	both("%s and %s", "one", "another");
	both("[%10s] [%-10s] [%.2s] [%5.1s] [%.0s]", "abc", "abc", "abc", "abc", "abc");
	both("[%*s] [%-*s] [%.*s]", 6, "abc", 6, "abc", 2, "abc");
	both("[%*s] [%.*s]", -6, "abc", -1, "abc");
	both("%c%c%c", 'a', 'b', 'c');
	both("[%3c] [%-3c]", 'x', 'y');
	both("a%cb", 0);
}

static void test_integers(void **state)
{
	static const long long values[] = {
		0, 1, -1, 9, 10, 15, 16, 99, 100, 127, 128, 255, 256, -128, -129, 32767, 32768,
		65535, 65536, INT_MAX, INT_MIN, UINT_MAX, 4294967296, 9999999999, 10000000000,
		LLONG_MAX, LLONG_MIN,
	};
	static const char flags[][8] = {
		"", "8", "08", "-8", "-08", "#", "#8", "#08", "#-8", ".0", ".1", ".5", "8.5",
		"-8.5", "08.5", "#.5", "#12.5", "025", ".25",
	};
	static const char conv[] = "diuxX";
	static const char size[][3] = { "", "hh", "h", "l", "ll", "z" };
	char fmt[32];
	size_t v, f, c, s;

	for (v = 0; v < sizeof(values) / sizeof(values[0]); v++)
		for (f = 0; f < sizeof(flags) / sizeof(flags[0]); f++)
			for (c = 0; conv[c]; c++)
				for (s = 0; s < 6; s++) {
					/* '#' has no meaning for decimal. */
					if (strchr(flags[f], '#') && !strchr("xX", conv[c]))
						continue;
					snprintf(fmt, sizeof(fmt), "<%%%s%s%c>", flags[f], size[s],
						 conv[c]);
					/* A long is an int with more bits here. */
					both(fmt, values[v]);
				}
}

static void test_pointer(void **state)
{
	char buf[32];

	both("%p", (void *)0x1234abcd);
	both("[%20p]", (void *)UINTPTR_MAX);
	/* Implementation-defined; here a null pointer is a number as any other. */
	assert_int_equal(snprintf(buf, sizeof(buf), "%p", NULL), 1);
	assert_string_equal(buf, "0");
}

static void test_order_of_arguments(void **state)
{
	both("%s %d %x %c %llu %hhx %s %*d %zu %ld", "first", -2, 0x33, '4', 5ULL, 0x166, "seventh",
	     8, 9, (size_t)10, -11L);
}

static void test_null_string(void **state)
{
	char buf[32];

	snprintf(buf, sizeof(buf), "<%s>", (char *)NULL);
	assert_string_equal(buf, "<(null)>");
}

/* Also if the string has no end where the precision says so. */
static void test_precision_bounds_read(void **state)
{
	static const char no_end[4] = { 'a', 'b', 'c', 'd' };
	char buf[32];

	assert_int_equal(snprintf(buf, sizeof(buf), "%.4s", no_end), 4);
	assert_string_equal(buf, "abcd");
}

static void test_unknown_conversions(void **state)
{
	char buf[64];
	int n;

	/* Copied as they stand; nothing is stored through %n. */
	n = 77;
	snprintf(buf, sizeof(buf), "%n|%f|%+d|%", &n);
	assert_string_equal(buf, "%n|%f|%+d|%");
	assert_int_equal(n, 77);
	snprintf(buf, sizeof(buf), "%08llq|%.3");
	assert_string_equal(buf, "%08llq|%.3");
}

static void test_huge_fields(void **state)
{
	char buf[8];

	/* The result's length does not fit in an int; the buffer still holds. */
	memset(buf, '!', sizeof(buf));
	assert_int_equal(snprintf(buf, sizeof(buf), "%*d%*d", INT_MAX, 1, INT_MAX, 2), INT_MAX);
	assert_string_equal(buf, "       ");
	assert_int_equal(snprintf(buf, sizeof(buf), "%*d", INT_MIN, 7), INT_MAX);
	assert_string_equal(buf, "7      ");
	assert_true(snprintf(buf, sizeof(buf), "%99999999999999999999d", 1) > 0);
	assert_string_equal(buf, "       ");
	assert_int_equal(snprintf(NULL, 0, "%.*d", INT_MAX, 1), INT_MAX);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_pointer),
		cmocka_unit_test(test_order_of_arguments),
		cmocka_unit_test(test_null_string),
		cmocka_unit_test(test_precision_bounds_read),
		cmocka_unit_test(test_unknown_conversions),
		cmocka_unit_test(test_huge_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
