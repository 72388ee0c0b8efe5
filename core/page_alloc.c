/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Pages out of the memory map, which is the only record of who has what. */
#define pr_fmt(fmt) "page_alloc: " fmt

#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/panic.h>

int page_alloc(enum mem_type type, u64 size, u64 align, phys_addr_t max, phys_addr_t *base)
{
	phys_addr_t found;
	int rc;

	rc = memmap_find_free(&memmap, size, align, 0, max, &found);
	if (rc != 0)
		return rc;
	rc = memmap_set(&memmap, found, size, type);
	if (rc == 0)
		*base = found;
	return rc;
}

void page_free(phys_addr_t base, u64 size)
{
	/* A free range would be shrunk to whole pages, but a whole one was given out. */
	u64 whole = ALIGN_UP(size, PAGE_SIZE);

	fw_assert(IS_ALIGNED(base, PAGE_SIZE) && whole >= size);
	fw_assert(!memmap_has_type(&memmap, base, PAGE_SIZE, MEM_CONVENTIONAL));
	/* A hole in a range may need an entry more than there is: lost, but harmless. */
	if (memmap_set(&memmap, base, whole, MEM_CONVENTIONAL) != 0)
		pr_warn("map is full, 0x%llx bytes are not freed", (unsigned long long)whole);
}
