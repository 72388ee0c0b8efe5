/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: partition tables. What is found lies inside the medium, the work has
 * an end, and nothing stays allocated.
 *
 * Input: a byte of flags (bits 1:0: block size 512, 2048 or 4096; bit 2: the
 * checksums of a GPT are made right first; bits 5:3: a table by itself, or as it
 * comes), the number of blocks (le16), then blocks that are not zero: number (le16)
 * and contents. Seeds: partition-seeds.py.
 */
#include <stdlib.h>
#include <string.h>

#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/partition.h>

#include "medium.h"
#include "support.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(cond)	do { if (!(cond)) abort(); } while (0)

#define FIX_GPT		0x04

/* More than any table may have: 4 primary partitions with a chain of 128 each. */
#define FOUND_MAX	1024

static int found;

static int check(const struct partition *p, void *ctx)
{
	const struct medium *medium = ctx;

	CHECK(p->start >= 1 && p->start < medium->blocks);
	CHECK(p->blocks >= 1 && p->blocks <= medium->blocks - p->start);
	CHECK(++found <= FOUND_MAX);
	return 0;
}

static void fill(struct medium *medium, const uint8_t *data, size_t size)
{
	size_t step = 2 + medium->block_size, part;

	for (; size > 2; data += part, size -= part) {
		part = MIN(size, step);
		if (get_le16(data) < medium->blocks)
			memcpy(medium_block(medium, get_le16(data)), data + 2, part - 2);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const u32 block_sizes[] = { 512, 2048, 4096, 512 };
	static int (*const scans[])(const struct partition_source *, partition_found_t, void *) = {
		partition_scan, gpt_scan, mbr_scan, eltorito_scan,
		partition_scan, partition_scan, partition_scan, partition_scan,
	};
	struct partition_source src;
	struct medium medium;
	int rc;

	if (size < 3 || get_le16(data + 1) == 0 || get_le16(data + 1) > 4096)
		return 0;
	medium_new(&medium, block_sizes[data[0] & 3], get_le16(data + 1));
	fill(&medium, data + 3, size - 3);
	if (data[0] & FIX_GPT)
		medium_fix_gpt(&medium);
	src = medium_source(&medium);
	found = 0;
	mock_log_reset();
	rc = scans[data[0] >> 3 & 7](&src, check, &medium);
	CHECK(rc == found || (rc < 0 && found == 0));
	CHECK(rc >= 0 || rc == -ENOENT || rc == -EBADMSG);
	CHECK(medium_pages == 0);
	/* A table that is refused has its reason, once. */
	CHECK(rc != -EBADMSG || mock_log_errors() == 1);
	CHECK(medium.reads <= 2048);
	medium_free(&medium);
	return 0;
}
