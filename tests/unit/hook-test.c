/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of hooks (fw/hooks.h, core/hook.c) and of the choice of a guest
 * kind (cc/core.c), with kinds and hooks of the test's own in the tables.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <fw/cc.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/memmap.h>

#include "support.h"

/* What ran, in order, as one letter each. */
static char ran[32];
static int pci_rc, asked;
static char kind;			/* the kind that this machine is */
static enum cc_attr last_attr;

static void note(char c)
{
	size_t n = strlen(ran);

	assert_true(n + 1 < sizeof(ran));
	ran[n] = c;
	ran[n + 1] = '\0';
}

static bool red_probe(void) { asked++; return kind == 'r'; }
static bool blue_probe(void) { asked++; return kind == 'b'; }
static bool red_has(enum cc_attr attr) { last_attr = attr; return attr == CC_ATTR_MEM_ENCRYPT; }
static bool blue_has(enum cc_attr attr) { last_attr = attr; return false; }

const struct cc_guest red_guest = { .name = "red", .probe = red_probe, .has = red_has };
const struct cc_guest blue_guest = { .name = "blue", .probe = blue_probe, .has = blue_has };
CC_GUEST(20, blue_guest);
CC_GUEST(10, red_guest);

static int pci_a(void) { note('a'); return 0; }
static int pci_b(void) { note('b'); return pci_rc; }
static int pci_c(void) { note('c'); return 0; }
static int pci_red(void) { note('r'); return 0; }
static int pci_blue(void) { note('B'); return 0; }
static int pci_early(void) { note('<'); return 0; }
static int pci_late(void) { note('>'); return 0; }

/* Not in the order in which they are to run. */
HOOK(pci, 50, common, pci_c);
HOOK(pci, 10, common, pci_a);
HOOK(pci, 30, common, pci_b);
HOOK(pci, 20, red, pci_red);
HOOK(pci, 20, blue, pci_blue);
/* Points whose name begins alike are other points. */
HOOK(pci_post, 10, common, pci_late);
HOOK(pci_pre, 10, common, pci_early);

static int ram_hook(struct memmap *map)
{
	note('m');
	return memmap_add(map, 0x1000, 0x1000, MEM_RESERVED);
}
HOOK(memmap_ram, 10, common, ram_hook);

static int setup(void **state)
{
	ran[0] = '\0';
	pci_rc = 0;
	asked = 0;
	kind = 0;
	mock_log_reset();
	return 0;
}

/* Before a kind is chosen, which happens once: this order of tests matters. */
static void test_plain(void **state)
{
	cc_init();
	/* Every kind was asked. */
	assert_int_equal(asked, 2);
	assert_null(cc_active());
	assert_false(cc_has(CC_ATTR_HOST_UNTRUSTED));
	assert_int_equal(hook_run(pci), 0);
	assert_string_equal(ran, "abc");
}

static void test_order_and_points(void **state)
{
	assert_int_equal(hook_run(pci_pre), 0);
	assert_int_equal(hook_run(pci), 0);
	assert_int_equal(hook_run(pci_post), 0);
	assert_string_equal(ran, "<abc>");
	assert_int_equal((uintptr_t)(hooks_pci_end - hooks_pci_start), 5);
	assert_int_equal((uintptr_t)(hooks_pci_pre_end - hooks_pci_pre_start), 1);
}

static void test_error_ends_point(void **state)
{
	pci_rc = -EIO;
	assert_int_equal(hook_run(pci), -EIO);
	assert_string_equal(ran, "ab");
	/* Who found the error has logged it; the runner adds who it was. */
	assert_true(mock_log_has("pci_b"));
	assert_int_equal(mock_log_errors(), 0);
}

static void test_empty_point(void **state)
{
	assert_int_equal(hook_run(boot), 0);
	assert_int_equal(hook_run(stop_pre), 0);
	assert_string_equal(ran, "");
}

static void test_argument(void **state)
{
	struct memmap map = { .count = 0 };

	assert_int_equal(hook_run(memmap_ram, &map), 0);
	assert_int_equal(map.count, 1);
	assert_int_equal(hook_run(memmap_ram, &map), -EEXIST);
	assert_string_equal(ran, "mm");
}

static void test_guest_kind(void **state)
{
	kind = 'r';
	cc_init();
	/* In the order of the table; the rest is not asked any more. */
	assert_int_equal(asked, 1);
	assert_ptr_equal(cc_active(), &red_guest);
	assert_true(cc_has(CC_ATTR_MEM_ENCRYPT));
	assert_false(cc_has(CC_ATTR_LAUNCH_MEASURED));
	assert_int_equal(last_attr, CC_ATTR_LAUNCH_MEASURED);
	/* Owners in the order of their names, the common ones with them. */
	assert_int_equal(hook_run(pci), 0);
	assert_null(strchr(ran, 'B'));
	assert_non_null(strchr(ran, 'r'));
	assert_int_equal(strlen(ran), 4);
	assert_string_equal(ran, "arbc");
}

static void test_other_guest_kind(void **state)
{
	kind = 'b';
	cc_init();
	assert_int_equal(asked, 2);
	assert_ptr_equal(cc_active(), &blue_guest);
	assert_false(cc_has(CC_ATTR_MEM_ENCRYPT));
	assert_int_equal(hook_run(pci), 0);
	assert_string_equal(ran, "aBbc");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_plain, setup),
		cmocka_unit_test_setup(test_order_and_points, setup),
		cmocka_unit_test_setup(test_error_ends_point, setup),
		cmocka_unit_test_setup(test_empty_point, setup),
		cmocka_unit_test_setup(test_argument, setup),
		cmocka_unit_test_setup(test_guest_kind, setup),
		cmocka_unit_test_setup(test_other_guest_kind, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
