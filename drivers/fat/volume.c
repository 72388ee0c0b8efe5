/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * FAT volumes: the boot sector, and sectors in general.
 * Document: Microsoft "FAT32 File System Specification", version 1.03, sections
 * "Boot Sector and BPB" and "FAT Type Determination".
 */
#include <fw/alloc.h>
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "fat.h"

#define SECTOR_MIN	512
#define SECTOR_MAX	4096
#define CLUSTER_MAX	KiB(256)
#define FAT12_CLUSTERS	4085	/* from here on FAT16 */
#define FAT16_CLUSTERS	65525	/* and FAT32 */
#define DIRENT_SIZE	sizeof(struct fat_dirent)

static bool is_power_of_2(u32 n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

/* The regions' places; all numbers are small enough that nothing wraps. */
static int find_regions(struct fat_volume *v, const struct fat_boot_sector *b)
{
	u32 root_entries = get_le16(b->root_entries);
	u64 total = get_le16(b->total_sectors_16);
	u64 data;

	if (total == 0)
		total = get_le32(b->total_sectors_32);
	v->fat_start = get_le16(b->reserved_sectors);
	v->fats = b->fats;
	v->fat_sectors = get_le16(b->fat_sectors_16);
	if (v->fat_sectors == 0)
		v->fat_sectors = get_le32(b->fat_sectors_32);
	v->cluster_sectors = b->sectors_per_cluster;
	v->root_sectors = (root_entries * (u32)DIRENT_SIZE + v->sector_size - 1) /
			  v->sector_size;
	v->root_start = v->fat_start + (u64)v->fats * v->fat_sectors;
	v->data_start = v->root_start + v->root_sectors;
	if (v->fat_start == 0 || v->fats == 0 || v->fats > 4 || v->fat_sectors == 0 ||
	    !is_power_of_2(v->cluster_sectors) ||
	    (u64)v->cluster_sectors * v->sector_size > CLUSTER_MAX ||
	    v->data_start >= MIN(total, v->sectors))
		return -EBADMSG;
	/* A partition that is too small for its volume, by a few sectors often. */
	if (total > v->sectors) {
		total = v->sectors;
		v->source.read_only = true;
	}
	data = (total - v->data_start) / v->cluster_sectors;
	if (data == 0 || data > FAT_END - FAT_CLUSTER_FIRST - 16)
		return -EBADMSG;
	v->clusters = (u32)data;
	return 0;
}

/* The number of clusters alone decides what it is. */
static int find_type(struct fat_volume *v, const struct fat_boot_sector *b)
{
	u64 bits;

	v->active = -1;
	v->type = v->clusters < FAT12_CLUSTERS ? FAT12 :
		  v->clusters < FAT16_CLUSTERS ? FAT16 : FAT32;
	bits = ((u64)v->clusters + FAT_CLUSTER_FIRST) * v->type;
	/* The entries of FAT32 have four bits more than that. */
	if (((bits + 7) / 8 + v->sector_size - 1) / v->sector_size >
	    v->fat_sectors)
		return -EBADMSG;
	if (v->type != FAT32)
		return get_le16(b->fat_sectors_16) != 0 && v->root_sectors != 0 ? 0 : -EBADMSG;
	v->root_cluster = get_le32(b->root_cluster);
	v->fsinfo = get_le16(b->fsinfo_sector);
	if (v->fsinfo >= v->fat_start)
		v->fsinfo = 0;
	if (get_le16(b->flags) & FAT_FLAG_NO_MIRROR)
		v->active = get_le16(b->flags) & 0xf;
	if (get_le16(b->version) != 0 || v->root_sectors != 0 || v->active >= v->fats ||
	    !fat_is_cluster(v, v->root_cluster))
		return -EBADMSG;
	return 0;
}

static void read_fsinfo(struct fat_volume *v)
{
	struct fat_fsinfo info;

	v->free = FAT_UNKNOWN;
	v->next_free = FAT_CLUSTER_FIRST;
	if (v->fsinfo == 0 ||
	    fat_volume_transfer(v, (u64)v->fsinfo * v->sector_size, &info, sizeof(info),
				false) != 0 ||
	    le32_to_cpu(info.lead) != FAT_FSINFO_LEAD ||
	    le32_to_cpu(info.signature) != FAT_FSINFO_SIGNATURE)
		return;
	if (le32_to_cpu(info.free_clusters) <= v->clusters)
		v->free = le32_to_cpu(info.free_clusters);
	if (fat_is_cluster(v, le32_to_cpu(info.next_free)))
		v->next_free = le32_to_cpu(info.next_free);
}

static int check_boot_sector(struct fat_volume *v, const struct fat_boot_sector *b)
{
	int rc;

	v->sector_size = get_le16(b->bytes_per_sector);
	if (get_le16((const u8 *)b + FAT_SIGNATURE_OFFSET) != 0xaa55 ||
	    (b->jump[0] != 0xeb && b->jump[0] != 0xe9) ||
	    (b->media != 0xf0 && b->media < 0xf8) || !is_power_of_2(v->sector_size) ||
	    v->sector_size < SECTOR_MIN || v->sector_size > SECTOR_MAX)
		return -EBADMSG;
	v->sectors = v->source.size / v->sector_size;
	rc = find_regions(v, b);
	return rc != 0 ? rc : find_type(v, b);
}

static int read_boot_sector(struct fat_volume *v)
{
	u8 sector[SECTOR_MIN];
	int rc;

	if (v->source.size < sizeof(sector))
		return -EBADMSG;
	rc = v->source.read(v->source.context, 0, sizeof(sector), sector);
	return rc != 0 ? rc : check_boot_sector(v, (const void *)sector);
}

int fat_mount(const struct fat_source *source, struct fat_volume **volume)
{
	struct fat_volume *v = heap_alloc(sizeof(*v));
	int rc;

	if (v == NULL)
		return -ENOMEM;
	v->source = *source;
	list_init(&v->nodes);
	rc = read_boot_sector(v);
	if (rc != 0)
		goto free_volume;
	rc = -ENOMEM;
	v->sector = heap_alloc(v->sector_size);
	if (v->sector == NULL)
		goto free_volume;
	read_fsinfo(v);
	*volume = v;
	return 0;

free_volume:
	heap_free(v);
	return rc;
}

void fat_release(struct fat_volume *v)
{
	if (!v->unmounted || !list_empty(&v->nodes))
		return;
	heap_free(v->sector);
	heap_free(v);
}

static int gone_read(void *context __unused, u64 offset __unused, u64 len __unused,
		     void *buf __unused)
{
	return -EIO;
}

static int gone_write(void *context __unused, u64 offset __unused, u64 len __unused,
		      const void *buf __unused)
{
	return -EIO;
}

void fat_unmount(struct fat_volume *v)
{
	fat_flush(v);
	/* Whoever has a file open is not told, and will close it some time. */
	v->source = (struct fat_source) {
		.read_only = true,
		.read = gone_read,
		.write = gone_write,
	};
	v->sector_at = 0;
	v->unmounted = true;
	fat_release(v);
}

bool fat_is_read_only(const struct fat_volume *v)
{
	return v->source.read_only || v->source.write == NULL;
}

u32 fat_cluster_size(const struct fat_volume *v)
{
	return v->cluster_sectors * v->sector_size;
}

int fat_sectors(struct fat_volume *v, u64 sector, u64 count, void *buf, bool write)
{
	u64 offset = sector * v->sector_size, len = count * v->sector_size;

	if (!write)
		return v->source.read(v->source.context, offset, len, buf);
	v->written = true;
	/* The buffer for one of them is not the newest any more. */
	if (v->sector_at > sector && v->sector_at <= sector + count)
		v->sector_at = 0;
	return v->source.write(v->source.context, offset, len, buf);
}

static int transfer_part(struct fat_volume *v, u64 position, void *buf, size_t len, bool write)
{
	u64 sector = position / v->sector_size;
	u8 *at = v->sector + position % v->sector_size;
	int rc;

	if (v->sector_at != sector + 1) {
		v->sector_at = 0;
		rc = fat_sectors(v, sector, 1, v->sector, false);
		if (rc != 0)
			return rc;
		v->sector_at = sector + 1;
	}
	if (!write) {
		memcpy(buf, at, len);
		return 0;
	}
	memcpy(at, buf, len);
	rc = fat_sectors(v, sector, 1, v->sector, true);
	v->sector_at = rc == 0 ? sector + 1 : 0;
	return rc;
}

int fat_volume_transfer(struct fat_volume *v, u64 position, void *buf, size_t len, bool write)
{
	u32 size = v->sector_size;
	u64 part;
	int rc = 0;

	for (; len > 0 && rc == 0; position += part, buf = (u8 *)buf + part, len -= part) {
		u64 in_sector = position % size;

		if (in_sector == 0 && len >= size) {
			part = ALIGN_DOWN((u64)len, size);
			rc = fat_sectors(v, position / size, part / size, buf, write);
		} else {
			part = MIN((u64)len, size - in_sector);
			rc = transfer_part(v, position, buf, part, write);
		}
	}
	return rc;
}

int fat_volume_space(struct fat_volume *v, u64 *total, u64 *left, u32 *cluster)
{
	u32 count;
	int rc = fat_count_free(v, &count);

	*cluster = fat_cluster_size(v);
	*total = (u64)v->clusters * *cluster;
	*left = rc == 0 ? (u64)count * *cluster : 0;
	return rc;
}

int fat_flush(struct fat_volume *v)
{
	struct fat_node *node;
	int rc = 0;

	if (fat_is_read_only(v))
		return 0;
	list_for_each_entry(node, &v->nodes, list) {
		if (node->dirty)
			rc = fat_write_entry(node);
		if (rc != 0)
			return rc;
	}
	rc = fat_sync(v);
	if (rc == 0 && v->source.flush != NULL)
		rc = v->source.flush(v->source.context);
	if (rc == 0)
		v->written = false;
	return rc;
}

int fat_finish(struct fat_volume *v)
{
	struct fat_node *node;
	bool is_dirty = v->written;

	list_for_each_entry(node, &v->nodes, list)
		is_dirty |= node->dirty;
	return is_dirty ? fat_flush(v) : 0;
}
