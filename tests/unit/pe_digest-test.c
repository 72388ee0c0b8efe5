/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The digest of images (efi/loader/pe_digest.c): which bytes of the file it covers,
 * and in which order.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fw/digest.h>
#include <fw/efi_image.h>
#include <fw/errno.h>

#include "peimage.h"

#define CERTIFICATES	0x60
#define ROOM		0x4000

static u8 file[ROOM];
static struct pe_test *const pe = (void *)file;
static u8 hashed[2 * ROOM];
static size_t hashed_size, pieces;

void digest_sha384(const struct digest_part *parts, size_t count, u8 out[SHA384_SIZE])
{
	size_t i;

	hashed_size = 0;
	pieces = count;
	for (i = 0; i < count; i++) {
		assert_true(parts[i].len != 0 && hashed_size + parts[i].len <= sizeof(hashed));
		memcpy(hashed + hashed_size, parts[i].data, parts[i].len);
		hashed_size += parts[i].len;
	}
	memset(out, 0x3a, SHA384_SIZE);
}

/* Each byte of the file differs from those around it. */
static int setup(void **state)
{
	size_t i;

	memset(file, 0, sizeof(file));
	pe_test_make(pe);
	for (i = sizeof(*pe) - 0x600; i < ROOM; i++)
		file[i] = (u8)(i * 7 + (i >> 8));
	pe->optional.checksum = cpu_to_le32(0xaabbccdd);
	return 0;
}

static int digest(size_t size)
{
	u8 *copy = malloc(size), out[SHA384_SIZE] = { 0 };
	const char *why = NULL;
	int rc;

	/* Exactly as long, for the sanitizer. */
	memcpy(copy, file, size);
	rc = efi_image_digest(copy, size, out, &why);
	free(copy);
	if (rc == 0)
		assert_int_equal(out[47], 0x3a);
	else
		assert_non_null(why);
	return rc;
}

/* What is hashed is the file up to @end without the two places of a signature. */
static void assert_whole(size_t end)
{
	size_t sum = (size_t)((u8 *)&pe->optional.checksum - file);
	size_t dir = (size_t)((u8 *)&pe->directory[PE_DIRECTORY_CERTIFICATES] - file);

	assert_int_equal(hashed_size, end - 12);
	assert_memory_equal(hashed, file, sum);
	assert_memory_equal(hashed + sum, file + sum + 4, dir - sum - 4);
	assert_memory_equal(hashed + dir - 4, file + dir + 8, end - dir - 8);
}

static void test_unsigned(void **state)
{
	assert_int_equal(digest(sizeof(*pe)), 0);
	assert_whole(sizeof(*pe));
	assert_int_equal(pieces, 3);
	/* What comes behind the sections counts, too. */
	assert_int_equal(digest(sizeof(*pe) + 24), 0);
	assert_whole(sizeof(*pe) + 24);
}

static void sign(u32 at, u32 size)
{
	pe->directory[PE_DIRECTORY_CERTIFICATES].rva = cpu_to_le32(at);
	pe->directory[PE_DIRECTORY_CERTIFICATES].size = cpu_to_le32(size);
}

/* A signature does not change the digest that it signs. */
static void test_signed(void **state)
{
	sign(sizeof(*pe), CERTIFICATES);
	assert_int_equal(digest(sizeof(*pe) + CERTIFICATES), 0);
	assert_whole(sizeof(*pe));
	sign(sizeof(*pe) + 8, CERTIFICATES);
	assert_int_equal(digest(sizeof(*pe) + 8 + CERTIFICATES), 0);
	assert_whole(sizeof(*pe) + 8);
}

static void test_certificates_elsewhere(void **state)
{
	/* Bytes behind them that nobody would hash. */
	sign(sizeof(*pe), CERTIFICATES);
	assert_int_equal(digest(sizeof(*pe) + CERTIFICATES + 8), -EBADMSG);
	assert_int_equal(digest(sizeof(*pe) + CERTIFICATES - 8), -EBADMSG);
	/* Sections that would not be hashed. */
	sign(sizeof(*pe) - 8, 8);
	assert_int_equal(digest(sizeof(*pe)), -EBADMSG);
	sign(8, sizeof(*pe) - 8);
	assert_int_equal(digest(sizeof(*pe)), -EBADMSG);
	sign(0xfffffff8, 8);
	assert_int_equal(digest(sizeof(*pe)), -EBADMSG);
	sign(0xfffffff8, sizeof(*pe) + 8);
	assert_int_equal(digest(sizeof(*pe)), -EBADMSG);
	sign(8, 0);
	assert_int_equal(digest(sizeof(*pe)), 0);
}

/* The order is that of the file, not that of the table. */
static void test_order(void **state)
{
	struct pe_section text = pe->text;

	pe->text = pe->data;
	pe->data = text;
	assert_int_equal(digest(sizeof(*pe)), 0);
	assert_whole(sizeof(*pe));
}

/* Bytes between sections are in no memory and in no digest. */
static void test_gap(void **state)
{
	pe->data.raw_offset = cpu_to_le32(0xa00);
	assert_int_equal(digest(0xc00), 0);
	assert_int_equal(pieces, 5);
	/* 0x600 to 0x800 are missing, and what comes last is counted from the sum. */
	assert_memory_equal(hashed + 0x600 - 12, file + 0x800, 0x200);
	assert_memory_equal(hashed + 0x800 - 12, file + 0xa00, 0x200);
	assert_int_equal(hashed_size, 0xa00 - 12 + 0x200);
}

/* A section that ends behind the file: what is there of it. */
static void test_short(void **state)
{
	pe->reloc.raw_size = cpu_to_le32(0x10000);
	assert_int_equal(digest(sizeof(*pe)), 0);
	assert_whole(sizeof(*pe));
	pe->reloc.raw_size = cpu_to_le32(0xffffffff);
	assert_int_equal(digest(sizeof(*pe)), 0);
	assert_whole(sizeof(*pe));
	/* One that has nothing. */
	pe->reloc.raw_offset = cpu_to_le32(0xfffff000);
	pe->reloc.virtual_size = cpu_to_le32(0);
	pe->reloc.raw_size = cpu_to_le32(0);
	assert_int_equal(digest(sizeof(*pe)), 0);
	assert_whole(sizeof(*pe));
}

static void test_no_directory(void **state)
{
	pe->optional.directories = cpu_to_le32(4);
	assert_int_equal(digest(sizeof(*pe)), 0);
	assert_int_equal(hashed_size, sizeof(*pe) - 4);
}

static void test_no_image(void **state)
{
	assert_int_equal(digest(0x20), -EOPNOTSUPP);
	pe->header.machine = cpu_to_le16(0xaa64);
	assert_int_equal(digest(sizeof(*pe)), -EOPNOTSUPP);
}

/* A table of sections at places that do not follow each other. */
static void many_sections(u32 count, u32 step)
{
	struct pe_section *s = &pe->text;
	u32 i;

	pe->optional.headers_size = cpu_to_le32(0x2000);
	pe->optional.image_size = cpu_to_le32(0x8000);
	pe->directory[PE_DIRECTORY_RELOC].size = cpu_to_le32(0);
	pe->header.sections = cpu_to_le16((u16)count);
	for (i = 0; i < count; i++) {
		pe_test_section(&s[i], 0x2000, 0x10, 0x2000 + i * step, 0);
		s[i].raw_size = cpu_to_le32(8);
	}
}

static void test_many(void **state)
{
	many_sections(40, 16);
	assert_int_equal(digest(0x2000 + 40 * 16), 0);
	assert_int_equal(pieces, 3 + 39 + 1);
	many_sections(60, 16);
	assert_int_equal(digest(0x2000 + 60 * 16), -EBADMSG);
	many_sections(150, 8);
	assert_int_equal(digest(0x2000 + 150 * 8), 0);
	assert_int_equal(pieces, 3);
	pe->header.sections = cpu_to_le16(0xffff);
	assert_true(digest(ROOM) != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_unsigned, setup),
		cmocka_unit_test_setup(test_signed, setup),
		cmocka_unit_test_setup(test_certificates_elsewhere, setup),
		cmocka_unit_test_setup(test_order, setup),
		cmocka_unit_test_setup(test_gap, setup),
		cmocka_unit_test_setup(test_short, setup),
		cmocka_unit_test_setup(test_no_directory, setup),
		cmocka_unit_test_setup(test_no_image, setup),
		cmocka_unit_test_setup(test_many, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
