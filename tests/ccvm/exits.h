/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Dispatch of exits, and the handlers that more than one mode uses. */
#ifndef CCVM_EXITS_H
#define CCVM_EXITS_H

#include <fw/types.h>

struct cpu;

/** exits_init() - merge the common handlers with the mode's */
void exits_init(void);

/** exits_handle() - deal with the exit that @cpu just took */
void exits_handle(struct cpu *cpu);

void exit_cpuid(struct cpu *cpu);
void exit_cr0_write(struct cpu *cpu);
void exit_undefined(struct cpu *cpu);	/* inject #UD */
void exit_skip_2(struct cpu *cpu);	/* the instruction has no effect */
void exit_skip_3(struct cpu *cpu);

/** cr0_written() - CR0 gets a new value: EFER.LMA, nested root, quirks of QEMU */
void cr0_written(struct cpu *cpu, u64 value);

#endif
