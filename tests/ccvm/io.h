/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Port I/O of the guest, filtered. */
#ifndef CCVM_IO_H
#define CCVM_IO_H

#include <fw/types.h>

struct cpu;

/** io_build_map() - the I/O permission map, 12 KiB, of the mode */
void io_build_map(u8 *map);

/** io_exit() - IN, OUT, INS or OUTS was intercepted */
void io_exit(struct cpu *cpu);

/* An access of 1, 2 or 4 bytes on the guest's behalf. */
u32 io_read(u16 port, unsigned int size);
void io_write(u16 port, unsigned int size, u32 value);

#endif
