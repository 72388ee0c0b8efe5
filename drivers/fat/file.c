/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Contents of files and directories: what lies next to each other on the disk is
 * read and written in one piece.
 * Document: Microsoft "FAT32 File System Specification", version 1.03.
 */
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "fat.h"

#define FILE_MAX	((u64)0xffffffff)

static bool is_fixed_root(const struct fat_node *node)
{
	return node->is_root && node->volume->type != FAT32;
}

/* The cluster at @index of the chain; -ENOENT behind its end. */
static int cluster_at(struct fat_node *node, u32 index, u32 *cluster)
{
	struct fat_volume *v = node->volume;
	u32 at = 0, next;
	int rc;

	*cluster = node->first;
	if (node->first == 0)
		return -ENOENT;
	if (node->run_cluster != 0 && node->run_index <= index) {
		at = node->run_index;
		*cluster = node->run_cluster;
	}
	/* No chain is longer than the volume. */
	if (index >= v->clusters)
		return -ENOENT;
	for (; at < index; at++) {
		rc = fat_next(v, *cluster, &next);
		if (rc != 0)
			return rc;
		if (next == FAT_END)
			return -ENOENT;
		*cluster = next;
	}
	if (!fat_is_cluster(v, *cluster))
		return -EBADMSG;
	node->run_index = index;
	node->run_cluster = *cluster;
	return 0;
}

/* How many bytes from @offset of @cluster on are in one piece, up to @len. */
static int piece_at(struct fat_volume *v, u32 cluster, u32 offset, size_t len, u64 *piece)
{
	u32 size = fat_cluster_size(v), next, count;
	int rc;

	*piece = size - offset;
	for (count = 1; *piece < len; count++) {
		rc = fat_next(v, cluster + count - 1, &next);
		if (rc != 0)
			return rc;
		if (next != cluster + count)
			break;
		*piece += size;
	}
	*piece = MIN(*piece, (u64)len);
	return 0;
}

static int transfer_root(struct fat_node *node, u64 position, void *buf, size_t len, bool write)
{
	struct fat_volume *v = node->volume;
	u64 size = (u64)v->root_sectors * v->sector_size;

	if (position > size || len > size - position)
		return -ENOENT;
	return fat_volume_transfer(v, v->root_start * v->sector_size + position, buf, len,
				   write);
}

int fat_transfer(struct fat_node *node, u64 position, void *buf, size_t len, bool write)
{
	struct fat_volume *v = node->volume;
	u32 size = fat_cluster_size(v), cluster, offset;
	u64 piece;
	int rc;

	if (is_fixed_root(node))
		return transfer_root(node, position, buf, len, write);
	for (; len > 0; position += piece, buf = (u8 *)buf + piece, len -= piece) {
		offset = (u32)(position % size);
		rc = cluster_at(node, (u32)(position / size), &cluster);
		if (rc == 0)
			rc = piece_at(v, cluster, offset, len, &piece);
		if (rc == 0)
			rc = fat_volume_transfer(v, v->data_start * v->sector_size +
						 (u64)(cluster - FAT_CLUSTER_FIRST) * size +
						 offset, buf, piece, write);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* How many clusters there are, and the last one of them. */
static int find_last(struct fat_node *node, u32 *count, u32 *last)
{
	u32 cluster, next;
	int rc;

	*count = 0;
	*last = 0;
	if (node->first == 0)
		return 0;
	rc = cluster_at(node, node->run_cluster != 0 ? node->run_index : 0, &cluster);
	if (rc != 0)
		return rc;
	*count = node->run_index + 1;
	for (;;) {
		*last = cluster;
		rc = fat_next(node->volume, cluster, &next);
		if (rc != 0 || next == FAT_END)
			return rc;
		if (++*count > node->volume->clusters)
			return -EBADMSG;
		cluster = next;
	}
}

/* Give back what is behind the first @count clusters, of which @last is the last. */
static int shrink(struct fat_node *node, u32 count, u32 last)
{
	u32 first = node->first;

	node->run_cluster = 0;
	if (count > 0)
		return fat_cut(node->volume, last);
	fat_set_first(node, 0);
	return first != 0 ? fat_free_chain(node->volume, first) : 0;
}

int fat_extend(struct fat_node *node, u64 size)
{
	u32 cluster_size = fat_cluster_size(node->volume);
	u32 wanted = (u32)((size + cluster_size - 1) / cluster_size);
	u32 had, count, had_last, last, cluster;
	int rc;

	if (is_fixed_root(node))
		return size <= (u64)node->volume->root_sectors * node->volume->sector_size ?
		       0 : -ENOSPC;
	rc = find_last(node, &had, &had_last);
	if (rc != 0)
		return rc;
	last = had_last;
	for (count = had; count < wanted; count++) {
		rc = fat_alloc(node->volume, last, &cluster);
		if (rc != 0)
			goto undo;
		if (last == 0)
			fat_set_first(node, cluster);
		last = cluster;
	}
	return 0;

undo:
	if (count > had)
		shrink(node, had, had_last);
	return rc;
}

static int zero_range(struct fat_node *node, u64 from, u64 to)
{
	static const u8 zeros[4096];
	u64 part;
	int rc = 0;

	for (; from < to && rc == 0; from += part) {
		part = MIN(to - from, (u64)sizeof(zeros));
		rc = fat_transfer(node, from, (void *)(uintptr_t)zeros, part, true);
	}
	return rc;
}

static int check_writable(const struct fat_node *node)
{
	if (fat_is_directory(node))
		return -EISDIR;
	if (fat_is_read_only(node->volume) || node->dirent.attr & FAT_ATTR_READ_ONLY)
		return -EPERM;
	return 0;
}

static void changed(struct fat_node *node, u64 size)
{
	node->dirent.size = cpu_to_le32((u32)size);
	node->dirent.attr |= FAT_ATTR_ARCHIVE;
	fat_stamp(node->volume, &node->dirent.modified_date, &node->dirent.modified_time);
	node->dirty = true;
}

u32 fat_size(const struct fat_node *node)
{
	return le32_to_cpu(node->dirent.size);
}

int fat_read(struct fat_node *node, u64 position, void *buf, size_t *len)
{
	u64 size = fat_size(node);
	int rc;

	if (fat_is_directory(node))
		return -EISDIR;
	if (position > size)
		return -EINVAL;
	*len = MIN(*len, size - position);
	rc = fat_transfer(node, position, buf, *len, false);
	/* The entry promises more than the chain has. */
	return rc == -ENOENT ? -EBADMSG : rc;
}

int fat_truncate(struct fat_node *node, u64 size)
{
	u32 cluster_size = fat_cluster_size(node->volume), count, last = 0;
	u64 old = fat_size(node);
	int rc = check_writable(node);

	if (rc != 0 || size == old)
		return rc;
	if (size > FILE_MAX)
		return -ENOSPC;
	if (size > old) {
		rc = fat_extend(node, size);
		if (rc == 0)
			rc = zero_range(node, old, size);
	} else {
		count = (u32)((size + cluster_size - 1) / cluster_size);
		if (count > 0)
			rc = cluster_at(node, count - 1, &last);
		if (rc == 0)
			rc = shrink(node, count, last);
	}
	if (rc == 0)
		changed(node, size);
	return rc;
}

int fat_write(struct fat_node *node, u64 position, const void *buf, size_t len)
{
	u64 old = fat_size(node);
	int rc = check_writable(node);

	if (rc != 0 || len == 0)
		return rc;
	if (position > FILE_MAX || len > FILE_MAX - position)
		return -ENOSPC;
	rc = fat_extend(node, MAX(old, position + len));
	if (rc == 0 && position > old)
		rc = zero_range(node, old, position);
	if (rc == 0)
		rc = fat_transfer(node, position, (void *)(uintptr_t)buf, len, true);
	if (rc == 0)
		changed(node, MAX(old, position + len));
	return rc;
}
