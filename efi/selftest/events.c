/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Events and timers, in real time. Document: UEFI 2.10, section 7.1.
 */
#include <asm/timer.h>

#include "selftest.h"

#define MS(n)		((u64)(n) * 10000)	/* in units of 100 ns */
#define US_OF_MS(n)	((u64)(n) * 1000)
#define PATIENCE_MS	5000
#define SPINS		((u64)1 << 28)

/* What a notification function has seen. */
struct seen {
	volatile u32 count;
	efi_tpl_t tpl;
	u32 place;		/* in the order of all */
};

static u32 places;

static const struct efi_guid group = {
	0x3c1f2a5e, 0x6d0b, 0x4f11, { 0x9b, 0x52, 0x17, 0x80, 0x2d, 0x6e, 0x45, 0x9c }
};

static void EFIAPI notify(efi_event_t event __unused, void *context)
{
	struct seen *seen = context;

	seen->tpl = BS->raise_tpl(TPL_HIGH_LEVEL);
	BS->restore_tpl(seen->tpl);
	seen->place = ++places;
	fpu_spoil();
	seen->count++;
}

static void EFIAPI notify_wait(efi_event_t event, void *context)
{
	struct seen *seen = context;

	seen->count++;
	BS->signal_event(event);
}

static u64 milliseconds(void)
{
	return timer_ticks() / (timer_frequency() / 1000);
}

/* Without a call to any service: only the interrupt can bring the notification. */
static bool spin_until(const struct seen *seen, u32 count)
{
	u64 end = milliseconds() + PATIENCE_MS;

	while (seen->count < count && milliseconds() < end)
		cpu_relax();
	return seen->count >= count;
}

static void test_timer(void)
{
	struct seen seen = { 0 };
	efi_event_t event;
	efi_tpl_t tpl;

	CHECK(BS->create_event(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_CALLBACK, notify, &seen,
			       &event) == EFI_SUCCESS);
	CHECK(BS->set_timer(event, EFI_TIMER_RELATIVE, MS(1)) == EFI_SUCCESS);
	CHECK(spin_until(&seen, 1));
	CHECK(seen.tpl == TPL_CALLBACK);
	CHECK(BS->check_event(event) == EFI_INVALID_PARAMETER);
	/* A level that is as high holds it back. */
	tpl = BS->raise_tpl(TPL_CALLBACK);
	CHECK(tpl == TPL_APPLICATION);
	CHECK(BS->set_timer(event, EFI_TIMER_RELATIVE, MS(1)) == EFI_SUCCESS);
	CHECK(BS->stall(US_OF_MS(4)) == EFI_SUCCESS);
	CHECK(seen.count == 1);
	BS->restore_tpl(tpl);
	CHECK(seen.count == 2);
	CHECK(BS->set_timer(event, EFI_TIMER_PERIODIC, MS(1)) == EFI_SUCCESS);
	CHECK(spin_until(&seen, 6));
	CHECK(BS->set_timer(event, EFI_TIMER_CANCEL, 0) == EFI_SUCCESS);
	seen.count = 0;
	CHECK(BS->stall(US_OF_MS(4)) == EFI_SUCCESS);
	CHECK(seen.count == 0);
	CHECK(BS->close_event(event) == EFI_SUCCESS);
}

static void test_order(void)
{
	static const efi_tpl_t levels[] = { TPL_CALLBACK, TPL_NOTIFY, TPL_CALLBACK, TPL_NOTIFY };
	struct seen seen[ARRAY_SIZE(levels)] = { 0 };
	efi_event_t event[ARRAY_SIZE(levels)];
	efi_tpl_t tpl;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(levels); i++)
		CHECK(BS->create_event(EVT_NOTIFY_SIGNAL, levels[i], notify, &seen[i],
				       &event[i]) == EFI_SUCCESS);
	places = 0;
	tpl = BS->raise_tpl(TPL_HIGH_LEVEL);
	for (i = 0; i < ARRAY_SIZE(levels); i++)
		CHECK(BS->signal_event(event[i]) == EFI_SUCCESS);
	CHECK(places == 0);
	BS->restore_tpl(TPL_CALLBACK);
	CHECK(places == 2);
	BS->restore_tpl(tpl);
	CHECK(seen[1].place == 1 && seen[3].place == 2 && seen[0].place == 3 &&
	      seen[2].place == 4);
	for (i = 0; i < ARRAY_SIZE(levels); i++) {
		CHECK(seen[i].count == 1 && seen[i].tpl == levels[i]);
		CHECK(BS->close_event(event[i]) == EFI_SUCCESS);
	}
}

static void test_wait(void)
{
	struct seen seen = { 0 };
	efi_event_t events[2];
	efi_uintn_t index = 9;
	efi_tpl_t tpl;
	u64 start;

	CHECK(BS->create_event(EVT_NOTIFY_WAIT, TPL_CALLBACK, notify_wait, &seen,
			       &events[0]) == EFI_SUCCESS);
	CHECK(BS->check_event(events[0]) == EFI_SUCCESS);
	CHECK(seen.count == 1);
	CHECK(BS->close_event(events[0]) == EFI_SUCCESS);
	CHECK(BS->create_event(0, 0, NULL, NULL, &events[0]) == EFI_SUCCESS);
	CHECK(BS->create_event(EVT_TIMER, 0, NULL, NULL, &events[1]) == EFI_SUCCESS);
	CHECK(BS->check_event(events[0]) == EFI_NOT_READY);
	start = milliseconds();
	CHECK(BS->set_timer(events[1], EFI_TIMER_RELATIVE, MS(20)) == EFI_SUCCESS);
	CHECK(BS->wait_for_event(2, events, &index) == EFI_SUCCESS);
	CHECK(index == 1 && milliseconds() - start >= 19);
	CHECK(BS->check_event(events[1]) == EFI_NOT_READY);
	CHECK(BS->signal_event(events[0]) == EFI_SUCCESS);
	CHECK(BS->wait_for_event(2, events, &index) == EFI_SUCCESS && index == 0);
	tpl = BS->raise_tpl(TPL_CALLBACK);
	CHECK(BS->wait_for_event(2, events, &index) == EFI_UNSUPPORTED);
	BS->restore_tpl(tpl);
	CHECK(BS->close_event(events[0]) == EFI_SUCCESS);
	CHECK(BS->close_event(events[1]) == EFI_SUCCESS);
}

static void test_group(void)
{
	struct seen seen[2] = { 0 };
	efi_event_t event[2];
	size_t i;

	for (i = 0; i < 2; i++)
		CHECK(BS->create_event_ex(EVT_NOTIFY_SIGNAL, TPL_NOTIFY, notify, &seen[i],
					  &group, &event[i]) == EFI_SUCCESS);
	CHECK(BS->signal_event(event[0]) == EFI_SUCCESS);
	CHECK(seen[0].count == 1 && seen[1].count == 1);
	for (i = 0; i < 2; i++)
		CHECK(BS->close_event(event[i]) == EFI_SUCCESS);
}

/* Loaded software uses registers that the firmware itself does not. */
static void test_registers(void)
{
	struct seen seen = { 0 };
	efi_event_t event;

	CHECK(BS->create_event(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_NOTIFY, notify, &seen,
			       &event) == EFI_SUCCESS);
	CHECK(BS->set_timer(event, EFI_TIMER_RELATIVE, MS(3)) == EFI_SUCCESS);
	CHECK(fpu_survives(&seen.count, SPINS));
	CHECK(seen.count == 1);
	CHECK(BS->close_event(event) == EFI_SUCCESS);
}

static void test_stall(void)
{
	u64 start = milliseconds();

	CHECK(BS->stall(US_OF_MS(10)) == EFI_SUCCESS);
	CHECK(milliseconds() - start >= 9);
}

static void test_events(void)
{
	test_timer();
	test_order();
	test_wait();
	test_group();
	test_registers();
	test_stall();
}
SELFTEST(20, events, test_events);
