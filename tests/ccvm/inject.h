/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Events for the guest. */
#ifndef CCVM_INJECT_H
#define CCVM_INJECT_H

#include <fw/types.h>

struct cpu;

#define VECTOR_UD	6
#define VECTOR_GP	13
#define VECTOR_VE	20
#define VECTOR_VC	29

/* inject_exception() - a fault without error code */
void inject_exception(struct cpu *cpu, unsigned int vector);

/* inject_error() - a fault with error code, vectors 10 to 14 and 17 */
void inject_error(struct cpu *cpu, unsigned int vector, u32 error);

/**
 * inject_by_hand() - deliver a fault with error code to the guest at once
 *
 * QEMU 7.2 takes EVENTINJ but drops the error code of #VC, so what the
 * processor would push is pushed here: protected and long mode, no task gates.
 */
void inject_by_hand(struct cpu *cpu, unsigned int vector, u32 error);

/** inject_again() - an event that was being delivered when the guest exited */
void inject_again(struct cpu *cpu);

#endif
