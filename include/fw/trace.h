/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Boot-time trace: the time stamp counter at the end of each flow step. */
#ifndef FW_TRACE_H
#define FW_TRACE_H

#include <fw/types.h>

/** trace_step() - note that a step is done; @name must stay valid */
void trace_step(const char *name);

/** trace_show() - log ticks per step, at debug level */
void trace_show(void);

#endif
