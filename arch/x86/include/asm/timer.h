/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Time, and the timer interrupt of the boot processor (CONFIG_X86_TIMER). */
#ifndef ASM_TIMER_H
#define ASM_TIMER_H

#include <asm/cpu.h>
#include <fw/types.h>

/** timer_ticks() - time, as a count that never goes back */
static inline u64 timer_ticks(void)
{
	return rdtsc();
}

/**
 * timer_frequency() - ticks per second; never 0
 *
 * The processor or the hypervisor says it, or the first call measures it, which
 * takes a few exits and at most some milliseconds.
 *
 * Context: after the acpi step.
 */
u64 timer_frequency(void);

/**
 * timer_arm() - have one interrupt come when a time is reached
 * @deadline: in ticks; if it has passed, the interrupt comes at once
 *
 * It replaces a deadline that was set before. The interrupt may come too early:
 * who gets it looks at the time and arms again.
 *
 * Context: interrupts off or on.
 */
void timer_arm(u64 deadline);

/** timer_disarm() - no interrupt any more, unless it is pending already */
void timer_disarm(void);

/** timer_stop() - no interrupt ever again, and interrupts are off */
void timer_stop(void);

/**
 * efi_timer_interrupt() - what the interrupt is for (efi/loader)
 *
 * Called with interrupts off, on the stack of the interrupted code, whose
 * registers are safe, those of the FPU and of SSE too. It may turn interrupts on
 * meanwhile, and then it may be called again before it has returned; it must
 * return with interrupts off. The interrupted code's IF comes back by itself.
 */
void efi_timer_interrupt(void);

#endif
