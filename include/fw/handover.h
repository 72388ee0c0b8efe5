/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The end of the flow: what the boot step leaves for the handover step. */
#ifndef FW_HANDOVER_H
#define FW_HANDOVER_H

#include <fw/types.h>

/**
 * handover_set() - say how the loaded OS is entered
 * @enter: enters it with @arg; returns only if it could not, with
 *         the reason logged
 * @arg:   its argument
 *
 * Context: boot step, once.
 */
void handover_set(void (*enter)(void *arg), void *arg);

#endif
