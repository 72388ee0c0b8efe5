/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Example: a hook that looks at the memory map once it is made. */
#define pr_fmt(fmt) "example: " fmt

#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/memmap.h>

static int example_show_ram_end(void)
{
	pr_info("RAM below 4 GiB ends at 0x%llx",
		(unsigned long long)memmap_ram_end(&memmap, GiB(4)));
	return 0;
}

HOOK(memmap_post, 60, common, example_show_ram_end);
