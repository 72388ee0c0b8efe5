/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What the block layer keeps of what it has read, and its aligned buffers. */
#ifndef DRIVERS_BLOCK_CACHE_H
#define DRIVERS_BLOCK_CACHE_H

#include <fw/block.h>

/* Reads up to this size go through the cache. */
#define CACHE_READ_MAX	((size_t)KiB(16))

/**
 * cache_read() - read blocks, with what surrounds them
 *
 * Parameters and result as block_read(); the range has been checked.
 */
int cache_read(struct block_device *dev, u64 lba, u64 count, void *buf);

/** cache_write() - write blocks from a buffer that the device cannot reach */
int cache_write(struct block_device *dev, u64 lba, u64 count, const void *buf);

/** cache_forget() - blocks are about to change */
void cache_forget(const struct block_device *dev, u64 lba, u64 count);

#endif
