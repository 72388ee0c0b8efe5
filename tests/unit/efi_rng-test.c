/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of the random number generator protocol (UEFI 2.10, section 37.5). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <asm/random.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/rng.h>
#include <spec/efi/rng.h>

#include "efi_world.h"

static struct efi_rng *rng;
static unsigned int rdseed_fails, rdrand_fails, seeds, rands;
static u64 fixed;
static bool no_generator, has_device, device_fails;

bool mock_has_rdrand(void)
{
	return !no_generator;
}

bool rng_has_device(void)
{
	return has_device;
}

static efi_event_t again;
static unsigned int inside, reads;

/* A function that wants random numbers too waits until the device has answered. */
int rng_read_device(void *buf, size_t len)
{
	assert_true(has_device);
	assert_int_equal(inside, 0);
	inside++;
	if (reads == 0 && again)
		efi_signal_event(again);
	world_pass(1000);
	inside--;
	reads++;
	memset(buf, 0x77, len);
	return device_fails ? -EIO : 0;
}

bool mock_has_rdseed(void)
{
	return true;
}

static u64 next_word(void)
{
	static u64 word = 0x0123456789abcdef;

	word = word * 6364136223846793005 + 1442695040888963407;
	return fixed ? fixed : word;
}

bool mock_rdseed64(u64 *v)
{
	if (rdseed_fails > 0) {
		rdseed_fails--;
		return false;
	}
	seeds++;
	*v = next_word();
	return true;
}

bool mock_rdrand64(u64 *v)
{
	if (rdrand_fails > 0) {
		rdrand_fails--;
		return false;
	}
	rands++;
	*v = next_word();
	return true;
}

static int setup(void **state)
{
	void *p;

	if (world_start(state) || efi_locate_protocol(&efi_guid_rng, NULL, &p))
		return -1;
	rng = p;
	return 0;
}

static int reset(void **state)
{
	rdseed_fails = 0;
	rdrand_fails = 0;
	seeds = 0;
	rands = 0;
	fixed = 0;
	device_fails = false;
	return 0;
}

static void test_info(void **state)
{
	struct efi_guid list[2];
	efi_uintn_t size = 0;

	assert_int_equal(rng->get_info(rng, NULL, list), EFI_INVALID_PARAMETER);
	assert_int_equal(rng->get_info(NULL, &size, list), EFI_INVALID_PARAMETER);
	assert_int_equal(rng->get_info(rng, &size, NULL), EFI_BUFFER_TOO_SMALL);
	assert_int_equal(size, sizeof(list[0]));
	assert_int_equal(rng->get_info(rng, &size, NULL), EFI_INVALID_PARAMETER);
	size = sizeof(list);
	assert_int_equal(rng->get_info(rng, &size, list), EFI_SUCCESS);
	assert_int_equal(size, sizeof(list[0]));
	assert_memory_equal(&list[0], &efi_guid_rng_algorithm_raw, sizeof(list[0]));
}

static void test_errors(void **state)
{
	struct efi_guid raw = efi_guid_rng_algorithm_raw, other = efi_guid_rng;
	u8 value[8];

	assert_int_equal(rng->get_rng(rng, NULL, 8, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(rng->get_rng(rng, NULL, 0, value), EFI_INVALID_PARAMETER);
	assert_int_equal(rng->get_rng(rng, &raw, 0, value), EFI_INVALID_PARAMETER);
	assert_int_equal(rng->get_rng(rng, &other, 8, value), EFI_UNSUPPORTED);
}

/* Every length, to the byte. */
static void test_lengths(void **state)
{
	struct efi_guid raw = efi_guid_rng_algorithm_raw;
	u8 value[40], zero[40] = { 0 };
	efi_uintn_t n;

	for (n = 1; n <= 32; n++) {
		memset(value, 0, sizeof(value));
		assert_int_equal(rng->get_rng(rng, n % 2 ? &raw : NULL, n, value), EFI_SUCCESS);
		assert_memory_equal(value + n, zero, sizeof(value) - n);
		if (n >= 8)
			assert_memory_not_equal(value, zero, n);
	}
	assert_true(seeds > 0);
	assert_int_equal(rands, 0);
}

/* An empty source of entropy is no failure; a generator that is empty for ever is. */
static void test_retries(void **state)
{
	u8 value[8];

	rdseed_fails = 3;
	assert_int_equal(rng->get_rng(rng, NULL, 8, value), EFI_SUCCESS);
	assert_int_equal(seeds, 1);
	rdseed_fails = 1000;
	rdrand_fails = 9;
	assert_int_equal(rng->get_rng(rng, NULL, 8, value), EFI_SUCCESS);
	assert_int_equal(rands, 1);
	rdrand_fails = 1000;
	assert_int_equal(rng->get_rng(rng, NULL, 8, value), EFI_DEVICE_ERROR);
	assert_true(rdseed_fails > 900 && rdrand_fails > 900);
}

/* Words that broken processors give. */
static void test_stuck(void **state)
{
	u8 value[16];

	fixed = ~(u64)0;
	assert_int_equal(rng->get_rng(rng, NULL, 8, value), EFI_DEVICE_ERROR);
	fixed = 0x1122334455667788;
	assert_int_equal(rng->get_rng(rng, NULL, 16, value), EFI_DEVICE_ERROR);
}

static void install_again(void)
{
	const hook_efi_t *hook;

	for (hook = hooks_efi_start; hook < hooks_efi_end; hook++) {
		if (strcmp(hook->name, "rng_install") == 0)
			assert_int_equal(hook->fn(), 0);
	}
}

static efi_uintn_t count_protocols(void)
{
	efi_handle_t *handles;
	efi_uintn_t count;

	assert_int_equal(efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &efi_guid_rng, NULL,
						  &count, &handles), EFI_SUCCESS);
	efi_free_pool(handles);
	return count;
}

static void EFIAPI get_more(efi_event_t event, void *context)
{
	assert_int_equal(rng->get_rng(rng, NULL, 8, context), EFI_SUCCESS);
}

/* They are signalled, and a timer comes, while the device is busy. */
static void test_device_busy(void **state)
{
	u8 value[8], other[8] = { 0 }, third[8] = { 0 };
	efi_event_t timer;

	assert_int_equal(efi_create_event(EVT_NOTIFY_SIGNAL, TPL_NOTIFY, get_more, other, &again),
			 EFI_SUCCESS);
	assert_int_equal(efi_create_event(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_NOTIFY, get_more,
					  third, &timer), EFI_SUCCESS);
	assert_int_equal(efi_set_timer(timer, EFI_TIMER_RELATIVE, 500), EFI_SUCCESS);
	reads = 0;
	assert_int_equal(rng->get_rng(rng, NULL, 8, value), EFI_SUCCESS);
	assert_int_equal(reads, 3);
	assert_memory_equal(other, "\x77\x77\x77\x77\x77\x77\x77\x77", 8);
	assert_memory_equal(third, "\x77\x77\x77\x77\x77\x77\x77\x77", 8);
	efi_close_event(timer);
	efi_close_event(again);
	again = NULL;
}

/* The processor has no generator from now on. */
static void test_device(void **state)
{
	u8 value[9] = { 0 };

	no_generator = true;
	install_again();
	assert_int_equal(count_protocols(), 1);
	has_device = true;
	install_again();
	assert_int_equal(count_protocols(), 2);
	assert_int_equal(rng->get_rng(rng, NULL, 8, value), EFI_SUCCESS);
	assert_memory_equal(value, "\x77\x77\x77\x77\x77\x77\x77\x77\0", 9);
	assert_int_equal(rands + seeds, 0);
	device_fails = true;
	assert_int_equal(rng->get_rng(rng, NULL, 8, value), EFI_DEVICE_ERROR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_info, reset),
		cmocka_unit_test_setup(test_errors, reset),
		cmocka_unit_test_setup(test_lengths, reset),
		cmocka_unit_test_setup(test_retries, reset),
		cmocka_unit_test_setup(test_stuck, reset),
		cmocka_unit_test_setup(test_device, reset),
		cmocka_unit_test_setup(test_device_busy, reset),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
