/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Checks the file directory of fw_cfg and looks names up in it.
 * Document: QEMU, docs/specs/fw_cfg.rst, "File Directory".
 */
#define pr_fmt(fmt) "fw_cfg: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "dir.h"

/* Keys of files lie between the fixed ones and the flag bits of a selector. */
#define KEY_FILE_FIRST	0x0020
#define KEY_FLAGS	0xc000

/* A name and its NUL are compared by their last bytes: see fw_cfg_dir_find(). */
#define NAME_TAIL	sizeof(u64)

int fw_cfg_dir_count(const struct fw_cfg_dir *dir)
{
	u32 count = be32_to_cpu(dir->count);

	if (count > FW_CFG_DIR_MAX) {
		pr_err("directory: %u files, more than %u", count, FW_CFG_DIR_MAX);
		return -EBADMSG;
	}
	return (int)count;
}

int fw_cfg_dir_check(const struct fw_cfg_dir *dir, u32 count)
{
	const struct fw_cfg_dir_entry *e;
	u16 key;

	for (e = dir->entry; e < dir->entry + count; e++) {
		key = be16_to_cpu(e->key);
		if (key >= KEY_FILE_FIRST && !(key & KEY_FLAGS) && e->name[0] &&
		    !e->name[sizeof(e->name) - 1])
			continue;
		pr_err("directory: entry %u (key 0x%x) is malformed",
		       (u32)(e - dir->entry), key);
		return -EBADMSG;
	}
	return 0;
}

/*
 * Nearly all names begin with "etc/", and QEMU has not always sorted them. So
 * the last eight bytes are compared first, with the NUL: that settles the
 * length too, and nearly always the match.
 */
int fw_cfg_dir_find(const struct fw_cfg_dir *dir, u32 count, const char *name,
		    struct fw_cfg_file *file)
{
	const struct fw_cfg_dir_entry *e;
	size_t size = strlen(name) + 1;
	size_t at = size > NAME_TAIL ? size - NAME_TAIL : 0;
	u64 tail = 0;

	if (size > sizeof(e->name))
		return -ENOENT;
	if (size >= NAME_TAIL)
		tail = get_le64(name + at);

	for (e = dir->entry; e < dir->entry + count; e++) {
		if (size >= NAME_TAIL && get_le64(e->name + at) != tail)
			continue;
		if (memcmp(e->name, name, size) != 0)
			continue;
		file->key = be16_to_cpu(e->key);
		file->size = be32_to_cpu(e->size);
		return 0;
	}
	return -ENOENT;
}
