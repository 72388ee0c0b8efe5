/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Interrupts of unit tests: none comes by itself. */
#ifndef ASM_IRQ_H
#define ASM_IRQ_H

#include <fw/types.h>

#define RFLAGS_IRQ	((u64)1 << 9)

/* Unless a test defines them, they do nothing; to wait fails the test. */
void irq_enable(void);
void irq_disable(void);
u64 irq_save(void);
void irq_restore(u64 flags);
void irq_wait(void);
void irq_handle_timer(void);

#endif
