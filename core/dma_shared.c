/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * DMA in a guest with encrypted memory: two regions that are shared with the
 * host, and buffers in them. A small one has a fixed place, for the time before
 * there is an allocator; the other one is made when a transfer wants more.
 *
 * Sharing costs exits to the host. So a region is shared once, as a whole, and is
 * private again only when the operating system takes over; what was in it is
 * cleared after each use.
 */
#define pr_fmt(fmt) "dma: " fmt

#include <fw/alloc.h>
#include <fw/cc.h>
#include <fw/dma.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/layout.h>
#include <fw/log.h>
#include <fw/panic.h>
#include <fw/string.h>

#include "dma_shared.h"

#define POOL_PAGES	(CONFIG_DMA_POOL_SIZE / 4096)
#define WORD_BITS	64

/* Of this size and alignment, so that page tables and host keep large pages. */
#define POOL_ALIGN	MiB(2)
_Static_assert(CONFIG_DMA_POOL_SIZE % MiB(2) == 0, "DMA_POOL_SIZE: multiple of 2 MiB");

/**
 * struct dma_region - memory that is shared with the host
 * @base:  its address, 0 if it is not shared
 * @pages: number of pages
 * @used:  a bit for each page
 */
struct dma_region {
	phys_addr_t base;
	size_t pages;
	u64 *used;
};

static u64 early_used[1];
static u64 pool_used[POOL_PAGES / WORD_BITS];

static struct dma_region early_region = { .used = early_used };
static struct dma_region pool_region = { .used = pool_used };

static bool has_allocator, closed;

static size_t pages_of(size_t size)
{
	return (size >> PAGE_SHIFT) + !IS_ALIGNED(size, PAGE_SIZE);
}

static bool page_is_used(const struct dma_region *r, size_t i)
{
	return r->used[i / WORD_BITS] >> i % WORD_BITS & 1;
}

static void mark(struct dma_region *r, size_t first, size_t pages, bool used)
{
	size_t i;

	for (i = first; i < first + pages; i++) {
		fw_assert(page_is_used(r, i) != used);
		r->used[i / WORD_BITS] ^= (u64)1 << i % WORD_BITS;
	}
}

/* The first run of @want free pages, or the longest one there is; its length. */
static size_t find_run(const struct dma_region *r, size_t want, size_t *first)
{
	size_t best = 0, run = 0;
	size_t i;

	for (i = 0; i < r->pages && best < want; i++) {
		run = page_is_used(r, i) ? 0 : run + 1;
		if (run > best) {
			best = run;
			*first = i + 1 - run;
		}
	}
	return best;
}

static int open_region(struct dma_region *r, phys_addr_t base, u64 size)
{
	int rc = cc_share(base, size);

	if (rc)
		return rc;
	r->base = base;
	r->pages = size >> PAGE_SHIFT;
	return 0;
}

static int open_early(void)
{
	if (early_region.base)
		return 0;
	return open_region(&early_region, (uintptr_t)layout_dma_early,
			   (u64)(layout_dma_early_end - layout_dma_early));
}

static int open_pool(void)
{
	phys_addr_t base;
	int rc;

	if (pool_region.base || !has_allocator)
		return 0;
	rc = page_alloc(MEM_BOOT_DATA, CONFIG_DMA_POOL_SIZE, POOL_ALIGN, PHYS_MAX_32, &base);
	if (rc) {
		pr_err("no memory for a pool of 0x%x bytes", CONFIG_DMA_POOL_SIZE);
		return rc;
	}
	return open_region(&pool_region, base, CONFIG_DMA_POOL_SIZE);
}

/*
 * Take up to @want pages, at least one. Small requests have room in the early
 * region for the whole boot, so that a guest without large ones has no pool.
 */
static int take_pages(size_t want, phys_addr_t *base, size_t *pages)
{
	struct dma_region *r = &early_region;
	size_t first = 0;
	int rc;

	if (closed) {
		pr_err("used after the end of all sharing");
		return -EPERM;
	}
	rc = open_early();
	if (rc)
		return rc;
	*pages = find_run(r, want, &first);
	if (*pages < want) {
		rc = open_pool();
		if (rc)
			return rc;
		if (pool_region.base) {
			r = &pool_region;
			*pages = find_run(r, want, &first);
		}
	}
	if (*pages == 0) {
		pr_err("all of the shared memory is in use");
		return -ENOMEM;
	}
	mark(r, first, *pages, true);
	*base = r->base + ((u64)first << PAGE_SHIFT);
	return 0;
}

static void give_back(phys_addr_t base, size_t size)
{
	struct dma_region *r = &pool_region;

	if (base - early_region.base < (u64)early_region.pages << PAGE_SHIFT)
		r = &early_region;
	fw_assert(r->base && base - r->base < (u64)r->pages << PAGE_SHIFT);
	memset((void *)(uintptr_t)base, 0, size);
	mark(r, (base - r->base) >> PAGE_SHIFT, pages_of(size), false);
}

void *dma_shared_alloc(size_t size)
{
	size_t want = pages_of(size);
	phys_addr_t base;
	size_t pages;

	if (take_pages(want, &base, &pages) != 0)
		return NULL;
	if (pages < want) {
		give_back(base, pages << PAGE_SHIFT);
		return NULL;
	}
	return (void *)(uintptr_t)base;
}

void dma_shared_free(void *ptr, size_t size)
{
	give_back((uintptr_t)ptr, size);
}

int dma_bounce_map(struct dma_mapping *m)
{
	size_t pages;
	int rc;

	if (m->len == 0)
		return 0;
	rc = take_pages(pages_of(m->len), &m->addr, &pages);
	if (rc)
		return rc;
	m->len = MIN(m->len, pages << PAGE_SHIFT);
	if (m->dir & DMA_TO_DEVICE)
		memcpy((void *)(uintptr_t)m->addr, (const void *)(uintptr_t)m->buf, m->len);
	return 0;
}

void dma_bounce_unmap(const struct dma_mapping *m)
{
	if (m->len == 0)
		return;
	if (m->dir & DMA_FROM_DEVICE)
		memcpy((void *)(uintptr_t)m->buf, (const void *)(uintptr_t)m->addr, m->len);
	give_back(m->addr, m->len);
}

static int dma_allow_pool(void)
{
	has_allocator = true;
	return 0;
}
/* Not earlier: the map has no free page then that may be touched. */
HOOK(memmap_post, 15, common, dma_allow_pool);

static int close_region(struct dma_region *r)
{
	phys_addr_t base = r->base;

	r->base = 0;
	return base ? cc_unshare(base, (u64)r->pages << PAGE_SHIFT) : 0;
}

/* What devices still have of it ends here, too: nobody uses them any more. */
static int dma_close(void)
{
	int rc;

	closed = dma_is_bounced();
	rc = close_region(&early_region);
	return rc ? rc : close_region(&pool_region);
}
HOOK(os_enter_pre, 10, common, dma_close);
