/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Memory for a device and the firmware at once, where all memory is such memory. */
#define pr_fmt(fmt) "dma: " fmt

#include <fw/alloc.h>
#include <fw/dma.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "dma_shared.h"

#define EARLY_ALIGN	64

/* Before there is an allocator: the descriptor of one device. */
static u8 early[64] __aligned(EARLY_ALIGN);
static size_t early_used;

static void *plain_alloc(size_t size)
{
	phys_addr_t base;
	void *ptr;

	if (memmap.count == 0) {
		if (size > sizeof(early) - early_used)
			return NULL;
		ptr = early + early_used;
		early_used += ALIGN_UP(size, EARLY_ALIGN);
		return ptr;
	}
	if (page_alloc(MEM_BOOT_DATA, size, PAGE_SIZE, PHYS_MAX_32, &base) != 0)
		return NULL;
	return memset((void *)(uintptr_t)base, 0, size);
}

void *dma_alloc(size_t size, phys_addr_t *dev)
{
	void *ptr = dma_is_bounced() ? dma_shared_alloc(size) : plain_alloc(size);

	if (!ptr)
		pr_err("no memory for %zu bytes that a device shares", size);
	*dev = (uintptr_t)ptr;
	return ptr;
}

void dma_free(void *ptr, size_t size)
{
	if (!ptr)
		return;
	if (dma_is_bounced())
		dma_shared_free(ptr, size);
	else if ((u8 *)ptr < early || (u8 *)ptr >= early + sizeof(early))
		page_free((uintptr_t)ptr, size);
}
