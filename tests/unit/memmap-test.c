/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of core/memmap.c: by example, and against a map with one byte per page. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fw/errno.h>
#include <fw/memmap.h>

#define TiB(n)	((u64)(n) << 40)
#define TOP_52	((u64)1 << 52)
#define TOP_64	(-(u64)PAGE_SIZE)	/* the last page there is */

static struct memmap map;

static int setup(void **state)
{
	memset(&map, 0, sizeof(map));
	return 0;
}

/* The map as text: first page-last page:type, in hex. */
static const char *text(void)
{
	static char buf[MEMMAP_MAX * 40];
	size_t i, n = 0;

	buf[0] = '\0';
	for (i = 0; i < map.count; i++) {
		u64 first = map.entry[i].base >> PAGE_SHIFT;

		assert_true(IS_ALIGNED(map.entry[i].base, PAGE_SIZE));
		n += (size_t)sprintf(buf + n, "%s%lx-%lx:%d", i ? " " : "", first,
				     first + map.entry[i].pages - 1, map.entry[i].type);
	}
	return buf;
}

static void test_add_sorts(void **state)
{
	assert_int_equal(memmap_add(&map, 0x5000, 0x1000, MEM_RESERVED), 0);
	assert_int_equal(memmap_add(&map, 0x1000, 0x1000, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&map, 0x3000, 0x1000, MEM_ACPI_NVS), 0);
	assert_string_equal(text(), "1-1:7 3-3:10 5-5:0");
}

static void test_add_merges(void **state)
{
	assert_int_equal(memmap_add(&map, 0x1000, 0x1000, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&map, 0x3000, 0x1000, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&map, 0x4000, 0x1000, MEM_RESERVED), 0);
	assert_string_equal(text(), "1-1:7 3-3:7 4-4:0");
	/* Closes the gap between two of its kind. */
	assert_int_equal(memmap_add(&map, 0x2000, 0x1000, MEM_CONVENTIONAL), 0);
	assert_string_equal(text(), "1-3:7 4-4:0");
	assert_int_equal(memmap_add(&map, 0x5000, 0x3000, MEM_RESERVED), 0);
	assert_int_equal(memmap_add(&map, 0x0, 0x1000, MEM_CONVENTIONAL), 0);
	assert_string_equal(text(), "0-3:7 4-7:0");
}

static void test_add_refuses_overlap(void **state)
{
	assert_int_equal(memmap_add(&map, 0x4000, 0x4000, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&map, 0x4000, 0x4000, MEM_CONVENTIONAL), -EEXIST);
	assert_int_equal(memmap_add(&map, 0x3000, 0x2000, MEM_RESERVED), -EEXIST);
	assert_int_equal(memmap_add(&map, 0x7000, 0x2000, MEM_RESERVED), -EEXIST);
	assert_int_equal(memmap_add(&map, 0x5000, 0x1000, MEM_RESERVED), -EEXIST);
	assert_int_equal(memmap_add(&map, 0x0, TOP_64, MEM_RESERVED), -EEXIST);
	assert_string_equal(text(), "4-7:7");
	/* Next to each other is not on top of each other. */
	assert_int_equal(memmap_add(&map, 0x3000, 0x1000, MEM_RESERVED), 0);
	assert_int_equal(memmap_add(&map, 0x8000, 0x1000, MEM_RESERVED), 0);
	assert_string_equal(text(), "3-3:0 4-7:7 8-8:0");
}

static void test_rounding(void **state)
{
	/* Free memory loses what is not a whole page, the rest gains it. */
	assert_int_equal(memmap_add(&map, 0x0, 0x9fc00, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&map, 0x9fc00, 0x400, MEM_RESERVED), 0);
	assert_string_equal(text(), "0-9e:7 9f-9f:0");
	setup(state);
	assert_int_equal(memmap_add(&map, 0x1001, 0x1ffe, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&map, 0x1001, 0xfff, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&map, 0x1fff, 0x1000, MEM_CONVENTIONAL), 0);
	assert_int_equal(map.count, 0);
	assert_int_equal(memmap_add(&map, 0x1fff, 0x1001, MEM_CONVENTIONAL), 0);
	assert_string_equal(text(), "2-2:7");
	assert_int_equal(memmap_add(&map, 0x5fff, 2, MEM_ACPI_NVS), 0);
	assert_string_equal(text(), "2-2:7 5-6:10");
	/* Nothing stays nothing, whatever its type and place. */
	assert_int_equal(memmap_add(&map, 0x2800, 0, MEM_RESERVED), 0);
	assert_int_equal(memmap_set(&map, 0x2800, 0, MEM_RESERVED), 0);
	assert_int_equal(memmap_set(&map, 0, 0, MEM_CONVENTIONAL), 0);
	assert_string_equal(text(), "2-2:7 5-6:10");
}

static void test_overflow(void **state)
{
	static const enum mem_type types[] = { MEM_CONVENTIONAL, MEM_RESERVED };
	size_t i;

	for (i = 0; i < 2; i++) {
		assert_int_equal(memmap_add(&map, TOP_64, PAGE_SIZE + 1, types[i]), -EOVERFLOW);
		assert_int_equal(memmap_add(&map, 1, ~(u64)0, types[i]), 0);
		setup(state);
		assert_int_equal(memmap_add(&map, 2, ~(u64)0, types[i]), -EOVERFLOW);
		assert_int_equal(memmap_set(&map, ~(u64)0, 2, types[i]), -EOVERFLOW);
		assert_int_equal(memmap_set(&map, ~(u64)0, ~(u64)0, types[i]), -EOVERFLOW);
		assert_false(memmap_has_type(&map, ~(u64)0, 2, types[i]));
		assert_int_equal(map.count, 0);
	}
}

static void test_last_page(void **state)
{
	phys_addr_t base;

	assert_int_equal(memmap_add(&map, TOP_64, PAGE_SIZE, MEM_CONVENTIONAL), 0);
	assert_string_equal(text(), "fffffffffffff-fffffffffffff:7");
	assert_true(memmap_has_type(&map, TOP_64, PAGE_SIZE, MEM_CONVENTIONAL));
	assert_int_equal(memmap_find_free(&map, 1, PAGE_SIZE, 0, ~(u64)0, &base), 0);
	assert_true(base == TOP_64);
	assert_int_equal(memmap_find_free(&map, 1, PAGE_SIZE, 0, ~(u64)1, &base), -ENOMEM);
	assert_true(memmap_ram_end(&map, ~(u64)0) == ~(u64)0);
	assert_int_equal(memmap_add(&map, TOP_64 - 1, 1, MEM_RESERVED), 0);
	assert_int_equal(memmap_add(&map, ~(u64)0, 1, MEM_RESERVED), -EEXIST);
	assert_int_equal(memmap_set(&map, ~(u64)0, 1, MEM_RESERVED), 0);
	assert_string_equal(text(), "ffffffffffffe-fffffffffffff:0");
	/* All there is, but for the last byte that a size can express. */
	assert_int_equal(memmap_set(&map, 0, ~(u64)0, MEM_MMIO), 0);
	assert_string_equal(text(), "0-fffffffffffff:11");
}

static void test_set_splits(void **state)
{
	assert_int_equal(memmap_add(&map, 0x10000, 0x10000, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_set(&map, 0x14000, 0x2000, MEM_BOOT_DATA), 0);
	assert_string_equal(text(), "10-13:7 14-15:4 16-1f:7");
	assert_int_equal(memmap_set(&map, 0x10000, 0x1000, MEM_BOOT_DATA), 0);
	assert_int_equal(memmap_set(&map, 0x1f000, 0x1000, MEM_BOOT_CODE), 0);
	assert_string_equal(text(), "10-10:4 11-13:7 14-15:4 16-1e:7 1f-1f:3");
	/* Back, in the other order. */
	assert_int_equal(memmap_set(&map, 0x14000, 0x2000, MEM_CONVENTIONAL), 0);
	assert_string_equal(text(), "10-10:4 11-1e:7 1f-1f:3");
	assert_int_equal(memmap_set(&map, 0x1f000, 0x1000, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_set(&map, 0x10000, 0x1000, MEM_CONVENTIONAL), 0);
	assert_string_equal(text(), "10-1f:7");
}

static void test_set_over_several(void **state)
{
	assert_int_equal(memmap_add(&map, 0x1000, 0x2000, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&map, 0x4000, 0x1000, MEM_RESERVED), 0);
	assert_int_equal(memmap_add(&map, 0x6000, 0x2000, MEM_ACPI_NVS), 0);
	/* From the middle of one over a gap into the middle of another. */
	assert_int_equal(memmap_set(&map, 0x2000, 0x5000, MEM_MMIO), 0);
	assert_string_equal(text(), "1-1:7 2-6:11 7-7:10");
	/* The same type as a piece that stays. */
	assert_int_equal(memmap_set(&map, 0x5000, 0x2000, MEM_ACPI_NVS), 0);
	assert_string_equal(text(), "1-1:7 2-4:11 5-7:10");
	assert_int_equal(memmap_set(&map, 0x0, 0x100000, MEM_CONVENTIONAL), 0);
	assert_string_equal(text(), "0-ff:7");
	assert_int_equal(memmap_set(&map, 0x3000, 0x1000, MEM_CONVENTIONAL), 0);
	assert_string_equal(text(), "0-ff:7");
}

static void test_full(void **state)
{
	struct memmap before;
	u64 i;

	for (i = 0; i < MEMMAP_MAX; i++)
		assert_int_equal(memmap_add(&map, i * 0x4000, 0x3000, MEM_CONVENTIONAL), 0);
	assert_int_equal(map.count, MEMMAP_MAX);
	before = map;
	assert_int_equal(memmap_add(&map, MEMMAP_MAX * 0x4000, 1, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&map, MEMMAP_MAX * 0x4000, 1, MEM_RESERVED), -ENOSPC);
	assert_int_equal(memmap_set(&map, 0x3000, 0x1000, MEM_RESERVED), -ENOSPC);
	assert_int_equal(memmap_set(&map, 0x1000, 0x1000, MEM_RESERVED), -ENOSPC);
	assert_int_equal(memmap_set(&map, 0x2000, 0x1000, MEM_RESERVED), -ENOSPC);
	assert_memory_equal(&map, &before, sizeof(map));
	/* What needs no entry more still works, and what frees one makes room for one. */
	assert_int_equal(memmap_set(&map, 0x0, 0x3000, MEM_RESERVED), 0);
	assert_int_equal(memmap_set(&map, 0x3000, 0x1000, MEM_RESERVED), 0);
	assert_int_equal(map.count, MEMMAP_MAX);
	assert_int_equal(memmap_add(&map, 0xb000, 0x1000, MEM_CONVENTIONAL), 0);
	assert_int_equal(map.count, MEMMAP_MAX - 1);
	assert_int_equal(memmap_set(&map, 0x14000, 0x1000, MEM_RESERVED), 0);
	assert_int_equal(map.count, MEMMAP_MAX);
	/* Everything at once. */
	assert_int_equal(memmap_set(&map, 0, GiB(1), MEM_MMIO), 0);
	assert_string_equal(text(), "0-3ffff:11");
}

static void test_has_type(void **state)
{
	assert_false(memmap_has_type(&map, 0, 1, MEM_RESERVED));
	assert_int_equal(memmap_add(&map, 0x2000, 0x2000, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&map, 0x4000, 0x1000, MEM_RESERVED), 0);
	assert_true(memmap_has_type(&map, 0x2000, 0x2000, MEM_CONVENTIONAL));
	assert_true(memmap_has_type(&map, 0x2fff, 2, MEM_CONVENTIONAL));
	assert_false(memmap_has_type(&map, 0x2000, 0x2001, MEM_CONVENTIONAL));
	assert_false(memmap_has_type(&map, 0x1fff, 2, MEM_CONVENTIONAL));
	assert_false(memmap_has_type(&map, 0x2000, 0x1000, MEM_RESERVED));
	assert_true(memmap_has_type(&map, 0x4fff, 1, MEM_RESERVED));
	assert_false(memmap_has_type(&map, 0x5000, 1, MEM_RESERVED));
}

static void assert_found(u64 size, u64 align, u64 min, u64 max, u64 want)
{
	phys_addr_t base = 0;

	assert_int_equal(memmap_find_free(&map, size, align, min, max, &base), 0);
	if (base != want)
		fail_msg("found %lx instead of %lx", base, want);
}

static void assert_not_found(u64 size, u64 align, u64 min, u64 max)
{
	phys_addr_t base = 0x1234;

	assert_int_equal(memmap_find_free(&map, size, align, min, max, &base), -ENOMEM);
	assert_int_equal(base, 0x1234);
}

static void test_find_top_down(void **state)
{
	assert_not_found(1, PAGE_SIZE, 0, ~(u64)0);
	assert_int_equal(memmap_add(&map, 0, MiB(1), MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&map, MiB(1), MiB(1), MEM_RESERVED), 0);
	assert_int_equal(memmap_add(&map, MiB(2), MiB(2), MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&map, MiB(16), 0x1000, MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&map, MiB(32), MiB(32), MEM_RESERVED), 0);
	assert_found(1, PAGE_SIZE, 0, ~(u64)0, MiB(16));
	assert_found(0x1001, PAGE_SIZE, 0, ~(u64)0, MiB(4) - 0x2000);
	assert_found(MiB(2), PAGE_SIZE, 0, ~(u64)0, MiB(2));
	assert_not_found(MiB(2) + 1, PAGE_SIZE, 0, ~(u64)0);
	assert_found(MiB(1) - 0x1000, PAGE_SIZE, 0, MiB(1), 0x1000);
	/* Nothing is not something. */
	assert_not_found(0, PAGE_SIZE, 0, ~(u64)0);
	assert_not_found(~(u64)0, PAGE_SIZE, 0, ~(u64)0);
}

static void test_find_limits(void **state)
{
	assert_int_equal(memmap_add(&map, MiB(1), MiB(15), MEM_CONVENTIONAL), 0);
	/* The last byte may be the limit, not one more. */
	assert_found(0x2000, PAGE_SIZE, 0, MiB(8) - 1, MiB(8) - 0x2000);
	assert_found(0x2000, PAGE_SIZE, 0, MiB(8) - 2, MiB(8) - 0x3000);
	assert_found(0x2000, PAGE_SIZE, 0, MiB(8), MiB(8) - 0x2000);
	assert_found(0x2000, PAGE_SIZE, MiB(16) - 0x2000, ~(u64)0, MiB(16) - 0x2000);
	assert_not_found(0x2000, PAGE_SIZE, MiB(16) - 0x1fff, ~(u64)0);
	assert_not_found(0x2000, PAGE_SIZE, 0, MiB(1) + 0x1ffe);
	assert_found(0x2000, PAGE_SIZE, 0, MiB(1) + 0x1fff, MiB(1));
	assert_not_found(0x1000, PAGE_SIZE, MiB(8), MiB(4));
	assert_not_found(0x1000, PAGE_SIZE, ~(u64)0, ~(u64)0);
	assert_not_found(0x1000, PAGE_SIZE, 0, 0);
}

static void test_find_align(void **state)
{
	assert_int_equal(memmap_add(&map, MiB(1) + 0x3000, MiB(6), MEM_CONVENTIONAL), 0);
	assert_found(0x1000, MiB(2), 0, ~(u64)0, MiB(6));
	assert_found(MiB(1) + 0x4000, MiB(2), 0, ~(u64)0, MiB(4));
	assert_found(MiB(3) + 0x3000, MiB(2), 0, ~(u64)0, MiB(4));
	assert_not_found(MiB(5) + 0x4000, MiB(2), 0, ~(u64)0);
	assert_not_found(0x1000, MiB(8), 0, ~(u64)0);
	assert_not_found(0x1000, (u64)1 << 63, 0, ~(u64)0);
}

static void test_page_0(void **state)
{
	assert_int_equal(memmap_add(&map, 0, 0x3000, MEM_CONVENTIONAL), 0);
	assert_found(0x2000, PAGE_SIZE, 0, ~(u64)0, 0x1000);
	assert_not_found(0x3000, PAGE_SIZE, 0, ~(u64)0);
	assert_not_found(0x1000, MiB(1), 0, ~(u64)0);
	assert_not_found(0x1000, PAGE_SIZE, 0, 0xfff);
}

static void test_large_memory(void **state)
{
	static const u64 tops[] = { GiB(4) + GiB(1), TiB(1), TiB(1) + GiB(2), TOP_52 };
	u64 low = GiB(3), top;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tops); i++) {
		top = tops[i];
		setup(state);
		assert_int_equal(memmap_add(&map, 0, low, MEM_CONVENTIONAL), 0);
		assert_int_equal(memmap_add(&map, GiB(4), top - GiB(4), MEM_CONVENTIONAL), 0);
		assert_int_equal(map.count, 2);
		assert_found(0x1000, PAGE_SIZE, 0, ~(u64)0, top - 0x1000);
		assert_found(0x1000, PAGE_SIZE, 0, top - 1, top - 0x1000);
		assert_found(0x1000, PAGE_SIZE, 0, top - 2, top - 0x2000);
		assert_found(0x1000, PAGE_SIZE, 0, 0xffffffff, low - 0x1000);
		assert_not_found(0x1000, PAGE_SIZE, low, 0xffffffff);
		assert_found(0x1000, PAGE_SIZE, 0, GiB(4) + 0xfff, GiB(4));
		assert_found(top - GiB(4), PAGE_SIZE, 0, ~(u64)0, GiB(4));
		assert_not_found(top - GiB(4) + 1, PAGE_SIZE, GiB(4), ~(u64)0);
		assert_true(memmap_ram_end(&map, GiB(4)) == low);
		assert_true(memmap_ram_end(&map, ~(u64)0) == top);
		assert_true(memmap_ram_end(&map, GiB(4) + 1) == GiB(4) + 1);
	}
}

static void test_ram_end(void **state)
{
	assert_int_equal(memmap_ram_end(&map, GiB(4)), 0);
	assert_int_equal(memmap_add(&map, MiB(1), MiB(1), MEM_CONVENTIONAL), 0);
	assert_int_equal(memmap_add(&map, MiB(2), MiB(1), MEM_ACPI_NVS), 0);
	assert_int_equal(memmap_add(&map, MiB(8), MiB(1), MEM_RESERVED), 0);
	assert_int_equal(memmap_add(&map, MiB(16), MiB(1), MEM_MMIO), 0);
	/* ACPI tables lie in RAM; what is reserved may be anything. */
	assert_int_equal(memmap_ram_end(&map, GiB(4)), MiB(3));
	assert_int_equal(memmap_ram_end(&map, MiB(2)), MiB(2));
	assert_int_equal(memmap_ram_end(&map, MiB(2) - 7), MiB(2) - 7);
	assert_int_equal(memmap_ram_end(&map, MiB(1)), 0);
	assert_int_equal(memmap_ram_end(&map, 0), 0);
}

static void test_types(void **state)
{
	static const struct { enum mem_type type; bool ram; } types[] = {
		{ MEM_RESERVED, false }, { MEM_LOADER_CODE, true }, { MEM_LOADER_DATA, true },
		{ MEM_BOOT_CODE, true }, { MEM_BOOT_DATA, true }, { MEM_RUNTIME_CODE, false },
		{ MEM_RUNTIME_DATA, false }, { MEM_CONVENTIONAL, true }, { MEM_UNUSABLE, false },
		{ MEM_ACPI_RECLAIM, false }, { MEM_ACPI_NVS, false }, { MEM_MMIO, false },
		{ MEM_MMIO_PORT, false }, { MEM_PAL, false }, { MEM_PERSISTENT, false },
		{ MEM_UNACCEPTED, false },
	};
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		assert_int_equal(types[i].type, i);
		assert_int_equal(memmap_type_is_ram(types[i].type), types[i].ram);
		for (j = 0; j < i; j++)
			assert_string_not_equal(memmap_type_name(types[i].type),
						memmap_type_name(types[j].type));
	}
	assert_string_equal(memmap_type_name((enum mem_type)16), "unknown");
	assert_string_equal(memmap_type_name((enum mem_type)-1), "unknown");
	assert_false(memmap_type_is_ram((enum mem_type)16));
}

/* The model: a type for each page, or NONE; small enough to be compared in full. */
#define MODEL_PAGES	96
#define NONE		0xff

static u8 model[MODEL_PAGES];

static bool model_overlaps(u64 first, u64 end)
{
	for (; first < end; first++)
		if (model[first] != NONE)
			return true;
	return false;
}

static void model_check(void)
{
	u8 seen[MODEL_PAGES];
	size_t i, p;

	memset(seen, NONE, sizeof(seen));
	for (i = 0; i < map.count; i++) {
		u64 first = map.entry[i].base >> PAGE_SHIFT, pages = map.entry[i].pages;

		assert_true(pages > 0 && first + pages <= MODEL_PAGES);
		for (p = first; p < first + pages; p++) {
			assert_int_equal(seen[p], NONE);
			seen[p] = (u8)map.entry[i].type;
		}
		/* Sorted, and nothing left to merge. */
		if (i > 0) {
			const struct memmap_entry *prev = &map.entry[i - 1];
			u64 prev_end = (prev->base >> PAGE_SHIFT) + prev->pages;

			assert_true(prev_end <= first);
			assert_false(prev_end == first && prev->type == map.entry[i].type);
		}
	}
	assert_memory_equal(seen, model, sizeof(model));
}

static void model_find(u64 pages, u64 align, u64 min, u64 max)
{
	phys_addr_t base = 0;
	int rc = memmap_find_free(&map, pages << PAGE_SHIFT, align << PAGE_SHIFT,
				  min << PAGE_SHIFT, (max << PAGE_SHIFT) - 1, &base);
	u64 page, p;

	for (page = MODEL_PAGES - 1; page > 0; page--) {
		if (page % align || page < min || page + pages > MIN(max, (u64)MODEL_PAGES))
			continue;
		for (p = page; p < page + pages && model[p] == MEM_CONVENTIONAL; p++)
			;
		if (p == page + pages)
			break;
	}
	assert_int_equal(rc, page > 0 ? 0 : -ENOMEM);
	if (page > 0)
		assert_int_equal(base, page << PAGE_SHIFT);
}

static void test_random_model(void **state)
{
	static const enum mem_type types[] = {
		MEM_CONVENTIONAL, MEM_CONVENTIONAL, MEM_RESERVED, MEM_BOOT_DATA,
	};
	unsigned int seed = 1, op, have_set = 0, have_add = 0;
	u64 base, size, first, end;
	enum mem_type type;
	int rc;

	memset(model, NONE, sizeof(model));
	for (op = 0; op < 200000; op++) {
		type = types[rand_r(&seed) % 4];
		base = (u64)rand_r(&seed) % (MODEL_PAGES << PAGE_SHIFT);
		size = (u64)rand_r(&seed) % (rand_r(&seed) % 4 ? 0x8000 : 0x20000);
		if (rand_r(&seed) % 2) {
			base = ALIGN_DOWN(base, PAGE_SIZE);
			size = ALIGN_DOWN(size, PAGE_SIZE);
		}
		size = MIN(size, (MODEL_PAGES << PAGE_SHIFT) - base);
		if (type == MEM_CONVENTIONAL) {
			first = (base + PAGE_SIZE - 1) >> PAGE_SHIFT;
			end = (base + size) >> PAGE_SHIFT;
		} else {
			first = base >> PAGE_SHIFT;
			end = (base + size + PAGE_SIZE - 1) >> PAGE_SHIFT;
		}
		if (first >= end || size == 0)
			first = end = 0;
		if (rand_r(&seed) % 64 == 0) {
			memset(model, NONE, sizeof(model));
			setup(NULL);
		} else if (rand_r(&seed) % 2) {
			rc = memmap_add(&map, base, size, type);
			assert_int_equal(rc, model_overlaps(first, end) ? -EEXIST : 0);
			if (rc == 0)
				memset(model + first, (int)type, end - first);
			have_add += rc == 0 && first < end;
		} else {
			assert_int_equal(memmap_set(&map, base, size, type), 0);
			memset(model + first, (int)type, end - first);
			have_set += first < end;
		}
		model_check();
		first = (u64)rand_r(&seed) % MODEL_PAGES;
		model_find(1 + (u64)rand_r(&seed) % 12, (u64)1 << rand_r(&seed) % 5, first,
			   first + 1 + (u64)rand_r(&seed) % 64);
	}
	/* The run did what it is for. */
	assert_true(have_add > 10000 && have_set > 10000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_add_sorts, setup),
		cmocka_unit_test_setup(test_add_merges, setup),
		cmocka_unit_test_setup(test_add_refuses_overlap, setup),
		cmocka_unit_test_setup(test_rounding, setup),
		cmocka_unit_test_setup(test_overflow, setup),
		cmocka_unit_test_setup(test_last_page, setup),
		cmocka_unit_test_setup(test_set_splits, setup),
		cmocka_unit_test_setup(test_set_over_several, setup),
		cmocka_unit_test_setup(test_full, setup),
		cmocka_unit_test_setup(test_has_type, setup),
		cmocka_unit_test_setup(test_find_top_down, setup),
		cmocka_unit_test_setup(test_find_limits, setup),
		cmocka_unit_test_setup(test_find_align, setup),
		cmocka_unit_test_setup(test_page_0, setup),
		cmocka_unit_test_setup(test_large_memory, setup),
		cmocka_unit_test_setup(test_ram_end, setup),
		cmocka_unit_test_setup(test_types, setup),
		cmocka_unit_test_setup(test_random_model, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
