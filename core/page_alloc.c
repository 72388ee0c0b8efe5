/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Pages out of the memory map, which is the only record of who has what. The timer
 * interrupt may run code that allocates, too.
 */
#define pr_fmt(fmt) "page_alloc: " fmt

#include <asm/irq.h>
#include <fw/alloc.h>
#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/panic.h>

int page_alloc(enum mem_type type, u64 size, u64 align, phys_addr_t max, phys_addr_t *base)
{
	u64 flags = irq_save();
	phys_addr_t found;
	int rc;

	rc = memmap_find_free(&memmap, size, align, 0, max, &found);
	if (rc == 0)
		rc = cc_accept_on_demand(found, size);
	if (rc == 0)
		rc = memmap_set(&memmap, found, size, type);
	irq_restore(flags);
	if (rc == 0)
		*base = found;
	return rc;
}

void page_free(phys_addr_t base, u64 size)
{
	/* A free range would be shrunk to whole pages, but a whole one was given out. */
	u64 whole = ALIGN_UP(size, PAGE_SIZE), flags;
	int rc;

	fw_assert(IS_ALIGNED(base, PAGE_SIZE) && whole >= size);
	fw_assert(!memmap_has_type(&memmap, base, PAGE_SIZE, MEM_CONVENTIONAL));
	flags = irq_save();
	rc = memmap_set(&memmap, base, whole, MEM_CONVENTIONAL);
	irq_restore(flags);
	/* A hole in a range may need an entry more than there is: lost, but harmless. */
	if (rc != 0)
		pr_warn("map is full, 0x%llx bytes are not freed", (unsigned long long)whole);
}
