/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* A medium in memory; see medium.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <fw/alloc.h>
#include <fw/crc.h>
#include <fw/errno.h>

#include "medium.h"
#include "support.h"

unsigned int medium_pages, medium_pages_left = 1000;

int page_alloc(enum mem_type type, u64 size, u64 align, phys_addr_t max, phys_addr_t *base)
{
	if (type != MEM_BOOT_DATA || size == 0 || align != PAGE_SIZE || max != PHYS_MAX_32)
		mock_fail("page_alloc: type %u, %" PRIu64 " bytes", type, size);
	if (medium_pages_left == 0)
		return -ENOMEM;
	medium_pages_left--;
	medium_pages++;
	/* Not cleared, and not one byte more. */
	*base = (uintptr_t)aligned_alloc(512, ALIGN_UP(size, 512));
	memset((void *)(uintptr_t)*base, 0xa5, size);
	return 0;
}

void page_free(phys_addr_t base, u64 size __unused)
{
	medium_pages--;
	free((void *)(uintptr_t)base);
}

void medium_new(struct medium *medium, u32 block_size, u64 blocks)
{
	*medium = (struct medium) {
		.block_size = block_size,
		.blocks = blocks,
		.data = calloc(blocks, block_size),
		.fail = MEDIUM_GOOD,
	};
	medium_pages = 0;
	medium_pages_left = 1000;
}

void medium_free(struct medium *medium)
{
	free(medium->data);
	medium->data = NULL;
}

void *medium_block(const struct medium *medium, u64 lba)
{
	return medium->data + lba * medium->block_size;
}

static int medium_read(const struct partition_source *src, u64 lba, u64 count, void *buf)
{
	struct medium *medium = src->ctx;

	if (count == 0 || lba >= medium->blocks || count > medium->blocks - lba)
		mock_fail("read of %" PRIu64 " blocks at %" PRIu64, count, lba);
	medium->reads++;
	if (medium->fail - lba < count)
		return -EIO;
	memcpy(buf, medium_block(medium, lba), count * medium->block_size);
	return 0;
}

struct partition_source medium_source(struct medium *medium)
{
	return (struct partition_source) {
		.read = medium_read,
		.ctx = medium,
		.name = "medium",
		.block_size = medium->block_size,
		.blocks = medium->blocks,
	};
}

static void fix_header(struct medium *medium, u64 lba)
{
	struct gpt_header *h = medium_block(medium, lba);
	u64 entries = le64_to_cpu(h->entries_lba), size;
	u32 header_size = le32_to_cpu(h->header_size);

	size = (u64)le32_to_cpu(h->entry_count) * le32_to_cpu(h->entry_size);
	if (entries < medium->blocks && size <= (medium->blocks - entries) * medium->block_size)
		h->entries_crc = cpu_to_le32(crc32(0, medium_block(medium, entries), size));
	if (header_size < GPT_HEADER_SIZE || header_size > medium->block_size)
		return;
	h->header_crc = cpu_to_le32(0);
	h->header_crc = cpu_to_le32(crc32(0, h, header_size));
}

void medium_fix_gpt(struct medium *medium)
{
	if (medium->blocks < 2)
		return;
	fix_header(medium, 1);
	fix_header(medium, medium->blocks - 1);
}
