/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The local APIC: the guest uses the real one, except for INIT and SIPI. */
#ifndef CCVM_APIC_H
#define CCVM_APIC_H

#include <fw/types.h>

struct cpu;

#define APIC_BASE	0xfee00000ull
#define APIC_ID		0x020
#define APIC_ICR_LOW	0x300
#define APIC_ICR_HIGH	0x310

/**
 * apic_write_icr() - the guest sends an interprocessor interrupt
 *
 * The destination is in the high half, as the guest wrote it before.
 */
void apic_write_icr(u32 value);

/** apic_store_exit() - the guest wrote to its write-protected APIC page */
void apic_store_exit(struct cpu *cpu);

/** apic_send_init() - INIT to one processor, for real */
void apic_send_init(u32 id);

/** apic_send_start() - INIT and SIPI, for real: it arrives in ccvm */
void apic_send_start(u32 id);

#endif
