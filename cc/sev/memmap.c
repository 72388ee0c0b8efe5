/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Pages that stay after the firmware has gone: what the secure processor has
 * written for the OS, and the page from which an OS starts its processors.
 * Document: GHCB specification (AMD 56421, revision 2.03), sections 4.1.8 and
 * 4.3.
 */
#include <fw/layout.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "sev.h"

static int reserve(struct memmap *map, u8 *page)
{
	return memmap_set(map, (phys_addr_t)(uintptr_t)page, PAGE_SIZE, MEM_RESERVED);
}

/* ap.asm knows the page, too: it has no other use without SNP. */
static int set_jump_table(struct memmap *map)
{
	struct ghcb_request request = {
		.code = EXIT_AP_JUMP_TABLE,
		.info1 = JUMP_TABLE_SET,
		.info2 = (u64)(uintptr_t)layout_launch_info1,
	};

	memset(layout_launch_info1, 0, PAGE_SIZE);
	ghcb_call_or_stop(sev_channel(), &request);
	return reserve(map, layout_launch_info1);
}

static int reserve_pages(struct memmap *map)
{
	int rc;

	if (!sev_is_es())
		return 0;
	if (!sev_is_snp())
		return set_jump_table(map);
	rc = reserve(map, layout_launch_info0);
	if (rc != 0)
		return rc;
	return reserve(map, layout_launch_info1);
}
HOOK(memmap_ram, 10, sev, reserve_pages);
