/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of lib/string.c and lib/str_copy.c. The functions are compiled
 * under other names (see the Makefile), and are judged by plain byte loops.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include <fw/errno.h>
#include <fw/string.h>

#define BUF	256

static u8 buf[BUF], want[BUF];

static void fill(u8 *p)
{
	int i;

	for (i = 0; i < BUF; i++)
		p[i] = (u8)(i * 7 + 3);
}

static void check_buf(const char *what, size_t to, size_t from, size_t n)
{
	size_t i;

	for (i = 0; i < BUF; i++) {
		if (buf[i] != want[i])
			fail_msg("%s to %zu from %zu, %zu bytes: byte %zu is %02x, not %02x",
				 what, to, from, n, i, buf[i], want[i]);
	}
}

/* Every short length at every alignment; the bytes around stay as they were. */
static void test_memcpy(void **state)
{
	size_t to, from, n, i;

	for (to = 0; to < 9; to++) {
		for (from = 128; from < 137; from++) {
			for (n = 0; n < 80; n++) {
				fill(buf);
				fill(want);
				for (i = 0; i < n; i++)
					want[to + i] = want[from + i];
				assert_ptr_equal(memcpy(buf + to, buf + from, n), buf + to);
				check_buf("memcpy", to, from, n);
			}
		}
	}
}

static void test_memmove_overlap(void **state)
{
	u8 tmp[BUF];
	size_t to, from = 100, n, i;

	for (to = 60; to < 140; to++) {
		for (n = 0; n < 80; n++) {
			fill(buf);
			fill(want);
			for (i = 0; i < n; i++)
				tmp[i] = want[from + i];
			for (i = 0; i < n; i++)
				want[to + i] = tmp[i];
			assert_ptr_equal(memmove(buf + to, buf + from, n), buf + to);
			check_buf("memmove", to, from, n);
		}
	}
}

static void test_memset(void **state)
{
	size_t to, n, i;

	for (to = 0; to < 9; to++) {
		for (n = 0; n < 80; n++) {
			fill(buf);
			fill(want);
			for (i = 0; i < n; i++)
				want[to + i] = 0xa5;
			/* Only the low byte of the value counts. */
			assert_ptr_equal(memset(buf + to, 0x3a5, n), buf + to);
			check_buf("memset", to, 0, n);
		}
	}
}

static void test_large(void **state)
{
	size_t n = 100003, i;
	u8 *a = malloc(n), *b = malloc(n);

	for (i = 0; i < n; i++)
		a[i] = (u8)(i * 31 >> 3);
	memcpy(b, a, n);
	assert_int_equal(memcmp(a, b, n), 0);
	for (i = 0; i < n; i++)
		assert_int_equal(b[i], (u8)(i * 31 >> 3));
	memmove(b + 1, b, n - 1);
	assert_int_equal(memcmp(b + 1, a, n - 1), 0);
	memset(b, 0, n);
	for (i = 0; i < n; i++)
		assert_int_equal(b[i], 0);
	free(a);
	free(b);
}

static void test_memcmp(void **state)
{
	u8 a[40], b[40];
	size_t n, i;

	for (n = 0; n <= sizeof(a); n++) {
		memset(a, 0x55, sizeof(a));
		memset(b, 0x55, sizeof(b));
		assert_int_equal(memcmp(a, b, n), 0);
		for (i = 0; i < n; i++) {
			/* The first difference decides, as unsigned bytes. */
			a[i] = 0x80;
			b[i] = 0x7f;
			if (i + 1 < n) {
				a[i + 1] = 0;
				b[i + 1] = 0xff;
			}
			assert_true(memcmp(a, b, n) > 0);
			assert_true(memcmp(b, a, n) < 0);
			assert_int_equal(memcmp(a, b, i), 0);
			memset(a, 0x55, sizeof(a));
			memset(b, 0x55, sizeof(b));
		}
	}
}

static void test_memchr(void **state)
{
	static const char s[] = "abcb\xff";

	assert_ptr_equal(memchr(s, 'b', 5), s + 1);
	assert_ptr_equal(memchr(s, 0xff, 5), s + 4);
	assert_ptr_equal(memchr(s, -1, 5), s + 4);
	assert_ptr_equal(memchr(s, 0, 6), s + 5);
	assert_null(memchr(s, 'c', 2));
	assert_null(memchr(s, 'a', 0));
}

static void test_strlen(void **state)
{
	assert_int_equal(strlen(""), 0);
	assert_int_equal(strlen("cloister"), 8);
	assert_int_equal(strnlen("cloister", 20), 8);
	assert_int_equal(strnlen("cloister", 8), 8);
	assert_int_equal(strnlen("cloister", 3), 3);
	assert_int_equal(strnlen("cloister", 0), 0);
}

/* strnlen() does not look behind its limit: the sanitizer watches. */
static void test_strnlen_bound(void **state)
{
	char *s = malloc(4);

	memset(s, 'x', 4);
	assert_int_equal(strnlen(s, 4), 4);
	free(s);
}

static void test_strcmp(void **state)
{
	assert_int_equal(strcmp("", ""), 0);
	assert_int_equal(strcmp("abc", "abc"), 0);
	assert_true(strcmp("abc", "abd") < 0);
	assert_true(strcmp("abd", "abc") > 0);
	assert_true(strcmp("ab", "abc") < 0);
	assert_true(strcmp("abc", "ab") > 0);
	assert_true(strcmp("\x80", "\x7f") > 0);

	assert_int_equal(strncmp("abc", "abd", 2), 0);
	assert_true(strncmp("abc", "abd", 3) < 0);
	assert_true(strncmp("\x80", "\x7f", 1) > 0);
	assert_int_equal(strncmp("a", "b", 0), 0);
	/* Both end before the limit. */
	assert_int_equal(strncmp("ab\0x", "ab\0y", 4), 0);
	assert_true(strncmp("ab", "abc", 9) < 0);
}

static void test_strchr(void **state)
{
	static const char s[] = "console=ttyS0";

	assert_ptr_equal(strchr(s, '='), s + 7);
	assert_ptr_equal(strchr(s, 'c'), s);
	assert_ptr_equal(strchr(s, '\0'), s + 13);
	assert_null(strchr(s, 'x'));
	assert_null(strchr("", 'x'));
}

static void test_str_copy(void **state)
{
	char dst[5] = "????";

	assert_int_equal(str_copy(dst, "abc", sizeof(dst)), 3);
	assert_int_equal(strcmp(dst, "abc"), 0);
	assert_int_equal(str_copy(dst, "abcd", sizeof(dst)), 4);
	assert_int_equal(strcmp(dst, "abcd"), 0);
	assert_int_equal(str_copy(dst, "vwxyz", sizeof(dst)), -E2BIG);
	assert_int_equal(strcmp(dst, "vwxy"), 0);
	assert_int_equal(str_copy(dst, "", sizeof(dst)), 0);
	assert_int_equal(strcmp(dst, ""), 0);
	dst[0] = 'x';
	assert_int_equal(str_copy(dst, "a", 1), -E2BIG);
	assert_int_equal(dst[0], 0);
	assert_int_equal(str_copy(dst, "", 1), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memcpy),
		cmocka_unit_test(test_memmove_overlap),
		cmocka_unit_test(test_memset),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_memcmp),
		cmocka_unit_test(test_memchr),
		cmocka_unit_test(test_strlen),
		cmocka_unit_test(test_strnlen_bound),
		cmocka_unit_test(test_strcmp),
		cmocka_unit_test(test_strchr),
		cmocka_unit_test(test_str_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
