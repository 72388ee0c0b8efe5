/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Device memory, on the guest's behalf. */
#ifndef CCVM_MMIO_H
#define CCVM_MMIO_H

#include <fw/types.h>

/* An access of 1, 2, 4 or 8 bytes at a guest-physical address without view bit. */
u64 mmio_read(u64 gpa, unsigned int size);
void mmio_write(u64 gpa, unsigned int size, u64 value);

#endif
