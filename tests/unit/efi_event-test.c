/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of events, levels and timers (efi/loader/event.c, tpl.c, timer.c,
 * watchdog.c; UEFI 2.10, section 7.1).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <fw/memmap.h>

#include "efi_world.h"
#include "support.h"
#include "timer.h"
#include "tpl.h"

#define MS	((u64)10000)

/* What ran: one letter for each notification. */
static char log[256];

static void note(char what)
{
	size_t len = strlen(log);

	assert_true(len + 1 < sizeof(log));
	log[len] = what;
	log[len + 1] = '\0';
}

static void EFIAPI on_event(efi_event_t event, void *context)
{
	note(*(const char *)context);
}

static efi_event_t create(u32 type, efi_tpl_t tpl, const char *name)
{
	efi_event_t event = NULL;

	assert_int_equal(efi_create_event(type, tpl, on_event, (void *)(uintptr_t)name, &event),
			 EFI_SUCCESS);
	assert_non_null(event);
	return event;
}

static efi_event_t create_in_group(u32 type, efi_tpl_t tpl, const char *name,
				   const struct efi_guid *group)
{
	efi_event_t event = NULL;

	assert_int_equal(efi_create_event_ex(type, tpl, on_event, name, group, &event),
			 EFI_SUCCESS);
	return event;
}

static int setup(void **state)
{
	log[0] = '\0';
	world_timer_works = true;
	assert_int_equal(efi_tpl, TPL_APPLICATION);
	assert_true(world_irqs);
	return 0;
}

static void test_create_errors(void **state)
{
	static const u32 bad[] = {
		EVT_NOTIFY_WAIT | EVT_NOTIFY_SIGNAL,
		EVT_NOTIFY_WAIT | EVT_SIGNAL_EXIT_BOOT_SERVICES,
		EVT_NOTIFY_WAIT | EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE,
		EVT_TIMER | EVT_SIGNAL_EXIT_BOOT_SERVICES,
		EVT_TIMER | EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE,
		0x203, 0x204, 0x400, 1, 0x10000000,
	};
	static const u32 notify[] = {
		EVT_NOTIFY_WAIT, EVT_NOTIFY_SIGNAL, EVT_TIMER | EVT_NOTIFY_WAIT,
		EVT_TIMER | EVT_NOTIFY_SIGNAL, EVT_SIGNAL_EXIT_BOOT_SERVICES,
	};
	static const efi_tpl_t bad_tpl[] = {
		0, 3, TPL_APPLICATION, 5, 9, TPL_HIGH_LEVEL, 32, (u64)-1,
	};
	efi_event_t event = NULL;
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(efi_create_event(bad[i], TPL_NOTIFY, on_event, "x", &event),
				 EFI_INVALID_PARAMETER);
		assert_int_equal(efi_create_event_ex(bad[i], TPL_NOTIFY, on_event, "x",
						     world_guid(0), &event),
				 EFI_INVALID_PARAMETER);
	}
	for (i = 0; i < ARRAY_SIZE(notify); i++) {
		for (k = 0; k < ARRAY_SIZE(bad_tpl); k++)
			assert_int_equal(efi_create_event(notify[i], bad_tpl[k], on_event, "x",
							  &event), EFI_INVALID_PARAMETER);
		assert_int_equal(efi_create_event(notify[i], TPL_NOTIFY, NULL, NULL, &event),
				 EFI_INVALID_PARAMETER);
		assert_int_equal(efi_create_event(notify[i], TPL_NOTIFY, on_event, "x", NULL),
				 EFI_INVALID_PARAMETER);
	}
	/* These name a group themselves. */
	assert_int_equal(efi_create_event_ex(EVT_SIGNAL_EXIT_BOOT_SERVICES, TPL_NOTIFY, on_event,
					     "x", world_guid(0), &event), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_create_event_ex(EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE, TPL_NOTIFY,
					     on_event, "x", world_guid(0), &event),
			 EFI_INVALID_PARAMETER);
	assert_null(event);
	/* Without a notification neither level nor function counts. */
	assert_int_equal(efi_create_event(EVT_TIMER, 77, NULL, NULL, &event), EFI_SUCCESS);
	efi_close_event(event);
	assert_int_equal(efi_create_event(0, 0, NULL, NULL, &event), EFI_SUCCESS);
	assert_int_equal(efi_close_event(event), EFI_SUCCESS);
	assert_int_equal(efi_close_event(event), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_close_event(NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_signal_event(NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_check_event(NULL), EFI_INVALID_PARAMETER);
}

static void test_runtime_memory(void **state)
{
	efi_event_t event = create(EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE, TPL_NOTIFY, "v");

	assert_int_equal(world_virtual, 1);
	assert_int_equal(memmap_find(&memmap, (uintptr_t)event)->type, MEM_RUNTIME_DATA);
	efi_close_event(event);
	assert_int_equal(world_virtual, 0);
	event = create_in_group(EVT_RUNTIME | EVT_NOTIFY_SIGNAL, TPL_NOTIFY, "v",
				&efi_guid_event_virtual_address_change);
	assert_int_equal(world_virtual, 1);
	efi_close_event(event);
	world_virtual_max = 0;
	assert_int_equal(efi_create_event(EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE, TPL_NOTIFY, on_event,
					  "v", &event), EFI_OUT_OF_RESOURCES);
	world_virtual_max = 2;
	event = create(EVT_RUNTIME | EVT_NOTIFY_SIGNAL, TPL_NOTIFY, "v");
	assert_int_equal(world_virtual, 0);
	assert_int_equal(memmap_find(&memmap, (uintptr_t)event)->type, MEM_RUNTIME_DATA);
	efi_close_event(event);
}

/* Above the present level at once, else when it falls; high ones first. */
static void test_levels(void **state)
{
	efi_event_t a = create(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "a");
	efi_event_t b = create(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "b");
	efi_event_t n = create(EVT_NOTIFY_SIGNAL, TPL_NOTIFY, "N");
	efi_event_t m = create(EVT_NOTIFY_SIGNAL, TPL_NOTIFY, "M");

	efi_signal_event(a);
	assert_string_equal(log, "a");
	log[0] = '\0';

	assert_int_equal(efi_raise_tpl(TPL_CALLBACK), TPL_APPLICATION);
	efi_signal_event(b);
	efi_signal_event(a);
	efi_signal_event(n);
	assert_string_equal(log, "N");
	efi_restore_tpl(TPL_APPLICATION);
	assert_string_equal(log, "Nba");
	log[0] = '\0';

	assert_int_equal(efi_raise_tpl(TPL_HIGH_LEVEL), TPL_APPLICATION);
	assert_false(world_irqs);
	efi_signal_event(a);
	efi_signal_event(m);
	efi_signal_event(b);
	efi_signal_event(n);
	/* Once is enough. */
	efi_signal_event(a);
	assert_string_equal(log, "");
	efi_restore_tpl(TPL_NOTIFY);
	assert_true(world_irqs);
	assert_string_equal(log, "");
	efi_restore_tpl(TPL_CALLBACK);
	assert_string_equal(log, "MN");
	efi_restore_tpl(TPL_APPLICATION);
	assert_string_equal(log, "MNab");
	assert_int_equal(efi_tpl, TPL_APPLICATION);

	efi_close_event(a);
	efi_close_event(b);
	efi_close_event(n);
	efi_close_event(m);
}

static void test_raise_and_restore(void **state)
{
	assert_int_equal(efi_raise_tpl(TPL_NOTIFY), TPL_APPLICATION);
	assert_int_equal(efi_raise_tpl(TPL_NOTIFY), TPL_NOTIFY);
	/* Not what these are for; the level stays. */
	assert_int_equal(efi_raise_tpl(TPL_CALLBACK), TPL_NOTIFY);
	assert_int_equal(efi_tpl, TPL_NOTIFY);
	efi_restore_tpl(TPL_HIGH_LEVEL);
	assert_int_equal(efi_tpl, TPL_NOTIFY);
	assert_true(world_irqs);
	assert_int_equal(efi_raise_tpl(TPL_HIGH_LEVEL), TPL_NOTIFY);
	assert_int_equal(efi_raise_tpl(TPL_HIGH_LEVEL), TPL_HIGH_LEVEL);
	efi_restore_tpl(TPL_HIGH_LEVEL);
	assert_false(world_irqs);
	efi_restore_tpl(TPL_APPLICATION);
	assert_true(world_irqs);
}

static efi_event_t inner;

static void EFIAPI on_outer(efi_event_t event, void *context)
{
	assert_int_equal(efi_tpl, TPL_CALLBACK);
	assert_true(world_irqs);
	note('(');
	efi_signal_event(inner);
	note(')');
}

/* A notification is interrupted by one of a higher level, and by no other. */
static void test_nested(void **state)
{
	efi_event_t outer;

	assert_int_equal(efi_create_event(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, on_outer, NULL,
					  &outer), EFI_SUCCESS);
	inner = create(EVT_NOTIFY_SIGNAL, TPL_NOTIFY, "N");
	efi_signal_event(outer);
	assert_string_equal(log, "(N)");
	log[0] = '\0';
	efi_close_event(inner);

	inner = create(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "c");
	efi_signal_event(outer);
	assert_string_equal(log, "()c");
	log[0] = '\0';
	efi_close_event(inner);

	/* By itself: when it is through. */
	inner = outer;
	efi_raise_tpl(TPL_CALLBACK);
	efi_signal_event(outer);
	inner = create(EVT_NOTIFY_SIGNAL, TPL_NOTIFY, "N");
	efi_restore_tpl(TPL_APPLICATION);
	assert_string_equal(log, "(N)");
	efi_close_event(inner);
	efi_close_event(outer);
}

static void EFIAPI on_close(efi_event_t event, void *context)
{
	note('x');
	assert_int_equal(efi_close_event(event), EFI_SUCCESS);
}

static void test_close(void **state)
{
	efi_event_t event, waiting;

	assert_int_equal(efi_create_event(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, on_close, NULL,
					  &event), EFI_SUCCESS);
	efi_signal_event(event);
	assert_string_equal(log, "x");

	/* One that waits does not run any more. */
	waiting = create(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "w");
	efi_raise_tpl(TPL_CALLBACK);
	efi_signal_event(waiting);
	efi_close_event(waiting);
	efi_restore_tpl(TPL_APPLICATION);
	assert_string_equal(log, "x");
	assert_int_equal(efi_tpl_pending, 0);
}

static void EFIAPI on_wait(efi_event_t event, void *context)
{
	unsigned int *left = context;

	note('w');
	if (*left > 0 && --*left == 0)
		efi_signal_event(event);
}

static void test_check(void **state)
{
	efi_event_t plain, wait, signal;
	unsigned int left = 3;

	assert_int_equal(efi_create_event(0, 0, NULL, NULL, &plain), EFI_SUCCESS);
	assert_int_equal(efi_check_event(plain), EFI_NOT_READY);
	efi_signal_event(plain);
	efi_signal_event(plain);
	assert_int_equal(efi_check_event(plain), EFI_SUCCESS);
	assert_int_equal(efi_check_event(plain), EFI_NOT_READY);

	signal = create(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "s");
	assert_int_equal(efi_check_event(signal), EFI_INVALID_PARAMETER);

	/* The function finds out, each time somebody looks. */
	assert_int_equal(efi_create_event(EVT_NOTIFY_WAIT, TPL_NOTIFY, on_wait, &left, &wait),
			 EFI_SUCCESS);
	assert_int_equal(efi_check_event(wait), EFI_NOT_READY);
	assert_int_equal(efi_check_event(wait), EFI_NOT_READY);
	assert_int_equal(efi_check_event(wait), EFI_SUCCESS);
	assert_string_equal(log, "www");
	/* Signaled from elsewhere: it is not asked. */
	efi_signal_event(wait);
	assert_int_equal(efi_check_event(wait), EFI_SUCCESS);
	assert_string_equal(log, "www");
	/* At its level or above it cannot run. */
	efi_raise_tpl(TPL_NOTIFY);
	assert_int_equal(efi_check_event(wait), EFI_NOT_READY);
	assert_string_equal(log, "www");
	efi_restore_tpl(TPL_APPLICATION);
	assert_string_equal(log, "wwww");
	efi_close_event(plain);
	efi_close_event(wait);
	efi_close_event(signal);
}

static void test_wait(void **state)
{
	efi_event_t event[2], signal;
	unsigned int left = 0;
	efi_uintn_t index = 77;

	assert_int_equal(efi_create_event(EVT_NOTIFY_WAIT, TPL_NOTIFY, on_wait, &left, &event[0]),
			 EFI_SUCCESS);
	assert_int_equal(efi_create_event(EVT_TIMER, 0, NULL, NULL, &event[1]), EFI_SUCCESS);
	signal = create(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "s");
	assert_int_equal(efi_wait_for_event(0, event, &index), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_wait_for_event(2, NULL, &index), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_wait_for_event(1, &signal, &index), EFI_INVALID_PARAMETER);
	assert_int_equal(index, 0);
	efi_raise_tpl(TPL_CALLBACK);
	assert_int_equal(efi_wait_for_event(2, event, &index), EFI_UNSUPPORTED);
	efi_restore_tpl(TPL_APPLICATION);

	efi_signal_event(event[1]);
	assert_int_equal(efi_wait_for_event(2, event, &index), EFI_SUCCESS);
	assert_int_equal(index, 1);
	assert_int_equal(efi_check_event(event[1]), EFI_NOT_READY);
	left = 5;
	assert_int_equal(efi_wait_for_event(2, event, &index), EFI_SUCCESS);
	assert_int_equal(index, 0);
	efi_close_event(event[0]);
	efi_close_event(event[1]);
	efi_close_event(signal);
}

/* A loader's menu: a second, or a key. With and without the interrupt. */
static void test_wait_for_timer(void **state)
{
	efi_event_t event[2];
	unsigned int left = 0;
	efi_uintn_t index;
	u64 start;
	int i;

	assert_int_equal(efi_create_event(EVT_NOTIFY_WAIT, TPL_NOTIFY, on_wait, &left, &event[0]),
			 EFI_SUCCESS);
	assert_int_equal(efi_create_event(EVT_TIMER, 0, NULL, NULL, &event[1]), EFI_SUCCESS);
	for (i = 0; i < 2; i++) {
		world_timer_works = i == 0;
		log[0] = '\0';
		start = efi_time_100ns();
		/* A clock that takes one tick for each look would take a while. */
		assert_int_equal(efi_set_timer(event[1], EFI_TIMER_RELATIVE,
					       i == 0 ? 1000 * MS : 200), EFI_SUCCESS);
		if (i == 1) {
			world_armed = 0;
			world_pass(100);
			assert_int_equal(efi_check_event(event[1]), EFI_NOT_READY);
			world_pass(200);
			assert_int_equal(efi_check_event(event[1]), EFI_SUCCESS);
			continue;
		}
		assert_int_equal(efi_wait_for_event(2, event, &index), EFI_SUCCESS);
		assert_int_equal(index, 1);
		assert_in_range(efi_time_100ns() - start, 1000 * MS, 1001 * MS);
		/* Devices are looked at meanwhile, every now and then. */
		assert_in_range(strlen(log), 90, 110);
	}
	efi_close_event(event[0]);
	efi_close_event(event[1]);
}

static void test_set_timer_errors(void **state)
{
	efi_event_t plain = create(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "p");
	efi_event_t timer = create(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "t");

	assert_int_equal(efi_set_timer(plain, EFI_TIMER_RELATIVE, 10), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_set_timer(NULL, EFI_TIMER_RELATIVE, 10), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_set_timer(timer, 3, 10), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_set_timer(timer, (u32)-1, 10), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_set_timer(timer, EFI_TIMER_CANCEL, 10), EFI_SUCCESS);
	efi_close_event(plain);
	efi_close_event(timer);
}

/* They expire in the order of their times, whatever order they were set in. */
static void test_timer_order(void **state)
{
	static const char *const names[] = { "3", "1", "4", "2", "5" };
	efi_event_t event[5];
	size_t i;

	for (i = 0; i < 5; i++) {
		event[i] = create(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_CALLBACK, names[i]);
		efi_set_timer(event[i], EFI_TIMER_RELATIVE, (u64)(names[i][0] - '0') * 10 * MS);
	}
	world_pass(5 * MS);
	assert_string_equal(log, "");
	world_pass(6 * MS);
	assert_string_equal(log, "1");
	efi_set_timer(event[2], EFI_TIMER_CANCEL, 0);
	world_pass(25 * MS);
	assert_string_equal(log, "123");
	/* Once set anew, only the new time counts. */
	efi_set_timer(event[4], EFI_TIMER_RELATIVE, 100 * MS);
	world_pass(50 * MS);
	assert_string_equal(log, "123");
	world_pass(60 * MS);
	assert_string_equal(log, "1235");
	world_pass(1000 * MS);
	assert_string_equal(log, "1235");
	for (i = 0; i < 5; i++)
		efi_close_event(event[i]);
}

static void test_periodic(void **state)
{
	efi_event_t event = create(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_NOTIFY, "p");

	efi_set_timer(event, EFI_TIMER_PERIODIC, 50 * MS);
	world_pass(501 * MS);
	assert_string_equal(log, "pppppppppp");
	/* What was missed while nothing could run comes once. */
	log[0] = '\0';
	efi_raise_tpl(TPL_HIGH_LEVEL);
	world_pass(1000 * MS);
	assert_string_equal(log, "");
	efi_restore_tpl(TPL_APPLICATION);
	assert_string_equal(log, "p");
	world_pass(51 * MS);
	assert_string_equal(log, "pp");
	efi_set_timer(event, EFI_TIMER_CANCEL, 0);
	world_pass(1000 * MS);
	assert_string_equal(log, "pp");
	/* As often as there is a tick, which leaves time for others. */
	log[0] = '\0';
	efi_set_timer(event, EFI_TIMER_PERIODIC, 0);
	world_pass(2 * MS);
	assert_in_range(strlen(log), 2, 30);
	efi_close_event(event);
	log[0] = '\0';
	world_pass(100 * MS);
	assert_string_equal(log, "");
}

/* While the level keeps a notification back, interrupts still count time. */
static void test_interrupt_at_level(void **state)
{
	efi_event_t c = create(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "c");
	efi_event_t n = create(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_NOTIFY, "N");

	efi_set_timer(c, EFI_TIMER_RELATIVE, MS);
	efi_set_timer(n, EFI_TIMER_RELATIVE, 2 * MS);
	efi_raise_tpl(TPL_CALLBACK);
	world_pass(5 * MS);
	assert_string_equal(log, "N");
	efi_restore_tpl(TPL_APPLICATION);
	assert_string_equal(log, "Nc");
	efi_close_event(c);
	efi_close_event(n);
}

/* All works without interrupts, too, where services are called. */
static void test_without_interrupt(void **state)
{
	efi_event_t event = create(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "t");
	efi_event_t plain;

	world_timer_works = false;
	efi_set_timer(event, EFI_TIMER_PERIODIC, 10 * MS);
	world_pass(15 * MS);
	assert_string_equal(log, "");
	efi_restore_tpl(efi_raise_tpl(TPL_CALLBACK));
	assert_string_equal(log, "t");
	world_pass(15 * MS);
	assert_int_equal(efi_create_event(0, 0, NULL, NULL, &plain), EFI_SUCCESS);
	efi_check_event(plain);
	assert_string_equal(log, "tt");
	world_pass(15 * MS);
	efi_stall(1);
	assert_string_equal(log, "ttt");
	efi_close_event(event);
	efi_close_event(plain);
	world_timer_works = true;
	world_pass(0);
}

/* One deadline for all, and none that is not needed. */
static void test_arming(void **state)
{
	efi_event_t a = create(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "a");
	efi_event_t b = create(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "b");
	unsigned int arms;
	u64 first;

	world_pass(10000 * MS);
	assert_int_equal(world_armed, 0);
	arms = world_arms;
	efi_set_timer(a, EFI_TIMER_RELATIVE, 10 * MS);
	first = world_armed;
	assert_int_equal(world_arms, arms + 1);
	efi_set_timer(b, EFI_TIMER_RELATIVE, 20 * MS);
	assert_int_equal(world_armed, first);
	efi_set_timer(b, EFI_TIMER_RELATIVE, 5 * MS);
	assert_true(world_armed < first);
	assert_int_equal(world_arms, arms + 2);
	/* What was cancelled costs one interrupt that does nothing, at most. */
	efi_set_timer(b, EFI_TIMER_CANCEL, 0);
	assert_int_equal(world_arms, arms + 2);
	world_pass(30 * MS);
	assert_string_equal(log, "a");
	assert_int_equal(world_arms, arms + 3);
	assert_int_equal(world_armed, 0);
	efi_close_event(a);
	efi_close_event(b);
}

static void test_far_future(void **state)
{
	efi_event_t event = create(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "f");
	efi_event_t soon = create(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "s");

	efi_set_timer(event, EFI_TIMER_RELATIVE, (u64)-1);
	efi_set_timer(soon, EFI_TIMER_RELATIVE, MS);
	world_pass(10000 * MS);
	assert_string_equal(log, "s");
	efi_set_timer(event, EFI_TIMER_PERIODIC, (u64)-1);
	world_pass(10000 * MS);
	assert_string_equal(log, "s");
	efi_close_event(event);
	efi_close_event(soon);
	world_armed = 0;
}

static void test_groups(void **state)
{
	efi_event_t a = create_in_group(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "a", world_guid(1));
	efi_event_t b = create_in_group(EVT_NOTIFY_SIGNAL, TPL_NOTIFY, "B", world_guid(1));
	efi_event_t c = create_in_group(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "c", world_guid(2));
	efi_event_t plain;

	assert_int_equal(efi_create_event_ex(0, 0, NULL, NULL, world_guid(1), &plain),
			 EFI_SUCCESS);
	/* All of it, the high levels first, by any of its members. */
	efi_signal_event(a);
	assert_string_equal(log, "Ba");
	assert_int_equal(efi_check_event(plain), EFI_SUCCESS);
	efi_signal_group(world_guid(1));
	assert_string_equal(log, "BaBa");
	efi_signal_group(world_guid(3));
	assert_string_equal(log, "BaBa");
	efi_close_event(a);
	efi_signal_event(plain);
	assert_string_equal(log, "BaBaB");
	efi_signal_event(c);
	assert_string_equal(log, "BaBaBc");
	efi_close_event(b);
	efi_close_event(c);
	efi_close_event(plain);
}

/* The two ways to ask to be told of the end are one group. */
static void test_exit_group(void **state)
{
	efi_event_t a = create(EVT_SIGNAL_EXIT_BOOT_SERVICES, TPL_CALLBACK, "a");
	efi_event_t b = create_in_group(EVT_NOTIFY_SIGNAL, TPL_NOTIFY, "B",
					&efi_guid_event_exit_boot_services);
	efi_event_t v = create(EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE, TPL_NOTIFY, "v");

	efi_signal_group(&efi_guid_event_exit_boot_services);
	assert_string_equal(log, "Ba");
	efi_close_event(a);
	efi_close_event(b);
	efi_close_event(v);
}

static void test_timer_in_group(void **state)
{
	efi_event_t a = create_in_group(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "a", world_guid(4));
	efi_event_t t = create_in_group(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_NOTIFY, "T",
					world_guid(4));

	efi_set_timer(t, EFI_TIMER_RELATIVE, MS);
	world_pass(2 * MS);
	assert_string_equal(log, "Ta");
	efi_close_event(a);
	efi_close_event(t);
}

/* A timer of the group may end as soon as the event is one of it. */
static void test_join_group(void **state)
{
	efi_event_t event, timer = create_in_group(EVT_TIMER, 0, NULL, world_guid(1));

	assert_int_equal(efi_set_timer(timer, EFI_TIMER_RELATIVE, MS), EFI_SUCCESS);
	world_now = world_armed + 1;
	event = create_in_group(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "A", world_guid(1));
	assert_string_equal(log, "A");
	efi_signal_event(event);
	assert_string_equal(log, "AA");
	efi_close_event(event);
	efi_close_event(timer);
}

static void test_stall(void **state)
{
	u64 start = world_now;

	assert_int_equal(efi_stall(20), EFI_SUCCESS);
	assert_in_range(world_now - start, WORLD_HZ / 50000, WORLD_HZ / 50000 + 10);
	start = world_now;
	assert_int_equal(efi_stall(0), EFI_SUCCESS);
	assert_in_range(world_now - start, 1, 10);
}

static void test_time(void **state)
{
	u64 before = world_now;

	world_now = WORLD_HZ * 86400 * 365;
	assert_int_equal(efi_time_100ns(), (u64)86400 * 365 * 10000000);
	world_now = before;
}

static void EFIAPI on_reset(u32 type, efi_status_t status, efi_uintn_t size, const void *data)
{
	note('r');
	assert_int_equal(type, EFI_RESET_COLD);
	assert_int_equal(status, EFI_TIMEOUT);
}

static void test_watchdog(void **state)
{
	struct efi_runtime_services runtime = { .reset_system = on_reset };

	mock_log_reset();
	efi_system_table->runtime = &runtime;
	assert_int_equal(efi_set_watchdog_timer(300, 0, 0, NULL), EFI_SUCCESS);
	world_pass(299000 * MS);
	assert_int_equal(efi_set_watchdog_timer(300, 0x10000, 0, NULL), EFI_SUCCESS);
	world_pass(299000 * MS);
	assert_int_equal(efi_set_watchdog_timer(0, 0, 0, NULL), EFI_SUCCESS);
	world_pass(400000 * MS);
	assert_string_equal(log, "");
	assert_int_equal(efi_set_watchdog_timer((u64)-1, 0, 0, NULL), EFI_SUCCESS);
	world_pass(400000 * MS);
	assert_string_equal(log, "");

	assert_int_equal(efi_set_watchdog_timer(1, 0, 0, NULL), EFI_SUCCESS);
	world_timer_works = false;
	world_pass(1001 * MS);
	expect_panic(efi_stall(1));
	assert_string_equal(log, "r");
	assert_non_null(strstr(mock_log_last(), "watchdog"));
	efi_system_table->runtime = NULL;
	efi_tpl = TPL_APPLICATION;
	world_irqs = true;
	world_armed = 0;
	efi_set_watchdog_timer(0, 0, 0, NULL);
}

/* Last: there is no way back. */
static void test_stop(void **state)
{
	efi_event_t timer = create(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_CALLBACK, "t");
	efi_event_t end = create(EVT_SIGNAL_EXIT_BOOT_SERVICES, TPL_CALLBACK, "e");

	efi_set_timer(timer, EFI_TIMER_PERIODIC, MS);
	efi_timers_stop();
	world_pass(100 * MS);
	efi_restore_tpl(efi_raise_tpl(TPL_HIGH_LEVEL));
	efi_set_timer(timer, EFI_TIMER_RELATIVE, MS);
	efi_stall(2000 / 1000);
	world_pass(100 * MS);
	efi_restore_tpl(efi_raise_tpl(TPL_HIGH_LEVEL));
	assert_string_equal(log, "");
	assert_int_equal(world_armed, 0);
	/* Who waits for the end is still told. */
	efi_signal_group(&efi_guid_event_exit_boot_services);
	assert_string_equal(log, "e");
	efi_close_event(timer);
	efi_close_event(end);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_create_errors, setup),
		cmocka_unit_test_setup(test_runtime_memory, setup),
		cmocka_unit_test_setup(test_levels, setup),
		cmocka_unit_test_setup(test_raise_and_restore, setup),
		cmocka_unit_test_setup(test_nested, setup),
		cmocka_unit_test_setup(test_close, setup),
		cmocka_unit_test_setup(test_check, setup),
		cmocka_unit_test_setup(test_set_timer_errors, setup),
		cmocka_unit_test_setup(test_timer_order, setup),
		cmocka_unit_test_setup(test_wait, setup),
		cmocka_unit_test_setup(test_wait_for_timer, setup),
		cmocka_unit_test_setup(test_periodic, setup),
		cmocka_unit_test_setup(test_interrupt_at_level, setup),
		cmocka_unit_test_setup(test_without_interrupt, setup),
		cmocka_unit_test_setup(test_arming, setup),
		cmocka_unit_test_setup(test_far_future, setup),
		cmocka_unit_test_setup(test_groups, setup),
		cmocka_unit_test_setup(test_exit_group, setup),
		cmocka_unit_test_setup(test_timer_in_group, setup),
		cmocka_unit_test_setup(test_join_group, setup),
		cmocka_unit_test_setup(test_stall, setup),
		cmocka_unit_test_setup(test_time, setup),
		cmocka_unit_test_setup(test_watchdog, setup),
		cmocka_unit_test_setup(test_stop, setup),
	};

	return cmocka_run_group_tests_name("efi_event", tests, world_start, NULL);
}
