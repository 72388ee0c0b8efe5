/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of tests/ccvm/guidtab.c: entries found, and lengths that lie. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <fw/byteorder.h>
#include <fw/errno.h>

#include "ccvm_lib.h"

static struct image image;
static const u8 *data;
static size_t len;

static int find(const struct guid *guid)
{
	return guidtab_find(image.bytes, IMAGE_SIZE, guid, &data, &len);
}

static void test_found(void **state)
{
	static const u8 reset[4] = { 0x04, 0xb0, 0x80, 0x00 };
	static const u8 area[8] = { 0x00, 0x0c, 0x81, 0x00, 0x00, 0x04, 0x00, 0x00 };

	image_init(&image);
	assert_int_equal(find(&guid_sev_es_reset), -ENOENT);
	image_add(&image, &guid_sev_es_reset, reset, sizeof(reset));
	image_add(&image, &guid_launch_secret, NULL, 0);
	image_add(&image, &guid_kernel_hashes, area, sizeof(area));
	assert_int_equal(find(&guid_sev_es_reset), 0);
	assert_int_equal(len, 4);
	assert_memory_equal(data, reset, 4);
	assert_int_equal(find(&guid_kernel_hashes), 0);
	assert_int_equal(len, 8);
	assert_memory_equal(data, area, 8);
	assert_int_equal(find(&guid_launch_secret), 0);
	assert_int_equal(len, 0);
	assert_int_equal(find(&guid_snp_metadata), -ENOENT);
}

/* The bytes of the first entry's GUID as a hex dump of an image shows them. */
static void test_byte_order(void **state)
{
	image_init(&image);
	image_add(&image, &guid_sev_es_reset, "abcd", 4);
	assert_hex(image.bytes + IMAGE_SIZE - 0x42, "de71f7007e1acb4f890e68c77e2fb44e", 16);
	assert_hex(image.bytes + IMAGE_SIZE - 0x30, "de82b596b21ff745baeaa366c55a082d", 16);
}

static void test_nearest_wins(void **state)
{
	image_init(&image);
	image_add(&image, &guid_sev_es_reset, "near", 4);
	image_add(&image, &guid_sev_es_reset, "far!", 4);
	assert_int_equal(find(&guid_sev_es_reset), 0);
	assert_memory_equal(data, "near", 4);
}

static void test_bad_lengths(void **state)
{
	u8 *total = image.bytes + IMAGE_SIZE - 0x32, *entry = total - 18;
	static const u16 bad_totals[] = { 0, 17, 0x3fe1, 0xffff };
	static const u16 bad_entries[] = { 0, 17, 23, 0xffff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad_totals); i++) {
		image_init(&image);
		put_le16(bad_totals[i], total);
		assert_int_equal(find(&guid_sev_es_reset), -EBADMSG);
	}
	for (i = 0; i < ARRAY_SIZE(bad_entries); i++) {
		image_init(&image);
		image_add(&image, &guid_sev_es_reset, "abcd", 4);
		put_le16(bad_entries[i], entry);
		assert_int_equal(find(&guid_sev_es_reset), -EBADMSG);
	}
	/* A total that cuts the entry. */
	image_init(&image);
	image_add(&image, &guid_sev_es_reset, "abcd", 4);
	put_le16(18 + 21, total);
	assert_int_equal(find(&guid_sev_es_reset), -EBADMSG);
	put_le16(18 + 17, total);
	assert_int_equal(find(&guid_sev_es_reset), -EBADMSG);
}

static void test_small_images(void **state)
{
	size_t size;

	image_init(&image);
	for (size = 0; size < 50; size++)
		assert_int_equal(guidtab_find(image.bytes + IMAGE_SIZE - size, size,
					      &guid_sev_es_reset, &data, &len), -ENOENT);
	/* The footer and nothing else. */
	assert_int_equal(guidtab_find(image.bytes + IMAGE_SIZE - 50, 50, &guid_sev_es_reset,
				      &data, &len), -ENOENT);
}

static void test_sev_es_reset(void **state)
{
	static const u8 reset[4] = { 0x04, 0xb0, 0x80, 0x00 }, zero[4];
	u32 addr = 0;

	image_init(&image);
	assert_int_equal(guidtab_sev_es_reset(image.bytes, IMAGE_SIZE, &addr), -ENOENT);
	image_add(&image, &guid_sev_es_reset, reset, sizeof(reset));
	assert_int_equal(guidtab_sev_es_reset(image.bytes, IMAGE_SIZE, &addr), 0);
	assert_int_equal(addr, 0x0080b004);
	image_init(&image);
	image_add(&image, &guid_sev_es_reset, zero, sizeof(zero));
	assert_int_equal(guidtab_sev_es_reset(image.bytes, IMAGE_SIZE, &addr), -EINVAL);
	image_init(&image);
	image_add(&image, &guid_sev_es_reset, "abc", 3);
	assert_int_equal(guidtab_sev_es_reset(image.bytes, IMAGE_SIZE, &addr), -EINVAL);
}

/* Without a table the block lies where the footer would. */
static void test_lone_reset_block(void **state)
{
	u8 *end = image.bytes + IMAGE_SIZE - 32;
	u32 addr = 0;

	memset(image.bytes, 0, IMAGE_SIZE);
	memcpy(end - 16, &guid_sev_es_reset, 16);
	put_le16(22, end - 18);
	put_le32(0x1234, end - 22);
	assert_int_equal(guidtab_sev_es_reset(image.bytes, IMAGE_SIZE, &addr), 0);
	assert_int_equal(addr, 0x1234);
	put_le16(17, end - 18);
	assert_int_equal(guidtab_sev_es_reset(image.bytes, IMAGE_SIZE, &addr), -EBADMSG);
	put_le16(0x3fe1, end - 18);
	assert_int_equal(guidtab_sev_es_reset(image.bytes, IMAGE_SIZE, &addr), -EBADMSG);
}

static void test_area(void **state)
{
	static const u8 bytes[8] = { 0x00, 0x0c, 0x81, 0x00, 0x00, 0x04, 0x00, 0x00 };
	struct guidtab_area area;

	image_init(&image);
	image_add(&image, &guid_kernel_hashes, bytes, 8);
	image_add(&image, &guid_launch_secret, bytes, 7);
	assert_int_equal(guidtab_area(image.bytes, IMAGE_SIZE, &guid_kernel_hashes, &area), 0);
	assert_int_equal(area.base, 0x810c00);
	assert_int_equal(area.size, 0x400);
	assert_int_equal(guidtab_area(image.bytes, IMAGE_SIZE, &guid_launch_secret, &area),
			 -EINVAL);
}

static void test_metadata(void **state)
{
	static const u32 bad[] = { 0, IMAGE_SIZE + 1, 0xffffffff };
	u8 distance[4];
	size_t i;

	image_init(&image);
	image_add_metadata(&image, &guid_snp_metadata, 0, "start", 5);
	assert_int_equal(guidtab_metadata(image.bytes, IMAGE_SIZE, &guid_snp_metadata, &data,
					  &len), 0);
	assert_ptr_equal(data, image.bytes);
	assert_int_equal(len, IMAGE_SIZE);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		put_le32(bad[i], distance);
		image_init(&image);
		image_add(&image, &guid_snp_metadata, distance, 4);
		assert_int_equal(guidtab_metadata(image.bytes, IMAGE_SIZE, &guid_snp_metadata,
						  &data, &len), -EINVAL);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_byte_order),
		cmocka_unit_test(test_nearest_wins),
		cmocka_unit_test(test_bad_lengths),
		cmocka_unit_test(test_small_images),
		cmocka_unit_test(test_sev_es_reset),
		cmocka_unit_test(test_lone_reset_block),
		cmocka_unit_test(test_area),
		cmocka_unit_test(test_metadata),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
