/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Variable services: what they return, and what they leave behind. UEFI 2.10, section 8.2. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "runtime.h"
#include "vars_fixture.h"

#define SMALL	0x20000
#define LARGE	0x84000

#define TIME_BASED	EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS

static const struct efi_guid global = {
	0x8be4df61, 0x93ca, 0x11d2, { 0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c }
};

#define is(status, want)	assert_int_equal((status) & 0xffff, (want) & 0xffff)

static int setup(void **state)
{
	vars_format(SMALL);
	assert_int_equal(vars_start(), 0);
	return 0;
}

static void test_get(void **state)
{
	char data[8] = "unset";
	efi_uintn_t size = 4;
	u32 attributes = 99;

	is(vars_set("Boot0000", NV_BS_RT, "hello", 5), EFI_SUCCESS);
	is(vars_get("Boot0000", &attributes, data, &size), EFI_BUFFER_TOO_SMALL);
	assert_int_equal(size, 5);
	assert_int_equal(attributes, NV_BS_RT);
	assert_string_equal(data, "unset");

	is(vars_get("Boot0000", NULL, NULL, &size), EFI_INVALID_PARAMETER);
	size = 0;
	is(vars_get("Boot0000", NULL, NULL, &size), EFI_BUFFER_TOO_SMALL);
	assert_int_equal(size, 5);
	size = 8;
	is(vars_get("Boot0000", NULL, data, &size), EFI_SUCCESS);
	assert_int_equal(size, 5);
	assert_memory_equal(data, "hello", 5);

	size = 77;
	is(vars_get("Boot0001", &attributes, data, &size), EFI_NOT_FOUND);
	assert_int_equal(size, 77);
	is(vars_get("", NULL, data, &size), EFI_NOT_FOUND);
	is(vars_get("boot0000", NULL, data, &size), EFI_NOT_FOUND);
	is(runtime_get_variable(u"Boot0000", &vendor_b, NULL, &size, data), EFI_NOT_FOUND);
	is(runtime_get_variable(NULL, &vendor_a, NULL, &size, data), EFI_INVALID_PARAMETER);
	is(runtime_get_variable(u"Boot0000", NULL, NULL, &size, data), EFI_INVALID_PARAMETER);
	is(runtime_get_variable(u"Boot0000", &vendor_a, NULL, NULL, data),
	   EFI_INVALID_PARAMETER);
}

static void test_set_errors(void **state)
{
	is(runtime_set_variable(NULL, &vendor_a, BS, 1, "x"), EFI_INVALID_PARAMETER);
	is(runtime_set_variable(u"x", NULL, BS, 1, "x"), EFI_INVALID_PARAMETER);
	is(vars_set("", BS, "x", 1), EFI_INVALID_PARAMETER);
	is(vars_set("x", BS, NULL, 1), EFI_INVALID_PARAMETER);
	is(vars_set("x", EFI_VARIABLE_RUNTIME_ACCESS, "x", 1), EFI_INVALID_PARAMETER);
	is(vars_set("x", EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_RUNTIME_ACCESS, "x", 1),
	   EFI_INVALID_PARAMETER);
	is(vars_set("x", BS | 0x100, "x", 1), EFI_INVALID_PARAMETER);
	is(vars_set("x", BS | 0x80000000, "x", 1), EFI_INVALID_PARAMETER);
	is(vars_set("x", NV_BS_RT | EFI_VARIABLE_AUTHENTICATED_WRITE_ACCESS, "x", 1),
	   EFI_UNSUPPORTED);
	is(vars_set("x", NV_BS_RT | EFI_VARIABLE_ENHANCED_AUTHENTICATED_ACCESS, "x", 1),
	   EFI_UNSUPPORTED);
	is(vars_set("x", NV_BS_RT | EFI_VARIABLE_HARDWARE_ERROR_RECORD, "x", 1),
	   EFI_UNSUPPORTED);
	is(vars_set("x", NV_BS_RT | TIME_BASED, "x", 1), EFI_UNSUPPORTED);
	is(vars_set("x", NV_BS_RT | TIME_BASED | EFI_VARIABLE_AUTHENTICATED_WRITE_ACCESS, "x", 1),
	   EFI_INVALID_PARAMETER);
	assert_int_equal(vars_count(), 0);
}

static void test_delete(void **state)
{
	is(vars_set("x", NV_BS, NULL, 0), EFI_NOT_FOUND);
	is(vars_set("x", 0, "x", 1), EFI_NOT_FOUND);
	is(vars_set("x", EFI_VARIABLE_NON_VOLATILE, "x", 1), EFI_NOT_FOUND);

	is(vars_set("x", NV_BS, "x", 1), EFI_SUCCESS);
	is(vars_set("x", NV_BS, NULL, 0), EFI_SUCCESS);
	assert_true(vars_is("x", NULL, 0));
	is(vars_set("x", NV_BS, NULL, 0), EFI_NOT_FOUND);

	/* Attributes need not be right. */
	is(vars_set("x", NV_BS, "x", 1), EFI_SUCCESS);
	is(vars_set("x", BS_RT, NULL, 0), EFI_SUCCESS);
	is(vars_set("x", NV_BS, "x", 1), EFI_SUCCESS);
	is(vars_set("x", 0, "x", 1), EFI_SUCCESS);
	assert_true(vars_is("x", NULL, 0));
	assert_int_equal(vars_start(), 0);
	assert_true(vars_is("x", NULL, 0));
}

static void test_attributes(void **state)
{
	u32 attributes;
	efi_uintn_t size = 0;

	is(vars_set("x", NV_BS, "x", 1), EFI_SUCCESS);
	is(vars_set("x", NV_BS_RT, "y", 1), EFI_INVALID_PARAMETER);
	is(vars_set("x", BS, "y", 1), EFI_INVALID_PARAMETER);
	is(vars_set("x", NV_BS_RT | APPEND, "y", 1), EFI_INVALID_PARAMETER);
	assert_true(vars_is("x", "x", 1));
	is(vars_set("x", NV_BS | APPEND, "y", 1), EFI_SUCCESS);
	is(vars_get("x", &attributes, NULL, &size), EFI_BUFFER_TOO_SMALL);
	assert_int_equal(attributes, NV_BS);
}

static void test_append(void **state)
{
	is(vars_set("x", NV_BS | APPEND, NULL, 0), EFI_SUCCESS);
	assert_true(vars_is("x", NULL, 0));
	is(vars_set("x", NV_BS | APPEND, "one", 3), EFI_SUCCESS);
	is(vars_set("x", NV_BS | APPEND, "two", 3), EFI_SUCCESS);
	is(vars_set("x", NV_BS | APPEND, NULL, 0), EFI_SUCCESS);
	assert_true(vars_is("x", "onetwo", 6));
	assert_int_equal(vars_start(), 0);
	assert_true(vars_is("x", "onetwo", 6));
	is(vars_set("v", BS | APPEND, "one", 3), EFI_SUCCESS);
	is(vars_set("v", BS | APPEND, "two", 3), EFI_SUCCESS);
	assert_true(vars_is("v", "onetwo", 6));
}

static void test_next_name(void **state)
{
	efi_char16_t name[16] = { 0 };
	struct efi_guid vendor;
	efi_uintn_t size;

	size = sizeof(name);
	is(runtime_get_next_variable_name(&size, name, &vendor), EFI_NOT_FOUND);
	is(vars_set("Abc", NV_BS, "x", 1), EFI_SUCCESS);
	is(vars_set("D", BS, "x", 1), EFI_SUCCESS);
	is(runtime_get_next_variable_name(NULL, name, &vendor), EFI_INVALID_PARAMETER);
	is(runtime_get_next_variable_name(&size, NULL, &vendor), EFI_INVALID_PARAMETER);
	is(runtime_get_next_variable_name(&size, name, NULL), EFI_INVALID_PARAMETER);
	size = 0;
	is(runtime_get_next_variable_name(&size, name, &vendor), EFI_INVALID_PARAMETER);

	size = 2;
	is(runtime_get_next_variable_name(&size, name, &vendor), EFI_BUFFER_TOO_SMALL);
	assert_int_equal(size, 4);
	assert_int_equal(name[0], 0);
	is(runtime_get_next_variable_name(&size, name, &vendor), EFI_SUCCESS);
	assert_memory_equal(name, u"D", 4);
	assert_memory_equal(&vendor, &vendor_a, sizeof(vendor));
	is(runtime_get_next_variable_name(&size, name, &vendor), EFI_BUFFER_TOO_SMALL);
	assert_int_equal(size, 8);
	assert_memory_equal(name, u"D", 4);
	is(runtime_get_next_variable_name(&size, name, &vendor), EFI_SUCCESS);
	assert_memory_equal(name, u"Abc", 8);
	size = sizeof(name);
	is(runtime_get_next_variable_name(&size, name, &vendor), EFI_NOT_FOUND);

	memcpy(name, u"nobody", 14);
	is(runtime_get_next_variable_name(&size, name, &vendor), EFI_INVALID_PARAMETER);
	/* The name does not end where its buffer does. */
	memcpy(name, u"Abc", 8);
	size = 6;
	is(runtime_get_next_variable_name(&size, name, &vendor), EFI_INVALID_PARAMETER);
	assert_int_equal(vars_count(), 2);
}

static void test_query(void **state)
{
	u64 max, left, size, left2;

	is(runtime_query_variable_info(NV_BS, NULL, &left, &size), EFI_INVALID_PARAMETER);
	is(runtime_query_variable_info(NV_BS, &max, NULL, &size), EFI_INVALID_PARAMETER);
	is(runtime_query_variable_info(NV_BS, &max, &left, NULL), EFI_INVALID_PARAMETER);
	is(runtime_query_variable_info(0, &max, &left, &size), EFI_INVALID_PARAMETER);
	is(runtime_query_variable_info(EFI_VARIABLE_NON_VOLATILE, &max, &left, &size),
	   EFI_INVALID_PARAMETER);
	is(runtime_query_variable_info(EFI_VARIABLE_RUNTIME_ACCESS, &max, &left, &size),
	   EFI_INVALID_PARAMETER);
	is(runtime_query_variable_info(NV_BS | EFI_VARIABLE_AUTHENTICATED_WRITE_ACCESS, &max,
				       &left, &size), EFI_UNSUPPORTED);

	is(runtime_query_variable_info(NV_BS, &max, &left, &size), EFI_SUCCESS);
	assert_int_equal(max, 0xe000 - 0x64);
	assert_int_equal(left, max);
	assert_int_equal(size, 0x2000 - 60);
	is(vars_set("x", NV_BS, "x", 1), EFI_SUCCESS);
	is(runtime_query_variable_info(NV_BS_RT, &max, &left2, &size), EFI_SUCCESS);
	assert_int_equal(left - left2, 60 + 4 + 4);
	is(runtime_query_variable_info(BS, &max, &left, &size), EFI_SUCCESS);
	assert_true(max > 0x10000 && left == max);
	/* What a deleted variable leaves is no loss. */
	is(vars_set("x", 0, NULL, 0), EFI_SUCCESS);
	is(runtime_query_variable_info(NV_BS_RT, &max, &left2, &size), EFI_SUCCESS);
	assert_int_equal(left2, 0xe000 - 0x64);

	runtime.at_runtime = true;
	is(runtime_query_variable_info(NV_BS, &max, &left, &size), EFI_INVALID_PARAMETER);
	is(runtime_query_variable_info(NV_BS_RT, &max, &left, &size), EFI_SUCCESS);
}

static void test_runtime(void **state)
{
	is(vars_set("boot", NV_BS, "x", 1), EFI_SUCCESS);
	is(vars_set("rt", NV_BS_RT, "x", 1), EFI_SUCCESS);
	is(vars_set("volatile", BS_RT, "x", 1), EFI_SUCCESS);
	is(vars_set("hidden", BS, "x", 1), EFI_SUCCESS);
	assert_int_equal(vars_count(), 4);

	runtime.at_runtime = true;
	assert_int_equal(vars_count(), 2);
	assert_true(vars_is("boot", NULL, 0));
	assert_true(vars_is("hidden", NULL, 0));
	assert_true(vars_is("rt", "x", 1));
	assert_true(vars_is("volatile", "x", 1));

	is(vars_set("boot", NV_BS, "y", 1), EFI_WRITE_PROTECTED);
	is(vars_set("boot", 0, NULL, 0), EFI_WRITE_PROTECTED);
	is(vars_set("volatile", BS_RT, "y", 1), EFI_WRITE_PROTECTED);
	is(vars_set("new", BS_RT, "y", 1), EFI_INVALID_PARAMETER);
	is(vars_set("new", NV_BS, "y", 1), EFI_INVALID_PARAMETER);
	is(vars_set("new", NV_BS_RT, "y", 1), EFI_SUCCESS);
	is(vars_set("rt", NV_BS_RT, "y", 1), EFI_SUCCESS);
	is(vars_set("gone", NV_BS_RT, NULL, 0), EFI_NOT_FOUND);

	assert_int_equal(vars_start(), 0);
	assert_int_equal(vars_count(), 3);
	assert_true(vars_is("rt", "y", 1));
	assert_true(vars_is("boot", "x", 1));
}

static void test_limits(void **state)
{
	static u8 big[0x2000];
	efi_uintn_t size = sizeof(big) - 60 - 4;
	char name[3] = "a0";
	unsigned int i;

	memset(big, 'b', sizeof(big));
	is(vars_set("x", NV_BS, big, size + 1), EFI_INVALID_PARAMETER);
	is(vars_set("x", NV_BS, big, ~(size_t)0), EFI_INVALID_PARAMETER);
	is(vars_set("x", NV_BS, big, size), EFI_SUCCESS);
	is(vars_set("x", NV_BS | APPEND, big, 1), EFI_OUT_OF_RESOURCES);
	assert_true(vars_is("x", big, size));
	for (i = 0; i < 6; i++, name[1]++)
		is(vars_set(name, NV_BS, big, 0x1c00), EFI_SUCCESS);
	is(vars_set("y", NV_BS, big, 0x1c00), EFI_OUT_OF_RESOURCES);
	assert_true(vars_is("y", NULL, 0));
	/* There is no room for both values, but for one. */
	big[0] = 'c';
	is(vars_set("a3", NV_BS, big, 0x1c00), EFI_SUCCESS);
	assert_true(vars_is("a3", big, 0x1c00));
	assert_int_equal(vars_start(), 0);
	assert_int_equal(vars_count(), 7);
	assert_true(vars_is("a3", big, 0x1c00));

	/* Volatile ones have a place of their own, which fills up, too. */
	for (i = 0; vars_set(name, BS, big, 0x1c00) == EFI_SUCCESS && i < 100; i++, name[1]++)
		assert_true(vars_is(name, big, 0x1c00));
	assert_true(i > 8 && i < 100);
	is(vars_set(name, BS, big, 0x1c00), EFI_OUT_OF_RESOURCES);
	name[1]--;
	is(vars_set(name, 0, NULL, 0), EFI_SUCCESS);
	is(vars_set(name, BS, big, 0x1c00), EFI_SUCCESS);
}

static void test_large_store(void **state)
{
	static u8 big[0x8400];
	u64 max, left, size;

	vars_format(LARGE);
	assert_int_equal(vars_start(), 0);
	is(runtime_query_variable_info(NV_BS_RT, &max, &left, &size), EFI_SUCCESS);
	assert_int_equal(max, 0x40000 - 0x64);
	assert_int_equal(size, 0x8400 - 60);
	is(vars_set("x", BS_RT, big, sizeof(big) - 64), EFI_SUCCESS);
	is(vars_set("y", NV_BS, big, sizeof(big) - 64), EFI_SUCCESS);
	is(vars_set("y", NV_BS, big, sizeof(big) - 63), EFI_INVALID_PARAMETER);
}

/* The kernel's way to have the store cleaned up (arch/x86/platform/efi/quirks.c). */
static void test_fill(void **state)
{
	static u8 big[0x10000];
	u64 max, left, size;

	is(vars_set("old", NV_BS_RT, big, 0x1800), EFI_SUCCESS);
	is(vars_set("old", NV_BS_RT, big, 0x1801), EFI_SUCCESS);
	is(runtime_query_variable_info(NV_BS_RT, &max, &left, &size), EFI_SUCCESS);
	is(vars_set("dummy", NV_BS_RT, big, left), EFI_INVALID_PARAMETER);
}

static void test_read_only(void **state)
{
	u8 zero = 0, one = 1;

	is(runtime_set_variable(u"SecureBoot", &global, BS_RT, 1, &zero), EFI_WRITE_PROTECTED);
	is(runtime_set_own_variable(u"SecureBoot", &global, BS_RT, 1, &zero), EFI_SUCCESS);
	is(runtime_set_variable(u"SecureBoot", &global, BS_RT, 1, &one), EFI_WRITE_PROTECTED);
	is(runtime_set_variable(u"SecureBoot", &global, 0, 0, NULL), EFI_WRITE_PROTECTED);
	is(runtime_set_variable(u"BootCurrent", &global, BS_RT, 1, &one), EFI_WRITE_PROTECTED);
	is(runtime_set_variable(u"OsIndicationsSupported", &global, BS_RT, 1, &one),
	   EFI_WRITE_PROTECTED);
	/* Another vendor's, and a name that only begins so. */
	is(vars_set("SecureBoot", BS_RT, &one, 1), EFI_SUCCESS);
	is(runtime_set_variable(u"SecureBoot2", &global, BS_RT, 1, &one), EFI_SUCCESS);
	is(runtime_set_variable(u"BootOrder", &global, NV_BS_RT, 1, &one), EFI_SUCCESS);
	is(runtime_set_variable(u"PK", &global, NV_BS_RT, 1, &one), EFI_INVALID_PARAMETER);
	is(runtime_set_variable(u"PK", &global, NV_BS_RT | TIME_BASED, 1, &one),
	   EFI_UNSUPPORTED);
}

static void test_wear(void **state)
{
	unsigned int writes;

	is(vars_set("x", NV_BS, "hello", 5), EFI_SUCCESS);
	assert_true(flash_sim_is_array());
	writes = flash_sim.writes;
	is(vars_set("x", NV_BS, "hello", 5), EFI_SUCCESS);
	assert_int_equal(flash_sim.writes, writes);
	is(vars_set("v", BS, "hello", 5), EFI_SUCCESS);
	assert_int_equal(flash_sim.writes, writes);
	/* What it costs to add a variable of usual size: exits to the host. */
	flash_sim.reads = 0;
	is(vars_set("BootOrder", NV_BS_RT, "0123456789", 10), EFI_SUCCESS);
	assert_true(flash_sim.writes - writes + flash_sim.reads < 60);
}

static void test_no_flash(void **state)
{
	u32 attributes = 0;
	efi_uintn_t size = 0;
	u64 max, left, max_size;

	vars_start_without();
	is(vars_set("x", NV_BS_RT, "hello", 5), EFI_SUCCESS);
	is(vars_get("x", &attributes, NULL, &size), EFI_BUFFER_TOO_SMALL);
	assert_int_equal(attributes, NV_BS_RT);
	is(runtime_query_variable_info(NV_BS_RT, &max, &left, &max_size), EFI_SUCCESS);
	assert_int_equal(max, 0x40000 - 0x64);
	runtime.at_runtime = true;
	is(vars_set("x", NV_BS_RT, "other", 5), EFI_SUCCESS);
	assert_true(vars_is("x", "other", 5));
}

/* In a guest where nothing can last, the operating system is told so. */
static void test_no_set_variable(void **state)
{
	u64 max, left, max_size;

	vars_start_without();
	runtime.no_set_variable = true;
	is(vars_set("x", NV_BS_RT, "hello", 5), EFI_SUCCESS);
	is(vars_set("y", BS_RT, "hello", 5), EFI_SUCCESS);
	is(runtime_query_variable_info(NV_BS_RT, &max, &left, &max_size), EFI_SUCCESS);
	assert_true(left > 0 && max_size > 0);
	runtime.at_runtime = true;
	is(vars_set("x", NV_BS_RT, "other", 5), EFI_UNSUPPORTED);
	is(vars_set("x", 0, NULL, 0), EFI_UNSUPPORTED);
	is(vars_set("new", NV_BS_RT, "other", 5), EFI_UNSUPPORTED);
	assert_true(vars_is("x", "hello", 5) && vars_is("y", "hello", 5));
	assert_int_equal(vars_count(), 2);
	is(runtime_query_variable_info(NV_BS_RT, &max, &left, &max_size), EFI_SUCCESS);
	assert_int_equal(max, 0x40000 - 0x64);
	assert_int_equal(left, 0);
	assert_int_equal(max_size, 0);
}

static void test_read_only_flash(void **state)
{
	is(vars_set("x", NV_BS_RT, "hello", 5), EFI_SUCCESS);
	flash_sim.read_only = true;
	flash_sim.writes = 0;
	assert_int_equal(vars_start(), 0);
	assert_true(vars_is("x", "hello", 5));
	is(vars_set("x", NV_BS_RT, "other", 5), EFI_SUCCESS);
	assert_true(vars_is("x", "other", 5));
	assert_int_equal(flash_sim.writes, 0);
	vars_start();
	assert_true(vars_is("x", "hello", 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_get, setup),
		cmocka_unit_test_setup(test_set_errors, setup),
		cmocka_unit_test_setup(test_delete, setup),
		cmocka_unit_test_setup(test_attributes, setup),
		cmocka_unit_test_setup(test_append, setup),
		cmocka_unit_test_setup(test_next_name, setup),
		cmocka_unit_test_setup(test_query, setup),
		cmocka_unit_test_setup(test_runtime, setup),
		cmocka_unit_test_setup(test_limits, setup),
		cmocka_unit_test_setup(test_large_store, setup),
		cmocka_unit_test_setup(test_fill, setup),
		cmocka_unit_test_setup(test_read_only, setup),
		cmocka_unit_test_setup(test_wear, setup),
		cmocka_unit_test_setup(test_no_flash, setup),
		cmocka_unit_test_setup(test_no_set_variable, setup),
		cmocka_unit_test_setup(test_read_only_flash, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
