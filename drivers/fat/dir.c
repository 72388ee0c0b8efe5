/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Directories: entries, and the nodes that stand for open ones.
 * Document: Microsoft "FAT32 File System Specification", version 1.03, sections
 * "FAT Directory Structure" and "FAT Long Directory Entries".
 */
#include <fw/alloc.h>
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "fat.h"

/* --- nodes ---------------------------------------------------------------- */

static u32 dir_id(const struct fat_node *dir)
{
	return dir->is_root ? 0 : dir->first;
}

static struct fat_node *find_node(struct fat_volume *v, u32 dir, u32 entry, bool is_root)
{
	struct fat_node *node;

	list_for_each_entry(node, &v->nodes, list) {
		if (node->is_root == is_root && (is_root ||
						 (node->dir == dir && node->entry == entry)))
			return node;
	}
	return NULL;
}

static struct fat_node *new_node(struct fat_volume *v)
{
	struct fat_node *node = heap_alloc(sizeof(*node));

	if (node == NULL)
		return NULL;
	node->volume = v;
	node->users = 1;
	list_add_tail(&node->list, &v->nodes);
	return node;
}

int fat_root(struct fat_volume *v, struct fat_node **root)
{
	*root = find_node(v, 0, 0, true);
	if (*root != NULL) {
		(*root)->users++;
		return 0;
	}
	*root = new_node(v);
	if (*root == NULL)
		return -ENOMEM;
	(*root)->is_root = true;
	(*root)->first = v->type == FAT32 ? v->root_cluster : 0;
	(*root)->dirent.attr = FAT_ATTR_DIRECTORY;
	return 0;
}

static int open_slot(struct fat_node *dir, const struct fat_slot *slot, struct fat_node **node)
{
	u32 first = fat_first_cluster(&slot->dirent);

	if (dir->volume->type != FAT32)
		first &= 0xffff;
	if (first != 0 && !fat_is_cluster(dir->volume, first))
		return -EBADMSG;
	if (first == 0 && slot->dirent.attr & FAT_ATTR_DIRECTORY)
		return -EBADMSG;
	*node = find_node(dir->volume, dir_id(dir), slot->index, false);
	if (*node != NULL) {
		(*node)->users++;
		return 0;
	}
	*node = new_node(dir->volume);
	if (*node == NULL)
		return -ENOMEM;
	(*node)->first = first;
	(*node)->dir = dir_id(dir);
	(*node)->entry = slot->index;
	(*node)->entries = slot->entries;
	(*node)->dirent = slot->dirent;
	return 0;
}

int fat_reopen(struct fat_node *node, struct fat_node **again)
{
	node->users++;
	*again = node;
	return 0;
}

bool fat_is_directory(const struct fat_node *node)
{
	return node->dirent.attr & FAT_ATTR_DIRECTORY;
}

int fat_open(struct fat_node *dir, const efi_char16_t *name, struct fat_node **node)
{
	struct fat_slot slot;
	int rc;

	if (!fat_is_directory(dir))
		return -ENOTDIR;
	rc = fat_slot_find(dir, name, &slot);
	return rc != 0 ? rc : open_slot(dir, &slot, node);
}

static void drop(struct fat_node *node)
{
	struct fat_volume *v = node->volume;

	if (--node->users > 0)
		return;
	list_del(&node->list);
	heap_free(node);
	fat_release(v);
}

int fat_close(struct fat_node *node)
{
	struct fat_volume *v = node->volume;
	int rc = node->dirty ? fat_flush(v) : 0;

	drop(node);
	return rc;
}

/* A directory without an entry of its own at hand, only for looking into it. */
void fat_borrow_dir(struct fat_volume *v, u32 id, struct fat_node *dir)
{
	*dir = (struct fat_node) {
		.volume = v,
		.is_root = id == 0,
		.first = id != 0 ? id : v->type == FAT32 ? v->root_cluster : 0,
		.dirent.attr = FAT_ATTR_DIRECTORY,
	};
}

/* What ".." of the directory @id leads to. */
static int parent_of(struct fat_volume *v, u32 id, u32 *parent)
{
	struct fat_dirent dotdot;
	struct fat_node dir;
	int rc;

	fat_borrow_dir(v, id, &dir);
	rc = fat_entry_read(&dir, 1, &dotdot);
	if (rc != 0)
		return rc;
	if (memcmp(dotdot.name, "..         ", sizeof(dotdot.name)) != 0)
		return -EBADMSG;
	*parent = fat_first_cluster(&dotdot);
	if (v->type == FAT32 && *parent == v->root_cluster)
		*parent = 0;
	return *parent == 0 || fat_is_cluster(v, *parent) ? 0 : -EBADMSG;
}

int fat_parent(struct fat_node *node, struct fat_node **parent)
{
	struct fat_volume *v = node->volume;
	struct fat_node above;
	struct fat_slot slot;
	u32 id;
	int rc;

	if (node->is_root || node->dir == 0)
		return fat_root(v, parent);
	rc = parent_of(v, node->dir, &id);
	if (rc != 0)
		return rc;
	fat_borrow_dir(v, id, &above);
	rc = fat_slot_find_cluster(&above, node->dir, &slot);
	return rc != 0 ? rc : open_slot(&above, &slot, parent);
}

void fat_set_first(struct fat_node *node, u32 cluster)
{
	node->first = cluster;
	node->run_cluster = 0;
	node->dirent.cluster_low = cpu_to_le16((u16)cluster);
	node->dirent.cluster_high = cpu_to_le16((u16)(cluster >> 16));
	node->dirty = !node->is_root;
}

int fat_write_entry(struct fat_node *node)
{
	struct fat_node dir;
	int rc;

	node->dirty = false;
	if (node->is_root)
		return 0;
	fat_borrow_dir(node->volume, node->dir, &dir);
	rc = fat_entry_write(&dir, node->entry, &node->dirent);
	node->dirty = rc != 0;
	return rc;
}

/* --- new and removed files ------------------------------------------------------ */

void fat_stamp(const struct fat_volume *v, le16 *date, le16 *time)
{
	struct efi_time now;

	if (v->source.now == NULL || !v->source.now(&now) || now.year < 1980 || now.year > 2107)
		return;
	*date = cpu_to_le16((u16)((now.year - 1980) << 9 | now.month << 5 | now.day));
	*time = cpu_to_le16((u16)(now.hour << 11 | now.minute << 5 | now.second / 2));
}

/* A new directory knows itself and the one it is in. */
static int fill_new_dir(struct fat_node *node)
{
	struct fat_dirent dot = node->dirent;
	int rc;

	rc = fat_zero_cluster(node, 0);
	if (rc != 0)
		return rc;
	memcpy(dot.name, ".          ", sizeof(dot.name));
	rc = fat_entry_write(node, 0, &dot);
	if (rc != 0)
		return rc;
	memcpy(dot.name, "..         ", sizeof(dot.name));
	dot.cluster_low = cpu_to_le16((u16)node->dir);
	dot.cluster_high = cpu_to_le16((u16)(node->dir >> 16));
	return fat_entry_write(node, 1, &dot);
}

static int check_dir(const struct fat_node *dir)
{
	if (!fat_is_directory(dir))
		return -ENOTDIR;
	return fat_is_read_only(dir->volume) ? -EPERM : 0;
}

static noinline_for_stack int check_name(struct fat_node *dir, const efi_char16_t *name)
{
	struct fat_slot slot;
	int rc;

	if (!fat_name_valid(name))
		return -EINVAL;
	rc = fat_slot_find(dir, name, &slot);
	return rc == 0 ? -EEXIST : rc == -ENOENT ? 0 : rc;
}

int fat_create(struct fat_node *dir, const efi_char16_t *name, u8 attr, struct fat_node **node)
{
	struct fat_volume *v = dir->volume;
	struct fat_node made = { .volume = v, .dir = dir_id(dir) };
	struct fat_slot slot = { .index = 0 };
	int rc = check_dir(dir);

	if (rc == 0)
		rc = check_name(dir, name);
	if (rc != 0)
		return rc;
	memcpy(slot.name, name, (fat_name_length(name) + 1) * sizeof(*name));
	made.dirent.attr = attr;
	fat_stamp(v, &made.dirent.created_date, &made.dirent.created_time);
	fat_stamp(v, &made.dirent.modified_date, &made.dirent.modified_time);
	made.dirent.accessed_date = made.dirent.created_date;
	/* Contents come before what leads to them. */
	if (attr & FAT_ATTR_DIRECTORY) {
		rc = fat_extend(&made, 1);
		if (rc == 0)
			rc = fill_new_dir(&made);
	}
	slot.dirent = made.dirent;
	if (rc == 0)
		rc = fat_slot_add(dir, &slot);
	if (rc != 0)
		goto free_clusters;
	rc = fat_sync(v);
	return rc != 0 ? rc : open_slot(dir, &slot, node);

free_clusters:
	if (made.first != 0)
		fat_free_chain(v, made.first);
	return rc;
}

static int check_empty(struct fat_node *dir)
{
	struct fat_slot slot;
	u32 index = 0;
	int rc;

	while ((rc = fat_slot_next(dir, &index, &slot)) == 0) {
		if (!fat_slot_is_dots(&slot))
			return -ENOTEMPTY;
	}
	return rc == -ENOENT ? 0 : rc;
}

int fat_delete(struct fat_node *node)
{
	struct fat_volume *v = node->volume;
	u32 first = node->first;
	int rc = 0;

	if (node->is_root || node->users > 1 || fat_is_read_only(v) ||
	    node->dirent.attr & FAT_ATTR_READ_ONLY)
		rc = -EPERM;
	else if (fat_is_directory(node))
		rc = check_empty(node);
	if (rc == 0)
		rc = fat_entries_remove(v, node->dir, node->entry, node->entries);
	if (rc == 0)
		node->dirty = false;
	if (rc == 0 && first != 0)
		rc = fat_free_chain(v, first);
	drop(node);
	return rc != 0 ? rc : fat_flush(v);
}

/* Whether @dir is @node or somewhere below it. */
static int check_not_below(const struct fat_node *node, const struct fat_node *dir)
{
	u32 id = dir_id(dir), steps;
	int rc;

	for (steps = 0; id != 0; steps++) {
		if (id == node->first)
			return -EINVAL;
		if (steps > dir->volume->clusters)
			return -EBADMSG;
		rc = parent_of(dir->volume, id, &id);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int set_dotdot(struct fat_node *node)
{
	struct fat_dirent dotdot;
	int rc = fat_entry_read(node, 1, &dotdot);

	if (rc != 0)
		return rc;
	dotdot.cluster_low = cpu_to_le16((u16)node->dir);
	dotdot.cluster_high = cpu_to_le16((u16)(node->dir >> 16));
	return fat_entry_write(node, 1, &dotdot);
}

/* Another spelling of its own name is not taken. */
static noinline_for_stack int check_new_name(struct fat_node *node, struct fat_node *dir,
					     const efi_char16_t *name)
{
	struct fat_slot slot;
	int rc;

	if (!fat_name_valid(name))
		return -EINVAL;
	rc = fat_slot_find(dir, name, &slot);
	if (rc == 0)
		return slot.index == node->entry && dir_id(dir) == node->dir ? 0 : -EEXIST;
	return rc == -ENOENT ? 0 : rc;
}

int fat_rename(struct fat_node *node, struct fat_node *dir, const efi_char16_t *name)
{
	struct fat_slot slot = { .dirent = node->dirent };
	u32 old_dir = node->dir, old_entry = node->entry, old_entries = node->entries;
	int rc = check_dir(dir);

	if (rc == 0 && node->is_root)
		rc = -EPERM;
	if (rc == 0)
		rc = check_new_name(node, dir, name);
	if (rc == 0 && fat_is_directory(node))
		rc = check_not_below(node, dir);
	if (rc != 0)
		return rc;
	memcpy(slot.name, name, (fat_name_length(name) + 1) * sizeof(*name));
	/* If power fails in between it has two names, not none. */
	rc = fat_slot_add(dir, &slot);
	if (rc != 0)
		return rc;
	node->dir = dir_id(dir);
	node->entry = slot.index;
	node->entries = slot.entries;
	node->dirent = slot.dirent;
	rc = fat_entries_remove(node->volume, old_dir, old_entry, old_entries);
	if (rc == 0 && fat_is_directory(node) && old_dir != node->dir)
		rc = set_dotdot(node);
	return rc != 0 ? rc : fat_flush(node->volume);
}

/* --- information ------------------------------------------------------------ */

static void get_time(struct efi_time *time, le16 date, le16 clock)
{
	u16 d = le16_to_cpu(date), t = le16_to_cpu(clock);

	*time = (struct efi_time) { .timezone = EFI_UNSPECIFIED_TIMEZONE };
	if (d == 0)
		return;
	time->year = (u16)(1980 + (d >> 9));
	time->month = d >> 5 & 0xf;
	time->day = d & 0x1f;
	time->hour = (u8)(t >> 11);
	time->minute = t >> 5 & 0x3f;
	time->second = (u8)((t & 0x1f) * 2);
}

static void put_time(const struct efi_time *time, le16 *date, le16 *clock)
{
	if (time->year < 1980 || time->year > 2107)
		return;
	*date = cpu_to_le16((u16)((time->year - 1980) << 9 | time->month << 5 | time->day));
	if (clock != NULL)
		*clock = cpu_to_le16((u16)(time->hour << 11 | time->minute << 5 |
					   time->second / 2));
}

static void fill_info(const struct fat_volume *v, const struct fat_slot *slot,
		      struct fat_info *info)
{
	const struct fat_dirent *d = &slot->dirent;
	u32 cluster = fat_cluster_size(v);

	memcpy(info->name, slot->name, sizeof(info->name));
	info->name[FAT_NAME_MAX] = 0;
	info->size = le32_to_cpu(d->size);
	info->allocated = ((u64)info->size + cluster - 1) / cluster * cluster;
	info->attr = d->attr & FAT_ATTR_MASK;
	get_time(&info->created, d->created_date, d->created_time);
	get_time(&info->accessed, d->accessed_date, cpu_to_le16(0));
	get_time(&info->modified, d->modified_date, d->modified_time);
}

int fat_readdir(struct fat_node *dir, u32 *position, struct fat_info *info)
{
	struct fat_slot slot;
	int rc;

	if (!fat_is_directory(dir))
		return -ENOTDIR;
	do {
		rc = fat_slot_next(dir, position, &slot);
		if (rc != 0)
			return rc;
	} while (fat_slot_is_label(&slot));
	fill_info(dir->volume, &slot, info);
	return 0;
}

int fat_get_info(struct fat_node *node, struct fat_info *info)
{
	struct fat_slot slot = { .index = 0 };
	struct fat_node dir;
	u32 index;
	int rc;

	if (!node->is_root) {
		fat_borrow_dir(node->volume, node->dir, &dir);
		index = node->entry - node->entries;
		rc = fat_slot_next(&dir, &index, &slot);
		if (rc != 0)
			return rc;
	}
	/* What is open may be newer than what is on the disk. */
	slot.dirent = node->dirent;
	fill_info(node->volume, &slot, info);
	return 0;
}

int fat_set_info(struct fat_node *node, const struct fat_info *info)
{
	const u8 mask = FAT_ATTR_READ_ONLY | FAT_ATTR_HIDDEN | FAT_ATTR_SYSTEM | FAT_ATTR_ARCHIVE;

	if (node->is_root || fat_is_read_only(node->volume))
		return -EPERM;
	node->dirent.attr = (node->dirent.attr & (u8)~mask) | (info->attr & mask);
	put_time(&info->created, &node->dirent.created_date, &node->dirent.created_time);
	put_time(&info->accessed, &node->dirent.accessed_date, NULL);
	put_time(&info->modified, &node->dirent.modified_date, &node->dirent.modified_time);
	node->dirty = true;
	return fat_flush(node->volume);
}

/* The entry of the label, in the root directory. */
static int find_label(struct fat_node *root, struct fat_slot *slot)
{
	u32 index = 0;
	int rc;

	do {
		rc = fat_slot_next(root, &index, slot);
	} while (rc == 0 && !fat_slot_is_label(slot));
	return rc;
}

int fat_volume_label(struct fat_volume *v, char label[12])
{
	struct fat_node root;
	struct fat_slot slot;
	size_t used = sizeof(slot.dirent.name);
	int rc;

	label[0] = 0;
	fat_borrow_dir(v, 0, &root);
	rc = find_label(&root, &slot);
	if (rc != 0)
		return rc == -ENOENT ? 0 : rc;
	while (used > 0 && slot.dirent.name[used - 1] == ' ')
		used--;
	memcpy(label, slot.dirent.name, used);
	label[used] = 0;
	return 0;
}

int fat_set_volume_label(struct fat_volume *v, const char *label)
{
	struct fat_dirent dirent = { .attr = FAT_ATTR_VOLUME };
	struct fat_node root;
	struct fat_slot slot;
	u32 index;
	int rc;

	if (fat_is_read_only(v))
		return -EPERM;
	memset(dirent.name, ' ', sizeof(dirent.name));
	memcpy(dirent.name, label, MIN(strlen(label), sizeof(dirent.name)));
	fat_stamp(v, &dirent.modified_date, &dirent.modified_time);
	fat_borrow_dir(v, 0, &root);
	rc = find_label(&root, &slot);
	index = slot.index;
	if (rc == -ENOENT)
		rc = label[0] != 0 ? fat_find_room(&root, 1, &index) : 0;
	else if (rc == 0 && label[0] == 0)
		dirent.name[0] = FAT_DELETED;
	if (rc == 0 && (label[0] != 0 || dirent.name[0] == FAT_DELETED))
		rc = fat_entry_write(&root, index, &dirent);
	return rc != 0 ? rc : fat_flush(v);
}
