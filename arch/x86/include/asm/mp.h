/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The other processors, as far as the firmware needs them. */
#ifndef ASM_MP_H
#define ASM_MP_H

#include <fw/types.h>

struct msr_value {
	u32 msr;
	u64 value;
};

/* Most entries of a list for mp_write_msrs(). */
#define MP_MSRS_MAX	40

/**
 * mp_write_msrs() - write a list of MSRs on every processor but this one
 * @list:  MSRs and values, written in this order
 * @count: entries, at most MP_MSRS_MAX
 *
 * Afterwards the processors wait for the OS's start-up IPI, as after reset.
 *
 * Return: 0 (also on a machine with one processor), -ENOMEM if there is no
 * page below 1 MiB, -ETIMEDOUT if a processor did not answer.
 * Context: after the memmap step, plain machines only.
 */
int mp_write_msrs(const struct msr_value *list, size_t count);

#endif
