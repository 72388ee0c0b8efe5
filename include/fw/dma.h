/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Memory that devices reach. In a guest with encrypted memory a device sees
 * only what is shared with the host, so that transfers go through buffers there;
 * everywhere else it reaches the caller's own memory, at no cost.
 *
 * What a device has written is read once, out of the caller's buffer, and is
 * untrusted; a buffer from dma_alloc() can change while it is looked at.
 *
 * Context: up to the os_enter_pre point; then all of it is private again.
 */
#ifndef FW_DMA_H
#define FW_DMA_H

#include <fw/cc.h>
#include <fw/types.h>

/** enum dma_dir - who writes to a mapping; a combination of bits */
enum dma_dir {
	DMA_TO_DEVICE = 1,
	DMA_FROM_DEVICE = 2,
	DMA_BIDIRECTIONAL = 3,
};

/**
 * struct dma_mapping - a buffer that a device reaches for one transfer
 * @addr: its address for the device
 * @len:  bytes, possibly fewer than were asked for
 * @buf:  the caller's buffer
 * @dir:  direction
 */
struct dma_mapping {
	phys_addr_t addr;
	size_t len;
	phys_addr_t buf;
	enum dma_dir dir;
};

/**
 * dma_alloc() - memory that the firmware and a device use at the same time
 * @size: bytes, at least 1
 * @dev:  where to put its address for the device
 *
 * Meant for descriptors and rings. Aligned to 64 bytes, and from the memmap step
 * on to a page; below 4 GiB.
 *
 * Return: zeroed memory, or NULL with the reason logged.
 */
void *dma_alloc(size_t size, phys_addr_t *dev) __must_check;

/** dma_free() - free what dma_alloc() returned for @size; NULL is ignored */
void dma_free(void *ptr, size_t size);

/* In a guest with encrypted memory. */
int dma_bounce_map(struct dma_mapping *m);
void dma_bounce_unmap(const struct dma_mapping *m);

static inline bool dma_is_bounced(void)
{
	return IS_ENABLED(CONFIG_CC) && cc_has(CC_ATTR_MEM_ENCRYPT);
}

/**
 * dma_map() - let a device reach a buffer
 * @m:   mapping
 * @buf: buffer; in a guest with encrypted memory it must be in the page tables
 * @len: bytes
 * @dir: direction; what the device only writes starts as zero, or as it was
 *
 * The caller transfers @m->len bytes and goes on with the rest of its buffer. That
 * is less than @len only if the buffer is larger than the memory for it.
 *
 * Return: 0, or -Exxx with the reason logged.
 */
static inline int __must_check dma_map(struct dma_mapping *m, phys_addr_t buf, size_t len,
				       enum dma_dir dir)
{
	*m = (struct dma_mapping) { .addr = buf, .len = len, .buf = buf, .dir = dir };
	return dma_is_bounced() ? dma_bounce_map(m) : 0;
}

/** dma_unmap() - end a transfer; only now the buffer has what the device wrote */
static inline void dma_unmap(const struct dma_mapping *m)
{
	if (dma_is_bounced())
		dma_bounce_unmap(m);
}

#endif
