/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* QEMU's fw_cfg, for ccvm itself. Document: QEMU, docs/specs/fw_cfg.rst. */
#ifndef CCVM_FWCFG_H
#define CCVM_FWCFG_H

#include <fw/types.h>
#include <spec/fw_cfg.h>

#define FWCFG_FILES_MAX	256

struct fwcfg_file {
	u16 key;
	u32 size;
};

/** fwcfg_init() - read the directory; fatal if there is no DMA interface */
void fwcfg_init(void);

/** fwcfg_directory() - the entries that QEMU has */
const struct fw_cfg_dir_entry *fwcfg_directory(u32 *count);

/** fwcfg_find() - 0 or -ENOENT */
int fwcfg_find(const char *name, struct fwcfg_file *file);

/** fwcfg_read() - part of an item into ccvm's memory; fatal on an error */
void fwcfg_read(u16 key, u32 offset, void *buf, u32 len);

/**
 * fwcfg_dma() - one request
 * @control: as in struct fw_cfg_dma_access
 * @hpa:     host-physical address
 *
 * Return: the control field afterwards.
 */
u32 fwcfg_dma(u32 control, u64 hpa, u32 len);

#endif
