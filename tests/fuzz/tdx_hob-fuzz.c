/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A TD HOB of a hostile host: nothing outside of it is read, it is measured
 * before its meaning counts, and RAM in the map is below the shared bit.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <fw/host_input.h>
#include <fw/memmap.h>

#include "support.h"
#include "tdx.h"

#define SHARED	((u64)1 << 47)

u8 layout_launch_info0[1], layout_launch_info1_end[1];

static bool measured;

u64 tdx_shared(phys_addr_t addr)
{
	return addr | SHARED;
}

int host_input_use(const struct host_input *input, const void *data, u64 size)
{
	measured = input && data && size < 0x2000;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct memmap map;
	const struct memmap_entry *e;
	void *list;

	if (size > 0x2000)
		return 0;
	measured = false;
	memset(&map, 0, sizeof(map));
	list = malloc(size + 1);
	memcpy(list, data, size);
	tdx_hob_parse(list, size, &map);
	free(list);
	if (map.count && !measured)
		mock_fail("RAM of a list that was not measured");
	for (e = map.entry; e < map.entry + map.count; e++) {
		if (e->type != MEM_CONVENTIONAL || e->base + e->pages * PAGE_SIZE > SHARED ||
		    e->base % PAGE_SIZE)
			mock_fail("entry at %llx", (unsigned long long)e->base);
	}
	return 0;
}
