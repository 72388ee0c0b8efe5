/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The local APIC, as far as the timer needs it. */
#ifndef CPU_APIC_H
#define CPU_APIC_H

#include <fw/types.h>

/* Vectors: the second's low bits are ones, as older processors want. */
#define VECTOR_TIMER	0x20
#define VECTOR_SPURIOUS	0x2f

/**
 * apic_timer_init() - turn the local APIC on, its timer ready and not running
 * @deadline: compare with the time stamp counter, else count down
 */
void apic_timer_init(bool deadline);

/** apic_timer_count() - start counting down from a number; 0 stops it */
void apic_timer_count(u32 count);

/** apic_timer_left() - what is left of the count */
u32 apic_timer_left(void);

/** apic_timer_deadline() - set the time stamp at which it fires; 0 stops it */
void apic_timer_deadline(u64 tsc);

/** apic_timer_mask() - no interrupt from it */
void apic_timer_mask(void);

/** apic_end_of_interrupt() - the interrupt has been taken */
void apic_end_of_interrupt(void);

/** timer_take_interrupt() - the armed one has come; false if nobody wants it any more */
bool timer_take_interrupt(void);

#endif
