/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The log of measurements at run time. */
#ifndef TDX_MEASURE_H
#define TDX_MEASURE_H

#include <fw/types.h>

/**
 * eventlog_add() - add a record
 * @mr_index: register, as UEFI counts: 0 is MRTD, n is RTMR[n - 1]
 * @type:     TCG event type
 * @digest:   SHA-384
 * @text:     event data
 *
 * Return: 0, or -ENOSPC with the reason logged.
 */
int eventlog_add(u32 mr_index, u32 type, const u8 *digest, const char *text);

#endif
