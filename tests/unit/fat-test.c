/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of FAT volumes. They are made by mkfs.fat and filled by mtools, and
 * what our code has written is judged by fsck.fat and read by mtools.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <fw/errno.h>
#include <fw/fat.h>

#define SECTOR	512

void *heap_alloc(size_t size)
{
	return calloc(1, size);
}

void heap_free(void *ptr)
{
	free(ptr);
}

static char dir[] = "/tmp/fat-test-XXXXXX";
static u8 *disk;
static u64 disk_size;
static struct fat_volume *volume;
static long writes_left;	/* then the power fails; -1: never */

static int disk_read(void *context, u64 offset, u64 len, void *buf)
{
	assert_true(len > 0 && len <= disk_size && offset <= disk_size - len);
	memcpy(buf, disk + offset, len);
	return 0;
}

static int disk_write(void *context, u64 offset, u64 len, const void *buf)
{
	assert_true(len > 0 && len <= disk_size && offset <= disk_size - len);
	if (writes_left == 0)
		return -EIO;
	if (writes_left > 0)
		writes_left--;
	memcpy(disk + offset, buf, len);
	return 0;
}

static bool now(struct efi_time *time)
{
	*time = (struct efi_time) { .year = 2026, .month = 11, .day = 21, .hour = 12 };
	return true;
}

static int run(const char *format, ...)
{
	char command[1024], full[1400];
	va_list args;
	int status;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	snprintf(full, sizeof(full), "cd %s && (%s) >out 2>&1 </dev/null", dir, command);
	status = system(full);
	if (status != 0) {
		snprintf(full, sizeof(full), "cat %s/out >&2", dir);
		if (system(full) != 0)
			return -1;
	}
	return status;
}

static void load_disk(void)
{
	char name[64];
	FILE *file;

	snprintf(name, sizeof(name), "%s/disk", dir);
	file = fopen(name, "rb");
	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	disk_size = (u64)ftell(file);
	rewind(file);
	free(disk);
	disk = malloc(disk_size);
	assert_int_equal(fread(disk, 1, disk_size, file), disk_size);
	fclose(file);
}

static void save_disk(void)
{
	char name[64];
	FILE *file;

	snprintf(name, sizeof(name), "%s/disk", dir);
	file = fopen(name, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(disk, 1, disk_size, file), disk_size);
	fclose(file);
}

static int try_mount(void)
{
	struct fat_source source = {
		.size = disk_size, .read = disk_read, .write = disk_write, .now = now,
	};

	writes_left = -1;
	return fat_mount(&source, &volume);
}

/* A new volume: @type is 12, 16 or 32, @kib its size. */
static void make(int type, unsigned int kib, unsigned int cluster_sectors)
{
	assert_int_equal(run("rm -f disk; mkfs.fat -C -F %d -s %u -n TESTVOL disk %u", type,
			     cluster_sectors, kib), 0);
	load_disk();
	assert_int_equal(try_mount(), 0);
}

/* Our volume is unmounted, and others find no fault with it. */
static void check(void)
{
	fat_unmount(volume);
	volume = NULL;
	save_disk();
	assert_int_equal(run("fsck.fat -n -v disk"), 0);
}

static void wide(efi_char16_t *to, const char *from)
{
	while ((*to++ = (u8)*from++) != 0)
		;
}

static int open_file(const char *name, struct fat_node **node)
{
	efi_char16_t text[300];
	struct fat_node *root;
	int rc;

	wide(text, name);
	assert_int_equal(fat_root(volume, &root), 0);
	rc = fat_open(root, text, node);
	fat_close(root);
	return rc;
}

static int create_in(struct fat_node *in, const char *name, u8 attr, struct fat_node **node)
{
	efi_char16_t text[300];
	struct fat_node *root = in;
	int rc;

	wide(text, name);
	if (in == NULL)
		assert_int_equal(fat_root(volume, &root), 0);
	rc = fat_create(root, text, attr, node);
	if (in == NULL)
		fat_close(root);
	return rc;
}

static const struct {
	int type;
	unsigned int kib, cluster;
} kinds[] = {
	{ 12, 1440, 1 }, { 12, 8000, 8 }, { 16, 16384, 1 }, { 16, 65536, 4 }, { 32, 40960, 1 },
};

/* Bytes that no two places of a file share. */
static u8 pattern(size_t at)
{
	return (u8)(at * 7 + (at >> 8) * 13 + (at >> 16));
}

static void test_read(void **state)
{
	const size_t size = 300001;
	struct fat_node *node;
	u8 *buf = malloc(size + 10);
	size_t i, len, k;
	char name[64];
	FILE *file;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		make(kinds[k].type, kinds[k].kib, kinds[k].cluster);
		fat_unmount(volume);
		snprintf(name, sizeof(name), "%s/big", dir);
		file = fopen(name, "wb");
		for (i = 0; i < size; i++)
			fputc(pattern(i), file);
		fclose(file);
		/* Pieces of others in between. */
		assert_int_equal(run("head -c 100000 big > a; head -c 50000 big > b;"
				     "mcopy -i disk a ::a; mcopy -i disk b ::b; mdel -i disk ::a;"
				     "mcopy -i disk big '::A file with a long name.data'"), 0);
		load_disk();
		assert_int_equal(try_mount(), 0);
		assert_int_equal(open_file("a FILE with a LONG name.DATA", &node), 0);
		assert_int_equal(fat_size(node), size);
		len = size + 10;
		assert_int_equal(fat_read(node, 0, buf, &len), 0);
		assert_int_equal(len, size);
		for (i = 0; i < size; i++)
			assert_int_equal(buf[i], pattern(i));
		len = 1000;
		assert_int_equal(fat_read(node, 12345, buf, &len), 0);
		for (i = 0; i < 1000; i++)
			assert_int_equal(buf[i], pattern(12345 + i));
		len = 10;
		assert_int_equal(fat_read(node, size, buf, &len), 0);
		assert_int_equal(len, 0);
		assert_int_equal(fat_read(node, size + 1, buf, &len), -EINVAL);
		fat_close(node);
		assert_int_equal(open_file("missing", &node), -ENOENT);
		/* By its short name, too. */
		assert_int_equal(open_file("afilew~1.dat", &node), 0);
		fat_close(node);
		check();
	}
	free(buf);
}

static void test_write(void **state)
{
	const size_t size = 200003;
	struct fat_node *node;
	u8 *buf = malloc(size);
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		make(kinds[k].type, kinds[k].kib, kinds[k].cluster);
		for (i = 0; i < size; i++)
			buf[i] = pattern(i);
		assert_int_equal(create_in(NULL, "Written by us.bin", 0, &node), 0);
		/* In pieces of odd sizes. */
		for (i = 0; i < size; i += 7001)
			assert_int_equal(fat_write(node, i, buf + i, MIN(7001, size - i)), 0);
		assert_int_equal(fat_close(node), 0);
		assert_int_equal(create_in(NULL, "SHORT.TXT", 0, &node), 0);
		assert_int_equal(fat_write(node, 1000, "end", 3), 0);
		assert_int_equal(fat_close(node), 0);
		assert_int_equal(create_in(NULL, "short.txt", 0, &node), -EEXIST);
		check();
		assert_int_equal(run("mcopy -n -i disk '::Written by us.bin' back &&"
				     "[ $(stat -c %%s back) = 200003 ] &&"
				     "mtype -i disk ::SHORT.TXT > s && [ $(stat -c %%s s) = 1003 ] &&"
				     "[ \"$(tail -c 3 s)\" = end ] &&"
				     "[ $(head -c 1000 s | tr -d '\\0' | wc -c) = 0 ]"), 0);
		load_disk();
		assert_int_equal(try_mount(), 0);
		assert_int_equal(open_file("written by us.bin", &node), 0);
		for (i = 0; i < size; i += 1)
			buf[i] = 0;
		i = size;
		assert_int_equal(fat_read(node, 0, buf, &i), 0);
		for (i = 0; i < size; i++)
			assert_int_equal(buf[i], pattern(i));
		assert_int_equal(fat_truncate(node, 5000), 0);
		assert_int_equal(fat_truncate(node, 9000), 0);
		i = 9000;
		assert_int_equal(fat_read(node, 0, buf, &i), 0);
		assert_int_equal(buf[4999], pattern(4999));
		assert_int_equal(buf[5000], 0);
		assert_int_equal(buf[8999], 0);
		assert_int_equal(fat_truncate(node, 0), 0);
		assert_int_equal(fat_close(node), 0);
		check();
	}
	free(buf);
}

static void test_directories(void **state)
{
	struct fat_node *top, *sub, *node, *up;
	struct fat_info info;
	efi_char16_t name[300];
	char text[300];
	u32 position;
	size_t k;
	int i, count;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		make(kinds[k].type, kinds[k].kib, kinds[k].cluster);
		assert_int_equal(create_in(NULL, "Directory", FAT_ATTR_DIRECTORY, &top), 0);
		assert_int_equal(create_in(top, "sub", FAT_ATTR_DIRECTORY, &sub), 0);
		/* More than one cluster of entries. */
		for (i = 0; i < 60; i++) {
			snprintf(text, sizeof(text), "entry number %d in this directory", i);
			assert_int_equal(create_in(sub, text, 0, &node), 0);
			assert_int_equal(fat_write(node, 0, text, strlen(text)), 0);
			assert_int_equal(fat_close(node), 0);
		}
		for (position = 0, count = 0; fat_readdir(sub, &position, &info) == 0; count++)
			;
		assert_int_equal(count, 62);
		assert_int_equal(fat_parent(sub, &up), 0);
		assert_ptr_equal(up, top);
		fat_close(up);
		assert_int_equal(fat_parent(top, &up), 0);
		assert_int_equal(fat_get_info(up, &info), 0);
		assert_int_equal(info.name[0], 0);
		fat_close(up);
		/* Not while there is something in it. */
		assert_int_equal(fat_close(sub), 0);
		wide(name, "SUB");
		assert_int_equal(fat_open(top, name, &sub), 0);
		assert_int_equal(fat_delete(sub), -ENOTEMPTY);
		assert_int_equal(fat_open(top, name, &sub), 0);
		for (i = 0; i < 60; i++) {
			snprintf(text, sizeof(text), "ENTRY number %d in this directory", i);
			wide(name, text);
			assert_int_equal(fat_open(sub, name, &node), 0);
			assert_int_equal(fat_get_info(node, &info), 0);
			assert_int_equal(info.name[0], 'e');
			assert_int_equal(info.size, strlen(text));
			assert_int_equal(info.modified.year, 2026);
			if (i % 3 != 0)
				assert_int_equal(fat_delete(node), 0);
			else
				assert_int_equal(fat_close(node), 0);
		}
		assert_int_equal(fat_close(sub), 0);
		assert_int_equal(fat_close(top), 0);
		check();
		assert_int_equal(run("[ $(mdir -b -i disk ::Directory/sub | wc -l) = 20 ] &&"
				     "mtype -i disk '::Directory/sub/entry number 3 in this directory'"),
				 0);
	}
}

static void test_rename(void **state)
{
	struct fat_node *one, *two, *node, *root;
	efi_char16_t name[300];
	size_t k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		make(kinds[k].type, kinds[k].kib, kinds[k].cluster);
		assert_int_equal(fat_root(volume, &root), 0);
		assert_int_equal(create_in(NULL, "one", FAT_ATTR_DIRECTORY, &one), 0);
		assert_int_equal(create_in(one, "two", FAT_ATTR_DIRECTORY, &two), 0);
		assert_int_equal(create_in(one, "entry+3.conf", 0, &node), 0);
		assert_int_equal(fat_write(node, 0, "abc", 3), 0);
		wide(name, "entry+2-1.conf");
		assert_int_equal(fat_rename(node, one, name), 0);
		wide(name, "a:b");
		assert_int_equal(fat_rename(node, one, name), -EINVAL);
		wide(name, "TWO");
		assert_int_equal(fat_rename(node, one, name), -EEXIST);
		wide(name, "moved");
		assert_int_equal(fat_rename(node, two, name), 0);
		assert_int_equal(fat_close(node), 0);
		/* A directory does not go below itself. */
		wide(name, "below");
		assert_int_equal(fat_rename(one, two, name), -EINVAL);
		wide(name, "Two at the top");
		assert_int_equal(fat_rename(two, root, name), 0);
		assert_int_equal(fat_close(two), 0);
		assert_int_equal(fat_close(one), 0);
		assert_int_equal(fat_close(root), 0);
		check();
		assert_int_equal(run("[ \"$(mtype -i disk '::Two at the top/moved')\" = abc ] &&"
				     "[ $(mdir -b -i disk ::one | wc -l) = 0 ]"), 0);
	}
}

static void test_labels_and_space(void **state)
{
	u64 total, left, after;
	struct fat_node *node;
	char label[12];
	u32 cluster;
	size_t k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		make(kinds[k].type, kinds[k].kib, kinds[k].cluster);
		assert_int_equal(fat_volume_label(volume, label), 0);
		assert_string_equal(label, "TESTVOL");
		assert_int_equal(fat_volume_space(volume, &total, &left, &cluster), 0);
		assert_int_equal(cluster, kinds[k].cluster * SECTOR);
		assert_int_equal(create_in(NULL, "f", 0, &node), 0);
		assert_int_equal(fat_truncate(node, 10 * cluster), 0);
		assert_int_equal(fat_close(node), 0);
		assert_int_equal(fat_volume_space(volume, &total, &after, &cluster), 0);
		assert_int_equal(left - after, 10 * cluster);
		/* All of it and one more. */
		assert_int_equal(open_file("f", &node), 0);
		assert_int_equal(fat_truncate(node, 10 * cluster + after + 1), -ENOSPC);
		assert_int_equal(fat_size(node), 10 * cluster);
		assert_int_equal(fat_truncate(node, 10 * cluster + after), 0);
		assert_int_equal(fat_close(node), 0);
		assert_int_equal(fat_set_volume_label(volume, "OTHER"), 0);
		assert_int_equal(fat_volume_label(volume, label), 0);
		assert_string_equal(label, "OTHER");
		fat_unmount(volume);
		save_disk();
		/* Only that the boot sector has another label is left to say. */
		assert_int_equal(run("mdir -i disk :: | grep -q 'is OTHER'"), 0);
	}
}

/* After any number of writes, the file is the old or the new one, and others are whole. */
static void test_power_cut(void **state)
{
	u8 *before;
	struct fat_node *node;
	efi_char16_t name[32];
	struct fat_node *root;
	long cut;
	int rc;

	make(16, 16384, 1);
	assert_int_equal(create_in(NULL, "other", 0, &node), 0);
	assert_int_equal(fat_write(node, 0, "whole", 5), 0);
	assert_int_equal(fat_close(node), 0);
	assert_int_equal(create_in(NULL, "entry+2.conf", 0, &node), 0);
	assert_int_equal(fat_write(node, 0, "data", 4), 0);
	assert_int_equal(fat_close(node), 0);
	fat_unmount(volume);
	before = malloc(disk_size);
	memcpy(before, disk, disk_size);
	for (cut = 0; ; cut++) {
		memcpy(disk, before, disk_size);
		assert_int_equal(try_mount(), 0);
		writes_left = cut;
		rc = open_file("entry+2.conf", &node);
		assert_int_equal(rc, 0);
		assert_int_equal(fat_root(volume, &root), 0);
		wide(name, "entry+1-1.conf");
		rc = fat_rename(node, root, name);
		fat_close(node);
		fat_close(root);
		fat_unmount(volume);
		assert_int_equal(try_mount(), 0);
		if (open_file("entry+2.conf", &node) != 0)
			assert_int_equal(open_file("entry+1-1.conf", &node), 0);
		assert_int_equal(fat_size(node), 4);
		fat_close(node);
		assert_int_equal(open_file("other", &node), 0);
		assert_int_equal(fat_size(node), 5);
		fat_close(node);
		fat_unmount(volume);
		if (rc == 0)
			break;
	}
	assert_true(cut > 2);
	free(before);
}

static void test_damaged(void **state)
{
	struct fat_node *node;
	u8 *original;
	size_t i, len;
	u8 buf[100];
	u32 fat;

	make(16, 16384, 1);
	assert_int_equal(create_in(NULL, "f", 0, &node), 0);
	assert_int_equal(fat_truncate(node, 20000), 0);
	assert_int_equal(fat_close(node), 0);
	fat_unmount(volume);
	original = malloc(disk_size);
	memcpy(original, disk, disk_size);
	/* Fields of the boot sector that make no sense. */
	static const struct {
		u16 at;
		u8 value;
	} bad[] = {
		{ 0, 0 }, { 12, 3 }, { 12, 32 }, { 13, 0 }, { 13, 3 }, { 14, 0 }, { 16, 0 },
		{ 16, 200 }, { 21, 1 }, { 22, 1 }, { 510, 0 },
	};
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		memcpy(disk, original, disk_size);
		disk[bad[i].at] = bad[i].value;
		if (bad[i].at == 22)
			disk[23] = 0;
		assert_int_equal(try_mount(), -EBADMSG);
	}
	/* A volume that says it is larger than its partition is only read. */
	memcpy(disk, original, disk_size);
	disk[20] = 0xff;
	assert_int_equal(try_mount(), 0);
	assert_true(fat_is_read_only(volume));
	assert_int_equal(create_in(NULL, "g", 0, &node), -EPERM);
	fat_unmount(volume);
	/* A chain that leads into itself ends with an error. */
	memcpy(disk, original, disk_size);
	assert_int_equal(try_mount(), 0);
	fat = (u32)(disk[14] | disk[15] << 8) * SECTOR;
	assert_int_equal(disk[fat + 4] | disk[fat + 5] << 8, 3);
	disk[fat + 10 * 2] = 5;
	assert_int_equal(open_file("f", &node), 0);
	len = sizeof(buf);
	assert_int_equal(fat_read(node, 100, buf, &len), 0);
	assert_int_equal(fat_truncate(node, 40000), -EBADMSG);
	assert_int_equal(fat_delete(node), -EBADMSG);
	fat_unmount(volume);
	/* One that ends too early. */
	memcpy(disk, original, disk_size);
	disk[fat + 6] = 0xff;
	disk[fat + 7] = 0xff;
	assert_int_equal(try_mount(), 0);
	assert_int_equal(open_file("f", &node), 0);
	len = sizeof(buf);
	assert_int_equal(fat_read(node, 10000, buf, &len), -EBADMSG);
	fat_close(node);
	fat_unmount(volume);
	free(original);
}

/* What is open when its volume goes can only be closed, in any order. */
static void test_unmount_open(void **state)
{
	struct fat_node *root, *node, *other;
	efi_char16_t name[8];
	char buf[512];
	size_t len = sizeof(buf);

	make(12, 512, 1);
	assert_int_equal(fat_root(volume, &root), 0);
	wide(name, "new");
	assert_int_equal(fat_create(root, name, 0, &node), 0);
	memset(buf, 'n', sizeof(buf));
	assert_int_equal(fat_write(node, 0, buf, sizeof(buf)), 0);
	assert_int_equal(fat_reopen(node, &other), 0);
	check();

	assert_int_equal(fat_read(node, 0, buf, &len), -EIO);
	assert_int_equal(fat_write(node, 0, buf, 1), -EPERM);
	assert_int_equal(fat_delete(other), -EPERM);
	fat_close(root);
	fat_close(node);
	assert_int_equal(try_mount(), 0);
	assert_int_equal(open_file("new", &node), 0);
	assert_int_equal(fat_size(node), sizeof(buf));
	fat_close(node);
	check();
}

static int setup(void **state)
{
	char path[4096];

	/* Where an ordinary user's shell does not look for mkfs.fat. */
	snprintf(path, sizeof(path), "%s:/usr/sbin:/sbin", getenv("PATH"));
	setenv("PATH", path, 1);
	return mkdtemp(dir) == NULL;
}

static int teardown(void **state)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	free(disk);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_directories),
		cmocka_unit_test(test_rename),
		cmocka_unit_test(test_labels_and_space),
		cmocka_unit_test(test_power_cut),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_unmount_open),
	};

	return cmocka_run_group_tests_name("fat", tests, setup, teardown);
}
