/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: FAT volumes. The input is the beginning of a disk, the rest of which
 * is zero; it is mounted, walked through and written to.
 */
#include <stdlib.h>
#include <string.h>

#include <fw/errno.h>
#include <fw/fat.h>

#define SECTOR		512
#define SECTORS		4400
#define DEPTH_MAX	3
#define ENTRIES_MAX	16

static uint8_t disk[SECTORS * SECTOR];

void *heap_alloc(size_t size)
{
	return calloc(1, size);
}

void heap_free(void *ptr)
{
	free(ptr);
}

static int disk_read(void *context __unused, u64 offset, u64 len, void *buf)
{
	if (len == 0 || len > sizeof(disk) || offset > sizeof(disk) - len)
		abort();
	memcpy(buf, disk + offset, len);
	return 0;
}

static int disk_write(void *context __unused, u64 offset, u64 len, const void *buf)
{
	if (len == 0 || len > sizeof(disk) || offset > sizeof(disk) - len)
		abort();
	memcpy(disk + offset, buf, len);
	return 0;
}

static void walk(struct fat_node *dir, int depth)
{
	struct fat_node *node, *parent;
	struct fat_info info;
	uint8_t buf[1024];
	u32 position = 0;
	size_t len;
	int i;

	for (i = 0; i < ENTRIES_MAX && fat_readdir(dir, &position, &info) == 0; i++) {
		if (fat_open(dir, info.name, &node) != 0)
			continue;
		if (fat_is_directory(node) && depth < DEPTH_MAX)
			walk(node, depth + 1);
		len = sizeof(buf);
		if (fat_read(node, fat_size(node) / 2, buf, &len) == 0 && len > sizeof(buf))
			abort();
		fat_get_info(node, &info);
		if (fat_parent(node, &parent) == 0)
			fat_close(parent);
		fat_close(node);
	}
}

static void change(struct fat_volume *volume, struct fat_node *root)
{
	static const efi_char16_t name[] = { 'N', 'e', 'w', ' ', '1', 0 };
	static const efi_char16_t other[] = { 'O', 't', 'h', 'e', 'r', 0 };
	struct fat_node *node, *dir;
	u32 position = 0;
	struct fat_info info;

	if (fat_create(root, name, 0, &node) == 0) {
		fat_write(node, 700, "data", 4);
		fat_rename(node, root, other);
		fat_delete(node);
	}
	if (fat_create(root, name, FAT_ATTR_DIRECTORY, &dir) == 0) {
		if (fat_create(dir, other, 0, &node) == 0)
			fat_close(node);
		fat_close(dir);
	}
	if (fat_readdir(root, &position, &info) == 0 && fat_open(root, info.name, &node) == 0) {
		fat_truncate(node, fat_size(node) / 2);
		fat_delete(node);
	}
	fat_set_volume_label(volume, "LABEL");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fat_source source = {
		.size = sizeof(disk), .read = disk_read, .write = disk_write,
	};
	struct fat_volume *volume;
	struct fat_node *root;
	u64 total, left;
	char label[12];
	u32 cluster;

	size = size < sizeof(disk) ? size : sizeof(disk);
	memset(disk, 0, sizeof(disk));
	memcpy(disk, data, size);
	if (fat_mount(&source, &volume) != 0)
		return 0;
	if (fat_root(volume, &root) == 0) {
		walk(root, 0);
		change(volume, root);
		walk(root, 0);
		fat_volume_label(volume, label);
		fat_volume_space(volume, &total, &left, &cluster);
		fat_close(root);
	}
	fat_unmount(volume);
	return 0;
}
