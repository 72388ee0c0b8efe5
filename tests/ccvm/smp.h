/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Processors other than the first. Those without a guest state wait for a
 * SIPI, as after reset, so nothing spins; ccvm sends a real INIT and SIPI to
 * the one that is to run.
 */
#ifndef CCVM_SMP_H
#define CCVM_SMP_H

#include <fw/types.h>

struct cpu;

/* One lock around everything but the guest itself. */
void ccvm_lock(void);
void ccvm_unlock(void);

/** smp_init() - put the entry code into the hidden page */
void smp_init(void);

/**
 * smp_start() - make another processor run
 * @cpu:   which
 * @start: called there, under the lock; leaves a state that svm_run() can enter
 * @arg:   for it, in @cpu->start_arg
 *
 * Whatever it was doing is lost.
 */
void smp_start(struct cpu *cpu, void (*start)(struct cpu *cpu), u64 arg);

/** smp_stop() - make another processor wait for a start, its state lost */
void smp_stop(struct cpu *cpu);

/** smp_park() - this processor waits for smp_start(), its state kept; no return */
void smp_park(struct cpu *cpu) __attribute__((noreturn));

/** smp_start_sipi() - a start function: real mode at vector @start_arg */
void smp_start_sipi(struct cpu *cpu);

#endif
