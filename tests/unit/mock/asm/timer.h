/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The clock of unit tests: each test defines what it shows. */
#ifndef ASM_TIMER_H
#define ASM_TIMER_H

#include <fw/types.h>

u64 timer_ticks(void);
u64 timer_frequency(void);
void timer_arm(u64 deadline);
void timer_disarm(void);
void timer_stop(void);
void efi_timer_interrupt(void);

#endif
