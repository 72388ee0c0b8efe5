/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Device memory in #VC. */
#ifndef CC_SEV_MMIO_H
#define CC_SEV_MMIO_H

#include "insn.h"

/**
 * mmio_find_page() - what loaded software's page tables say of an address
 * @addr: linear address
 * @phys: where to put its physical address
 * @shared: where to put whether it is without the C-bit
 *
 * Return: false if nothing is mapped there.
 */
bool mmio_find_page(u64 addr, phys_addr_t *phys, bool *shared);

/**
 * mmio_emulate() - do an instruction that reaches device memory
 *
 * The caller goes on behind the instruction; one that is to be repeated is left
 * with RIP that much lower.
 *
 * Return: NULL if it is done, or why it is refused.
 */
const char *mmio_emulate(struct exception_frame *frame, const struct insn *insn);

#endif
