/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Fault-tolerant writes: all of the store at once, or not at all. */
#ifndef EFI_RUNTIME_FTW_H
#define EFI_RUNTIME_FTW_H

#include <fw/types.h>

/**
 * ftw_recover() - complete or drop what was being written when the power failed
 * @region: bytes that the store has at the start of the flash
 * @spare:  where the region's contents are if they are not in the region: the
 *	    offset of the spare blocks, when what is there cannot be copied; else 0
 *
 * Return: 1 if something was completed, 0, or -EIO.
 */
int ftw_recover(u32 region, u32 *spare);

/**
 * ftw_write() - replace the region
 * @image:  its new contents
 * @used:   bytes of @image; the rest is erased
 * @region: bytes of the region
 *
 * Return: 0, or -EIO.
 */
int ftw_write(const u8 *image, u32 used, u32 region) __must_check;

#endif
