/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of core/heap.c. The heap lives as long as the program, so the tests
 * leave it as they found it: nothing allocated.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <fw/alloc.h>
#include <fw/errno.h>

#include "support.h"

#define RAM_BASE	MiB(256)
#define RAM_SIZE	MiB(64)

static int setup_once(void **state)
{
	mock_ram(RAM_BASE, RAM_SIZE);
	return memmap_add(&memmap, RAM_BASE, RAM_SIZE, MEM_CONVENTIONAL) != 0 ||
	       /* Higher, and not for the heap: an access faults. */
	       memmap_add(&memmap, GiB(4), GiB(1), MEM_CONVENTIONAL) != 0;
}

static unsigned int pages_touched(void)
{
	static unsigned char vec[RAM_SIZE / PAGE_SIZE];
	unsigned int n = 0;
	size_t i;

	assert_int_equal(mincore((void *)(uintptr_t)RAM_BASE, RAM_SIZE, vec), 0);
	for (i = 0; i < sizeof(vec); i++)
		n += vec[i] & 1;
	return n;
}

/* Runs first. */
static void test_pages_untouched(void **state)
{
	void *p[8];
	int i;

	assert_int_equal(pages_touched(), 0);
	for (i = 0; i < 8; i++) {
		p[i] = heap_alloc(100);
		assert_non_null(p[i]);
		assert_true(memmap_has_type(&memmap, (uintptr_t)p[i], 100, MEM_BOOT_DATA));
	}
	/* A chunk is reserved at once, but only what is given out gets written. */
	assert_int_equal(pages_touched(), 1);
	assert_false(memmap_has_type(&memmap, RAM_BASE + RAM_SIZE - KiB(64), 1, MEM_CONVENTIONAL));
	assert_true(memmap_has_type(&memmap, RAM_BASE, RAM_SIZE - KiB(64), MEM_CONVENTIONAL));
	assert_true(memmap_has_type(&memmap, GiB(4), GiB(1), MEM_CONVENTIONAL));
	for (i = 0; i < 8; i++)
		heap_free(p[i]);
}

static void test_zeroed_and_aligned(void **state)
{
	size_t size, i;
	int round;
	u8 *p;

	for (round = 0; round < 2; round++) {
		for (size = 0; size < 300; size++) {
			p = heap_alloc(size);
			assert_non_null(p);
			assert_int_equal((uintptr_t)p % 16, 0);
			for (i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xee, size);
			heap_free(p);
		}
	}
}

static void test_reuse(void **state)
{
	void *a = heap_alloc(100), *b = heap_alloc(100), *c = heap_alloc(100), *d;

	assert_ptr_not_equal(a, b);
	/* First fit: the hole, and then what is behind. */
	heap_free(b);
	d = heap_alloc(100);
	assert_ptr_equal(d, b);
	heap_free(a);
	heap_free(d);
	/* Two holes are one: something larger fits. */
	d = heap_alloc(200);
	assert_ptr_equal(d, a);
	heap_free(c);
	heap_free(d);
	d = heap_alloc(300);
	assert_ptr_equal(d, a);
	heap_free(d);
	heap_free(NULL);
}

/* All orders of freeing three neighbours give the same room back. */
static void test_coalesce_orders(void **state)
{
	static const u8 order[6][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	void *p[3], *fence, *whole;
	size_t o, i;

	for (o = 0; o < 6; o++) {
		for (i = 0; i < 3; i++)
			p[i] = heap_alloc(48);
		fence = heap_alloc(16);
		for (i = 0; i < 3; i++)
			heap_free(p[order[o][i]]);
		whole = heap_alloc(3 * 48 + 2 * 16);
		assert_ptr_equal(whole, p[0]);
		heap_free(whole);
		heap_free(fence);
	}
}

static void test_large(void **state)
{
	u8 *a = heap_alloc(MiB(1)), *b = heap_alloc(MiB(3) + 5);

	assert_non_null(a);
	assert_non_null(b);
	memset(a, 1, MiB(1));
	memset(b, 2, MiB(3) + 5);
	assert_int_equal(a[0] + a[MiB(1) - 1], 2);
	heap_free(a);
	heap_free(b);
	/* Chunks that touch are one room. */
	a = heap_alloc(MiB(4));
	assert_non_null(a);
	heap_free(a);
}

static void test_no_memory(void **state)
{
	void *p;

	assert_null(heap_alloc(RAM_SIZE));
	assert_null(heap_alloc(SIZE_MAX));
	assert_null(heap_alloc(SIZE_MAX - 8));
	assert_null(heap_alloc(SIZE_MAX / 2 + 1));
	/* And goes on working. */
	p = heap_alloc(64);
	assert_non_null(p);
	heap_free(p);
}

/* When there is no room for a whole chunk, what is needed is enough. */
static void test_small_rest(void **state)
{
	u8 *all[RAM_SIZE / KiB(32)];
	phys_addr_t base, saved = 0;
	size_t n = 0, size = 0;
	void *p;

	/* Take what the heap has, then all pages but one. */
	assert_int_equal(page_alloc(MEM_LOADER_DATA, PAGE_SIZE, PAGE_SIZE, PHYS_MAX_32, &base), 0);
	for (size_t i = 0; i < memmap.count; i++) {
		if (memmap.entry[i].base == RAM_BASE) {
			saved = RAM_BASE;
			size = memmap.entry[i].pages << PAGE_SHIFT;
		}
	}
	assert_int_equal(saved, RAM_BASE);
	assert_int_equal(memmap_set(&memmap, saved, size, MEM_RESERVED), 0);
	page_free(base, PAGE_SIZE);
	while ((all[n] = heap_alloc(3000)) != NULL)
		n++;
	assert_true(n > 0);
	/* The last page of all is part of the heap now. */
	assert_true(memmap_has_type(&memmap, base, PAGE_SIZE, MEM_BOOT_DATA));
	while (n > 0)
		heap_free(all[--n]);
	assert_int_equal(memmap_set(&memmap, saved, size, MEM_CONVENTIONAL), 0);
	p = heap_alloc(KiB(64));
	assert_non_null(p);
	heap_free(p);
}

static void test_misuse(void **state)
{
	u8 *a = heap_alloc(32), *b = heap_alloc(32), *c = heap_alloc(32);

	expect_panic(heap_free(b + 16));
	heap_free(b);
	expect_panic(heap_free(b));
	heap_free(a);
	/* Joined with its neighbour by now. */
	expect_panic(heap_free(b));
	expect_panic(heap_free(a));
	heap_free(c);
	expect_panic(heap_free(c));
}

/* Writing over the end of one object is noticed when the next one is freed. */
static void test_overrun(void **state)
{
	u8 saved[16], *a = heap_alloc(32), *b = heap_alloc(32);

	memcpy(saved, a + 32, 16);
	memset(a + 32, 'x', 16);
	expect_panic(heap_free(b));
	memcpy(a + 32, saved, 16);
	heap_free(b);
	/* The same, but what follows is free. */
	memcpy(saved, a + 32, 16);
	memset(a + 32, 'x', 16);
	expect_panic((void)!heap_alloc(64));
	memcpy(a + 32, saved, 16);
	heap_free(a);
}

static void test_random(void **state)
{
	struct { u8 *p; size_t size; u8 value; } held[200];
	unsigned int seed = 3, n = 0, op, i;
	size_t b;

	for (op = 0; op < 50000; op++) {
		if (n < ARRAY_SIZE(held) && rand_r(&seed) % 2) {
			held[n].size = (size_t)rand_r(&seed) % (rand_r(&seed) % 8 ? 300 : 9000);
			held[n].value = (u8)rand_r(&seed);
			held[n].p = heap_alloc(held[n].size);
			assert_non_null(held[n].p);
			for (b = 0; b < held[n].size; b++)
				assert_true(held[n].p[b] == 0);
			memset(held[n].p, held[n].value, held[n].size);
			n++;
		} else if (n > 0) {
			i = (unsigned int)rand_r(&seed) % n;
			for (b = 0; b < held[i].size; b++)
				assert_true(held[i].p[b] == held[i].value);
			heap_free(held[i].p);
			held[i] = held[--n];
		}
	}
	while (n > 0)
		heap_free(held[--n].p);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages_untouched),
		cmocka_unit_test(test_zeroed_and_aligned),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_coalesce_orders),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_small_rest),
		cmocka_unit_test(test_misuse),
		cmocka_unit_test(test_overrun),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, setup_once, NULL);
}
