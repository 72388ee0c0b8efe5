/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The check of a bzImage's setup header: a good one, and each field spoilt. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/errno.h>

#include "bzimage.h"
#include "linux.h"
#include "support.h"

static struct linux_image img;

static int setup(void **state)
{
	mock_log_reset();
	memset(&img, 0, sizeof(img));
	img.hdr = bz_header();
	return 0;
}

static int check(void)
{
	return linux_header_check(&img, BZ_SETUP_SIZE, BZ_KERNEL_SIZE);
}

/* One line, which names the field and its offset in the file. */
static void assert_refused(const char *field, const char *offset)
{
	assert_int_equal(check(), -EINVAL);
	assert_int_equal(mock_log_errors(), 1);
	assert_non_null(strstr(mock_log_last(), field));
	assert_non_null(strstr(mock_log_last(), offset));
}

static void assert_accepted(void)
{
	assert_int_equal(check(), 0);
	assert_int_equal(mock_log_errors(), 0);
}

static void test_good(void **state)
{
	assert_accepted();
	assert_int_equal(img.load_size, BZ_LOAD_SIZE);
	assert_int_equal(img.init_size, BZ_INIT_SIZE);
	assert_int_equal(img.pref, BZ_PREF);
	assert_int_equal(img.align, BZ_ALIGN);
	assert_true(img.relocatable);
	assert_true(img.above_4g);
	/* The jump of 0x6a ends the header at 0x26c. */
	assert_int_equal(img.hdr_len, 0x26c - 0x1f1);
}

static void test_boot_flag(void **state)
{
	img.hdr.boot_flag = cpu_to_le16(0x55aa);
	assert_refused("boot_flag", "0x1fe");
}

static void test_no_magic(void **state)
{
	img.hdr.header = cpu_to_le32(0x53726449);
	assert_refused("header", "0x202");
}

static void test_elf(void **state)
{
	memset(&img.hdr, 0x90, sizeof(img.hdr));
	assert_refused("not a bzImage", "0x1fe");
}

static void test_empty(void **state)
{
	memset(&img.hdr, 0, sizeof(img.hdr));
	assert_refused("not a bzImage", "0x1fe");
}

static void test_version(void **state)
{
	img.hdr.version = cpu_to_le16(0x20b);
	assert_refused("version", "0x206");
	setup(state);
	img.hdr.version = cpu_to_le16(0x20c);
	assert_accepted();
}

static void test_header_length(void **state)
{
	/* The last that has no handover_offset, and the first that has. */
	img.hdr.jump[1] = 0x65;
	assert_refused("jump", "0x201");
	setup(state);
	img.hdr.jump[1] = 0x66;
	assert_accepted();
	assert_int_equal(img.hdr_len, 0x268 - 0x1f1);
	/* A later version's header: no more than we know is copied. */
	setup(state);
	img.hdr.jump[1] = 0xff;
	assert_accepted();
	assert_int_equal(img.hdr_len, sizeof(img.hdr));
}

static void test_loadflags(void **state)
{
	img.hdr.loadflags = 0x80;
	assert_refused("loadflags", "0x211");
}

static void test_no_64bit_entry(void **state)
{
	img.hdr.xloadflags = cpu_to_le16(0x7e);
	assert_refused("xloadflags", "0x236");
}

static void test_not_above_4g(void **state)
{
	img.hdr.xloadflags = cpu_to_le16(0x1);
	assert_accepted();
	assert_false(img.above_4g);
}

static void test_setup_sects(void **state)
{
	img.hdr.setup_sects = 38;
	assert_refused("setup_sects", "0x1f1");
	setup(state);
	img.hdr.setup_sects = 40;
	assert_refused("setup_sects", "0x1f1");
	/* 0 means 4. */
	setup(state);
	img.hdr.setup_sects = 0;
	assert_int_equal(linux_header_check(&img, 5 * 512, BZ_KERNEL_SIZE), 0);
}

static void test_truncated(void **state)
{
	assert_int_equal(linux_header_check(&img, BZ_SETUP_SIZE, BZ_LOAD_SIZE), 0);
	setup(state);
	assert_int_equal(linux_header_check(&img, BZ_SETUP_SIZE, BZ_LOAD_SIZE - 1), -EINVAL);
	assert_int_equal(mock_log_errors(), 1);
	assert_non_null(strstr(mock_log_last(), "truncated"));
}

static void test_syssize(void **state)
{
	/* 16 times this is a good size if it is cut to 32 bits. */
	img.hdr.syssize = cpu_to_le32(0x10000000 + BZ_LOAD_SIZE / 16);
	assert_refused("syssize", "0x1f4");
	setup(state);
	img.hdr.syssize = cpu_to_le32(0);
	assert_refused("syssize", "0x1f4");
	setup(state);
	img.hdr.syssize = cpu_to_le32(0x20);
	assert_refused("syssize", "0x1f4");
}

static void test_init_size(void **state)
{
	img.hdr.init_size = cpu_to_le32(BZ_LOAD_SIZE - 1);
	assert_refused("init_size", "0x260");
	setup(state);
	img.hdr.init_size = cpu_to_le32(BZ_LOAD_SIZE);
	assert_accepted();
}

static void test_alignment(void **state)
{
	static const u32 bad[] = { 0, 1, 0x800, 0x200001, 0x300000, 0x80000000, 0xffffffff };
	static const u32 good[] = { 0x1000, 0x200000, 0x1000000 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		setup(state);
		img.hdr.kernel_alignment = cpu_to_le32(bad[i]);
		assert_refused("kernel_alignment", "0x230");
	}
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		setup(state);
		img.hdr.kernel_alignment = cpu_to_le32(good[i]);
		assert_accepted();
	}
}

static void test_pref_address(void **state)
{
	static const u64 bad[] = {
		0, 1, 0x1001000, 0x100000000, 0xffe00000, 0xffffffffffe00000,
		0xffffffffffffffff,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		setup(state);
		img.hdr.pref_address = cpu_to_le64(bad[i]);
		assert_refused("pref_address", "0x258");
	}
	/* The last place where init_size bytes end below 4 GiB. */
	setup(state);
	img.hdr.pref_address = cpu_to_le64(0xffc00000);
	assert_accepted();
}

static void test_payload(void **state)
{
	img.hdr.payload_length = cpu_to_le32(BZ_LOAD_SIZE - 0x2cc + 1);
	assert_refused("payload_length", "0x24c");
	setup(state);
	img.hdr.payload_length = cpu_to_le32(BZ_LOAD_SIZE - 0x2cc);
	assert_accepted();
	setup(state);
	img.hdr.payload_offset = cpu_to_le32(0xffffffff);
	img.hdr.payload_length = cpu_to_le32(2);
	assert_refused("payload_length", "0x24c");
}

/* A header that ends early: whatever is cut off is zero, and is missed. */
static void test_every_truncation(void **state)
{
	size_t cut;

	for (cut = 0; cut <= offsetof(struct linux_setup_header, init_size); cut++) {
		setup(state);
		memset((u8 *)&img.hdr + cut, 0, sizeof(img.hdr) - cut);
		assert_int_equal(check(), -EINVAL);
		assert_int_equal(mock_log_errors(), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_good, setup),
		cmocka_unit_test_setup(test_boot_flag, setup),
		cmocka_unit_test_setup(test_no_magic, setup),
		cmocka_unit_test_setup(test_elf, setup),
		cmocka_unit_test_setup(test_empty, setup),
		cmocka_unit_test_setup(test_version, setup),
		cmocka_unit_test_setup(test_header_length, setup),
		cmocka_unit_test_setup(test_loadflags, setup),
		cmocka_unit_test_setup(test_no_64bit_entry, setup),
		cmocka_unit_test_setup(test_not_above_4g, setup),
		cmocka_unit_test_setup(test_setup_sects, setup),
		cmocka_unit_test_setup(test_truncated, setup),
		cmocka_unit_test_setup(test_syssize, setup),
		cmocka_unit_test_setup(test_init_size, setup),
		cmocka_unit_test_setup(test_alignment, setup),
		cmocka_unit_test_setup(test_pref_address, setup),
		cmocka_unit_test_setup(test_payload, setup),
		cmocka_unit_test_setup(test_every_truncation, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
