/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's firmware configuration device (QEMU, docs/specs/fw_cfg.rst).
 * Everything it hands over is the host's word: bounded here, judged by the
 * caller.
 */
#ifndef FW_FW_CFG_H
#define FW_FW_CFG_H

#include <fw/host_input.h>
#include <fw/types.h>

/**
 * struct fw_cfg_file - an item
 * @input: what was declared of it
 * @key:   selector
 * @size:  bytes
 *
 * Made by fw_cfg_find(), fw_cfg_find_named() and fw_cfg_item() only.
 */
struct fw_cfg_file {
	const struct host_input *input;
	u16 key;
	u32 size;
};

/**
 * fw_cfg_init() - find the device and read its directory
 *
 * Return: 0, -ENODEV if there is no such device, -EOPNOTSUPP if it has no
 * DMA interface, -EBADMSG if the directory makes no sense.
 * Context: before memory; the directory has a buffer of its own.
 */
int fw_cfg_init(void);

/**
 * fw_cfg_reread_dir() - read the directory anew
 *
 * QEMU builds the ACPI tables again when one of their files is selected for
 * the first time after a reset, and the sizes of the files may change then.
 *
 * Return: 0, -EIO or -EBADMSG.
 */
int fw_cfg_reread_dir(void);

/**
 * fw_cfg_find() - look a file up
 * @input: its declaration, with its full name
 * @file:  the result
 *
 * Return: 0 or -ENOENT.
 */
int fw_cfg_find(const struct host_input *input, struct fw_cfg_file *file);

/**
 * fw_cfg_find_named() - look a file up whose name comes from another input
 * @input: declaration of all such files
 * @name:  full name
 * @file:  the result
 *
 * Return: 0 or -ENOENT.
 */
int fw_cfg_find_named(const struct host_input *input, const char *name,
		      struct fw_cfg_file *file);

/**
 * fw_cfg_item() - an item with a fixed selector
 * @input: its declaration, with the selector
 * @size:  bytes, as another item says
 */
static inline struct fw_cfg_file fw_cfg_item(const struct host_input *input, u32 size)
{
	return (struct fw_cfg_file) { .input = input, .key = input->key, .size = size };
}

/**
 * fw_cfg_read() - read part of an item to memory, by DMA
 * @file:   item
 * @offset: first byte within the item
 * @dst:    guest-physical address of at least @len bytes of private memory; need not
 *	    be mapped in a guest that has no other memory
 * @len:    bytes; what lies beyond the item's end reads as zero
 *
 * The policy of the input is obeyed: what is to be measured has been when this
 * returns, and must be read whole.
 *
 * Return: 0, -EIO if the device reports an error, -EPERM or another -Exxx with
 * the reason logged.
 */
int fw_cfg_read(const struct fw_cfg_file *file, u32 offset, phys_addr_t dst, u32 len);

/** fw_cfg_read_buf() - fw_cfg_read() into a mapped buffer */
int fw_cfg_read_buf(const struct fw_cfg_file *file, u32 offset, void *dst, u32 len);

/**
 * fw_cfg_write_buf() - write part of a writable item
 * @file:   item
 * @offset: first byte within the item
 * @src:    data
 * @len:    bytes; all of them must lie inside the item
 *
 * Return: 0, or -EIO if the device refuses.
 */
int fw_cfg_write_buf(const struct fw_cfg_file *file, u32 offset, const void *src, u32 len);

/* The little-endian integer in an item with a fixed selector. */
int fw_cfg_read_u16(const struct host_input *input, u16 *value);
int fw_cfg_read_u32(const struct host_input *input, u32 *value);

#endif
