/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of core/page_alloc.c on the machine's memory map. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <fw/alloc.h>
#include <fw/errno.h>

#include "support.h"

/* 3 GiB and 2 GiB above 4 GiB; nothing of it exists, since nothing may touch it. */
static int setup(void **state)
{
	memset(&memmap, 0, sizeof(memmap));
	mock_log_reset();
	return memmap_add(&memmap, 0, GiB(3), MEM_CONVENTIONAL) != 0 ||
	       memmap_add(&memmap, GiB(4), GiB(2), MEM_CONVENTIONAL) != 0;
}

static void assert_page_alloc(u64 size, u64 align, u64 max, u64 want)
{
	phys_addr_t base = 0;

	assert_int_equal(page_alloc(MEM_BOOT_DATA, size, align, max, &base), 0);
	if (base != want)
		fail_msg("got %lx instead of %lx", base, want);
	assert_true(memmap_has_type(&memmap, base, size, MEM_BOOT_DATA));
}

static void test_top_down(void **state)
{
	assert_page_alloc(0x1000, PAGE_SIZE, ~(u64)0, GiB(6) - 0x1000);
	assert_page_alloc(1, PAGE_SIZE, ~(u64)0, GiB(6) - 0x2000);
	assert_page_alloc(0x1001, PAGE_SIZE, ~(u64)0, GiB(6) - 0x4000);
	assert_page_alloc(0x1000, PAGE_SIZE, PHYS_MAX_32, GiB(3) - 0x1000);
	assert_page_alloc(0x1000, PAGE_SIZE, MiB(1) - 1, MiB(1) - 0x1000);
	assert_page_alloc(0x1000, MiB(2), PHYS_MAX_32, GiB(3) - MiB(2));
	/* The gap that alignment left is used. */
	assert_page_alloc(MiB(2) - 0x2000, PAGE_SIZE, PHYS_MAX_32, GiB(3) - MiB(2) + 0x1000);
}

static void test_type_is_set(void **state)
{
	phys_addr_t base;

	assert_int_equal(page_alloc(MEM_ACPI_NVS, 0x1800, PAGE_SIZE, PHYS_MAX_32, &base), 0);
	assert_true(memmap_has_type(&memmap, base, 0x2000, MEM_ACPI_NVS));
	assert_true(memmap_has_type(&memmap, 0, GiB(3) - 0x2000, MEM_CONVENTIONAL));
}

static void test_give_back(void **state)
{
	phys_addr_t a, b, c;
	size_t count = memmap.count;

	assert_int_equal(page_alloc(MEM_BOOT_DATA, 0x1800, PAGE_SIZE, PHYS_MAX_32, &a), 0);
	assert_int_equal(page_alloc(MEM_BOOT_DATA, 0x1800, PAGE_SIZE, PHYS_MAX_32, &b), 0);
	assert_int_equal(page_alloc(MEM_BOOT_DATA, 0x1800, PAGE_SIZE, PHYS_MAX_32, &c), 0);
	page_free(b, 0x1800);
	assert_true(memmap_has_type(&memmap, b, 0x2000, MEM_CONVENTIONAL));
	assert_true(memmap_has_type(&memmap, a, 0x2000, MEM_BOOT_DATA));
	assert_true(memmap_has_type(&memmap, c, 0x2000, MEM_BOOT_DATA));
	assert_page_alloc(0x2000, PAGE_SIZE, PHYS_MAX_32, b);
	page_free(a, 0x1800);
	page_free(b, 0x2000);
	page_free(c, 0x1800);
	assert_int_equal(memmap.count, count);
	assert_true(memmap_has_type(&memmap, 0, GiB(3), MEM_CONVENTIONAL));
	assert_int_equal(mock_log_errors(), 0);
}

static void test_no_memory(void **state)
{
	phys_addr_t base = 0x1234;
	struct memmap before = memmap;

	assert_int_equal(page_alloc(MEM_BOOT_DATA, GiB(4), PAGE_SIZE, ~(u64)0, &base), -ENOMEM);
	assert_int_equal(page_alloc(MEM_BOOT_DATA, 0, PAGE_SIZE, ~(u64)0, &base), -ENOMEM);
	assert_int_equal(page_alloc(MEM_BOOT_DATA, ~(u64)0, PAGE_SIZE, ~(u64)0, &base), -ENOMEM);
	assert_int_equal(page_alloc(MEM_BOOT_DATA, 1, GiB(8), ~(u64)0, &base), -ENOMEM);
	assert_int_equal(page_alloc(MEM_BOOT_DATA, 1, PAGE_SIZE, 0xfff, &base), -ENOMEM);
	assert_int_equal(base, 0x1234);
	assert_memory_equal(&memmap, &before, sizeof(memmap));
}

static void test_map_full(void **state)
{
	phys_addr_t base = 0x1234, last;
	struct memmap before;
	size_t i;

	for (i = 0; memmap.count < MEMMAP_MAX; i++)
		assert_int_equal(memmap_set(&memmap, MiB(1) + i * 0x2000, 0x1000, MEM_RESERVED), 0);
	before = memmap;
	/* The new type needs an entry of its own. */
	assert_int_equal(page_alloc(MEM_BOOT_DATA, 0x1000, PAGE_SIZE, ~(u64)0, &base), -ENOSPC);
	assert_int_equal(base, 0x1234);
	assert_memory_equal(&memmap, &before, sizeof(memmap));

	/* A hole cannot be given back: said once, and nothing else happens. */
	last = memmap.entry[MEMMAP_MAX - 1].base;
	assert_int_equal(memmap_set(&memmap, last, GiB(2), MEM_BOOT_DATA), 0);
	before = memmap;
	page_free(last + MiB(1), 0x1000);
	assert_memory_equal(&memmap, &before, sizeof(memmap));
	assert_true(mock_log_has("map is full"));
	assert_int_equal(mock_log_errors(), 0);
}

static void test_misuse(void **state)
{
	phys_addr_t base;

	assert_int_equal(page_alloc(MEM_BOOT_DATA, 0x1000, PAGE_SIZE, PHYS_MAX_32, &base), 0);
	expect_panic(page_free(base + 8, 0x1000));
	expect_panic(page_free(base, ~(u64)0));
	page_free(base, 0x1000);
	expect_panic(page_free(base, 0x1000));
}

/* However many come and go, nobody gets what somebody has, and all comes back. */
static void test_random(void **state)
{
	struct { phys_addr_t base; u64 size; } held[64];
	unsigned int seed = 2, n = 0, op, i, j;
	u64 align;

	for (op = 0; op < 20000; op++) {
		if (n < ARRAY_SIZE(held) && rand_r(&seed) % 2) {
			held[n].size = 1 + (u64)rand_r(&seed) % 0x9000;
			align = PAGE_SIZE << rand_r(&seed) % 6;
			assert_int_equal(page_alloc(MEM_LOADER_DATA, held[n].size, align,
						    PHYS_MAX_32, &held[n].base), 0);
			assert_true(IS_ALIGNED(held[n].base, align));
			for (j = 0; j < n; j++)
				assert_true(held[n].base >= ALIGN_UP(held[j].base + held[j].size,
								     PAGE_SIZE) ||
					    held[j].base >= ALIGN_UP(held[n].base + held[n].size,
								     PAGE_SIZE));
			n++;
		} else if (n > 0) {
			i = (unsigned int)rand_r(&seed) % n;
			page_free(held[i].base, held[i].size);
			held[i] = held[--n];
		}
	}
	while (n > 0) {
		n--;
		page_free(held[n].base, held[n].size);
	}
	assert_int_equal(memmap.count, 2);
	assert_true(memmap_has_type(&memmap, 0, GiB(3), MEM_CONVENTIONAL));
	assert_true(memmap_has_type(&memmap, GiB(4), GiB(2), MEM_CONVENTIONAL));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_top_down, setup),
		cmocka_unit_test_setup(test_type_is_set, setup),
		cmocka_unit_test_setup(test_give_back, setup),
		cmocka_unit_test_setup(test_no_memory, setup),
		cmocka_unit_test_setup(test_map_full, setup),
		cmocka_unit_test_setup(test_misuse, setup),
		cmocka_unit_test_setup(test_random, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
