/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of tests/ccvm/snp_meta.c and tdvf.c: accepted lists, and each refusal. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <fw/byteorder.h>
#include <fw/errno.h>

#include "ccvm_lib.h"
#include "snp_meta.h"
#include "tdvf.h"

static struct image image;
static const char *why;

/* What edk2's AmdSev build of 2024 carries. */
static const u32 sections[][3] = {
	{ 0x800000, 0x9000, 1 }, { 0x80a000, 0x3000, 1 }, { 0x80d000, 0x1000, 2 },
	{ 0x80e000, 0x1000, 3 }, { 0x80f000, 0x1000, 4 }, { 0x810000, 0x1000, 0x10 },
	{ 0x811000, 0xf000, 1 },
};

static u8 asev[16 + 12 * 70];

static void make_asev(u32 count)
{
	u32 i;

	memset(asev, 0, sizeof(asev));
	memcpy(asev, "ASEV", 4);
	put_le32(16 + 12 * count, asev + 4);
	put_le32(1, asev + 8);
	put_le32(count, asev + 12);
	for (i = 0; i < MIN(count, ARRAY_SIZE(sections)); i++) {
		put_le32(sections[i][0], asev + 16 + 12 * i);
		put_le32(sections[i][1], asev + 20 + 12 * i);
		put_le32(sections[i][2], asev + 24 + 12 * i);
	}
}

static int parse_asev(struct snp_meta *meta)
{
	image_init(&image);
	image_add_metadata(&image, &guid_snp_metadata, 0x1000, asev, sizeof(asev));
	why = NULL;
	return snp_meta_parse(image.bytes, IMAGE_SIZE, meta, &why);
}

static void test_asev(void **state)
{
	struct snp_meta meta;
	size_t i;

	make_asev(ARRAY_SIZE(sections));
	assert_int_equal(parse_asev(&meta), 0);
	assert_int_equal(meta.count, ARRAY_SIZE(sections));
	for (i = 0; i < ARRAY_SIZE(sections); i++)
		assert_memory_equal(&meta.section[i], sections[i], 12);
	assert_int_equal(snp_meta_find(&meta, SNP_SECTION_CPUID)->gpa, 0x80e000);
	assert_null(snp_meta_find(&meta, 5));
	make_asev(0);
	assert_int_equal(parse_asev(&meta), 0);
}

static void refuse_asev(size_t offset, u32 value, int err, const char *reason)
{
	struct snp_meta meta;

	make_asev(ARRAY_SIZE(sections));
	put_le32(value, asev + offset);
	assert_int_equal(parse_asev(&meta), err);
	assert_string_equal(why, reason);
}

static void test_asev_refused(void **state)
{
	struct snp_meta meta;

	image_init(&image);
	assert_int_equal(snp_meta_parse(image.bytes, IMAGE_SIZE, &meta, &why), -ENOENT);
	refuse_asev(0, 0x41534556, -EBADMSG, "signature is not ASEV");
	refuse_asev(4, 15, -EBADMSG, "length passes the image's end");
	refuse_asev(4, 0x3001, -EBADMSG, "length passes the image's end");
	refuse_asev(8, 2, -EINVAL, "version is not 1");
	refuse_asev(12, 8, -EBADMSG, "more descriptors than the length has room for");
	refuse_asev(12, 0xffffffff, -EBADMSG, "more descriptors than the length has room for");
	refuse_asev(16, 0x800800, -EINVAL, "section is not made of whole pages");
	refuse_asev(20, 0x9001, -EINVAL, "section is not made of whole pages");
	refuse_asev(20, 0xff801000, -EINVAL, "section passes 4 GiB");
	refuse_asev(16 + 36 + 4, 0, -EINVAL, "CPUID or secrets section has no page");
	make_asev(SNP_META_MAX);
	assert_int_equal(parse_asev(&meta), 0);
	make_asev(SNP_META_MAX + 1);
	assert_int_equal(parse_asev(&meta), -E2BIG);
	/* Up to exactly 4 GiB is fine. */
	make_asev(1);
	put_le32(0xfffff000, asev + 16);
	put_le32(0x1000, asev + 20);
	assert_int_equal(parse_asev(&meta), 0);
}

static void test_page_types(void **state)
{
	assert_int_equal(snp_meta_page_type(1, false), SNP_PAGE_ZERO);
	assert_int_equal(snp_meta_page_type(2, false), SNP_PAGE_SECRETS);
	assert_int_equal(snp_meta_page_type(3, false), SNP_PAGE_CPUID);
	assert_int_equal(snp_meta_page_type(4, false), SNP_PAGE_ZERO);
	assert_int_equal(snp_meta_page_type(0x10, false), SNP_PAGE_ZERO);
	assert_int_equal(snp_meta_page_type(0x10, true), SNP_PAGE_NORMAL);
	assert_int_equal(snp_meta_page_type(0x99, true), SNP_PAGE_ZERO);
}

struct tdvf_line {
	u32 offset, raw;
	u64 gpa, size;
	u32 type, attributes;
};

static const struct tdvf_line good[] = {
	{ 0x1000, 0x3000, 0xfffff000, 0x3000, TDVF_BFV, TDVF_ATTR_MR_EXTEND },
	{ 0, 0x1000, 0xffffc000, 0x1000, TDVF_CFV, 0 },
	{ 0, 0, 0x810000, 0x10000, TDVF_TEMP_MEM, 0 },
	{ 0, 0, 0x809000, 0x2000, TDVF_TD_HOB, 0 },
};

static struct tdvf_line line[70];
static u8 desc[16 + 32 * 70];

static void make_tdvf(u32 count)
{
	u32 i;

	memcpy(desc, "TDVF", 4);
	put_le32(16 + 32 * count, desc + 4);
	put_le32(1, desc + 8);
	put_le32(count, desc + 12);
	for (i = 0; i < count; i++) {
		u8 *p = desc + 16 + 32 * i;

		put_le32(line[i].offset, p);
		put_le32(line[i].raw, p + 4);
		put_le64(line[i].gpa, p + 8);
		put_le64(line[i].size, p + 16);
		put_le32(line[i].type, p + 24);
		put_le32(line[i].attributes, p + 28);
	}
}

static int parse_tdvf(struct tdvf *tdvf)
{
	image_init(&image);
	image_add_metadata(&image, &guid_tdx_metadata, 0x2000, desc, sizeof(desc));
	why = NULL;
	return tdvf_parse(image.bytes, IMAGE_SIZE, tdvf, &why);
}

static int setup_lines(void **state)
{
	memset(line, 0, sizeof(line));
	memcpy(line, good, sizeof(good));
	make_tdvf(ARRAY_SIZE(good));
	return 0;
}

static void test_tdvf(void **state)
{
	struct tdvf tdvf;

	assert_int_equal(parse_tdvf(&tdvf), 0);
	assert_int_equal(tdvf.count, 4);
	assert_int_equal(tdvf.section[0].data_offset, 0x1000);
	assert_int_equal(tdvf.section[0].raw_size, 0x3000);
	assert_int_equal(tdvf.section[0].gpa, 0xfffff000);
	assert_int_equal(tdvf.section[0].mem_size, 0x3000);
	assert_int_equal(tdvf.section[0].attributes, TDVF_ATTR_MR_EXTEND);
	assert_true(tdvf_from_image(&tdvf.section[1]));
	assert_false(tdvf_from_image(&tdvf.section[2]));
	assert_ptr_equal(tdvf_hob(&tdvf), &tdvf.section[3]);
}

static void refuse_header(size_t offset, u32 value, int err, const char *reason)
{
	struct tdvf tdvf;

	make_tdvf(ARRAY_SIZE(good));
	put_le32(value, desc + offset);
	assert_int_equal(parse_tdvf(&tdvf), err);
	assert_string_equal(why, reason);
}

static void test_tdvf_header(void **state)
{
	refuse_header(0, 0, -EBADMSG, "signature is not TDVF");
	refuse_header(4, 16 + 32 * 4 - 1, -EBADMSG,
		      "length does not fit the number of sections");
	refuse_header(4, 16 + 32 * 4 + 1, -EBADMSG,
		      "length does not fit the number of sections");
	refuse_header(8, 0, -EINVAL, "version is not 1");
	refuse_header(8, 2, -EINVAL, "version is not 1");
	refuse_header(12, 1, -EINVAL, "fewer than two sections");
	refuse_header(12, 3, -EBADMSG, "length does not fit the number of sections");
	refuse_header(12, 65, -E2BIG, "too many sections");
	refuse_header(12, 0x08000004, -E2BIG, "too many sections");
}

/* Sections that begin inside the image and end beyond it. */
static void test_tdvf_truncated(void **state)
{
	struct tdvf tdvf;
	u8 distance[4];

	image_init(&image);
	memcpy(image.bytes + IMAGE_SIZE - 16, desc, 16);
	put_le32(16, distance);
	image_add(&image, &guid_tdx_metadata, distance, 4);
	assert_int_equal(tdvf_parse(image.bytes, IMAGE_SIZE, &tdvf, &why), -EBADMSG);
	assert_string_equal(why, "sections pass the image's end");
}

static void refuse_line(u32 index, const struct tdvf_line *bad, const char *reason)
{
	struct tdvf tdvf;

	memcpy(line, good, sizeof(good));
	line[index] = *bad;
	make_tdvf(ARRAY_SIZE(good));
	assert_int_equal(parse_tdvf(&tdvf), -EINVAL);
	assert_string_equal(why, reason);
}

static void test_tdvf_sections(void **state)
{
	static const struct {
		u32 index;
		struct tdvf_line line;
		const char *reason;
	} bad[] = {
		{ 0, { 0x1000, 0x3001, 0xfffff000, 0x3000, 0, 1 },
		  "memory size is less than raw size" },
		{ 0, { 0x1000, 0x3000, 0xfffff800, 0x3000, 0, 1 },
		  "section is not made of whole pages" },
		{ 0, { 0x1000, 0x2ff0, 0xfffff000, 0x2ff0, 0, 1 },
		  "section is not made of whole pages" },
		{ 0, { 0x1000, 0, 0xfffff000, 0x3000, 0, 1 },
		  "BFV or CFV section has no contents" },
		{ 1, { 0x1000, 0, 0xfffff000, 0x3000, 1, 1 },
		  "BFV or CFV section has no contents" },
		{ 0, { 0x1001, 0x3000, 0xfffff000, 0x3000, 0, 1 },
		  "BFV or CFV section passes the image's end" },
		{ 0, { 0x1000, 0x3000, 0xfffff000, 0x4000, 0, 1 },
		  "BFV or CFV section passes the image's end" },
		{ 0, { 0xfffff000, 0x3000, 0xfffff000, 0x3000, 0, 1 },
		  "BFV or CFV section passes the image's end" },
		{ 2, { 0, 1, 0x810000, 0x10000, 3, 0 },
		  "TD_HOB or TEMP_MEM section has contents" },
		{ 3, { 0, 1, 0x809000, 0x2000, 2, 0 },
		  "TD_HOB or TEMP_MEM section has contents" },
		{ 2, { 0, 0, 0x810000, 0x10000, 4, 0 }, "unsupported section type" },
		{ 2, { 0, 0, 0x810000, 0x10000, 2, 0 },
		  "there is not exactly one TD_HOB section" },
		{ 3, { 0, 0, 0x810000, 0x10000, 3, 0 },
		  "there is not exactly one TD_HOB section" },
		{ 2, { 0, 0, 0xfffffffffffff000, 0x1000, 3, 0 },
		  "section wraps around the address space" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		refuse_line(bad[i].index, &bad[i].line, bad[i].reason);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asev),
		cmocka_unit_test(test_asev_refused),
		cmocka_unit_test(test_page_types),
		cmocka_unit_test_setup(test_tdvf, setup_lines),
		cmocka_unit_test_setup(test_tdvf_header, setup_lines),
		cmocka_unit_test_setup(test_tdvf_truncated, setup_lines),
		cmocka_unit_test_setup(test_tdvf_sections, setup_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
