/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * An end to waiting for a device, without asking a clock: the time stamp counter
 * of no processor runs faster than DEADLINE_HZ, so that a wait is at least as long
 * as it was meant to be, and a few times as long at most.
 *
 * Context: any.
 */
#ifndef FW_DEADLINE_H
#define FW_DEADLINE_H

#include <fw/types.h>

#define DEADLINE_HZ	((u64)5000000000)

/** deadline_in() - a deadline @ms milliseconds from @now, both of rdtsc() */
static inline u64 deadline_in(u64 now, u32 ms)
{
	return now + ms * (DEADLINE_HZ / 1000);
}

/** deadline_passed() - whether @now is behind it; right for centuries of counting */
static inline bool deadline_passed(u64 deadline, u64 now)
{
	return (s64)(now - deadline) >= 0;
}

#endif
