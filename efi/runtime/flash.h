/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The flash in which variables are kept. */
#ifndef EFI_RUNTIME_FLASH_H
#define EFI_RUNTIME_FLASH_H

#include <fw/types.h>

/** flash_set() - where it is */
void flash_set(phys_addr_t base, u32 size, bool writable);

/** flash_convert() - its address becomes virtual */
void flash_convert(void);

/** flash_is_writable() - whether flash_write() has anything to write to */
bool flash_is_writable(void);

/** flash_size() - bytes, 0 if there is none */
u32 flash_size(void);

/*
 * Offsets and lengths below lie in the flash. Writing leaves the device unable
 * to be read: flash_done() follows, which also tells whether all has worked.
 */

void flash_read(void *to, u32 offset, u32 len);

/** flash_is_erased() - whether a range reads as ones; @offset is a multiple of 4 */
bool flash_is_erased(u32 offset, u32 len);

/** flash_write() - program bytes that are erased, or clear bits of others */
void flash_write(u32 offset, const void *data, u32 len);

/** flash_erase() - erase a block */
void flash_erase(u32 offset);

/**
 * flash_done() - the device can be read again
 *
 * Return: 0, or -EIO if anything since the last flash_done() has failed.
 */
int flash_done(void);

#endif
