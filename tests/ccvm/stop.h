/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The ends of a run. One line "exit: REASON" on ccvm's log says how it ended,
 * then a write to the port of QEMU's isa-debug-exit ends it.
 */
#ifndef CCVM_STOP_H
#define CCVM_STOP_H

#include <fw/types.h>

enum stop_reason {
	STOP_ERROR,		/* a fault of ccvm, or something it cannot do */
	STOP_CHECK,		/* a strict check failed */
	STOP_SHUTDOWN,		/* the guest shut down (triple fault) */
	STOP_TERMINATED,	/* the guest asked for its termination */
};

/**
 * ccvm_stop() - say why, print the statistics and end QEMU
 * @reason: what kind of end
 * @fmt:    one line: what, where and why
 */
void ccvm_stop(enum stop_reason reason, const char *fmt, ...)
	__printf(2, 3) __cold __attribute__((noreturn));

/**
 * ccvm_finish() - the guest ends the machine by itself, now
 * @how: the reason for the "exit:" line: poweroff, reset
 */
void ccvm_finish(const char *how);

/* ccvm_write() - text as it is, to ccvm's log */
void ccvm_write(const char *text, size_t len);

#endif
