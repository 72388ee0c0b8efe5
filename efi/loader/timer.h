/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The firmware's own timers: a queue that is sorted by time, with one deadline
 * armed in the processor, so that without a timer there is no interrupt.
 */
#ifndef EFI_LOADER_TIMER_H
#define EFI_LOADER_TIMER_H

#include <fw/list.h>
#include <fw/types.h>

struct efi_timer {
	struct list_head list;
	u64 deadline;		/* ticks of timer_ticks() */
	u64 period;		/* ticks; 0: once */
	void (*expire)(struct efi_timer *timer);	/* at TPL_HIGH_LEVEL */
	bool running;
};

/**
 * efi_timer_start() - let a timer expire after some time, and maybe again
 * @timer:  timer with ->expire set; one that runs starts anew
 * @delay:  in units of 100 ns
 * @period: in units of 100 ns, or 0
 */
void efi_timer_start(struct efi_timer *timer, u64 delay, u64 period);

/** efi_timer_cancel() - a timer that does not run is left alone */
void efi_timer_cancel(struct efi_timer *timer);

/**
 * efi_timer_poll() - expire what is due
 *
 * Called wherever time may pass, so that all works without any interrupt, too.
 */
void efi_timer_poll(void);

/** efi_timer_idle() - let some time pass; for loops that wait for something */
void efi_timer_idle(void);

/** efi_timers_expire() - expire what is due; interrupts are off */
void efi_timers_expire(void);

/** efi_timers_stop() - no timer expires any more, and no interrupt comes */
void efi_timers_stop(void);

#endif
