/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The ways to stop for good. */
#ifndef FW_PANIC_H
#define FW_PANIC_H

#include <fw/types.h>

/**
 * panic() - say why on every sink and stop the machine
 * @fmt: printf format: what, where and why, without a newline
 *
 * Context: any.
 */
void panic(const char *fmt, ...) __printf(1, 2) __cold __attribute__((noreturn));

/**
 * machine_stop() - stop after a failure whose reason has been logged
 *
 * Runs the stop_pre hooks, which tell the host where it listens, then halts
 * this processor with interrupts off.
 *
 * Context: any.
 */
void machine_stop(void) __cold __attribute__((noreturn));

/* A condition that the program itself guarantees; never for host input. */
#define fw_assert(cond)							\
	do {								\
		if (unlikely(!(cond)))					\
			panic("assertion failed: %s (%s:%d)", #cond,	\
			      __FILE__, __LINE__);			\
	} while (0)

#endif
