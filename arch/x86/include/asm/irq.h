/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Interrupts of the boot processor. There is one, the timer's; without
 * CONFIG_X86_TIMER interrupts are never on.
 */
#ifndef ASM_IRQ_H
#define ASM_IRQ_H

#include <fw/types.h>

#define RFLAGS_IRQ	((u64)1 << 9)

static inline void irq_enable(void)
{
	__asm__ volatile("sti" ::: "memory");
}

static inline void irq_disable(void)
{
	__asm__ volatile("cli" ::: "memory");
}

/** irq_save() - turn interrupts off; what irq_restore() takes says how they were */
static inline u64 irq_save(void)
{
	u64 flags = 0;

	if (IS_ENABLED(CONFIG_X86_TIMER))
		__asm__ volatile("pushfq; popq %0; cli" : "=r"(flags) : : "memory");
	return flags;
}

static inline void irq_restore(u64 flags)
{
	if (IS_ENABLED(CONFIG_X86_TIMER) && (flags & RFLAGS_IRQ))
		irq_enable();
}

/**
 * irq_wait() - turn interrupts on and halt until one has come, then off again
 *
 * None can come between the two, so that what was found before with interrupts
 * off is still true. May return early. Context: interrupts off, the timer armed.
 */
void irq_wait(void);

/* Called by the entry code. */
void irq_handle_timer(void);

#endif
