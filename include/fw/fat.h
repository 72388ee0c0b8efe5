/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * FAT12, FAT16 and FAT32 volumes. Everything on the disk is hostile: no chain of
 * clusters is followed further than there are clusters, nothing is written to a
 * volume whose structures make no sense.
 *
 * Return values: 0, or -EIO (device), -EBADMSG (damaged), -ENOENT, -EEXIST,
 * -ENOSPC, -ENOMEM, -EPERM (read-only volume or file), -EINVAL (name, position),
 * -ENOTDIR, -EISDIR, -ENOTEMPTY.
 *
 * Context: boot; not re-entrant.
 */
#ifndef FW_FAT_H
#define FW_FAT_H

#include <fw/list.h>
#include <fw/types.h>
#include <spec/efi/types.h>
#include <spec/fat.h>

struct fat_volume;
struct fat_node;

/**
 * struct fat_source - what a volume is on
 * @size:      bytes
 * @read_only: nothing is written
 * @read:      any range of bytes; 0 or -EIO
 * @write:     any range of bytes; 0, -EIO or -EPERM
 * @flush:     make writes durable
 * @now:       the time, for entries; NULL: none
 *
 * A volume's sectors need not be the blocks of the disk: on CDs they are smaller.
 */
struct fat_source {
	void *context;
	u64 size;
	bool read_only;
	int (*read)(void *context, u64 offset, u64 len, void *buf);
	int (*write)(void *context, u64 offset, u64 len, const void *buf);
	int (*flush)(void *context);
	bool (*now)(struct efi_time *time);
};

/** struct fat_info - what an entry says */
struct fat_info {
	efi_char16_t name[FAT_NAME_MAX + 1];
	u32 size;
	u64 allocated;		/* bytes of its clusters */
	u8 attr;
	struct efi_time created, accessed, modified;
};

/** fat_mount() - look at a volume; nothing is written. -EBADMSG: it is none */
int fat_mount(const struct fat_source *source, struct fat_volume **volume);

/**
 * fat_unmount() - write what is not written yet, and forget the volume
 *
 * What is open stays until it is closed; nothing of it can be read or written.
 */
void fat_unmount(struct fat_volume *volume);

/** fat_root() - the root directory, as an open node */
int fat_root(struct fat_volume *volume, struct fat_node **root);

/** fat_volume_label() - the label, or "" */
int fat_volume_label(struct fat_volume *volume, char label[12]);

/** fat_set_volume_label() - another label; "" removes it */
int fat_set_volume_label(struct fat_volume *volume, const char *label);

/** fat_volume_space() - bytes in all and free, and bytes of a cluster */
int fat_volume_space(struct fat_volume *volume, u64 *total, u64 *left, u32 *cluster);

bool fat_is_read_only(const struct fat_volume *volume);

/** fat_reopen() - one more user of an open node */
int fat_reopen(struct fat_node *node, struct fat_node **again);

/** fat_open() - an entry of a directory, by its name, without regard to case */
int fat_open(struct fat_node *dir, const efi_char16_t *name, struct fat_node **node);

/** fat_parent() - the directory that a node is in; the root is its own parent */
int fat_parent(struct fat_node *node, struct fat_node **parent);

/** fat_create() - make a new, empty file or directory; -EEXIST if the name is taken */
int fat_create(struct fat_node *dir, const efi_char16_t *name, u8 attr, struct fat_node **node);

/** fat_close() - end the use of a node; what was written is on the disk then */
int fat_close(struct fat_node *node);

/** fat_delete() - remove an entry, and close it in any case */
int fat_delete(struct fat_node *node);

bool fat_is_directory(const struct fat_node *node);
u32 fat_size(const struct fat_node *node);

/** fat_read() - @len becomes less at the end of the file */
int fat_read(struct fat_node *node, u64 position, void *buf, size_t *len);

/** fat_write() - write, behind the end as well: what lies between is zero */
int fat_write(struct fat_node *node, u64 position, const void *buf, size_t len);

/** fat_truncate() - make a file shorter or longer */
int fat_truncate(struct fat_node *node, u64 size);

/**
 * fat_readdir() - one entry
 * @position: 0 for the first; moved to the next one
 *
 * Return: 0, or -ENOENT after the last one.
 */
int fat_readdir(struct fat_node *dir, u32 *position, struct fat_info *info);

/** fat_get_info() - what is known of a node */
int fat_get_info(struct fat_node *node, struct fat_info *info);

/** fat_set_info() - attributes and times; a year of 0 leaves a time as it is */
int fat_set_info(struct fat_node *node, const struct fat_info *info);

/** fat_rename() - another name, maybe in another directory of the volume */
int fat_rename(struct fat_node *node, struct fat_node *dir, const efi_char16_t *name);

/** fat_flush() - everything that was written is durable */
int fat_flush(struct fat_volume *volume);

/** fat_finish() - the same, and nothing is done to the disk if nothing was written */
int fat_finish(struct fat_volume *volume);

#endif
