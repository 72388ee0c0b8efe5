/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of tests/ccvm/sept.c: the outcome of an accept for every state and
 * level, the host's operations, and MapGPA with partial completion.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <fw/errno.h>

#include "sept.h"

#define PAGES	(4 * SEPT_PAGES_2M + 3)
#define GPAW	40
#define SHARED	(1ull << (GPAW - 1))

static u8 entries[PAGES];
static struct sept sept = { .entry = entries, .pages = PAGES, .gpaw = GPAW };
static struct sept_result r;
static struct sept_effect effect;

static int reset(void **state)
{
	memset(entries, 0, sizeof(entries));
	return 0;
}

static enum sept_exit accept(u64 gfn, u32 level)
{
	memset(&r, 0xee, sizeof(r));
	sept_accept(&sept, gfn << 12 | level, &r);
	return r.exit;
}

static u64 accept_status(u64 rcx)
{
	memset(&r, 0xee, sizeof(r));
	sept_accept(&sept, rcx, &r);
	assert_int_equal(r.exit, SEPT_OK);
	return r.status;
}

static void assert_effect(const struct sept_effect *e, u64 gfn, u64 count, u32 todo)
{
	assert_int_equal(e->gfn, gfn);
	assert_int_equal(e->count, count);
	assert_int_equal(e->todo, todo);
}

static void test_life_of_a_page(void **state)
{
	assert_int_equal(sept_check(&sept, 7, true), SEPT_EXIT_FREE);
	assert_int_equal(accept(7, 0), SEPT_EXIT_FREE);
	assert_int_equal(sept_aug(&sept, 7, SEPT_4K), 0);
	assert_int_equal(sept_check(&sept, 7, true), SEPT_VE);
	assert_int_equal(sept_check(&sept, 7, false), SEPT_EXIT_PENDING);
	assert_int_equal(accept(7, 0), SEPT_OK);
	assert_int_equal(r.status, TDX_SUCCESS);
	assert_effect(&r.effect, 7, 1, SEPT_ALLOW_PRIVATE | SEPT_ZERO);
	assert_int_equal(sept_check(&sept, 7, false), SEPT_OK);
	assert_int_equal(accept_status(7 << 12), TDX_PAGE_ALREADY_ACCEPTED);
	assert_effect(&r.effect, 0, 0, 0);
}

static void test_accept_2m(void **state)
{
	assert_int_equal(accept(512, 1), SEPT_EXIT_FREE);
	assert_int_equal(sept_aug(&sept, 512, SEPT_2M), 0);
	assert_int_equal(sept_level(&sept, 1023), SEPT_2M);
	assert_int_equal(accept_status(512 << 12 | 1), TDX_SUCCESS);
	assert_effect(&r.effect, 512, 512, SEPT_ALLOW_PRIVATE | SEPT_ZERO);
	assert_int_equal(accept_status(512 << 12 | 1), TDX_PAGE_ALREADY_ACCEPTED | 1);
	/* A part of a larger mapped page: its level is told. */
	assert_int_equal(accept_status(700 << 12), TDX_PAGE_ALREADY_ACCEPTED | 1);
}

static void test_size_mismatch(void **state)
{
	assert_int_equal(sept_aug(&sept, 600, SEPT_4K), 0);
	assert_int_equal(accept_status(512 << 12 | 1), TDX_PAGE_SIZE_MISMATCH | 1);
	assert_int_equal(accept_status(600 << 12), TDX_SUCCESS);
	assert_int_equal(accept_status(512 << 12 | 1), TDX_PAGE_SIZE_MISMATCH | 1);
	/* Also if all 512 are accepted, but one by one. */
	assert_int_equal(sept_aug(&sept, 1024, SEPT_2M), 0);
	assert_int_equal(sept_demote(&sept, 1024), 0);
	assert_int_equal(accept_status(1024 << 12 | 1), TDX_PAGE_SIZE_MISMATCH | 1);
}

/* A smaller accept of a pending 2 MiB page never returns: the host demotes. */
static void test_demote(void **state)
{
	assert_int_equal(sept_demote(&sept, 512), -ENOENT);
	assert_int_equal(sept_aug(&sept, 512, SEPT_2M), 0);
	assert_int_equal(accept(700, 0), SEPT_EXIT_DEMOTE);
	assert_int_equal(sept_demote(&sept, 700), 0);
	assert_int_equal(accept_status(700 << 12), TDX_SUCCESS);
	assert_effect(&r.effect, 700, 1, SEPT_ALLOW_PRIVATE | SEPT_ZERO);
	assert_int_equal(sept_state(&sept, 699), SEPT_PENDING);
	assert_int_equal(sept_demote(&sept, PAGES), -EINVAL);
}

static void test_operand(void **state)
{
	const u64 bad = TDX_OPERAND_INVALID | 1;

	assert_int_equal(accept_status(0x1000 | 2), bad);
	assert_int_equal(accept_status(0x1000 | 7), bad);
	assert_int_equal(accept_status(0x1000 | 8), bad);
	assert_int_equal(accept_status(0x1000 | 0x800), bad);
	assert_int_equal(accept_status(0x1000 | 1), bad);
	assert_int_equal(accept_status(0x1000 | 1ull << 52), bad);
	assert_int_equal(accept_status(0x1000 | 1ull << 63), bad);
	assert_int_equal(accept_status(0x1000 | SHARED), bad);
	assert_int_equal(accept_status(0x1000 | 1ull << GPAW), bad);
	/* Inside the width, but no RAM there: only the host can say no. */
	assert_int_equal(accept(PAGES, 0), SEPT_EXIT_FREE);
	assert_int_equal(accept(2048, 1), SEPT_EXIT_FREE);
	assert_int_equal(sept_aug(&sept, 2048, SEPT_2M), -EINVAL);
}

static void test_add(void **state)
{
	assert_int_equal(sept_add(&sept, 3), 0);
	assert_int_equal(sept_check(&sept, 3, true), SEPT_OK);
	assert_int_equal(sept_add(&sept, 3), -EEXIST);
	assert_int_equal(sept_add(&sept, PAGES), -EINVAL);
	assert_int_equal(sept_aug(&sept, 3, SEPT_4K), -EEXIST);
	assert_int_equal(sept_aug(&sept, 0, SEPT_2M), -EEXIST);
	assert_int_equal(sept_aug(&sept, 5, SEPT_2M), -EINVAL);
	assert_int_equal(sept_aug(&sept, 5, 2), -EINVAL);
}

static void test_block(void **state)
{
	assert_int_equal(sept_add(&sept, 3), 0);
	assert_int_equal(sept_remove(&sept, 3), -ENOENT);
	assert_int_equal(sept_block(&sept, 3, &effect), 0);
	assert_effect(&effect, 3, 1, SEPT_UNMAP_PRIVATE);
	assert_int_equal(sept_block(&sept, 3, &effect), -ENOENT);
	assert_effect(&effect, 0, 0, 0);
	assert_int_equal(sept_check(&sept, 3, true), SEPT_EXIT_BLOCKED);
	assert_int_equal(accept(3, 0), SEPT_EXIT_BLOCKED);
	assert_int_equal(sept_unblock(&sept, 3, &effect), 0);
	assert_effect(&effect, 3, 1, SEPT_ALLOW_PRIVATE);
	assert_int_equal(sept_check(&sept, 3, true), SEPT_OK);
	assert_int_equal(sept_unblock(&sept, 3, &effect), -ENOENT);
	assert_int_equal(sept_block(&sept, PAGES, &effect), -EINVAL);
}

/* What the host takes away and adds again, the guest must accept again. */
static void test_remove_and_add(void **state)
{
	assert_int_equal(sept_aug(&sept, 512, SEPT_2M), 0);
	assert_int_equal(accept_status(512 << 12 | 1), TDX_SUCCESS);
	assert_int_equal(sept_block(&sept, 700, &effect), 0);
	assert_effect(&effect, 512, 512, SEPT_UNMAP_PRIVATE);
	assert_int_equal(sept_remove(&sept, 700), 0);
	assert_int_equal(entries[512], 0);
	assert_int_equal(entries[1023], 0);
	assert_int_equal(sept_aug(&sept, 512, SEPT_2M), 0);
	assert_int_equal(sept_check(&sept, 700, false), SEPT_EXIT_PENDING);
}

static void test_pending_blocked(void **state)
{
	assert_int_equal(sept_aug(&sept, 512, SEPT_2M), 0);
	assert_int_equal(sept_block(&sept, 512, &effect), 0);
	assert_int_equal(accept(512, 1), SEPT_EXIT_BLOCKED);
	assert_int_equal(accept(513, 0), SEPT_EXIT_BLOCKED);
	assert_int_equal(sept_unblock(&sept, 512, &effect), 0);
	assert_effect(&effect, 512, 512, 0);
	assert_int_equal(accept_status(512 << 12 | 1), TDX_SUCCESS);
}

static u64 map_gpa(struct sept_map_gpa *call, u64 gpa, u64 size, u64 budget)
{
	memset(call, 0xee, sizeof(*call));
	call->gpa = gpa;
	call->size = size;
	call->budget = budget;
	sept_map_gpa(&sept, call);
	return call->status;
}

static void test_map_gpa(void **state)
{
	struct sept_map_gpa call;

	assert_int_equal(sept_add(&sept, 3), 0);
	assert_int_equal(map_gpa(&call, SHARED | 0x3000, 0x2000, 0), TDVMCALL_SUCCESS);
	assert_effect(&call.effect, 3, 2, SEPT_UNMAP_PRIVATE | SEPT_ALLOW_SHARED);
	assert_int_equal(sept_check(&sept, 3, true), SEPT_EXIT_SHARED);
	assert_int_equal(accept(3, 0), SEPT_EXIT_SHARED);
	assert_int_equal(sept_aug(&sept, 3, SEPT_4K), -EEXIST);
	assert_int_equal(map_gpa(&call, 0x3000, 0x1000, 0), TDVMCALL_SUCCESS);
	assert_effect(&call.effect, 3, 1, SEPT_UNMAP_SHARED);
	assert_int_equal(accept(3, 0), SEPT_EXIT_FREE);
	assert_int_equal(sept_aug(&sept, 3, SEPT_4K), 0);
	assert_int_equal(accept_status(0x3000), TDX_SUCCESS);
	assert_int_equal(r.effect.todo, SEPT_ALLOW_PRIVATE | SEPT_ZERO);
	/* Private already: nothing is lost. */
	assert_int_equal(map_gpa(&call, 0x3000, 0x1000, 0), TDVMCALL_SUCCESS);
	assert_int_equal(sept_check(&sept, 3, true), SEPT_OK);
}

static void test_map_gpa_part_of_2m(void **state)
{
	struct sept_map_gpa call;

	assert_int_equal(sept_aug(&sept, 512, SEPT_2M), 0);
	assert_int_equal(accept_status(512 << 12 | 1), TDX_SUCCESS);
	assert_int_equal(map_gpa(&call, SHARED | 600 << 12, 0x1000, 0), TDVMCALL_SUCCESS);
	assert_int_equal(sept_check(&sept, 599, true), SEPT_OK);
	assert_int_equal(sept_check(&sept, 600, true), SEPT_EXIT_SHARED);
	assert_int_equal(sept_check(&sept, 601, true), SEPT_OK);
	assert_int_equal(sept_level(&sept, 601), SEPT_4K);
	assert_int_equal(accept_status(512 << 12 | 1), TDX_PAGE_SIZE_MISMATCH | 1);
}

static void test_map_gpa_retry(void **state)
{
	struct sept_map_gpa call;
	u64 gpa = SHARED | 0x1000, end = gpa + 1200 * 0x1000;
	int calls = 1;

	while (map_gpa(&call, gpa, end - gpa, 512) == TDVMCALL_RETRY) {
		assert_int_equal(call.next, gpa + 512 * 0x1000);
		assert_int_equal(call.effect.count, 512);
		assert_int_equal(sept_state(&sept, (call.next & ~SHARED) >> 12), SEPT_FREE);
		gpa = call.next;
		calls++;
	}
	assert_int_equal(call.status, TDVMCALL_SUCCESS);
	assert_int_equal(calls, 3);
	assert_int_equal(sept_state(&sept, 1200), SEPT_SHARED);
	assert_int_equal(sept_state(&sept, 1201), SEPT_FREE);
	/* The other way: the address to go on with has no shared bit. */
	assert_int_equal(map_gpa(&call, 0x1000, 0x3000, 1), TDVMCALL_RETRY);
	assert_int_equal(call.next, 0x2000);
}

static void test_map_gpa_refused(void **state)
{
	static const struct {
		u64 gpa, size, status;
	} bad[] = {
		{ 0x1000, 0, TDVMCALL_OPERAND_INVALID },
		{ 0xfffffffffffff000, 0x2000, TDVMCALL_OPERAND_INVALID },
		{ 0xfffffffffffff000, 0x1000, TDVMCALL_OPERAND_INVALID },
		{ 1ull << GPAW, 0x1000, TDVMCALL_OPERAND_INVALID },
		{ (1ull << GPAW) - 0x1000, 0x2000, TDVMCALL_OPERAND_INVALID },
		{ SHARED - 0x1000, 0x2000, TDVMCALL_OPERAND_INVALID },
		{ 0x1800, 0x1000, TDVMCALL_ALIGN_ERROR },
		{ 0x1000, 0x1001, TDVMCALL_ALIGN_ERROR },
	};
	struct sept_map_gpa call;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(map_gpa(&call, bad[i].gpa, bad[i].size, 0), bad[i].status);
		assert_int_equal(call.next, bad[i].gpa);
		assert_effect(&call.effect, 0, 0, 0);
	}
}

/* Beyond RAM there is nothing to convert, and a large size takes no time. */
static void test_map_gpa_devices(void **state)
{
	struct sept_map_gpa call;

	assert_int_equal(map_gpa(&call, SHARED | (u64)PAGES << 12, 0x1000, 0), TDVMCALL_SUCCESS);
	assert_int_equal(call.effect.count, 0);
	assert_int_equal(map_gpa(&call, SHARED, SHARED, 0), TDVMCALL_SUCCESS);
	assert_effect(&call.effect, 0, PAGES, SEPT_UNMAP_PRIVATE | SEPT_ALLOW_SHARED);
	assert_int_equal(map_gpa(&call, SHARED, SHARED, PAGES), TDVMCALL_SUCCESS);
	assert_int_equal(map_gpa(&call, SHARED, SHARED, PAGES - 1), TDVMCALL_RETRY);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_life_of_a_page, reset),
		cmocka_unit_test_setup(test_accept_2m, reset),
		cmocka_unit_test_setup(test_size_mismatch, reset),
		cmocka_unit_test_setup(test_demote, reset),
		cmocka_unit_test_setup(test_operand, reset),
		cmocka_unit_test_setup(test_add, reset),
		cmocka_unit_test_setup(test_block, reset),
		cmocka_unit_test_setup(test_remove_and_add, reset),
		cmocka_unit_test_setup(test_pending_blocked, reset),
		cmocka_unit_test_setup(test_map_gpa, reset),
		cmocka_unit_test_setup(test_map_gpa_part_of_2m, reset),
		cmocka_unit_test_setup(test_map_gpa_retry, reset),
		cmocka_unit_test_setup(test_map_gpa_refused, reset),
		cmocka_unit_test_setup(test_map_gpa_devices, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
