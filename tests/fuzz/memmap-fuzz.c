/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: the memory map under any series of operations keeps its order
 * and never lets ranges overlap, and leaves the map alone when it refuses.
 *
 * Input: records of 18 bytes: operation, type, base and size (little-endian).
 * Seeds: corpus/memmap/generate.py.
 */
#include <stdlib.h>
#include <string.h>

#include <fw/byteorder.h>
#include <fw/memmap.h>

#define RECORD	18
#define MAX_OPS	600

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(cond)	do { if (!(cond)) abort(); } while (0)

static void check_map(const struct memmap *map)
{
	const struct memmap_entry *e = map->entry;
	u64 end = 0;
	size_t i;

	CHECK(map->count <= MEMMAP_MAX);
	for (i = 0; i < map->count; i++) {
		CHECK(IS_ALIGNED(e[i].base, PAGE_SIZE) && e[i].pages > 0);
		CHECK(e[i].base >> PAGE_SHIFT >= end);
		/* Neighbours of one type are one entry. */
		CHECK(i == 0 || e[i].base >> PAGE_SHIFT != end || e[i].type != e[i - 1].type);
		end = (e[i].base >> PAGE_SHIFT) + e[i].pages;
		CHECK(end <= (u64)1 << (64 - PAGE_SHIFT));
	}
}

static void check_find(const struct memmap *map, u64 base, u64 size, unsigned int shift)
{
	u64 align = PAGE_SIZE << shift % 52;
	phys_addr_t got;

	if (size == 0 || memmap_find_free(map, size, align, base, base | GiB(4), &got) != 0)
		return;
	CHECK(got != 0 && IS_ALIGNED(got, align) && got >= base);
	CHECK(got + (size - 1) >= got && got + (size - 1) <= (base | GiB(4)));
	CHECK(memmap_has_type(map, got, size, MEM_CONVENTIONAL));
}

static void one_op(struct memmap *map, const uint8_t *rec)
{
	static struct memmap before;
	u64 base = get_le64(rec + 2), size = get_le64(rec + 10);
	enum mem_type type = rec[1] & 0xf;
	int rc = 0;

	before = *map;
	switch (rec[0] & 3) {
	case 0:
		rc = memmap_add(map, base, size, type);
		break;
	case 1:
		rc = memmap_set(map, base, size, type);
		if (rc == 0 && size && type != MEM_CONVENTIONAL)
			CHECK(memmap_has_type(map, base, size, type));
		break;
	case 2:
		check_find(map, base, size, rec[1]);
		break;
	default:
		CHECK(memmap_ram_end(map, base) <= base);
		break;
	}
	check_map(map);
	if (rc != 0) {
		CHECK(map->count == before.count);
		CHECK(memcmp(map->entry, before.entry, map->count * sizeof(map->entry[0])) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct memmap map;
	size_t i;

	memset(&map, 0, sizeof(map));
	for (i = 0; i < MAX_OPS && (i + 1) * RECORD <= size; i++)
		one_op(&map, data + i * RECORD);
	return 0;
}
