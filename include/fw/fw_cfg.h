/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's firmware configuration device (QEMU, docs/specs/fw_cfg.rst).
 * Everything it hands over is the host's word: bounded here, judged by the
 * caller.
 */
#ifndef FW_FW_CFG_H
#define FW_FW_CFG_H

#include <fw/types.h>

/**
 * struct fw_cfg_file - a named item
 * @key:  selector
 * @size: bytes
 */
struct fw_cfg_file {
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
 * fw_cfg_find() - look a file up by name
 * @name: full name, as "etc/e820"
 * @file: where to put key and size
 *
 * Return: 0 or -ENOENT.
 */
int fw_cfg_find(const char *name, struct fw_cfg_file *file);

/**
 * fw_cfg_read() - read part of an item to memory, by DMA
 * @key:    selector
 * @offset: first byte within the item
 * @dst:    guest-physical address of at least @len bytes; need not be mapped
 * @len:    bytes; what lies beyond the item's end reads as zero
 *
 * Return: 0, or -EIO if the device reports an error.
 */
int fw_cfg_read(u16 key, u32 offset, phys_addr_t dst, u32 len);

/** fw_cfg_read_buf() - fw_cfg_read() into a mapped buffer */
int fw_cfg_read_buf(u16 key, u32 offset, void *dst, u32 len);

/**
 * fw_cfg_write_buf() - write part of a writable item
 * @key:    selector
 * @offset: first byte within the item
 * @src:    data
 * @len:    bytes; all of them must lie inside the item
 *
 * Return: 0, or -EIO if the device refuses.
 */
int fw_cfg_write_buf(u16 key, u32 offset, const void *src, u32 len);

/* The little-endian integer in an item with a fixed key. */
int fw_cfg_read_u16(u16 key, u16 *value);
int fw_cfg_read_u32(u16 key, u32 *value);

#endif
