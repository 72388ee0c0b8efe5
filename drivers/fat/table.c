/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The file allocation table: chains of clusters. A few pieces of it are kept in
 * memory and written back when others take their place, or at the latest when a
 * file is closed.
 * Document: Microsoft "FAT32 File System Specification", version 1.03, section
 * "FAT Data Structure".
 */
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "fat.h"

#define FAT32_MASK	0x0fffffff

bool fat_is_cluster(const struct fat_volume *v, u32 cluster)
{
	return cluster >= FAT_CLUSTER_FIRST && cluster - FAT_CLUSTER_FIRST < v->clusters;
}

static u32 cache_sectors(const struct fat_volume *v)
{
	return (u32)FAT_CACHE_SIZE / v->sector_size;
}

/* How much of a piece lies inside the FAT. */
static u32 piece_sectors(const struct fat_volume *v, u64 sector)
{
	u64 left = v->fat_start + v->fat_sectors - sector;

	return (u32)MIN(left, (u64)cache_sectors(v));
}

static int write_back(struct fat_volume *v, struct fat_cache *cache)
{
	u64 sector;
	int i, rc = 0;

	if (!cache->dirty)
		return 0;
	for (i = 0; i < v->fats && rc == 0; i++) {
		if (v->active >= 0 && i != v->active)
			continue;
		sector = cache->sector + (u64)i * v->fat_sectors;
		rc = fat_sectors(v, sector, piece_sectors(v, cache->sector), cache->data, true);
	}
	if (rc == 0)
		cache->dirty = false;
	return rc;
}

static int load(struct fat_volume *v, struct fat_cache *cache, u64 sector)
{
	u64 from = sector;
	int rc;

	rc = write_back(v, cache);
	if (rc != 0)
		return rc;
	cache->sector = 0;
	if (v->active > 0)
		from += (u64)v->active * v->fat_sectors;
	rc = fat_sectors(v, from, piece_sectors(v, sector), cache->data, false);
	if (rc == 0)
		cache->sector = sector;
	return rc;
}

/* The byte at @offset of the FAT, in a cache. */
static int find_byte(struct fat_volume *v, u32 offset, u8 **byte, struct fat_cache **found)
{
	u32 per_cache = cache_sectors(v);
	u32 sector = offset / v->sector_size;
	u64 wanted = v->fat_start + ALIGN_DOWN(sector, per_cache);
	struct fat_cache *cache = v->cache;
	int rc;

	/* Mounting has checked that every cluster has its entry. */
	if (sector >= v->fat_sectors)
		return -EBADMSG;
	while (cache < v->cache + FAT_CACHES && cache->sector != wanted)
		cache++;
	if (cache == v->cache + FAT_CACHES) {
		cache = &v->cache[v->cache_turn++ % FAT_CACHES];
		rc = load(v, cache, wanted);
		if (rc != 0)
			return rc;
	}
	*byte = cache->data + offset % FAT_CACHE_SIZE;
	*found = cache;
	return 0;
}

/* An entry of FAT12 can lie across two pieces; it is put together bytewise. */
static int get_bytes(struct fat_volume *v, u32 offset, u8 *bytes, u32 count)
{
	struct fat_cache *cache;
	u8 *byte;
	u32 i;
	int rc;

	for (i = 0; i < count; i++) {
		rc = find_byte(v, offset + i, &byte, &cache);
		if (rc != 0)
			return rc;
		bytes[i] = *byte;
	}
	return 0;
}

static int put_bytes(struct fat_volume *v, u32 offset, const u8 *bytes, u32 count)
{
	struct fat_cache *cache;
	u8 *byte;
	u32 i;
	int rc;

	for (i = 0; i < count; i++) {
		rc = find_byte(v, offset + i, &byte, &cache);
		if (rc != 0)
			return rc;
		*byte = bytes[i];
		cache->dirty = true;
	}
	return 0;
}

static int get_entry(struct fat_volume *v, u32 cluster, u32 *value)
{
	u8 bytes[4] = { 0 };
	int rc;

	switch (v->type) {
	case FAT12:
		rc = get_bytes(v, cluster + cluster / 2, bytes, 2);
		*value = get_le16(bytes);
		*value = cluster & 1 ? *value >> 4 : *value & 0xfff;
		break;
	case FAT16:
		rc = get_bytes(v, cluster * 2, bytes, 2);
		*value = get_le16(bytes);
		break;
	default:
		rc = get_bytes(v, cluster * 4, bytes, 4);
		*value = get_le32(bytes) & FAT32_MASK;
		break;
	}
	return rc;
}

static int put_entry(struct fat_volume *v, u32 cluster, u32 value)
{
	u8 bytes[4];
	u32 old;
	int rc;

	switch (v->type) {
	case FAT12:
		rc = get_bytes(v, cluster + cluster / 2, bytes, 2);
		old = get_le16(bytes);
		if (cluster & 1)
			put_le16((u16)((old & 0xf) | value << 4), bytes);
		else
			put_le16((u16)((old & 0xf000) | (value & 0xfff)), bytes);
		return rc != 0 ? rc : put_bytes(v, cluster + cluster / 2, bytes, 2);
	case FAT16:
		put_le16((u16)value, bytes);
		return put_bytes(v, cluster * 2, bytes, 2);
	default:
		/* The upper four bits are not ours. */
		rc = get_bytes(v, cluster * 4, bytes, 4);
		put_le32((get_le32(bytes) & ~FAT32_MASK) | (value & FAT32_MASK), bytes);
		return rc != 0 ? rc : put_bytes(v, cluster * 4, bytes, 4);
	}
}

/* The smallest value that ends a chain; the one below it marks a bad cluster. */
static u32 end_mark(const struct fat_volume *v)
{
	return v->type == FAT12 ? 0xff8 : v->type == FAT16 ? 0xfff8 : 0x0ffffff8;
}

int fat_next(struct fat_volume *v, u32 cluster, u32 *next)
{
	int rc;

	if (!fat_is_cluster(v, cluster))
		return -EBADMSG;
	rc = get_entry(v, cluster, next);
	if (rc != 0)
		return rc;
	if (*next >= end_mark(v))
		*next = FAT_END;
	return *next == FAT_END || fat_is_cluster(v, *next) ? 0 : -EBADMSG;
}

static void count_free(struct fat_volume *v, int change)
{
	if (v->free != FAT_UNKNOWN)
		v->free += (u32)change;
	v->fsinfo_dirty = true;
}

static int find_free(struct fat_volume *v, u32 *cluster)
{
	u32 i, value, at = v->next_free;
	int rc;

	for (i = 0; i < v->clusters; i++, at++) {
		if (!fat_is_cluster(v, at))
			at = FAT_CLUSTER_FIRST;
		rc = get_entry(v, at, &value);
		if (rc != 0)
			return rc;
		if (value == FAT_FREE) {
			*cluster = at;
			v->next_free = at + 1;
			return 0;
		}
	}
	return -ENOSPC;
}

int fat_alloc(struct fat_volume *v, u32 after, u32 *cluster)
{
	int rc = find_free(v, cluster);

	if (rc == 0)
		rc = put_entry(v, *cluster, FAT_END);
	if (rc == 0 && after != 0)
		rc = put_entry(v, after, *cluster);
	if (rc == 0)
		count_free(v, -1);
	return rc;
}

int fat_free_chain(struct fat_volume *v, u32 cluster)
{
	u32 next, steps;
	int rc = 0;

	for (steps = 0; cluster != FAT_END; steps++, cluster = next) {
		/* A chain that leads into itself is as long as it likes. */
		if (steps > v->clusters)
			return -EBADMSG;
		rc = fat_next(v, cluster, &next);
		if (rc == 0)
			rc = put_entry(v, cluster, FAT_FREE);
		if (rc != 0)
			return rc;
		count_free(v, 1);
	}
	return 0;
}

int fat_cut(struct fat_volume *v, u32 cluster)
{
	u32 next;
	int rc = fat_next(v, cluster, &next);

	if (rc != 0 || next == FAT_END)
		return rc;
	rc = put_entry(v, cluster, FAT_END);
	return rc != 0 ? rc : fat_free_chain(v, next);
}

int fat_count_free(struct fat_volume *v, u32 *count)
{
	u32 cluster, value;
	int rc;

	if (v->free == FAT_UNKNOWN || v->free > v->clusters) {
		v->free = 0;
		for (cluster = FAT_CLUSTER_FIRST; fat_is_cluster(v, cluster); cluster++) {
			rc = get_entry(v, cluster, &value);
			if (rc != 0) {
				v->free = FAT_UNKNOWN;
				return rc;
			}
			v->free += value == FAT_FREE;
		}
	}
	*count = v->free;
	return 0;
}

/* A hint for others only, so that what is wrong with it is no error. */
static int sync_fsinfo(struct fat_volume *v)
{
	struct fat_fsinfo info;
	u64 at = (u64)v->fsinfo * v->sector_size;
	int rc;

	if (!v->fsinfo_dirty || v->fsinfo == 0)
		return 0;
	rc = fat_volume_transfer(v, at, &info, sizeof(info), false);
	if (rc != 0)
		return rc;
	v->fsinfo_dirty = false;
	if (le32_to_cpu(info.lead) != FAT_FSINFO_LEAD ||
	    le32_to_cpu(info.signature) != FAT_FSINFO_SIGNATURE)
		return 0;
	info.free_clusters = cpu_to_le32(v->free);
	info.next_free = cpu_to_le32(v->next_free);
	return fat_volume_transfer(v, at, &info, sizeof(info), true);
}

int fat_sync(struct fat_volume *v)
{
	size_t i;
	int rc;

	for (i = 0; i < FAT_CACHES; i++) {
		rc = write_back(v, &v->cache[i]);
		if (rc != 0)
			return rc;
	}
	return sync_fsinfo(v);
}
