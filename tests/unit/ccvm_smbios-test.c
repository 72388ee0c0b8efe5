/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of tests/ccvm/smbios.c: tables as QEMU has them for more RAM than the
 * guest's, both entry points, and tables that are cut off or do not end.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <fw/byteorder.h>
#include <fw/errno.h>

#include "smbios.h"

#define GIB		(1ull << 30)
#define MIB		(1ull << 20)
#define KIB		(1ull << 10)

static uint8_t table[1024], anchor[31];
static u32 size;

/* A structure of zeros but for its header; "text" is its only string. */
static uint8_t *add(u8 type, u8 length, const char *text)
{
	uint8_t *p = table + size;

	memset(p, 0, length);
	p[0] = type;
	p[1] = length;
	put_le16((u16)(type << 8), p + 2);
	strcpy((char *)p + length, text);
	size += length + (u32)strlen(text) + 2;
	table[size - 1] = table[size - 2] = 0;
	return p;
}

/* 40 GiB: three devices, 2 GiB below 4 GiB. */
static int setup(void **state)
{
	uint8_t *p;
	int i;

	memset(table, 0xee, sizeof(table));
	size = 0;
	add(1, 0x1b, "machine");
	p = add(16, 0x17, "");
	put_le32(40 * GIB / KIB, p + 7);
	put_le16(3, p + 13);
	for (i = 0; i < 3; i++) {
		p = add(17, 0x28, "DIMM");
		put_le16(16384, p + 12);
	}
	p = add(19, 0x1f, "");
	put_le32(2 * GIB / KIB - 1, p + 8);
	p = add(19, 0x1f, "");
	put_le32(4 * GIB / KIB, p + 4);
	put_le32(42 * GIB / KIB - 1, p + 8);
	add(127, 4, "");
	memset(anchor, 0, sizeof(anchor));
	memcpy(anchor, "_SM_", 4);
	anchor[5] = 31;
	memcpy(anchor + 16, "_DMI_", 5);
	return 0;
}

static u8 sum(const u8 *p, u32 n)
{
	u8 total = 0;

	while (n-- > 0)
		total = (u8)(total + *p++);
	return total;
}

/* The number-th structure of a type that is left. */
static const u8 *find(u8 type, u32 number)
{
	u32 at = 0;

	while (at < size) {
		if (table[at] == type && number-- == 0)
			return table + at;
		at += table[at + 1];
		while (table[at] || table[at + 1])
			at++;
		at += 2;
	}
	return NULL;
}

static void test_small(void **state)
{
	u32 before = size;

	assert_int_equal(smbios_set_ram(table, &size, anchor, sizeof(anchor), 512 * MIB, 0), 0);
	assert_int_equal(get_le32(find(16, 0) + 7), 512 * MIB / KIB);
	assert_int_equal(get_le16(find(16, 0) + 13), 1);
	assert_int_equal(get_le16(find(17, 0) + 12), 512);
	assert_string_equal((const char *)find(17, 0) + 0x28, "DIMM");
	assert_null(find(17, 1));
	assert_int_equal(get_le32(find(19, 0) + 4), 0);
	assert_int_equal(get_le32(find(19, 0) + 8), 512 * MIB / KIB - 1);
	assert_null(find(19, 1));
	assert_non_null(find(127, 0));
	assert_int_equal(before - size, 2 * (0x28 + 6) + 0x1f + 2);
	assert_int_equal(get_le16(anchor + 0x16), size);
	assert_int_equal(get_le16(anchor + 0x1c), 5);
	assert_int_equal(get_le16(anchor + 0x08), 0x28 + 6);
	assert_int_equal(sum(anchor, 31), 0);
	assert_int_equal(sum(anchor + 16, 15), 0);
}

static void test_two_ranges(void **state)
{
	assert_int_equal(smbios_set_ram(table, &size, anchor, sizeof(anchor), 2016 * MIB,
					18 * GIB - 2016 * MIB), 0);
	assert_int_equal(get_le32(find(16, 0) + 7), 18 * GIB / KIB);
	assert_int_equal(get_le16(find(16, 0) + 13), 2);
	assert_int_equal(get_le16(find(17, 0) + 12), 16384);
	assert_int_equal(get_le16(find(17, 1) + 12), 2048);
	assert_null(find(17, 2));
	assert_int_equal(get_le32(find(19, 1) + 4), 4 * GIB / KIB);
	assert_int_equal(get_le32(find(19, 1) + 8), (22 * GIB - 2016 * MIB) / KIB - 1);
}

static void test_extended(void **state)
{
	u64 high = 5000 * GIB;
	const u8 *p;

	assert_int_equal(smbios_set_ram(table, &size, anchor, sizeof(anchor), 2 * GIB, high), 0);
	p = find(16, 0);
	assert_int_equal(get_le32(p + 7), 0x80000000);
	assert_true(get_le64(p + 15) == high + 2 * GIB);
	p = find(19, 1);
	assert_int_equal(get_le32(p + 4), 0xffffffff);
	assert_int_equal(get_le32(p + 8), 0xffffffff);
	assert_true(get_le64(p + 15) == 4 * GIB);
	assert_true(get_le64(p + 23) == 4 * GIB + high - 1);
}

static void test_entry_point_64(void **state)
{
	uint8_t sm3[24] = { '_', 'S', 'M', '3', '_', 0, 24, 3 };

	assert_int_equal(smbios_set_ram(table, &size, sm3, sizeof(sm3), 512 * MIB, 0), 0);
	assert_int_equal(get_le32(sm3 + 12), size);
	assert_int_equal(sum(sm3, sizeof(sm3)), 0);
}

/* Each length but those where a structure ends; the sanitizer sees what is read. */
static void test_cut_off(void **state)
{
	u32 whole = size, cut, ends = 0;

	for (cut = 1; cut < whole; cut++) {
		uint8_t *copy = malloc(cut);
		u32 n = cut;

		memcpy(copy, table, cut);
		ends += smbios_set_ram(copy, &n, anchor, sizeof(anchor), 512 * MIB, 0) == 0;
		assert_true(n <= cut);
		free(copy);
	}
	assert_int_equal(ends, 7);
}

static void test_bad(void **state)
{
	u32 whole = size;

	table[1] = 3;
	assert_int_equal(smbios_set_ram(table, &size, anchor, sizeof(anchor), MIB, 0), -EINVAL);
	setup(NULL);
	assert_int_equal(size, whole);
	assert_int_equal(smbios_set_ram(table, &size, anchor, 30, MIB, 0), -EINVAL);
	setup(NULL);
	anchor[5] = 30;
	assert_int_equal(smbios_set_ram(table, &size, anchor, sizeof(anchor), MIB, 0), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_small, setup),
		cmocka_unit_test_setup(test_two_ranges, setup),
		cmocka_unit_test_setup(test_extended, setup),
		cmocka_unit_test_setup(test_entry_point_64, setup),
		cmocka_unit_test_setup(test_cut_off, setup),
		cmocka_unit_test_setup(test_bad, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
