/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Driver for QEMU's firmware configuration device: every transfer is a DMA
 * descriptor, which costs one exit however long it is.
 * Document: QEMU, docs/specs/fw_cfg.rst, "Guest-side DMA Interface".
 */
#define pr_fmt(fmt) "fw_cfg: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>

#include "dir.h"

#define PORT_DMA_HIGH	FW_CFG_PORT_DMA
#define PORT_DMA_LOW	(FW_CFG_PORT_DMA + 4)

/* "QEMU", as the high half of the address register reads. */
#define SIGNATURE	((u32)(FW_CFG_DMA_SIGNATURE >> 32))

/*
 * Directory entries fetched together with their count: as many as QEMU has
 * slots by default, so that one transfer reads nearly every directory.
 */
#define DIR_FIRST_READ	32

/*
 * QEMU has finished when the triggering write returns. The document says to
 * poll, so do that, but not for ever.
 */
#define DMA_POLLS	1000000

static struct fw_cfg_dma_access dma __aligned(16);
static struct fw_cfg_dir dir __noinit;
static u32 dir_count;

/* Where the device finds a mapped object. */
static phys_addr_t phys_of(const void *ptr)
{
	return (uintptr_t)ptr;
}

static u32 dma_control(void)
{
	return be32_to_cpu(*(const volatile be32 *)&dma.control);
}

static int dma_run(u32 control, phys_addr_t addr, u32 len)
{
	u32 polls;

	dma.control = cpu_to_be32(control);
	dma.length = cpu_to_be32(len);
	dma.address = cpu_to_be64(addr);
	barrier();
	/*
	 * The high half is 0: fw_cfg_init() sees to that, and the device
	 * clears the register when it starts a transfer.
	 */
	outl((__force u32)cpu_to_be32((u32)phys_of(&dma)), PORT_DMA_LOW);

	for (polls = 0; polls < DMA_POLLS; polls++) {
		control = dma_control();
		if (control & FW_CFG_DMA_CTL_ERROR)
			return -EIO;
		if (control == 0) {
			/* Nothing of the data is looked at before this. */
			barrier();
			return 0;
		}
		cpu_relax();
	}
	return -EIO;
}

/* A transfer at @offset of item @key, in the @direction of the control bit. */
static int transfer(u16 key, u32 offset, phys_addr_t addr, u32 len, u32 direction)
{
	u32 select = (u32)key << 16 | FW_CFG_DMA_CTL_SELECT;
	int rc;

	if (offset) {
		rc = dma_run(select | FW_CFG_DMA_CTL_SKIP, 0, offset);
		if (rc)
			return rc;
		select = 0;
	}
	return dma_run(select | direction, addr, len);
}

int fw_cfg_read(u16 key, u32 offset, phys_addr_t dst, u32 len)
{
	return transfer(key, offset, dst, len, FW_CFG_DMA_CTL_READ);
}

int fw_cfg_read_buf(u16 key, u32 offset, void *dst, u32 len)
{
	return fw_cfg_read(key, offset, phys_of(dst), len);
}

int fw_cfg_write_buf(u16 key, u32 offset, const void *src, u32 len)
{
	return transfer(key, offset, phys_of(src), len, FW_CFG_DMA_CTL_WRITE);
}

int fw_cfg_read_u16(u16 key, u16 *value)
{
	le16 v = cpu_to_le16(0);
	int rc = fw_cfg_read_buf(key, 0, &v, sizeof(v));

	*value = le16_to_cpu(v);
	return rc;
}

int fw_cfg_read_u32(u16 key, u32 *value)
{
	le32 v = cpu_to_le32(0);
	int rc = fw_cfg_read_buf(key, 0, &v, sizeof(v));

	*value = le32_to_cpu(v);
	return rc;
}

int fw_cfg_find(const char *name, struct fw_cfg_file *file)
{
	return fw_cfg_dir_find(&dir, dir_count, name, file);
}

int fw_cfg_reread_dir(void)
{
	const u32 first = offsetof(struct fw_cfg_dir, entry[DIR_FIRST_READ]);
	int count;
	int rc;

	dir_count = 0;
	rc = fw_cfg_read_buf(FW_CFG_FILE_DIR, 0, &dir, first);
	if (rc)
		goto unreadable;
	count = fw_cfg_dir_count(&dir);
	if (count < 0)
		return count;
	if (count > DIR_FIRST_READ) {
		rc = fw_cfg_read_buf(FW_CFG_FILE_DIR, first, &dir.entry[DIR_FIRST_READ],
				     (u32)(count - DIR_FIRST_READ) * sizeof(dir.entry[0]));
		if (rc)
			goto unreadable;
	}
	rc = fw_cfg_dir_check(&dir, (u32)count);
	if (rc)
		return rc;
	dir_count = (u32)count;
	return 0;

unreadable:
	pr_err("directory: DMA failed");
	return rc;
}

/* Only after the DMA interface was not found: tells the two reasons apart. */
static int without_dma(void)
{
	const char *signature = "QEMU";
	int i;

	outw(FW_CFG_SIGNATURE, FW_CFG_PORT_SELECTOR);
	for (i = 0; i < 4; i++) {
		if (inb(FW_CFG_PORT_DATA) != (u8)signature[i]) {
			pr_err("no device at port 0x%x", FW_CFG_PORT_SELECTOR);
			return -ENODEV;
		}
	}
	pr_err("the device has no DMA interface");
	return -EOPNOTSUPP;
}

int fw_cfg_init(void)
{
	/* The low half of the signature would say nothing more. */
	if (inl(PORT_DMA_HIGH) != (__force u32)cpu_to_be32(SIGNATURE))
		return without_dma();
	/*
	 * A machine reset does not clear the register: whoever was reset
	 * between the writes of the two halves left the high one set.
	 */
	outl(0, PORT_DMA_HIGH);
	return fw_cfg_reread_dir();
}

HOOK(platform_pre, 10, common, fw_cfg_init);
