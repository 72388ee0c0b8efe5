/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Random numbers of a device, for processors that have none. The host knows them. */
#ifndef FW_RNG_H
#define FW_RNG_H

#include <fw/types.h>

/** rng_has_device() - whether there is one; never in a guest that does not trust its host */
bool rng_has_device(void);

/**
 * rng_read_device() - wait for random bytes
 *
 * Return: 0, or -Exxx with the reason logged; then there will never be any more.
 * Context: from the pci step to the hand-over.
 */
int rng_read_device(void *buf, size_t len);

#endif
