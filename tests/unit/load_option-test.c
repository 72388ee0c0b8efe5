/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of load options (boot/efi/load_option.c; UEFI 2.10, section 3.1.3). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fw/efi.h>
#include <fw/errno.h>

#include "load_option.h"

/* Attributes, length of the paths, "hi", a file's node, the end, two bytes of data. */
static const u8 good[] = {
	1, 0, 0, 0, 14, 0, 'h', 0, 'i', 0, 0, 0,
	4, 4, 10, 0, 'x', 0, 'y', 0, 0, 0, 0x7f, 0xff, 4, 0, 0xd1, 0xd2,
};

efi_status_t EFIAPI efi_allocate_pool(u32 type __unused, efi_uintn_t size __unused,
				      void **buffer __unused)
{
	return EFI_OUT_OF_RESOURCES;
}

/* From memory of exactly its size, so that nothing beyond it is read. */
static int parse(struct load_option *option, const void *data, size_t size)
{
	static void *copy;

	free(copy);
	copy = malloc(size + !size);
	memcpy(copy, data, size);
	return load_option_parse(option, copy, size);
}

static void test_good(void **state __unused)
{
	struct load_option option;

	assert_int_equal(parse(&option, good, sizeof(good)), 0);
	assert_int_equal(option.attributes, LOAD_OPTION_ACTIVE);
	assert_memory_equal(option.description, "h\0i\0\0", 6);
	assert_memory_equal(option.path, good + 12, 14);
	assert_int_equal(option.data_size, 2);
	assert_memory_equal(option.data, "\xd1\xd2", 2);
}

static void test_no_data(void **state __unused)
{
	struct load_option option;

	assert_int_equal(parse(&option, good, sizeof(good) - 2), 0);
	assert_int_equal(option.data_size, 0);
}

/* Cut off anywhere before the data begins, it is none. */
static void test_short(void **state __unused)
{
	struct load_option option;
	size_t size;

	for (size = 0; size < sizeof(good) - 2; size++)
		assert_int_equal(parse(&option, good, size), -EBADMSG);
}

static void test_path_length(void **state __unused)
{
	struct load_option option;
	u8 bad[sizeof(good)];
	unsigned int length;

	memcpy(bad, good, sizeof(good));
	for (length = 0; length < 14; length++) {
		bad[4] = (u8)length;
		assert_int_equal(parse(&option, bad, sizeof(bad)), -EBADMSG);
	}
	/* More than the first path: what follows it is another one, or nothing. */
	bad[4] = 16;
	assert_int_equal(parse(&option, bad, sizeof(bad)), 0);
	assert_int_equal(option.data_size, 0);
	bad[4] = 17;
	assert_int_equal(parse(&option, bad, sizeof(bad)), -EBADMSG);
	bad[5] = 0xff;
	assert_int_equal(parse(&option, bad, sizeof(bad)), -EBADMSG);
}

static void test_bad_nodes(void **state __unused)
{
	static const u8 lengths[] = { 0, 3, 11, 0xff };
	struct load_option option;
	u8 bad[sizeof(good)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		memcpy(bad, good, sizeof(good));
		bad[14] = lengths[i];
		assert_int_equal(parse(&option, bad, sizeof(bad)), -EBADMSG);
	}
}

static void test_endless_name(void **state __unused)
{
	struct load_option option;
	u8 bad[64];

	memset(bad, 'x', sizeof(bad));
	assert_int_equal(parse(&option, bad, sizeof(bad)), -EBADMSG);
	assert_int_equal(parse(&option, bad, sizeof(bad) - 1), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_no_data),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_path_length),
		cmocka_unit_test(test_bad_nodes),
		cmocka_unit_test(test_endless_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
