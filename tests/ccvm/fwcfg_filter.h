/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * fw_cfg as the guest sees it: some items are replaced, so that neither the
 * memory of ccvm nor its settings show; requests are done on its behalf.
 */
#ifndef CCVM_FWCFG_FILTER_H
#define CCVM_FWCFG_FILTER_H

#include <fw/types.h>

/** fwcfg_filter_init() - read E820, divide memory, build the replacements */
void fwcfg_filter_init(void);

/** fwcfg_host_ram() - end of QEMU's RAM below and above 4 GiB */
void fwcfg_host_ram(u64 *low, u64 *end);

/** fwcfg_filter_reset() - leave the devices as ccvm found them; last before the guest */
void fwcfg_filter_reset(void);

/** fwcfg_filter_item() - part of an item as the guest would read it */
void fwcfg_filter_item(u16 key, u32 offset, void *buf, u32 len);

/* Ports 0x510 to 0x51b. */
u32 fwcfg_filter_read(u16 port, unsigned int size);
void fwcfg_filter_write(u16 port, unsigned int size, u32 value);

#endif
