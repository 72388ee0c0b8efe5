/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: the host's list of RAM. What is accepted makes a map in which
 * nothing is RAM that the host did not call RAM.
 *
 * Input: the file as it is. Seeds: mkcorpus.py.
 */
#include <stdlib.h>
#include <string.h>

#include <spec/linux_boot.h>

#include "e820.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(cond)	do { if (!(cond)) abort(); } while (0)

/* RAM of the map is never more than this. */
static u64 ram_of_host(const struct e820_entry *e, size_t count)
{
	u64 sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sum += le32_to_cpu(e[i].type) == E820_RAM ? le64_to_cpu(e[i].size) : 0;
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct memmap map;
	struct e820_entry *copy;
	u64 ram = 0, end = 0;
	size_t i;

	memset(&map, 0, sizeof(map));
	copy = malloc(size);
	if (size)
		memcpy(copy, data, size);
	if (e820_import(&map, copy, (u32)size) == 0) {
		for (i = 0; i < map.count; i++) {
			CHECK(map.entry[i].base >= end);
			end = map.entry[i].base + map.entry[i].pages * PAGE_SIZE;
			CHECK(end <= (u64)1 << 52);
			if (map.entry[i].type == MEM_CONVENTIONAL)
				ram += map.entry[i].pages * PAGE_SIZE;
		}
		CHECK(ram <= ram_of_host(copy, size / sizeof(*copy)));
	}
	free(copy);
	return 0;
}
