/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of lib/crc32.c and lib/sum8.c: known answers, and plain loops as judges. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <fw/crc.h>

static void test_crc32_known(void **state)
{
	u8 buf[32];

	assert_int_equal(crc32(0, "", 0), 0);
	/* The check value of this CRC in every catalogue. */
	assert_int_equal(crc32(0, "123456789", 9), 0xcbf43926);
	assert_int_equal(crc32(0, "a", 1), 0xe8b7be43);
	/* RFC 3720 style patterns, here for the IEEE polynomial. */
	memset(buf, 0, sizeof(buf));
	assert_int_equal(crc32(0, buf, sizeof(buf)), 0x190a55ad);
	memset(buf, 0xff, sizeof(buf));
	assert_int_equal(crc32(0, buf, sizeof(buf)), 0xff6cab0b);
}

static void test_crc32_continued(void **state)
{
	static const char digits[] = "123456789";
	size_t i;

	for (i = 0; i <= 9; i++)
		assert_int_equal(crc32(crc32(0, digits, i), digits + i, 9 - i), 0xcbf43926);
}

static u32 crc32_bitwise(const u8 *p, size_t len)
{
	u32 crc = 0xffffffff;
	int bit;

	for (; len > 0; len--, p++) {
		crc ^= *p;
		for (bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	return ~crc;
}

static void test_crc32_bytes(void **state)
{
	u8 b[2];
	int i;

	for (i = 0; i < 0x10000; i++) {
		b[0] = (u8)i;
		b[1] = (u8)(i >> 8);
		assert_int_equal(crc32(0, b, 2), crc32_bitwise(b, 2));
	}
}

static u8 sum8_bytes(const u8 *p, size_t len)
{
	u8 sum = 0;

	while (len--)
		sum = (u8)(sum + *p++);
	return sum;
}

static void test_sum8(void **state)
{
	static u8 buf[20000];
	size_t start, len, i;

	assert_int_equal(sum8("", 0), 0);
	assert_int_equal(sum8("\x01\xff", 2), 0);
	srand(1);
	for (i = 0; i < sizeof(buf); i++)
		buf[i] = (u8)(rand() >> 4);
	for (start = 0; start < 9; start++) {
		for (len = 0; len < 100; len++)
			assert_int_equal(sum8(buf + start, len), sum8_bytes(buf + start, len));
	}
	for (len = 100; len <= sizeof(buf); len += 97)
		assert_int_equal(sum8(buf, len), sum8_bytes(buf, len));
}

/* The largest bytes fill the lanes of the word-wise sum: no carry may escape. */
static void test_sum8_full_lanes(void **state)
{
	static u8 buf[16384];
	size_t len;

	memset(buf, 0xff, sizeof(buf));
	for (len = 1; len <= sizeof(buf); len++)
		assert_int_equal(sum8(buf, len), (u8)-len);
}

/* A wrong length is a read behind the buffer, which the sanitizer sees. */
static void test_bounds(void **state)
{
	size_t len;
	u8 *p;

	for (len = 1; len < 70; len++) {
		p = calloc(1, len);
		assert_int_equal(sum8(p, len), 0);
		assert_int_equal(crc32(0, p, len), crc32_bitwise(p, len));
		free(p);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crc32_known),
		cmocka_unit_test(test_crc32_continued),
		cmocka_unit_test(test_crc32_bytes),
		cmocka_unit_test(test_sum8),
		cmocka_unit_test(test_sum8_full_lanes),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
