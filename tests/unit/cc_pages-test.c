/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Shared and accepted pages: a guest kind of this file keeps its own record of
 * every page and fails the test if one changes its state twice.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <asm/paging.h>
#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/memmap.h>

#include "support.h"

#define PAGES		64
#define BASE		((uintptr_t)pages)
#define PAGE		4096ul

static u8 pages[PAGES * 4096] __attribute__((aligned(4096)));
static u64 page_prot[PAGES];

/* What the guest kind was asked for. */
static struct {
	phys_addr_t base;
	u64 size;
} accepted[5000], begun[64];
static size_t accepted_count, begun_count;
static u64 fail_accept_at;
static int fail_begin, fail_share;
static unsigned int processors;
static bool wants_accept;

static bool guest_probe(void)
{
	return true;
}

static void guest_start(void)
{
}

static bool guest_has(enum cc_attr attr)
{
	return attr != CC_ATTR_MEM_ACCEPT || wants_accept;
}

static int guest_share(phys_addr_t base, u64 size)
{
	/* While pages change, the tables still say private. */
	assert_int_equal(page_prot[(base - BASE) / PAGE], MAP_RW);
	return fail_share;
}

static int guest_unshare(phys_addr_t base, u64 size)
{
	assert_int_equal(page_prot[(base - BASE) / PAGE], MAP_RW);
	memset((void *)(uintptr_t)base, 0x5a, size);
	return 0;
}

static int guest_begin(phys_addr_t base, u64 size)
{
	assert_true(begun_count < ARRAY_SIZE(begun));
	begun[begun_count].base = base;
	begun[begun_count++].size = size;
	return fail_begin;
}

static int guest_accept(phys_addr_t base, u64 size)
{
	size_t i;

	assert_true(size != 0 && IS_ALIGNED(base | size, PAGE));
	assert_true(accepted_count < ARRAY_SIZE(accepted));
	for (i = 0; i < accepted_count; i++)
		assert_true(base >= accepted[i].base + accepted[i].size ||
			    base + size <= accepted[i].base);
	if (fail_accept_at >= base && fail_accept_at < base + size)
		return -EIO;
	accepted[accepted_count].base = base;
	accepted[accepted_count++].size = size;
	return 0;
}

static int guest_run_on_all(void (*fn)(void *arg), void *arg)
{
	unsigned int i;

	for (i = 0; i < processors; i++)
		fn(arg);
	return 0;
}

static const struct cc_guest test_guest = {
	.name = "test",
	.probe = guest_probe,
	.start = guest_start,
	.has = guest_has,
	.run_on_all = guest_run_on_all,
	.mem = {
		.share = guest_share,
		.unshare = guest_unshare,
		.accept_begin = guest_begin,
		.accept = guest_accept,
	},
};
CC_GUEST(10, test_guest);

int paging_map(phys_addr_t base, u64 size, u64 prot)
{
	u64 at;

	if (prot == MAP_MMIO) {
		assert_int_equal(base, MiB(512));
		assert_int_equal(base + size, GiB(4) - MiB(16));
		return 0;
	}
	for (at = base; at < base + size; at += PAGE)
		page_prot[(at - BASE) / PAGE] = prot;
	return 0;
}

static int setup(void **state)
{
	size_t i;

	mock_log_reset();
	memset(pages, 0x77, sizeof(pages));
	for (i = 0; i < PAGES; i++)
		page_prot[i] = MAP_RW;
	memmap.count = 0;
	accepted_count = begun_count = 0;
	fail_accept_at = ~(u64)0;
	fail_begin = fail_share = 0;
	processors = 1;
	wants_accept = true;
	cc_init();
	return 0;
}

static void assert_bytes(size_t first, size_t count, u8 value)
{
	size_t i;

	for (i = first * PAGE; i < (first + count) * PAGE; i++)
		assert_int_equal(pages[i], value);
}

static void test_share(void **state)
{
	assert_int_equal(cc_share(BASE + PAGE, 2 * PAGE), 0);
	assert_int_equal(page_prot[0], MAP_RW);
	assert_int_equal(page_prot[1], MAP_RW_SHARED);
	assert_int_equal(page_prot[2], MAP_RW_SHARED);
	assert_int_equal(page_prot[3], MAP_RW);
	/* Nothing of what was there is shown. */
	assert_bytes(1, 2, 0);
	assert_bytes(0, 1, 0x77);
	/* Twice, or a part of it. */
	assert_int_equal(cc_share(BASE + PAGE, 2 * PAGE), -EEXIST);
	assert_int_equal(cc_share(BASE + 2 * PAGE, 4 * PAGE), -EEXIST);
	assert_int_equal(cc_share(BASE + 3 * PAGE, PAGE), 0);
	/* The operating system must not find it so. */
	assert_int_not_equal(hook_run(os_enter_pre), 0);
	assert_non_null(strstr(mock_log_last(), "would stay visible to the host"));

	assert_int_equal(cc_unshare(BASE + PAGE, PAGE), -ENOENT);
	memset(pages + PAGE, 0x11, 2 * PAGE);
	assert_int_equal(cc_unshare(BASE + PAGE, 2 * PAGE), 0);
	assert_int_equal(page_prot[1], MAP_RW);
	assert_bytes(1, 2, 0);
	assert_int_equal(cc_unshare(BASE + PAGE, 2 * PAGE), -ENOENT);
	assert_int_equal(cc_unshare(BASE + 3 * PAGE, PAGE), 0);
	assert_int_equal(hook_run(os_enter_pre), 0);
}

static void test_share_refused(void **state)
{
	size_t i;

	fail_share = -EIO;
	assert_int_equal(cc_share(BASE, PAGE), -EIO);
	assert_int_equal(page_prot[0], MAP_RW);
	assert_int_equal(hook_run(os_enter_pre), 0);
	fail_share = 0;
	for (i = 0; i < 16; i++)
		assert_int_equal(cc_share(BASE + i * PAGE, PAGE), 0);
	assert_int_equal(cc_share(BASE + 16 * PAGE, PAGE), -ENOSPC);
	while (i--)
		assert_int_equal(cc_unshare(BASE + i * PAGE, PAGE), 0);
}

static void add_ram(u64 low, u64 high)
{
	assert_int_equal(memmap_add(&memmap, 0, low, MEM_CONVENTIONAL), 0);
	if (high)
		assert_int_equal(memmap_add(&memmap, GiB(4), high, MEM_CONVENTIONAL), 0);
}

static u64 accepted_size(void)
{
	u64 sum = 0;
	size_t i;

	for (i = 0; i < accepted_count; i++)
		sum += accepted[i].size;
	return sum;
}

static u64 fixed_size(void)
{
	u64 sum = 0;

#define LAYOUT_RANGE(name, base, size, type, launch, what) sum += size;
#include <fw/layout.def>
#undef LAYOUT_RANGE
	return sum;
}

static void test_accept_all(void **state)
{
	unsigned int cpus;

	for (cpus = 1; cpus <= 4; cpus += 3) {
		setup(state);
		processors = cpus;
		add_ram(MiB(512), GiB(3) + 3 * PAGE);
		assert_int_equal(hook_run(memmap_import, &memmap), 0);
		/* The beginning is there at once, and the rest is not. */
		assert_true(memmap_has_type(&memmap, 0, MiB(32), MEM_CONVENTIONAL));
		assert_true(memmap_has_type(&memmap, MiB(32), MiB(480), MEM_UNACCEPTED));
		assert_int_equal(accepted_size(), MiB(32) - fixed_size());
		assert_int_equal(hook_run(memmap_post), 0);
		assert_true(memmap_has_type(&memmap, 0, MiB(512), MEM_CONVENTIONAL));
		assert_true(memmap_has_type(&memmap, GiB(4), GiB(3) + 3 * PAGE,
					    MEM_CONVENTIONAL));
		/* Everything but the fixed pages, and nothing twice (guest_accept()). */
		assert_int_equal(accepted_size(),
				 MiB(512) + GiB(3) + 3 * PAGE - fixed_size());
		assert_true(begun_count <= 6);
	}
}

/* A line now and then says how far a large guest is. */
static void test_progress(void **state)
{
	setup(state);
	add_ram(MiB(512), GiB(130));
	assert_int_equal(hook_run(memmap_import, &memmap), 0);
	assert_int_equal(hook_run(memmap_post), 0);
	assert_true(mock_log_has("accepting 65536 MiB at 0x100000000"));
	assert_true(mock_log_has("accepting 65536 MiB at 0x1100000000"));
	assert_true(mock_log_has("accepting 2048 MiB at 0x2100000000"));
	assert_int_equal(accepted_size(), MiB(512) + GiB(130) - fixed_size());
}

static void test_reserved_is_left_alone(void **state)
{
	size_t i;

	add_ram(MiB(512), 0);
	assert_int_equal(memmap_add(&memmap, GiB(5), GiB(1), MEM_RESERVED), 0);
	assert_int_equal(memmap_set(&memmap, MiB(100), MiB(1), MEM_ACPI_NVS), 0);
	assert_int_equal(hook_run(memmap_import, &memmap), 0);
	assert_int_equal(hook_run(memmap_post), 0);
	for (i = 0; i < accepted_count; i++)
		assert_false(accepted[i].base < MiB(101) &&
			     accepted[i].base + accepted[i].size > MiB(100));
	assert_true(memmap_has_type(&memmap, MiB(100), MiB(1), MEM_ACPI_NVS));
	assert_true(memmap_has_type(&memmap, GiB(5), GiB(1), MEM_RESERVED));
}

static void test_twice(void **state)
{
	add_ram(MiB(512), 0);
	assert_int_equal(cc_accept(&memmap, MiB(1), MiB(1), false), -EEXIST);
	assert_int_equal(memmap_set(&memmap, MiB(1), MiB(2), MEM_UNACCEPTED), 0);
	assert_int_equal(cc_accept(&memmap, MiB(1), MiB(1), false), 0);
	assert_int_equal(cc_accept(&memmap, MiB(1), MiB(1), false), -EEXIST);
	assert_int_equal(cc_accept(&memmap, MiB(1), MiB(2), false), -EEXIST);
	assert_int_equal(cc_accept(&memmap, MiB(2), MiB(1), false), 0);
	assert_int_equal(accepted_count, 2);
}

static void test_errors(void **state)
{
	add_ram(MiB(512), 0);
	fail_accept_at = MiB(200);
	assert_int_equal(hook_run(memmap_import, &memmap), 0);
	assert_int_equal(hook_run(memmap_post), -EIO);
	assert_int_equal(mock_log_errors(), 1);
	assert_non_null(strstr(mock_log_last(), "cannot be accepted"));
	assert_true(memmap_has_type(&memmap, MiB(200), MiB(312), MEM_UNACCEPTED));

	setup(state);
	add_ram(MiB(512), 0);
	fail_begin = -EPROTO;
	assert_int_equal(hook_run(memmap_import, &memmap), -EPROTO);
	assert_int_equal(accepted_count, 0);
}

static void test_not_wanted(void **state)
{
	wants_accept = false;
	add_ram(MiB(512), 0);
	assert_int_equal(hook_run(memmap_import, &memmap), 0);
	assert_int_equal(hook_run(memmap_post), 0);
	assert_int_equal(accepted_count, 0);
	assert_true(memmap_has_type(&memmap, 0, MiB(512), MEM_CONVENTIONAL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_share, setup),
		cmocka_unit_test_setup(test_share_refused, setup),
		cmocka_unit_test_setup(test_accept_all, setup),
		cmocka_unit_test_setup(test_progress, setup),
		cmocka_unit_test_setup(test_reserved_is_left_alone, setup),
		cmocka_unit_test_setup(test_twice, setup),
		cmocka_unit_test_setup(test_errors, setup),
		cmocka_unit_test_setup(test_not_wanted, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
