/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of drivers/rng: a good device, one that breaks the rules, and one that a
 * guest does not want.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/rng.h>
#include <spec/pci.h>

#include "child.h"
#include "support.h"
#include "virtio_sim.h"

static bool absent, untrusted;
static u32 answer_max, claimed;
static unsigned int requests;
static u8 next;

bool cc_has(enum cc_attr attr)
{
	return untrusted && attr == CC_ATTR_HOST_UNTRUSTED;
}

struct pci_dev *pci_find(u32 id)
{
	return !absent && id == vsim.pci.id ? &vsim.pci : NULL;
}

/* Numbers that count up; @claimed is said to have been written. */
static u32 handle(unsigned int queue, const struct vsim_buf *bufs, unsigned int count)
{
	u32 i, len = MIN(bufs[0].len, answer_max);

	requests++;
	assert_int_equal(queue, 0);
	assert_int_equal(count, 1);
	assert_true(bufs[0].writable);
	assert_in_range(bufs[0].len, 1, 256);
	for (i = 0; i < len; i++)
		((u8 *)bufs[0].data)[i] = ++next;
	return claimed ? claimed : len;
}

static int setup(void **state)
{
	vsim_init(4);
	vsim.pci.id = PCI_ID(VIRTIO_PCI_VENDOR, VIRTIO_PCI_DEVICE(VIRTIO_TYPE_RNG));
	vsim.handle = handle;
	absent = untrusted = false;
	answer_max = 256;
	claimed = 0;
	requests = 0;
	next = 0;
	mock_log_reset();
	return 0;
}

static void good(void)
{
	u8 buf[601];
	size_t i;

	assert_true(rng_has_device());
	assert_int_equal(env_exits, 0);
	buf[600] = 0xee;
	assert_int_equal(rng_read_device(buf, 600), 0);
	for (i = 0; i < 600; i++)
		assert_int_equal(buf[i], (u8)(i + 1));
	assert_int_equal(buf[600], 0xee);
	assert_int_equal(requests, 3);
	/* It is on only once. */
	env_exits = 0;
	assert_int_equal(rng_read_device(buf, 8), 0);
	assert_int_equal(env_exits, 1);
	/* A few at a time. */
	answer_max = 1;
	assert_int_equal(rng_read_device(buf, 5), 0);
	assert_int_equal(requests, 9);
	assert_int_equal(buf[4], (u8)613);
	assert_int_equal(mock_log_errors(), 0);
}
CHILD(good)

/* What was given once is not given again, however the device answers. */
static void repeats(void)
{
	u8 buf[8];

	assert_int_equal(rng_read_device(buf, 8), 0);
	answer_max = 0;
	claimed = 8;
	assert_int_equal(rng_read_device(buf, 8), 0);
	assert_memory_equal(buf, "\0\0\0\0\0\0\0\0", 8);
}
CHILD(repeats)

static void long_answer(void)
{
	static const u32 lens[] = { 9, 256, 257, 0x10000, 0x80000000, 0xffffffff };
	u8 buf[9];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		claimed = lens[i];
		buf[8] = 0xee;
		assert_int_equal(rng_read_device(buf, 8), 0);
		assert_int_equal(buf[8], 0xee);
	}
}
CHILD(long_answer)

static void quiet(void)
{
	u8 buf[8];

	assert_int_equal(rng_read_device(buf, 8), 0);
	assert_int_equal(hook_run(efi_exit), 0);
	assert_int_equal(vsim.status, 0);
}
CHILD(quiet)

/* From now on there is none, and nothing of it is left. */
static void dead(int rc, const char *why)
{
	u8 buf[8];

	assert_int_equal(rng_read_device(buf, 8), rc);
	assert_true(mock_log_has(why));
	assert_int_equal(env_allocated, 0);
	assert_int_equal(vsim.status & VIRTIO_STATUS_DRIVER_OK, 0);
	env_exits = 0;
	assert_int_equal(rng_read_device(buf, 8), -ENODEV);
	assert_int_equal(hook_run(efi_exit), 0);
	assert_int_equal(env_exits, 0);
}

static void no_answer(void)
{
	vsim.silent = true;
	dead(-EIO, "no answer on queue 0");
}
CHILD(no_answer)

static void bad_id(void)
{
	vsim.bad_id = 1;
	dead(-EIO, "which queue 0 does not have");
}
CHILD(bad_id)

static void jump(void)
{
	vsim.jump = 0x8000;
	dead(-EIO, "32769 requests are done, more than queue 0 has");
}
CHILD(jump)

static void nothing(void)
{
	answer_max = 0;
	dead(-EIO, "no random numbers");
}
CHILD(nothing)

static void no_reset(void)
{
	u8 buf[8];

	assert_int_equal(rng_read_device(buf, 8), 0);
	vsim.no_reset = true;
	vsim.silent = true;
	assert_int_equal(rng_read_device(buf, 8), -EIO);
	assert_false(env_config[PCI_COMMAND] & PCI_COMMAND_MASTER);
	assert_int_equal(env_allocated, 0);
}
CHILD(no_reset)

static void no_queue(void)
{
	vsim.queue_max = 0;
	dead(-ENODEV, "no queue 0");
}
CHILD(no_queue)

static void no_memory(void)
{
	env_allocs_left = 2;
	dead(-ENOMEM, "");
}
CHILD(no_memory)

static void refused(void)
{
	u8 buf[8];

	untrusted = true;
	assert_false(rng_has_device());
	assert_int_equal(mock_log_errors(), 1);
	assert_non_null(strstr(mock_log_last(), "virtio entropy device: refused"));
	assert_int_equal(rng_read_device(buf, 8), -ENODEV);
	assert_int_equal(env_exits, 0);
	/* Nothing is said of what is not there. */
	mock_log_reset();
	absent = true;
	assert_false(rng_has_device());
	untrusted = false;
	assert_false(rng_has_device());
	assert_int_equal(mock_log_errors(), 0);
}
CHILD(refused)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(good_run, setup),
		cmocka_unit_test_setup(repeats_run, setup),
		cmocka_unit_test_setup(long_answer_run, setup),
		cmocka_unit_test_setup(quiet_run, setup),
		cmocka_unit_test_setup(no_answer_run, setup),
		cmocka_unit_test_setup(bad_id_run, setup),
		cmocka_unit_test_setup(jump_run, setup),
		cmocka_unit_test_setup(nothing_run, setup),
		cmocka_unit_test_setup(no_reset_run, setup),
		cmocka_unit_test_setup(no_queue_run, setup),
		cmocka_unit_test_setup(no_memory_run, setup),
		cmocka_unit_test_setup(refused_run, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
