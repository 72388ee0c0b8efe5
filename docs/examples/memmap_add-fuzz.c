/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Example: a fuzz target. Input: records of 16 bytes, base and size. Whatever
 * is added, the map stays sorted and ranges do not overlap.
 */
#include <stdlib.h>
#include <string.h>

#include <fw/byteorder.h>
#include <fw/memmap.h>

#define RECORD	16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct memmap map;
	size_t i;

	map.count = 0;
	for (; size >= RECORD; data += RECORD, size -= RECORD) {
		if (memmap_add(&map, get_le64(data), get_le64(data + 8), MEM_RESERVED) != 0)
			break;
	}
	for (i = 1; i < map.count; i++) {
		const struct memmap_entry *last = &map.entry[i - 1];

		if (map.entry[i].base < last->base + (last->pages << PAGE_SHIFT))
			abort();
	}
	return 0;
}
