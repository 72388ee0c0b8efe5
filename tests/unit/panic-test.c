/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of the ways to stop (core/panic.c): a reason, the host is told, a halt. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <fw/hooks.h>
#include <fw/panic.h>

#include "support.h"

static unsigned int told;

/* What tells the host may fail itself. */
static int tell_host(void)
{
	told++;
	panic("while stopping");
}
HOOK(stop_pre, 50, common, tell_host);

/* First, since a machine stops once. */
static void test_assertion(void **state)
{
	fw_assert(told == 0);
	assert_int_equal(mock_log_errors(), 0);
	expect_panic(fw_assert(told == 1));
	assert_string_equal(mock_panic_message(), "cpu_halt");
	assert_int_equal(told, 1);
	/* One line: what was not as it must be, and where. */
	assert_int_equal(mock_log_errors(), 1);
	assert_ptr_equal(strstr(mock_log_last(), "panic: assertion failed: told == 1 ("),
			 mock_log_last());
	assert_non_null(strstr(mock_log_last(), "panic-test.c:"));
}

static void test_stopped_already(void **state)
{
	expect_panic(panic("no second reason"));
	assert_string_equal(mock_panic_message(), "cpu_halt");
	expect_panic(machine_stop());
	assert_string_equal(mock_panic_message(), "cpu_halt");
	assert_int_equal(told, 1);
	assert_int_equal(mock_log_errors(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_assertion),
		cmocka_unit_test(test_stopped_already),
	};

	return cmocka_run_group_tests_name("panic", tests, NULL, NULL);
}
