/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What the files of the FAT driver share. */
#ifndef DRIVERS_FAT_H
#define DRIVERS_FAT_H

#include <fw/fat.h>

enum fat_type {
	FAT12 = 12,
	FAT16 = 16,
	FAT32 = 32,
};

#define FAT_CLUSTER_FIRST	2
#define FAT_FREE		0
#define FAT_END			0x0fffffff	/* end of a chain, in every type here */

/* Pieces of the FAT that are kept in memory. */
#define FAT_CACHE_SIZE		KiB(4)
#define FAT_CACHES		4

struct fat_cache {
	u64 sector;		/* first sector of the volume; 0: empty */
	bool dirty;
	u8 data[FAT_CACHE_SIZE];
};

/**
 * struct fat_volume - a mounted volume
 * @source: what it is on
 * @sector_size: bytes, a power of two from 512 to 4096
 * @sectors: as many as fit the source
 * @fat_start, @fat_sectors, @fats: in sectors; @fats copies from @fat_start on
 * @active:  the only copy that is in use, or -1 for all
 * @root_start, @root_sectors: FAT12 and FAT16
 * @root_cluster: FAT32
 * @data_start: sector of cluster 2
 * @clusters: how many there are; numbers are 2 to @clusters + 1
 * @next_free: where the search for a free cluster begins
 * @free:    free clusters, or FAT_UNKNOWN
 * @nodes:   open nodes, each once
 * @written: since it was flushed
 * @unmounted: gone, and kept until the last node is closed
 */
struct fat_volume {
	struct fat_source source;
	u32 sector_size;
	u64 sectors;
	enum fat_type type;
	u32 cluster_sectors;
	u64 fat_start;
	u32 fat_sectors;
	u8 fats;
	int active;
	u64 root_start;
	u32 root_sectors;
	u32 root_cluster;
	u64 data_start;
	u32 clusters;
	u32 fsinfo;
	u32 next_free;
	u32 free;
	bool fsinfo_dirty;
	unsigned int cache_turn;
	struct fat_cache cache[FAT_CACHES];
	u8 *sector;		/* one sector, for parts of it */
	u64 sector_at;		/* which one it is, + 1 */
	struct list_head nodes;
	bool written;
	bool unmounted;
};

/**
 * struct fat_node - an open file or directory
 * @users:  how often it is open
 * @first:  its first cluster, 0 for none; for the root of FAT12 and FAT16, too
 * @dir:    first cluster of its directory; 0: the root
 * @entry:  index of its entry there, in units of 32 bytes
 * @entries: entries of a long name before that
 * @dirent: the entry
 * @dirty:  @dirent is not on the disk
 * @run_index, @run_cluster: where the last access was, to go on from
 */
struct fat_node {
	struct list_head list;
	struct fat_volume *volume;
	unsigned int users;
	bool is_root;
	u32 first;
	u32 dir;
	u32 entry, entries;
	struct fat_dirent dirent;
	bool dirty;
	u32 run_index, run_cluster;
};

/* --- volume.c -------------------------------------------------------------- */

/** fat_release() - free the volume if it is unmounted and nothing of it is open */
void fat_release(struct fat_volume *v);

/* --- table.c: the FAT ------------------------------------------------------ */

/** fat_next() - the cluster after @cluster; FAT_END at the end of the chain */
int fat_next(struct fat_volume *v, u32 cluster, u32 *next);

/** fat_sectors() - read or write whole sectors */
int fat_sectors(struct fat_volume *v, u64 sector, u64 count, void *buf, bool write);

/** fat_alloc() - a free cluster, which ends a chain that @after begins to lead to it */
int fat_alloc(struct fat_volume *v, u32 after, u32 *cluster);

/** fat_free_chain() - give back @cluster and all after it */
int fat_free_chain(struct fat_volume *v, u32 cluster);

/** fat_cut() - @cluster is the last of its chain from now on; the rest is free */
int fat_cut(struct fat_volume *v, u32 cluster);

/** fat_count_free() - free clusters */
int fat_count_free(struct fat_volume *v, u32 *count);

/** fat_sync() - write what is in the caches */
int fat_sync(struct fat_volume *v);

/** fat_is_cluster() - whether there is such a cluster */
bool fat_is_cluster(const struct fat_volume *v, u32 cluster);

/* --- file.c ------------------------------------------------------------------ */

u32 fat_cluster_size(const struct fat_volume *v);

/** fat_transfer() - read or write a range that lies within the node's clusters */
int fat_transfer(struct fat_node *node, u64 position, void *buf, size_t len, bool write);

/** fat_extend() - have clusters for @size bytes; new ones have any contents */
int fat_extend(struct fat_node *node, u64 size);

/** fat_read_sectors() - part of a volume; @position and @len in bytes */
int fat_volume_transfer(struct fat_volume *v, u64 position, void *buf, size_t len, bool write);

/* --- entry.c ----------------------------------------------------------------- */

/* An entry that was found. */
struct fat_slot {
	u32 index;			/* of the short entry */
	u32 entries;			/* of the long name before it */
	struct fat_dirent dirent;
	efi_char16_t name[FAT_LONG_ENTRIES * FAT_LONG_CHARS + 1];
};

static inline bool fat_slot_is_dots(const struct fat_slot *slot)
{
	return slot->dirent.name[0] == '.';
}

static inline bool fat_slot_is_label(const struct fat_slot *slot)
{
	return slot->dirent.attr & FAT_ATTR_VOLUME;
}

static inline u32 fat_first_cluster(const struct fat_dirent *dirent)
{
	return (u32)le16_to_cpu(dirent->cluster_high) << 16 | le16_to_cpu(dirent->cluster_low);
}

/* Single entries of 32 bytes; -ENOENT behind the end of the directory. */
int fat_entry_read(struct fat_node *dir, u32 index, struct fat_dirent *dirent);
int fat_entry_write(struct fat_node *dir, u32 index, const void *entry);

/** fat_slot_next() - the entry from *@index on, the label too. -ENOENT: there is none */
int fat_slot_next(struct fat_node *dir, u32 *index, struct fat_slot *slot);

/** fat_slot_find() - the entry of a file or directory */
int fat_slot_find(struct fat_node *dir, const efi_char16_t *name, struct fat_slot *slot);

/** fat_slot_find_cluster() - the entry that the directory beginning at @cluster has in @dir */
int fat_slot_find_cluster(struct fat_node *dir, u32 cluster, struct fat_slot *slot);

/** fat_find_room() - the first of @count entries in a row that are not used */
int fat_find_room(struct fat_node *dir, u32 count, u32 *index);

/** fat_slot_add() - put @slot, whose dirent and name are given, into a directory */
int fat_slot_add(struct fat_node *dir, struct fat_slot *slot);

/** fat_entries_remove() - remove the entry at @entry, and @entries before it */
int fat_entries_remove(struct fat_volume *v, u32 dir, u32 entry, u32 entries);

/** fat_zero_cluster() - clear a directory's cluster at byte @position */
int fat_zero_cluster(struct fat_node *dir, u64 position);

/* --- dir.c ------------------------------------------------------------------- */

/** fat_borrow_dir() - the directory that begins at @id, 0 for the root, only to look into */
void fat_borrow_dir(struct fat_volume *v, u32 id, struct fat_node *dir);

/** fat_write_entry() - put the node's entry on the disk */
int fat_write_entry(struct fat_node *node);

/** fat_set_first() - the first cluster, as the entry has it */
void fat_set_first(struct fat_node *node, u32 cluster);

/** fat_stamp() - the time of now, if anybody knows it */
void fat_stamp(const struct fat_volume *v, le16 *date, le16 *time);

/* --- name.c ------------------------------------------------------------------ */

/** fat_name_length() - characters */
size_t fat_name_length(const efi_char16_t *name);

/** fat_name_valid() - whether a long name can be one */
bool fat_name_valid(const efi_char16_t *name);

/** fat_name_equal() - compare without regard to case */
bool fat_name_equal(const efi_char16_t *a, const efi_char16_t *b);

/** fat_name_from_short() - the name that an entry without a long one has */
void fat_name_from_short(efi_char16_t *name, const struct fat_dirent *dirent);

/**
 * fat_name_to_short() - a short name
 * @number: 0: as it is; else the tail ~number
 *
 * Return: whether the long name is nothing but this.
 */
bool fat_name_to_short(u8 short_name[11], const efi_char16_t *name, unsigned int number);

/** fat_name_checksum() - of a short name, for the entries of the long one */
u8 fat_name_checksum(const u8 short_name[11]);

/* A long name's piece, 13 characters, to and from an entry. */
void fat_name_get(efi_char16_t piece[FAT_LONG_CHARS], const struct fat_long_name *entry);
void fat_name_put(struct fat_long_name *entry, const efi_char16_t piece[FAT_LONG_CHARS]);

#endif
