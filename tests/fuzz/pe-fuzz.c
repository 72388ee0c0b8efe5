/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * PE32+ images. Input: the file, whose image, if it is not too large, is loaded into
 * memory of exactly its size; all of that must have been written. Its digest is
 * calculated, too.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <asm/paging.h>
#include <fw/digest.h>
#include <fw/errno.h>
#include <fw/memmap.h>

#include "pe.h"
#include "support.h"

#define IMAGE_MAX	MiB(4)

#define CHECK(cond)						\
	do {							\
		if (!(cond))					\
			mock_fail("%s", #cond);			\
	} while (0)

static void check_sections(const struct pe_image *pe)
{
	u32 i, base, size;
	u64 prot;

	for (i = 0; i <= pe->section_count; i++) {
		prot = pe_section_map(pe, i, &base, &size);
		CHECK(prot == MAP_RO || prot == MAP_RW || prot == MAP_RX);
		CHECK(base % PAGE_SIZE == 0 && size % PAGE_SIZE == 0);
		CHECK((u64)base + size <= ALIGN_UP((u64)pe->size, PAGE_SIZE));
	}
}

static void check_load(const struct pe_image *pe)
{
	u8 *one = malloc(pe->size), *two = malloc(pe->size);
	const char *why = NULL;
	size_t i, diff = 0;
	int rc;

	/* What was not written differs. What is fixed up differs, too, by the same. */
	memset(one, 0x55, pe->size);
	memset(two, 0xaa, pe->size);
	rc = pe_load(pe, one, &why);
	CHECK(rc == 0 || (rc == -EBADMSG && why));
	rc = pe_load(pe, two, &why);
	for (i = 0; pe->reloc_size < 8 && i < pe->size; i++)
		diff += one[i] != two[i];
	CHECK(diff == 0);
	free(two);
	free(one);
}

/* Every byte that is hashed is in the file, or the sanitizer says so. */
void digest_sha384(const struct digest_part *parts, size_t count, u8 out[SHA384_SIZE])
{
	size_t i, n;

	memset(out, 0, SHA384_SIZE);
	for (i = 0; i < count; i++) {
		CHECK(parts[i].len != 0);
		for (n = 0; n < parts[i].len; n++)
			out[n % SHA384_SIZE] ^= ((const u8 *)parts[i].data)[n];
	}
}

static void check_digest(const struct pe_image *pe)
{
	u8 digest[SHA384_SIZE];
	const char *why = NULL;
	int rc = pe_digest(pe, digest, &why);

	CHECK(rc == 0 || (rc == -EBADMSG && why));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *why = NULL;
	struct pe_image pe;
	u8 *copy = malloc(size ? size : 1);
	int rc;

	memcpy(copy, data, size);
	rc = pe_parse(&pe, copy, size, &why);
	CHECK(rc == 0 || ((rc == -EBADMSG || rc == -EOPNOTSUPP) && why));
	if (rc == 0) {
		CHECK(pe.entry != 0 && pe.entry < pe.size);
		CHECK(pe.headers_size <= pe.size && pe.headers_size <= size);
		if (pe.is_nx)
			check_sections(&pe);
		if (pe.size <= IMAGE_MAX)
			check_load(&pe);
		check_digest(&pe);
	}
	free(copy);
	return 0;
}
