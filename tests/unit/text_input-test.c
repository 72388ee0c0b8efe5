/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of keyboards as one console: a keyboard that types what it is told. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/console.h>

#include "console.h"
#include "efi_world.h"
#include "support.h"
#include "tpl.h"

#define MS	((u64)10000)

static const char *typed = "";

static bool type_probe(void)
{
	return true;
}

static bool type_read(struct efi_key_data *key)
{
	assert_int_equal(efi_tpl, TPL_NOTIFY);
	if (*typed == 0)
		return false;
	*key = (struct efi_key_data) { .key.unicode = (u8)*typed++ };
	return true;
}

static const struct keyboard type = { .name = "type", .probe = type_probe, .read = type_read };
KEYBOARD(10, type);

static struct efi_simple_text_input *in;
static struct efi_simple_text_input_ex *ex;

/* What was told, and what a function does when it is. */
static char told[16];
static void *end[2];
static bool reads;

static efi_status_t EFIAPI on_key(struct efi_key_data *key)
{
	struct efi_input_key read;
	size_t i, len = strlen(told);

	assert_int_equal(efi_tpl, TPL_NOTIFY);
	assert_true(len + 1 < sizeof(told));
	told[len] = (char)key->key.unicode;
	told[len + 1] = 0;
	for (i = 0; i < ARRAY_SIZE(end); i++) {
		if (end[i] != NULL)
			assert_int_equal(ex->unregister_key_notify(ex, end[i]), EFI_SUCCESS);
		end[i] = NULL;
	}
	while (reads && in->read_key_stroke(in, &read) == EFI_SUCCESS)
		;
	return EFI_SUCCESS;
}

static void *watch(char c)
{
	struct efi_key_data key = { .key.unicode = (u8)c };
	void *handle = NULL;

	assert_int_equal(ex->register_key_notify(ex, &key, on_key, &handle), EFI_SUCCESS);
	assert_non_null(handle);
	return handle;
}

static void forget(void *handle)
{
	assert_int_equal(ex->unregister_key_notify(ex, handle), EFI_SUCCESS);
	assert_int_equal(ex->unregister_key_notify(ex, handle), EFI_INVALID_PARAMETER);
}

static char read_key(void)
{
	struct efi_input_key key = { 0 };
	efi_status_t status = in->read_key_stroke(in, &key);

	assert_true(status == EFI_SUCCESS || status == EFI_NOT_READY);
	return status == EFI_SUCCESS ? (char)key.unicode : 0;
}

static int start(void **state)
{
	struct console_input *input;

	if (world_start(state) != 0)
		return -1;
	input = console_find_keyboards();
	assert_non_null(input);
	in = &input->simple;
	ex = &input->ex;
	return 0;
}

static int setup(void **state)
{
	in->reset(in, false);
	typed = "";
	told[0] = 0;
	reads = false;
	return 0;
}

static void test_read(void **state)
{
	struct efi_key_data data;

	assert_int_equal(efi_check_event(in->wait_for_key), EFI_NOT_READY);
	assert_int_equal(ex->read_key_stroke(ex, &data), EFI_NOT_READY);
	typed = "ab";
	assert_int_equal(efi_check_event(ex->wait_for_key), EFI_SUCCESS);
	assert_int_equal(read_key(), 'a');
	assert_int_equal(ex->read_key_stroke(ex, &data), EFI_SUCCESS);
	assert_int_equal(data.key.unicode, 'b');
	assert_int_equal(read_key(), 0);
	assert_int_equal(in->read_key_stroke(in, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(ex->read_key_stroke(ex, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_tpl, TPL_APPLICATION);
}

/* From the timer, and the key is still there to be read. */
static void test_notify(void **state)
{
	void *x = watch('x');

	typed = "yx";
	world_pass(100 * MS);
	assert_string_equal(told, "x");
	assert_int_equal(read_key(), 'y');
	assert_int_equal(read_key(), 'x');
	forget(x);
	typed = "x";
	world_pass(100 * MS);
	assert_string_equal(told, "x");
	assert_int_equal(ex->register_key_notify(ex, NULL, on_key, &x), EFI_INVALID_PARAMETER);
	assert_int_equal(ex->unregister_key_notify(ex, NULL), EFI_INVALID_PARAMETER);
}

/* A function ends its own registration and the next one, for the same key. */
static void test_notify_ends_others(void **state)
{
	void *last;

	end[0] = watch('x');
	end[1] = watch('x');
	last = watch('x');
	typed = "x";
	world_pass(100 * MS);
	assert_string_equal(told, "xx");
	typed = "x";
	world_pass(100 * MS);
	assert_string_equal(told, "xxx");
	forget(last);
}

/* Keys come in the order in which they were typed, and nobody misses one. */
static void test_notify_reads(void **state)
{
	void *x = watch('x'), *y = watch('y'), *again = watch('x');

	reads = true;
	typed = "xyx";
	world_pass(100 * MS);
	assert_int_equal(strlen(told), 5);
	assert_int_equal(read_key(), 0);
	forget(x);
	forget(y);
	forget(again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_read, setup),
		cmocka_unit_test_setup(test_notify, setup),
		cmocka_unit_test_setup(test_notify_ends_others, setup),
		cmocka_unit_test_setup(test_notify_reads, setup),
	};

	return cmocka_run_group_tests_name("text_input", tests, start, NULL);
}
