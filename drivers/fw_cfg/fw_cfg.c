/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Driver for QEMU's firmware configuration device: every transfer is a DMA
 * descriptor, which costs one exit however long it is.
 * Document: QEMU, docs/specs/fw_cfg.rst, "Guest-side DMA Interface".
 */
#define pr_fmt(fmt) "fw_cfg: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/dma.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/host_input.h>
#include <fw/log.h>

#include "dir.h"

HOST_INPUT_OTHER(device, common, CHECKED, 0, 0, "fw_cfg: signature, state of a transfer");
HOST_INPUT_ITEM(directory, common, CHECKED, 0, 0, FW_CFG_FILE_DIR, "fw_cfg: directory");

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

/* Where the device finds it; the register's high half is always 0. */
static struct fw_cfg_dma_access *descriptor;
static phys_addr_t descriptor_addr;
static struct fw_cfg_dir dir __noinit;
static u32 dir_count;

static phys_addr_t phys_of(const void *ptr)
{
	return (uintptr_t)ptr;
}

/*
 * Where the host can write to the descriptor, each field is written whole and
 * the control field is the only one that is ever read.
 */
static u32 read_control(void)
{
	const volatile struct fw_cfg_dma_access *d = descriptor;

	return be32_to_cpu(d->control);
}

static int run_dma(u32 control, phys_addr_t addr, u32 len)
{
	u32 polls;

	descriptor->control = cpu_to_be32(control);
	descriptor->length = cpu_to_be32(len);
	descriptor->address = cpu_to_be64(addr);
	barrier();
	/*
	 * The high half is 0: fw_cfg_init() sees to that, and the device
	 * clears the register when it starts a transfer.
	 */
	outl((__force u32)cpu_to_be32((u32)descriptor_addr), PORT_DMA_LOW);

	for (polls = 0; polls < DMA_POLLS; polls++) {
		control = read_control();
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

/*
 * A transfer at @offset of item @key, in the @direction of the control bit. What
 * takes more than one operation goes on where the last one ended: only the first
 * one selects the item.
 */
static int transfer(u16 key, u32 offset, phys_addr_t addr, u32 len, u32 direction)
{
	bool read = direction == FW_CFG_DMA_CTL_READ;
	u32 select = (u32)key << 16 | FW_CFG_DMA_CTL_SELECT;
	struct dma_mapping m;
	int rc;

	if (offset) {
		rc = run_dma(select | FW_CFG_DMA_CTL_SKIP, 0, offset);
		if (rc)
			return rc;
		select = 0;
	}
	do {
		rc = dma_map(&m, addr, len, read ? DMA_FROM_DEVICE : DMA_TO_DEVICE);
		if (rc)
			return rc;
		rc = run_dma(select | direction, m.addr, (u32)m.len);
		dma_unmap(&m);
		addr += m.len;
		len -= (u32)m.len;
		select = 0;
	} while (!rc && len);
	return rc;
}

int fw_cfg_read(const struct fw_cfg_file *file, u32 offset, phys_addr_t dst, u32 len)
{
	bool whole = offset == 0 && len == file->size;
	int rc;

	/* Nothing is read with a length of 0: that only selects. */
	rc = host_input_allow(file->input, whole || len == 0);
	if (rc)
		return rc;
	rc = transfer(file->key, offset, dst, len, FW_CFG_DMA_CTL_READ);
	if (rc || !whole)
		return rc;
	return host_input_use(file->input, (const void *)(uintptr_t)dst, len);
}

int fw_cfg_read_buf(const struct fw_cfg_file *file, u32 offset, void *dst, u32 len)
{
	return fw_cfg_read(file, offset, phys_of(dst), len);
}

int fw_cfg_write_buf(const struct fw_cfg_file *file, u32 offset, const void *src, u32 len)
{
	return transfer(file->key, offset, phys_of(src), len, FW_CFG_DMA_CTL_WRITE);
}

static int read_number(const struct host_input *input, void *value, u32 size)
{
	struct fw_cfg_file file = fw_cfg_item(input, size);

	return fw_cfg_read_buf(&file, 0, value, size);
}

int fw_cfg_read_u16(const struct host_input *input, u16 *value)
{
	le16 v = cpu_to_le16(0);
	int rc = read_number(input, &v, sizeof(v));

	*value = le16_to_cpu(v);
	return rc;
}

int fw_cfg_read_u32(const struct host_input *input, u32 *value)
{
	le32 v = cpu_to_le32(0);
	int rc = read_number(input, &v, sizeof(v));

	*value = le32_to_cpu(v);
	return rc;
}

int fw_cfg_find_named(const struct host_input *input, const char *name,
		      struct fw_cfg_file *file)
{
	file->input = input;
	return fw_cfg_dir_find(&dir, dir_count, name, file);
}

int fw_cfg_find(const struct host_input *input, struct fw_cfg_file *file)
{
	return fw_cfg_find_named(input, input->name, file);
}

/* A part at a time: it is not measured, and what it leads to is. */
static int read_dir(u32 offset, void *dst, u32 len)
{
	struct fw_cfg_file file = fw_cfg_item(&host_input_directory, sizeof(dir));

	return fw_cfg_read_buf(&file, offset, dst, len);
}

int fw_cfg_reread_dir(void)
{
	const u32 first = offsetof(struct fw_cfg_dir, entry[DIR_FIRST_READ]);
	int count;
	int rc;

	dir_count = 0;
	rc = read_dir(0, &dir, first);
	if (rc)
		goto unreadable;
	count = fw_cfg_dir_count(&dir);
	if (count < 0)
		return count;
	if (count > DIR_FIRST_READ) {
		rc = read_dir(first, &dir.entry[DIR_FIRST_READ],
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
	descriptor = dma_alloc(sizeof(*descriptor), &descriptor_addr);
	if (!descriptor)
		return -ENOMEM;
	return fw_cfg_reread_dir();
}

HOOK(platform_pre, 10, common, fw_cfg_init);
