/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What goes on, in more detail than one line per notable event. */
#ifndef CCVM_TRACE_H
#define CCVM_TRACE_H

#include <fw/log.h>
#include <fw/types.h>

struct cpu;

/* 0 notable events, 1 also protocol calls, 2 also injected events, 3 also each exit */
extern u32 trace_level;

#define trace(level, ...)						\
	do {								\
		if (trace_level >= (level))				\
			log_printf(LOG_DEBUG, __VA_ARGS__);		\
	} while (0)

void trace_exit(const struct cpu *cpu);

#endif
