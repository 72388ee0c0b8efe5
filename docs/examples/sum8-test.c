/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Example: a unit test. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fw/crc.h>

static void test_sum_wraps(void **state)
{
	static const u8 bytes[] = { 0xff, 0x02 };

	assert_int_equal(sum8(bytes, sizeof(bytes)), 1);
	assert_int_equal(sum8(bytes, 0), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sum_wraps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
