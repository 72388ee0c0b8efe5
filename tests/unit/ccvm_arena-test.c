/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of tests/ccvm/arena.c: reuse, joining, exhaustion, and a random walk. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <stdlib.h>

#include "arena.h"
#include "support.h"

#define SIZE	0x4000

static _Alignas(16) uint8_t memory[SIZE];
static struct arena arena;

static int setup(void **state)
{
	memset(memory, 0xee, sizeof(memory));
	arena_init(&arena, memory, sizeof(memory));
	return 0;
}

static void test_alloc(void **state)
{
	static const uint8_t zero[100];
	uint8_t *a = arena_alloc(&arena, 100), *b = arena_alloc(&arena, 1);

	assert_non_null(a);
	assert_int_equal((uintptr_t)a % 16, 0);
	assert_memory_equal(a, zero, 100);
	assert_true(b >= a + 100);
	arena_free(&arena, a);
	arena_free(&arena, b);
	arena_free(&arena, NULL);
	assert_int_equal(arena.used, 0);
	assert_int_equal(arena.peak, 112 + 16 + 16 + 16);
}

/* Whatever the order of giving back, all of it can be had in one piece again. */
static void test_join(void **state)
{
	void *p[8];
	int order, i;

	for (order = 0; order < 8; order++) {
		for (i = 0; i < 8; i++)
			assert_non_null(p[i] = arena_alloc(&arena, 1000));
		for (i = 0; i < 8; i++)
			arena_free(&arena, p[i ^ order]);
		assert_non_null(p[0] = arena_alloc(&arena, SIZE - 16));
		arena_free(&arena, p[0]);
	}
}

static void test_exhausted(void **state)
{
	void *p;

	assert_null(arena_alloc(&arena, SIZE));
	assert_null(arena_alloc(&arena, SIZE - 15));
	assert_null(arena_alloc(&arena, SIZE_MAX));
	assert_non_null(p = arena_alloc(&arena, SIZE - 16));
	assert_null(arena_alloc(&arena, 0));
	arena_free(&arena, p);
	assert_non_null(arena_alloc(&arena, 0));
}

static void test_bad_free(void **state)
{
	uint8_t *p = arena_alloc(&arena, 100);

	expect_panic(arena_free(&arena, p + 16));
	expect_panic(arena_free(&arena, memory + SIZE));
	arena_free(&arena, p);
	expect_panic(arena_free(&arena, p));
}

/* Blocks never overlap: each keeps the byte it was filled with. */
static void test_random_walk(void **state)
{
	struct {
		uint8_t *p;
		size_t len;
	} slot[40] = { { NULL, 0 } };
	int step, i;
	size_t n;

	srand(1);
	for (step = 0; step < 20000; step++) {
		i = rand() % 40;
		for (n = 0; n < slot[i].len; n++)
			assert_int_equal(slot[i].p[n], i);
		arena_free(&arena, slot[i].p);
		slot[i].len = (size_t)rand() % 900;
		slot[i].p = arena_alloc(&arena, slot[i].len);
		if (!slot[i].p)
			slot[i].len = 0;
		for (n = 0; n < slot[i].len; n++)
			slot[i].p[n] = (uint8_t)i;
	}
	for (i = 0; i < 40; i++)
		arena_free(&arena, slot[i].p);
	assert_int_equal(arena.used, 0);
	assert_non_null(arena_alloc(&arena, SIZE - 16));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_alloc, setup),
		cmocka_unit_test_setup(test_join, setup),
		cmocka_unit_test_setup(test_exhausted, setup),
		cmocka_unit_test_setup(test_bad_free, setup),
		cmocka_unit_test_setup(test_random_walk, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
