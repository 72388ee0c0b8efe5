/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A medium in memory for tests of what is read from disks. A read outside it fails
 * the test. Also page_alloc() and page_free(), so that sanitizers know the size of
 * what a parser has allocated.
 */
#ifndef UNIT_MEDIUM_H
#define UNIT_MEDIUM_H

#include <fw/partition.h>

/**
 * struct medium - blocks
 * @fail:  a block that cannot be read, or MEDIUM_GOOD
 * @reads: how many times it was read
 */
struct medium {
	u32 block_size;
	u64 blocks;
	u8 *data;
	u64 fail;
	unsigned int reads;
};

#define MEDIUM_GOOD	(~(u64)0)

/** medium_new() - a medium full of zeroes */
void medium_new(struct medium *medium, u32 block_size, u64 blocks);

void medium_free(struct medium *medium);

/** medium_block() - address of a block */
void *medium_block(const struct medium *medium, u64 lba);

/** medium_source() - the medium as partition_scan() wants it */
struct partition_source medium_source(struct medium *medium);

/** medium_fix_gpt() - make the checksums of both tables right, if they are in bounds */
void medium_fix_gpt(struct medium *medium);

/* Pages that are allocated now, and allocations that succeed before memory is full. */
extern unsigned int medium_pages, medium_pages_left;

#endif
