/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* fw_cfg by DMA. Document: QEMU, docs/specs/fw_cfg.rst. */
#include <asm/io.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "fwcfg.h"
#include "stop.h"

static struct fw_cfg_dir_entry directory[FWCFG_FILES_MAX];
static u32 file_count;

u32 fwcfg_dma(u32 control, u64 hpa, u32 len)
{
	static volatile struct fw_cfg_dma_access access __aligned(16);
	u64 at = (u64)(uintptr_t)&access;

	access.control = cpu_to_be32(control);
	access.length = cpu_to_be32(len);
	access.address = cpu_to_be64(hpa);
	barrier();
	outl(__builtin_bswap32((u32)(at >> 32)), FW_CFG_PORT_DMA);
	outl(__builtin_bswap32((u32)at), FW_CFG_PORT_DMA + 4);
	/* QEMU is done when the write returns. */
	return be32_to_cpu(access.control);
}

void fwcfg_read(u16 key, u32 offset, void *buf, u32 len)
{
	u32 error = fwcfg_dma((u32)key << 16 | FW_CFG_DMA_CTL_SELECT | FW_CFG_DMA_CTL_SKIP, 0,
			      offset);

	error |= fwcfg_dma(FW_CFG_DMA_CTL_READ, (u64)(uintptr_t)buf, len);
	if (error & FW_CFG_DMA_CTL_ERROR)
		ccvm_stop(STOP_ERROR, "fw_cfg key %x cannot be read", key);
}

void fwcfg_init(void)
{
	be32 count;

	/* The signature of the DMA interface is at its own address. */
	if (inl(FW_CFG_PORT_DMA) != 0x554d4551)
		ccvm_stop(STOP_ERROR, "no fw_cfg with DMA");
	fwcfg_read(FW_CFG_FILE_DIR, 0, &count, sizeof(count));
	file_count = be32_to_cpu(count);
	if (file_count > FWCFG_FILES_MAX)
		ccvm_stop(STOP_ERROR, "fw_cfg has %u files", file_count);
	fwcfg_read(FW_CFG_FILE_DIR, sizeof(count), directory,
		   file_count * (u32)sizeof(directory[0]));
}

const struct fw_cfg_dir_entry *fwcfg_directory(u32 *count)
{
	*count = file_count;
	return directory;
}

int fwcfg_find(const char *name, struct fwcfg_file *file)
{
	u32 i;

	for (i = 0; i < file_count; i++) {
		if (strncmp(directory[i].name, name, sizeof(directory[i].name)) == 0) {
			file->key = be16_to_cpu(directory[i].key);
			file->size = be32_to_cpu(directory[i].size);
			return 0;
		}
	}
	return -ENOENT;
}
