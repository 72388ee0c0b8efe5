/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of tests/ccvm/flash.c: when the chip is memory, and when it is a device. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "flash.h"

/* Writes each value; it must be a device in between, and then what @memory says. */
static void check(const u8 *values, size_t count, bool memory)
{
	size_t i;

	for (i = 0; i < count; i++) {
		flash_write(values[i]);
		assert_int_equal(flash_is_memory(), i == count - 1 && memory);
	}
	flash_write(0xff);
	assert_true(flash_is_memory());
}

#define CHECK(memory, ...)						\
	check((const u8[]) { __VA_ARGS__ }, sizeof((const u8[]) { __VA_ARGS__ }), memory)

static void test_commands(void **state)
{
	unsigned int value, i;

	assert_true(flash_is_memory());
	for (value = 0; value < 256; value++) {
		bool device = value == 0x10 || value == 0x40 || value == 0x20 || value == 0x60 ||
			      value == 0x70 || value == 0x90 || value == 0x98 || value == 0xe8;

		flash_write(value);
		assert_int_equal(flash_is_memory(), !device);
		/* Out of any of them, 256 units of a buffer included. */
		for (i = 0; i < 300 && !flash_is_memory(); i++)
			flash_write(0xff);
		assert_true(flash_is_memory());
	}
}

static void test_cycles(void **state)
{
	/* Data that looks like a command. */
	CHECK(false, 0x40, 0xff);
	CHECK(false, 0x10, 0x50);
	CHECK(false, 0x20, 0xd0);
	CHECK(true, 0x20, 0xff);
	CHECK(true, 0x20, 0x12);
	CHECK(false, 0x60, 0xd0);
	CHECK(false, 0x60, 0x01);
	CHECK(true, 0x60, 0xff);
	CHECK(true, 0x70, 0xff);
	CHECK(true, 0x98, 0x00);
	CHECK(false, 0xe8, 1, 0xff, 0xff, 0xd0);
	CHECK(true, 0xe8, 1, 0xff, 0xff, 0xff);
	CHECK(false, 0xe8, 0, 0xff, 0xd0);
	CHECK(true, 0x40, 0x12, 0x50);
	CHECK(true, 0x20, 0xd0, 0x70, 0x70, 0xff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_cycles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
