/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Which of its two faces QEMU's flash chip shows: that of memory, which a host
 * maps for reading, or that of a device, every access of which is an exit.
 */
#ifndef CCVM_FLASH_H
#define CCVM_FLASH_H

#include <fw/types.h>

/** flash_write() - the guest has had @value written to the chip */
void flash_write(u32 value);

/** flash_is_memory() - whether it reads as memory, and no write reaches it */
bool flash_is_memory(void);

#endif
