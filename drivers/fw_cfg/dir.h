/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The file directory of fw_cfg, apart from how it is read. */
#ifndef FW_CFG_DIR_H
#define FW_CFG_DIR_H

#include <fw/fw_cfg.h>
#include <spec/fw_cfg.h>

/*
 * QEMU has 32 slots for files and stops itself when they are full; the
 * property x-file-slots allows more. Four times the default is enough for
 * every use seen, and bounds the buffer.
 */
#define FW_CFG_DIR_MAX	128

/* As the device hands it over. */
struct fw_cfg_dir {
	be32 count;
	struct fw_cfg_dir_entry entry[FW_CFG_DIR_MAX];
} __packed;

/**
 * fw_cfg_dir_count() - the number of entries that the host announces
 *
 * Return: the number, or -EBADMSG if it is more than FW_CFG_DIR_MAX, with the
 * reason logged.
 */
int fw_cfg_dir_count(const struct fw_cfg_dir *dir);

/**
 * fw_cfg_dir_check() - whether the first @count entries are well-formed
 *
 * Return: 0, or -EBADMSG with the reason logged.
 */
int fw_cfg_dir_check(const struct fw_cfg_dir *dir, u32 count);

/**
 * fw_cfg_dir_find() - look a name up among @count checked entries
 *
 * Return: 0 or -ENOENT.
 */
int fw_cfg_dir_find(const struct fw_cfg_dir *dir, u32 count, const char *name,
		    struct fw_cfg_file *file);

#endif
