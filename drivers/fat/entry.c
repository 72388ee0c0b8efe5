/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Entries of directories: found, added and removed.
 * Document: Microsoft "FAT32 File System Specification", version 1.03, sections
 * "FAT Directory Structure" and "FAT Long Directory Entries".
 */
#include <fw/errno.h>
#include <fw/string.h>

#include "fat.h"

#define ENTRY_SIZE	sizeof(struct fat_dirent)
#define ENTRIES_MAX	65536u		/* 2 MiB, which is as large as one may be */
#define TAIL_MAX	9999
#define LAST		0		/* first byte of the name: no entry from here on */

/* A long name as it is put together, from its end to its beginning. */
struct long_name {
	efi_char16_t *name;
	u32 left, entries;
	u8 checksum;
};

int fat_entry_read(struct fat_node *dir, u32 index, struct fat_dirent *dirent)
{
	if (index >= ENTRIES_MAX)
		return -ENOENT;
	return fat_transfer(dir, (u64)index * ENTRY_SIZE, dirent, ENTRY_SIZE, false);
}

int fat_entry_write(struct fat_node *dir, u32 index, const void *entry)
{
	return fat_transfer(dir, (u64)index * ENTRY_SIZE, (void *)(uintptr_t)entry, ENTRY_SIZE,
			    true);
}

static void long_piece(struct long_name *l, const struct fat_long_name *entry)
{
	u32 number = entry->sequence & (FAT_LONG_LAST - 1);

	if (entry->sequence & FAT_LONG_LAST) {
		l->left = l->entries = number <= FAT_LONG_ENTRIES ? number : 0;
		l->checksum = entry->checksum;
		if (l->entries > 0)
			l->name[l->entries * FAT_LONG_CHARS] = 0;
	} else if (number + 1 != l->left + 1 || entry->checksum != l->checksum) {
		l->entries = 0;
	}
	if (l->entries == 0 || number == 0 || number != l->left) {
		l->entries = 0;
		return;
	}
	l->left--;
	fat_name_get(l->name + l->left * FAT_LONG_CHARS, entry);
}

/* Whether it belongs to the short entry that follows, and is a name. */
static bool long_is_whole(struct long_name *l, const struct fat_dirent *dirent)
{
	return l->entries > 0 && l->left == 0 &&
	       l->checksum == fat_name_checksum(dirent->name) && l->name[0] != 0;
}

/* The next entry from *@index on, the label too. -ENOENT: there is none. */
int fat_slot_next(struct fat_node *dir, u32 *index, struct fat_slot *slot)
{
	struct long_name l = { .name = slot->name };
	int rc;

	for (;; (*index)++) {
		rc = fat_entry_read(dir, *index, &slot->dirent);
		if (rc != 0)
			return rc;
		if (slot->dirent.name[0] == LAST)
			return -ENOENT;
		if (slot->dirent.name[0] == FAT_DELETED) {
			l.entries = 0;
			continue;
		}
		if ((slot->dirent.attr & FAT_ATTR_MASK) != FAT_ATTR_LONG_NAME)
			break;
		long_piece(&l, (const void *)&slot->dirent);
	}
	slot->index = (*index)++;
	slot->entries = long_is_whole(&l, &slot->dirent) ? l.entries : 0;
	if (slot->entries == 0)
		fat_name_from_short(slot->name, &slot->dirent);
	return 0;
}

static bool slot_is_named(const struct fat_slot *slot, const efi_char16_t *name)
{
	efi_char16_t short_name[13];

	if (fat_name_equal(slot->name, name))
		return true;
	fat_name_from_short(short_name, &slot->dirent);
	return fat_name_equal(short_name, name);
}

int fat_slot_find(struct fat_node *dir, const efi_char16_t *name, struct fat_slot *slot)
{
	u32 index = 0;
	int rc;

	for (;;) {
		rc = fat_slot_next(dir, &index, slot);
		if (rc != 0)
			return rc;
		if (!fat_slot_is_label(slot) && !fat_slot_is_dots(slot) &&
		    slot_is_named(slot, name))
			return 0;
	}
}

int fat_slot_find_cluster(struct fat_node *dir, u32 cluster, struct fat_slot *slot)
{
	u32 index = 0;
	int rc;

	for (;;) {
		rc = fat_slot_next(dir, &index, slot);
		if (rc != 0)
			return rc;
		if (!fat_slot_is_label(slot) && !fat_slot_is_dots(slot) &&
		    slot->dirent.attr & FAT_ATTR_DIRECTORY &&
		    fat_first_cluster(&slot->dirent) == cluster)
			return 0;
	}
}

static noinline_for_stack bool short_is_taken(struct fat_node *dir, const u8 name[11], int *rc)
{
	struct fat_slot slot;
	u32 index = 0;

	while ((*rc = fat_slot_next(dir, &index, &slot)) == 0) {
		if (!fat_slot_is_label(&slot) && memcmp(slot.dirent.name, name, 11) == 0)
			return true;
	}
	return false;
}

/* A short name that nobody has. @exact: no long name is needed beside it. */
static int choose_short(struct fat_node *dir, const efi_char16_t *name, u8 short_name[11],
			bool *exact)
{
	unsigned int number;
	int rc;

	*exact = fat_name_to_short(short_name, name, 0);
	if (*exact)
		return 0;
	for (number = 1; number <= TAIL_MAX; number++) {
		fat_name_to_short(short_name, name, number);
		if (!short_is_taken(dir, short_name, &rc))
			return rc == -ENOENT ? 0 : rc;
	}
	return -ENOSPC;
}

int fat_zero_cluster(struct fat_node *dir, u64 position)
{
	u8 zeros[512];
	u32 at;
	int rc = 0;

	memset(zeros, 0, sizeof(zeros));
	for (at = 0; at < fat_cluster_size(dir->volume) && rc == 0; at += sizeof(zeros))
		rc = fat_transfer(dir, position + at, zeros, sizeof(zeros), true);
	return rc;
}

/* One more cluster, without entries. */
static int grow_dir(struct fat_node *dir, u32 index)
{
	u64 size = (u64)index * ENTRY_SIZE;
	int rc;

	if (index >= ENTRIES_MAX)
		return -ENOSPC;
	rc = fat_extend(dir, size + 1);
	return rc != 0 ? rc : fat_zero_cluster(dir, size);
}

/*
 * Room for @count entries in a row. Behind the last entry there may be anything,
 * so that whoever moves the end has to write a new one.
 */
int fat_find_room(struct fat_node *dir, u32 count, u32 *index)
{
	struct fat_dirent dirent = { .name = { LAST } };
	bool past_end = false;
	u32 at, run = 0;
	int rc;

	for (at = 0; run < count; at++) {
		rc = fat_entry_read(dir, at, &dirent);
		if (rc == -ENOENT) {
			rc = grow_dir(dir, at);
			past_end = false;
			dirent.name[0] = LAST;
		}
		if (rc != 0)
			return rc;
		past_end |= dirent.name[0] == LAST;
		run = past_end || dirent.name[0] == FAT_DELETED ? run + 1 : 0;
	}
	*index = at - count;
	if (!past_end)
		return 0;
	rc = fat_entry_read(dir, at, &dirent);
	if (rc != 0)
		return rc == -ENOENT ? 0 : rc;
	dirent.name[0] = LAST;
	return fat_entry_write(dir, at, &dirent);
}

/* Entry @number of a long name, from 1, as it is on the disk. */
static void make_long(struct fat_long_name *entry, const efi_char16_t *name, size_t length,
		      u32 number, u32 entries, u8 checksum)
{
	efi_char16_t piece[FAT_LONG_CHARS];
	size_t i, at = (number - 1) * FAT_LONG_CHARS;

	for (i = 0; i < FAT_LONG_CHARS; i++, at++)
		piece[i] = at < length ? name[at] : at == length ? 0 : 0xffff;
	*entry = (struct fat_long_name) {
		.sequence = (u8)(number | (number == entries ? FAT_LONG_LAST : 0)),
		.attr = FAT_ATTR_LONG_NAME,
		.checksum = checksum,
	};
	fat_name_put(entry, piece);
}

/* Put @slot, whose dirent and name are given, into a directory. */
int fat_slot_add(struct fat_node *dir, struct fat_slot *slot)
{
	size_t length = fat_name_length(slot->name);
	struct fat_long_name entry;
	u32 number, index = 0;
	bool exact;
	int rc;

	rc = choose_short(dir, slot->name, slot->dirent.name, &exact);
	if (rc != 0)
		return rc;
	slot->dirent.case_flags = 0;
	slot->entries = exact ? 0 : (u32)((length + FAT_LONG_CHARS - 1) / FAT_LONG_CHARS);
	rc = fat_find_room(dir, slot->entries + 1, &index);
	for (number = slot->entries; number > 0 && rc == 0; number--) {
		make_long(&entry, slot->name, length, number, slot->entries,
			  fat_name_checksum(slot->dirent.name));
		rc = fat_entry_write(dir, index++, &entry);
	}
	slot->index = index;
	return rc != 0 ? rc : fat_entry_write(dir, index, &slot->dirent);
}

int fat_entries_remove(struct fat_volume *v, u32 dir_id_of, u32 entry, u32 entries)
{
	struct fat_dirent dirent;
	struct fat_node dir;
	u32 index;
	int rc;

	fat_borrow_dir(v, dir_id_of, &dir);
	for (index = entry - entries; index <= entry; index++) {
		rc = fat_entry_read(&dir, index, &dirent);
		if (rc != 0)
			return rc;
		dirent.name[0] = FAT_DELETED;
		rc = fat_entry_write(&dir, index, &dirent);
		if (rc != 0)
			return rc;
	}
	return 0;
}
