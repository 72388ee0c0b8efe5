/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Counts of exits and events, printed once as one line of JSON. */
#ifndef CCVM_STATS_H
#define CCVM_STATS_H

#include <fw/types.h>

struct handover;

/* Events that are not exits of their own. STAT(name) */
#define STATS				\
	STAT(vc)			\
	STAT(ve)			\
	STAT(vmgexit)			\
	STAT(ghcb_msr)			\
	STAT(pvalidate)			\
	STAT(rmpadjust)			\
	STAT(page_state_change)		\
	STAT(tdcall)			\
	STAT(tdvmcall)			\
	STAT(accept)			\
	STAT(map_gpa)			\
	STAT(checks_allowed)

enum stat {
#define STAT(name) STAT_##name,
	STATS
#undef STAT
	STAT_COUNT
};

void stats_start(void);
void stats_exit(u64 code);
void stats_count(enum stat which);

/** stats_handover() - keep what was counted so far, for a part of its own */
void stats_handover(const struct handover *h);

/** stats_print() - "stats: {...}" on ccvm's log */
void stats_print(void);

#endif
