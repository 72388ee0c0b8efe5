/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Time, and the queue of timers. Document: UEFI 2.10, sections 7.1.7 (SetTimer)
 * and 7.5.2 (Stall).
 *
 * One deadline is armed at most. It is not moved when a timer is cancelled: an
 * interrupt that finds nothing to do costs less than to arm the next one for
 * each loader that sets and cancels a timer in a loop.
 */
#include <asm/cpu.h>
#include <asm/irq.h>
#include <asm/timer.h>
#include <fw/efi.h>

#include "timer.h"
#include "tpl.h"

#define UNITS		((u64)10000000)		/* of 100 ns, in a second */
/* A shorter period would leave no time for anything else. */
#define PERIOD_MIN	((u64)1000)
/* How often a wait looks at devices that cannot interrupt. */
#define IDLE_PERIOD	((u64)100000)
#define TICKS_MAX	((u64)-1 >> 1)
#define NEVER		((u64)-1)

static LIST_HEAD(timers);
static u64 nearest = NEVER;	/* the first one's deadline, for who only looks */
static u64 armed = NEVER;
static u64 frequency;
static bool interrupts_seen;
static bool stopped;

static u64 ticks_per_second(void)
{
	if (unlikely(frequency == 0))
		frequency = timer_frequency();
	return frequency;
}

/* @count of a unit that there are @per_second of, in ticks; never wraps. */
static u64 to_ticks(u64 count, u64 per_second)
{
	u64 hz = ticks_per_second(), whole, part;

	part = count % per_second * hz / per_second;
	if (__builtin_mul_overflow(count / per_second, hz, &whole))
		return TICKS_MAX;
	return MIN(MIN(whole, TICKS_MAX) + part, TICKS_MAX);
}

u64 efi_time_100ns(void)
{
	u64 ticks = timer_ticks(), hz = ticks_per_second();

	return ticks / hz * UNITS + ticks % hz * UNITS / hz;
}

static struct efi_timer *first(void)
{
	return list_entry(timers.next, struct efi_timer, list);
}

/* Interrupts are off. */
static void arm_first(u64 now)
{
	/* Here it has come without its interrupt, which may never come. */
	if (armed <= now)
		armed = NEVER;
	if (nearest >= armed)
		return;
	armed = nearest;
	timer_arm(armed);
}

static void insert(struct efi_timer *timer)
{
	struct efi_timer *pos;

	list_for_each_entry(pos, &timers, list) {
		if (pos->deadline > timer->deadline)
			break;
	}
	/* Before @pos, which may be the head: after those of the same time. */
	list_add_tail(&timer->list, &pos->list);
	timer->running = true;
	nearest = first()->deadline;
}

static void take_out(struct efi_timer *timer)
{
	if (timer->running)
		list_del(&timer->list);
	timer->running = false;
	nearest = list_empty(&timers) ? NEVER : first()->deadline;
}

void efi_timer_start(struct efi_timer *timer, u64 delay, u64 period)
{
	u64 now = timer_ticks(), ticks = to_ticks(delay, UNITS);
	efi_tpl_t tpl = efi_tpl_high();

	take_out(timer);
	timer->period = period == 0 ? 0 : to_ticks(MAX(period, PERIOD_MIN), UNITS);
	timer->deadline = MIN(now, TICKS_MAX) + ticks;
	if (!stopped) {
		insert(timer);
		arm_first(now);
	}
	efi_tpl_low(tpl);
}

void efi_timer_cancel(struct efi_timer *timer)
{
	efi_tpl_t tpl = efi_tpl_high();

	take_out(timer);
	efi_tpl_low(tpl);
}

static void expire_until(u64 now)
{
	struct efi_timer *timer;

	while (nearest <= now) {
		timer = first();
		take_out(timer);
		if (timer->period != 0) {
			timer->deadline += timer->period;
			/* What was missed is not made up for. */
			if (timer->deadline <= now)
				timer->deadline = now + timer->period;
			insert(timer);
		}
		timer->expire(timer);
	}
}

void efi_timers_expire(void)
{
	u64 now = timer_ticks();

	/* Only the interrupt calls this: it has used up what was armed. */
	interrupts_seen = true;
	armed = NEVER;
	expire_until(now);
	arm_first(now);
}

void efi_timer_poll(void)
{
	efi_tpl_t tpl;
	u64 now;

	if (nearest == NEVER)
		return;
	now = timer_ticks();
	if (likely(now < nearest))
		return;
	tpl = efi_tpl_high();
	expire_until(now);
	arm_first(now);
	efi_tpl_low(tpl);
	if (efi_tpl_waits(tpl))
		efi_tpl_dispatch(tpl);
}

void efi_timer_idle(void)
{
	u64 until = timer_ticks() + to_ticks(IDLE_PERIOD, UNITS);

	efi_timer_poll();
	if (stopped || efi_tpl >= TPL_HIGH_LEVEL)
		return;
	irq_disable();
	if (until < armed) {
		armed = until;
		timer_arm(armed);
	}
	/* Halting needs an interrupt that has been seen to work. */
	if (interrupts_seen) {
		irq_wait();
		irq_enable();
	} else {
		irq_enable();
		cpu_relax();
	}
}

efi_status_t EFIAPI efi_stall(efi_uintn_t microseconds)
{
	u64 start = timer_ticks(), ticks = to_ticks(microseconds, 1000000);

	while (timer_ticks() - start < ticks) {
		cpu_relax();
		efi_timer_poll();
	}
	return EFI_SUCCESS;
}

void efi_timers_stop(void)
{
	efi_tpl_t tpl = efi_tpl_high();

	stopped = true;
	while (!list_empty(&timers))
		take_out(first());
	timer_stop();
	efi_tpl_low(tpl);
}
