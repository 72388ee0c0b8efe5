/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's SMBIOS tables, made to tell how much RAM the guest has: QEMU has more.
 * Document: SMBIOS reference specification (DSP0134), 3.6.0, sections 5.2, 7.17,
 * 7.18 and 7.20.
 */
#ifndef CCVM_SMBIOS_H
#define CCVM_SMBIOS_H

#include <fw/types.h>

/**
 * smbios_set_ram() - change the structures about memory, and the entry point
 * @table:  structures; they only become fewer
 * @size:   bytes of @table, and then how many are left
 * @anchor: entry point of either kind
 * @anchor_size: bytes of it
 * @low, @high: bytes of RAM from 0 and from 4 GiB
 *
 * Return: 0, or -EINVAL for what is not well-formed.
 */
int smbios_set_ram(u8 *table, u32 *size, u8 *anchor, u32 anchor_size, u64 low, u64 high);

#endif
