/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of tests/ccvm/rmp.c: each return code and fault of the guest's
 * instructions, host updates, page state changes, and a random walk beside a
 * plain model.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <stdlib.h>

#include <fw/compiler.h>
#include <fw/errno.h>

#include "rmp.h"

#define PAGES	(4 * RMP_PAGES_2M + 3)

static u16 entries[PAGES];
static struct rmp rmp = { .entry = entries, .pages = PAGES };
static struct rmp_effect effect;
static struct rmp_result r;

static int reset(void **state)
{
	memset(entries, 0, sizeof(entries));
	return 0;
}

static void assert_effect(const struct rmp_effect *e, u64 gfn, u64 count, u32 todo)
{
	assert_int_equal(e->gfn, gfn);
	assert_int_equal(e->count, count);
	assert_int_equal(e->todo, todo);
}

static u32 pvalidate(u64 gfn, u32 ecx, u32 edx)
{
	memset(&r, 0xee, sizeof(r));
	rmp_pvalidate(&rmp, gfn, ecx, edx, &r);
	assert_int_equal(r.fault, RMP_OK);
	return r.eax;
}

static enum rmp_fault pvalidate_fault(u64 gfn, u32 ecx, u32 edx)
{
	memset(&r, 0xee, sizeof(r));
	rmp_pvalidate(&rmp, gfn, ecx, edx, &r);
	assert_int_equal(r.effect.todo, 0);
	return r.fault;
}

static void make_valid(u64 gfn, bool size_2m)
{
	assert_int_equal(rmp_set_private(&rmp, gfn, size_2m, &effect), 0);
	assert_int_equal(pvalidate(gfn, size_2m, 1), RMP_SUCCESS);
	assert_false(r.carry);
}

static void test_shared_at_start(void **state)
{
	assert_int_equal(rmp_state(&rmp, 5), RMP_HYPERVISOR);
	assert_int_equal(rmp_check(&rmp, 5, false, RMP_WRITE, 0), RMP_OK);
	assert_int_equal(rmp_check(&rmp, 5, true, RMP_READ, 0), RMP_FAULT_UNASSIGNED);
	assert_int_equal(pvalidate_fault(5, 0, 1), RMP_FAULT_UNASSIGNED);
}

static void test_life_of_a_page(void **state)
{
	assert_int_equal(rmp_set_private(&rmp, 7, false, &effect), 0);
	assert_effect(&effect, 7, 1, RMP_UNMAP_SHARED | RMP_UNMAP_PRIVATE | RMP_NEW_CONTENT);
	assert_int_equal(rmp_check(&rmp, 7, false, RMP_READ, 0), RMP_FAULT_ASSIGNED);
	assert_int_equal(rmp_check(&rmp, 7, true, RMP_READ, 0), RMP_FAULT_NOT_VALID);
	assert_int_equal(pvalidate(7, 0, 1), RMP_SUCCESS);
	assert_false(r.carry);
	assert_effect(&r.effect, 7, 1, RMP_ALLOW_PRIVATE);
	assert_int_equal(rmp_check(&rmp, 7, true, RMP_ALL, 0), RMP_OK);
	assert_int_equal(pvalidate(7, 0, 1), RMP_SUCCESS);
	assert_true(r.carry);
	assert_effect(&r.effect, 0, 0, 0);
	assert_int_equal(pvalidate(7, 0, 0), RMP_SUCCESS);
	assert_false(r.carry);
	assert_effect(&r.effect, 7, 1, RMP_UNMAP_PRIVATE);
	assert_int_equal(pvalidate(7, 0, 0), RMP_SUCCESS);
	assert_true(r.carry);
	assert_int_equal(rmp_check(&rmp, 7, true, RMP_READ, 0), RMP_FAULT_NOT_VALID);
	assert_int_equal(rmp_set_shared(&rmp, 7, false, &effect), 0);
	assert_effect(&effect, 7, 1, RMP_UNMAP_PRIVATE | RMP_ALLOW_SHARED);
	assert_int_equal(rmp_check(&rmp, 7, false, RMP_READ, 0), RMP_OK);
	assert_int_equal(rmp_state(&rmp, 6), RMP_HYPERVISOR);
	assert_int_equal(rmp_state(&rmp, 8), RMP_HYPERVISOR);
}

static void test_pvalidate_2m(void **state)
{
	make_valid(512, true);
	assert_effect(&r.effect, 512, 512, RMP_ALLOW_PRIVATE);
	assert_true(rmp_size_2m(&rmp, 512));
	assert_int_equal(rmp_check(&rmp, 1023, true, RMP_ALL, 0), RMP_OK);
	assert_int_equal(rmp_check(&rmp, 1024, true, RMP_ALL, 0), RMP_FAULT_UNASSIGNED);
	assert_int_equal(pvalidate(512, 1, 1), RMP_SUCCESS);
	assert_true(r.carry);
	assert_int_equal(pvalidate(512, 1, 0), RMP_SUCCESS);
	assert_effect(&r.effect, 512, 512, RMP_UNMAP_PRIVATE);
	assert_true(rmp_size_2m(&rmp, 1023));
}

static void test_pvalidate_input(void **state)
{
	assert_int_equal(rmp_set_private(&rmp, 512, true, &effect), 0);
	assert_int_equal(pvalidate(512, 2, 1), RMP_FAIL_INPUT);
	assert_int_equal(pvalidate(512, 0xffffffff, 1), RMP_FAIL_INPUT);
	assert_int_equal(pvalidate(513, 1, 1), RMP_FAIL_INPUT);
	assert_false(r.carry);
	/* What is wrong with the operand counts before what the page is. */
	assert_int_equal(pvalidate(3, 1, 1), RMP_FAIL_INPUT);
	assert_int_equal(rmp_state(&rmp, 512), RMP_GUEST_INVALID);
}

static void test_size_mismatch(void **state)
{
	assert_int_equal(rmp_set_private(&rmp, 512, false, &effect), 0);
	assert_int_equal(pvalidate(512, 1, 1), RMP_FAIL_SIZEMISMATCH);
	assert_false(r.carry);
	assert_int_equal(rmp_state(&rmp, 512), RMP_GUEST_INVALID);
	assert_int_equal(rmp_set_private(&rmp, 1024, true, &effect), 0);
	assert_int_equal(pvalidate_fault(1024, 0, 1), RMP_FAULT_SIZE);
	assert_int_equal(pvalidate_fault(1025, 0, 1), RMP_FAULT_SIZE);
	assert_int_equal(rmp_psmash(&rmp, 1024), RMP_SUCCESS);
	assert_int_equal(pvalidate(1025, 0, 1), RMP_SUCCESS);
	assert_effect(&r.effect, 1025, 1, RMP_ALLOW_PRIVATE);
	assert_int_equal(rmp_state(&rmp, 1024), RMP_GUEST_INVALID);
	assert_int_equal(pvalidate(1024, 1, 1), RMP_FAIL_SIZEMISMATCH);
}

static void test_psmash(void **state)
{
	assert_int_equal(rmp_psmash(&rmp, 512), RMP_FAIL_INPUT);
	make_valid(512, true);
	assert_int_equal(rmp_psmash(&rmp, 513), RMP_FAIL_INPUT);
	assert_int_equal(rmp_psmash(&rmp, 512), RMP_SUCCESS);
	assert_int_equal(rmp_psmash(&rmp, 512), RMP_FAIL_INPUT);
	/* Splitting takes no validation away. */
	assert_int_equal(rmp_check(&rmp, 900, true, RMP_ALL, 0), RMP_OK);
	assert_false(rmp_size_2m(&rmp, 900));
	assert_int_equal(rmp_psmash(&rmp, 2048), RMP_FAIL_INPUT);
}

/* The attack that validation is there for: the host assigns a page again. */
static void test_remap(void **state)
{
	static const struct rmp_new again = { .assigned = true };

	make_valid(9, false);
	assert_int_equal(rmp_update(&rmp, 9, &again, &effect), RMP_SUCCESS);
	assert_effect(&effect, 9, 1, RMP_UNMAP_PRIVATE | RMP_UNMAP_SHARED | RMP_NEW_CONTENT);
	assert_int_equal(rmp_check(&rmp, 9, true, RMP_READ, 0), RMP_FAULT_NOT_VALID);
	/* A guest that validates once more sees no carry: its own books must tell. */
	assert_int_equal(pvalidate(9, 0, 1), RMP_SUCCESS);
	assert_false(r.carry);
}

static void test_update_codes(void **state)
{
	struct rmp_new new = { .assigned = true, .size_2m = true };

	assert_int_equal(rmp_update(&rmp, 513, &new, &effect), RMP_FAIL_INPUT);
	assert_int_equal(rmp_update(&rmp, 2048, &new, &effect), RMP_FAIL_INPUT);
	assert_int_equal(rmp_update(&rmp, 512, &new, &effect), RMP_SUCCESS);
	assert_effect(&effect, 512, 512, RMP_UNMAP_PRIVATE | RMP_UNMAP_SHARED | RMP_NEW_CONTENT);
	new.size_2m = false;
	assert_int_equal(rmp_update(&rmp, 700, &new, &effect), RMP_FAIL_OVERLAP);
	assert_effect(&effect, 0, 0, 0);
	assert_int_equal(rmp_update(&rmp, 1024 + 5, &new, &effect), RMP_SUCCESS);
	new.size_2m = true;
	assert_int_equal(rmp_update(&rmp, 1024, &new, &effect), RMP_FAIL_OVERLAP);
	new = (struct rmp_new){ .size_2m = true };
	assert_int_equal(rmp_update(&rmp, 512, &new, &effect), RMP_SUCCESS);
	assert_effect(&effect, 512, 512, RMP_UNMAP_PRIVATE | RMP_ALLOW_SHARED);
	assert_int_equal(entries[512], 0);
	assert_int_equal(entries[1023], 0);
	new = (struct rmp_new){ .immutable = true };
	assert_int_equal(rmp_update(&rmp, 3, &new, &effect), RMP_FAIL_INPUT);
	assert_int_equal(rmp_update(&rmp, PAGES, &new, &effect), RMP_FAIL_INPUT);
}

static void test_immutable(void **state)
{
	struct rmp_new new = { .assigned = true, .immutable = true };

	assert_int_equal(rmp_update(&rmp, 3, &new, &effect), RMP_SUCCESS);
	assert_int_equal(rmp_state(&rmp, 3), RMP_PRE_GUEST);
	assert_int_equal(rmp_check(&rmp, 3, true, RMP_READ, 0), RMP_FAULT_IMMUTABLE);
	assert_int_equal(pvalidate_fault(3, 0, 1), RMP_FAULT_IMMUTABLE);
	new.immutable = false;
	assert_int_equal(rmp_update(&rmp, 3, &new, &effect), RMP_FAIL_PERMISSION);
	assert_int_equal(rmp_set_shared(&rmp, 3, false, &effect), -EPROTO);
	assert_int_equal(rmp_set_private(&rmp, 3, false, &effect), -EPROTO);
	assert_int_equal(rmp_set_shared(&rmp, 0, true, &effect), -EPROTO);
}

static void test_change_part_of_2m(void **state)
{
	make_valid(512, true);
	assert_int_equal(rmp_set_shared(&rmp, 600, false, &effect), 0);
	assert_effect(&effect, 600, 1, RMP_UNMAP_PRIVATE | RMP_ALLOW_SHARED);
	assert_false(rmp_size_2m(&rmp, 512));
	assert_int_equal(rmp_check(&rmp, 600, false, RMP_READ, 0), RMP_OK);
	assert_int_equal(rmp_check(&rmp, 599, true, RMP_READ, 0), RMP_OK);
	assert_int_equal(rmp_check(&rmp, 601, true, RMP_READ, 0), RMP_OK);
	/* And back, with one request for everything: what was valid stays so. */
	assert_int_equal(rmp_set_private(&rmp, 512, true, &effect), 0);
	assert_effect(&effect, 512, 512, RMP_UNMAP_SHARED);
	assert_int_equal(rmp_state(&rmp, 600), RMP_GUEST_INVALID);
	assert_int_equal(rmp_state(&rmp, 601), RMP_GUEST_VALID);
	assert_int_equal(pvalidate(512, 1, 1), RMP_FAIL_SIZEMISMATCH);
}

static void test_change_input(void **state)
{
	assert_int_equal(rmp_set_private(&rmp, 5, true, &effect), -EINVAL);
	assert_int_equal(rmp_set_private(&rmp, 2048, true, &effect), -EINVAL);
	assert_int_equal(rmp_set_private(&rmp, PAGES, false, &effect), -EINVAL);
	assert_int_equal(rmp_set_shared(&rmp, ~0ull, false, &effect), -EINVAL);
	assert_int_equal(rmp_set_private(&rmp, PAGES - 1, false, &effect), 0);
	/* Private already: nothing to do. */
	assert_int_equal(rmp_set_private(&rmp, PAGES - 1, false, &effect), 0);
	assert_effect(&effect, 0, 0, 0);
}

/* A table that ends one page before a 2 MiB entry would. */
static void test_last_2m(void **state)
{
	struct rmp small = { .entry = entries, .pages = 1023 };

	assert_int_equal(rmp_set_private(&small, 512, true, &effect), -EINVAL);
	assert_int_equal(entries[512], 0);
	small.pages = 1024;
	assert_int_equal(rmp_set_private(&small, 512, true, &effect), 0);
}

static u32 adjust(u64 gfn, u64 rcx, u64 rdx, u32 vmpl)
{
	memset(&r, 0xee, sizeof(r));
	rmp_adjust(&rmp, gfn, rcx, rdx, vmpl, &r);
	assert_int_equal(r.fault, RMP_OK);
	return r.eax;
}

static enum rmp_fault adjust_fault(u64 gfn, u64 rcx, u64 rdx)
{
	memset(&r, 0xee, sizeof(r));
	rmp_adjust(&rmp, gfn, rcx, rdx, 0, &r);
	return r.fault;
}

static void test_rmpadjust(void **state)
{
	make_valid(4, false);
	assert_int_equal(rmp_check(&rmp, 4, true, RMP_READ, 1), RMP_FAULT_VMPL);
	assert_int_equal(adjust(4, 0, 0x301, 0), RMP_SUCCESS);
	assert_int_equal(rmp_perms(&rmp, 4, 1), RMP_READ | RMP_WRITE);
	assert_int_equal(rmp_perms(&rmp, 4, 2), 0);
	assert_int_equal(rmp_perms(&rmp, 4, 0), RMP_ALL);
	assert_int_equal(rmp_perms(&rmp, 4, 4), 0);
	assert_int_equal(rmp_check(&rmp, 4, true, RMP_WRITE, 1), RMP_OK);
	assert_int_equal(rmp_check(&rmp, 4, true, RMP_EXEC_SUPER, 1), RMP_FAULT_VMPL);
	/* From VMPL 1 no more than VMPL 1 has. */
	assert_int_equal(adjust(4, 0, 0x102, 1), RMP_SUCCESS);
	assert_int_equal(adjust(4, 0, 0x502, 1), RMP_FAIL_PERMISSION);
	assert_int_equal(rmp_perms(&rmp, 4, 2), RMP_READ);
	/* Rights do not survive losing and gaining validation. */
	assert_int_equal(pvalidate(4, 0, 0), RMP_SUCCESS);
	assert_int_equal(pvalidate(4, 0, 1), RMP_SUCCESS);
	assert_int_equal(rmp_perms(&rmp, 4, 1), 0);
}

static void test_rmpadjust_codes(void **state)
{
	make_valid(4, false);
	assert_int_equal(adjust(4, 0, 0xf00, 0), RMP_FAIL_PERMISSION);
	assert_int_equal(adjust(4, 0, 0xf01, 1), RMP_FAIL_PERMISSION);
	assert_int_equal(adjust(4, 0, 0x10f02, 1), RMP_FAIL_PERMISSION);
	assert_int_equal(adjust(4, 0, 0xf04, 0), RMP_FAIL_INPUT);
	assert_int_equal(adjust(4, 0, 0x20f01, 0), RMP_FAIL_INPUT);
	assert_int_equal(adjust(4, 0, 0x1f01, 0), RMP_FAIL_INPUT);
	assert_int_equal(adjust(4, 2, 0xf01, 0), RMP_FAIL_INPUT);
	assert_int_equal(adjust(4, 1ull << 32, 0xf01, 0), RMP_FAIL_INPUT);
	assert_int_equal(adjust(4, 1, 0xf01, 0), RMP_FAIL_INPUT);
	make_valid(512, true);
	assert_int_equal(adjust_fault(512, 0, 0xf01), RMP_FAULT_SIZE);
	assert_int_equal(adjust(512, 1, 0x10f01, 0), RMP_FAIL_INPUT);
	assert_int_equal(adjust(512, 1, 0xf01, 0), RMP_SUCCESS);
	assert_int_equal(rmp_perms(&rmp, 1023, 1), RMP_ALL);
	assert_true(rmp_size_2m(&rmp, 1023));
	assert_int_equal(rmp_psmash(&rmp, 512), RMP_SUCCESS);
	assert_int_equal(adjust(512, 1, 0xf01, 0), RMP_FAIL_SIZEMISMATCH);
	assert_int_equal(adjust_fault(5, 0, 0xf01), RMP_FAULT_UNASSIGNED);
	assert_int_equal(rmp_set_private(&rmp, 5, false, &effect), 0);
	assert_int_equal(adjust_fault(5, 0, 0xf01), RMP_FAULT_NOT_VALID);
}

static void test_vmsa(void **state)
{
	make_valid(4, false);
	assert_int_equal(adjust(4, 0, 0x10001, 0), RMP_SUCCESS);
	assert_int_equal(rmp_state(&rmp, 4), RMP_VMSA);
	assert_int_equal(rmp_check(&rmp, 4, true, RMP_WRITE, 0), RMP_OK);
	assert_int_equal(rmp_set_shared(&rmp, 4, false, &effect), -EPROTO);
	assert_int_equal(pvalidate(4, 0, 1), RMP_SUCCESS);
	assert_true(r.carry);
	assert_int_equal(rmp_state(&rmp, 4), RMP_VMSA);
	assert_int_equal(adjust(4, 0, 0x00001, 0), RMP_SUCCESS);
	assert_int_equal(rmp_state(&rmp, 4), RMP_GUEST_VALID);
}

static void test_launch(void **state)
{
	assert_int_equal(rmp_launch_page(&rmp, 4, false), 0);
	assert_int_equal(rmp_launch_page(&rmp, 4, false), -EEXIST);
	assert_int_equal(rmp_launch_page(&rmp, PAGES, false), -EINVAL);
	assert_int_equal(rmp_launch_page(&rmp, 5, true), 0);
	assert_int_equal(rmp_state(&rmp, 5), RMP_VMSA);
	assert_int_equal(pvalidate(4, 0, 1), RMP_SUCCESS);
	assert_true(r.carry);
}

static void test_query(void **state)
{
	u64 rcx, rdx = 1;

	make_valid(512, true);
	assert_int_equal(adjust(512, 1, 0x501, 0), RMP_SUCCESS);
	rmp_query(&rmp, 513, &rcx, &rdx, 0, &r);
	assert_int_equal(r.eax, RMP_SUCCESS);
	assert_int_equal(rcx, 1);
	assert_int_equal(rdx, 0x501);
	rdx = 0;
	rmp_query(&rmp, 513, &rcx, &rdx, 1, &r);
	assert_int_equal(r.eax, RMP_FAIL_PERMISSION);
	rdx = 4;
	rmp_query(&rmp, 513, &rcx, &rdx, 0, &r);
	assert_int_equal(r.eax, RMP_FAIL_INPUT);
	rdx = 1;
	rmp_query(&rmp, 3, &rcx, &rdx, 0, &r);
	assert_int_equal(r.fault, RMP_FAULT_UNASSIGNED);
	assert_int_equal(rmp_launch_page(&rmp, 3, true), 0);
	rmp_query(&rmp, 3, &rcx, &rdx, 0, &r);
	assert_int_equal(rcx, 0);
	assert_int_equal(rdx, 0x10001);
}

/* What a page may be, without sizes: assigned and validated. */
static struct {
	bool assigned, valid;
} model[PAGES];

static void model_set(u64 gfn, u64 count, bool assigned, bool valid, bool keep_assigned)
{
	u64 i;

	for (i = gfn; i < gfn + count; i++) {
		if (keep_assigned && model[i].assigned)
			continue;
		model[i].assigned = assigned;
		model[i].valid = valid;
	}
}

static void random_step(void)
{
	bool big = rand() % 4 == 0, validate = rand() & 1;
	u64 gfn = (u64)rand() % PAGES, count;

	if (big)
		gfn &= ~511ull;
	count = big ? 512 : 1;
	switch (rand() % 4) {
	case 0:
		if (rmp_set_private(&rmp, gfn, big, &effect) == 0)
			model_set(gfn, count, true, false, true);
		break;
	case 1:
		if (rmp_set_shared(&rmp, gfn, big, &effect) == 0)
			model_set(gfn, count, false, false, false);
		break;
	case 2:
		rmp_psmash(&rmp, gfn);
		break;
	default:
		rmp_pvalidate(&rmp, gfn, big, validate, &r);
		if (r.fault == RMP_OK && r.eax == 0)
			model_set(gfn, count, true, validate, false);
	}
}

static void test_random_walk(void **state)
{
	int step;
	u64 i;

	srand(1);
	memset(model, 0, sizeof(model));
	for (step = 0; step < 20000; step++) {
		random_step();
		i = (u64)rand() % PAGES;
		assert_int_equal(rmp_state(&rmp, i) != RMP_HYPERVISOR, model[i].assigned);
		assert_int_equal(rmp_check(&rmp, i, true, RMP_READ, 0) == RMP_OK,
				 model[i].valid);
		/* All of a 2 MiB entry, or nothing. */
		if (rmp_size_2m(&rmp, i))
			assert_int_equal(entries[i], entries[i & ~511ull]);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_shared_at_start, reset),
		cmocka_unit_test_setup(test_life_of_a_page, reset),
		cmocka_unit_test_setup(test_pvalidate_2m, reset),
		cmocka_unit_test_setup(test_pvalidate_input, reset),
		cmocka_unit_test_setup(test_size_mismatch, reset),
		cmocka_unit_test_setup(test_psmash, reset),
		cmocka_unit_test_setup(test_remap, reset),
		cmocka_unit_test_setup(test_update_codes, reset),
		cmocka_unit_test_setup(test_immutable, reset),
		cmocka_unit_test_setup(test_change_part_of_2m, reset),
		cmocka_unit_test_setup(test_change_input, reset),
		cmocka_unit_test_setup(test_last_2m, reset),
		cmocka_unit_test_setup(test_rmpadjust, reset),
		cmocka_unit_test_setup(test_rmpadjust_codes, reset),
		cmocka_unit_test_setup(test_vmsa, reset),
		cmocka_unit_test_setup(test_launch, reset),
		cmocka_unit_test_setup(test_query, reset),
		cmocka_unit_test_setup(test_random_walk, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
