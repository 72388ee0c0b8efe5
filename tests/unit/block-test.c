/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of drivers/block: the checks of the block layer, its cache, its buffers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fw/alloc.h>
#include <fw/block.h>
#include <fw/errno.h>
#include <fw/hooks.h>

#include "cache.h"
#include "support.h"

#define BLOCKS	1000u

static u8 disk[BLOCKS * 512];
static unsigned int reads, writes, quiesced;
static u64 bad_block = ~(u64)0;

int page_alloc(enum mem_type type, u64 size, u64 align, phys_addr_t max, phys_addr_t *base)
{
	*base = (uintptr_t)aligned_alloc(align, size);
	return 0;
}

static int disk_read(struct block_device *dev, u64 lba, u64 count, void *buf)
{
	assert_true(count && lba < dev->blocks && count <= dev->blocks - lba);
	assert_int_equal((uintptr_t)buf % dev->align, 0);
	reads++;
	if (bad_block - lba < count)
		return -EIO;
	memcpy(buf, disk + lba * dev->block_size, count * dev->block_size);
	return 0;
}

static int disk_write(struct block_device *dev, u64 lba, u64 count, const void *buf)
{
	assert_true(count && lba < dev->blocks && count <= dev->blocks - lba);
	assert_int_equal((uintptr_t)buf % dev->align, 0);
	writes++;
	memcpy(disk + lba * dev->block_size, buf, count * dev->block_size);
	return 0;
}

static void disk_quiesce(struct block_device *dev)
{
	quiesced++;
}

static const struct block_ops ops = {
	.read = disk_read, .write = disk_write, .quiesce = disk_quiesce
};

static struct block_device dev = {
	.ops = &ops, .block_size = 512, .blocks = BLOCKS, .align = 4, .name = "dev"
};
static struct block_device other = {
	.ops = &ops, .block_size = 512, .blocks = 10, .name = "other", .read_only = true
};

static int setup(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(disk); i++)
		disk[i] = (u8)(i + i / 512);
	/* The disks have changed behind the cache's back. */
	cache_forget(&dev, 0, dev.blocks);
	cache_forget(&other, 0, other.blocks);
	reads = writes = 0;
	bad_block = ~(u64)0;
	mock_log_reset();
	return 0;
}

static void sizes(void **state)
{
	static const struct {
		u32 block_size;
		u64 blocks;
		u32 align;
	} bad[] = {
		{ 0, 1, 1 }, { 256, 1, 1 }, { 513, 1, 1 }, { 131072, 1, 1 }, { 0x80000000, 1, 1 },
		{ 512, 0, 1 }, { 512, ~(u64)0, 1 }, { 512, (u64)1 << 55, 1 }, { 512, 1, 3 },
		{ 512, 1, 8192 },
	};
	struct block_device d;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		d = (struct block_device) {
			.ops = &ops, .block_size = bad[i].block_size, .blocks = bad[i].blocks,
			.align = bad[i].align, .name = "bad",
		};
		assert_int_equal(block_register(&d), -EINVAL);
	}
	assert_true(list_empty(block_devices()));
	assert_int_equal(block_register(&dev), 0);
	assert_int_equal(block_register(&other), 0);
	assert_ptr_equal(block_devices()->next, &dev.list);
}

static void range(void **state)
{
	u8 buf[1024];

	assert_int_equal(block_read(&dev, BLOCKS, 1, buf), -ERANGE);
	assert_int_equal(block_read(&dev, BLOCKS - 1, 2, buf), -ERANGE);
	assert_int_equal(block_read(&dev, ~(u64)0, 2, buf), -ERANGE);
	assert_int_equal(block_read(&dev, 1, ~(u64)0, buf), -ERANGE);
	assert_int_equal(block_write(&dev, BLOCKS, 1, buf), -ERANGE);
	assert_int_equal(block_write(&other, 0, 1, buf), -EPERM);
	assert_int_equal(block_read(&dev, BLOCKS, 0, NULL), 0);
	assert_int_equal(block_write(&dev, BLOCKS, 0, NULL), 0);
	assert_int_equal(block_flush(&dev), 0);
	assert_int_equal(reads + writes, 0);
}

/* Small steps over a table cost one access to the device. */
static void cache(void **state)
{
	u8 buf[512];
	u64 i;

	for (i = 0; i < 64; i++) {
		assert_int_equal(block_read(&dev, i, 1, buf), 0);
		assert_memory_equal(buf, disk + i * 512, 512);
	}
	assert_int_equal(reads, 1);
	assert_int_equal(block_read(&dev, BLOCKS - 1, 1, buf), 0);
	assert_memory_equal(buf, disk + sizeof(disk) - 512, 512);
	/* The other disk has the same numbers, and other blocks in mind. */
	assert_int_equal(block_read(&other, 0, 1, buf), 0);
	assert_int_equal(reads, 3);
	assert_int_equal(block_read(&dev, 5, 1, buf), 0);
	assert_int_equal(reads, 3);
}

static void written(void **state)
{
	u8 buf[64 * 512], small[512];
	u64 lba, count, i;

	for (lba = 60; lba < 70; lba += 3) {
		for (count = 1; count < 64; count += 9) {
			/* Four pieces, as many as there is room for. */
			for (i = 0; i < 200; i += 10)
				assert_int_equal(block_read(&dev, i, 1, small), 0);
			memset(buf, (u8)(lba + count), sizeof(buf));
			assert_int_equal(block_write(&dev, lba, count, buf), 0);
			for (i = 0; i < 200; i++) {
				assert_int_equal(block_read(&dev, i, 1, small), 0);
				assert_memory_equal(small, disk + i * 512, 512);
			}
		}
	}
}

static void alignment(void **state)
{
	static u8 buf[200 * 512 + 4] __aligned(4);

	assert_int_equal(block_read(&dev, 30, 200, buf + 1), 0);
	assert_memory_equal(buf + 1, disk + 30 * 512, 200 * 512);
	memset(buf, 0x3c, sizeof(buf));
	assert_int_equal(block_write(&dev, 31, 150, buf + 3), 0);
	assert_memory_equal(disk + 31 * 512, buf, 150 * 512);
	assert_int_equal(disk[31 * 512 - 1], (u8)(31 * 512 - 1 + 30));
	assert_int_equal(disk[181 * 512], (u8)(181 * 512 + 181));
	/* Aligned and large: no detour. */
	reads = 0;
	assert_int_equal(block_read(&dev, 1, 200, buf), 0);
	assert_int_equal(reads, 1);
}

/* Around a bad block the others can be read. */
static void bad(void **state)
{
	u8 buf[512];
	u64 i;

	bad_block = 300;
	assert_int_equal(block_write(&dev, 256, 64, disk + 256 * 512), 0);
	for (i = 256; i < 320; i++) {
		assert_int_equal(block_read(&dev, i, 1, buf), i == 300 ? -EIO : 0);
		if (i != 300)
			assert_memory_equal(buf, disk + i * 512, 512);
	}
}

static void end(void **state)
{
	u8 buf[512];

	assert_int_equal(hook_run(efi_exit), 0);
	assert_int_equal(quiesced, 2);
	assert_int_equal(hook_run(handover_pre), 0);
	assert_int_equal(quiesced, 2);
	assert_int_equal(block_read(&dev, 0, 1, buf), -EIO);
	assert_int_equal(block_write(&dev, 0, 1, buf), -EIO);
	assert_int_equal(block_flush(&dev), -EIO);
}

/* A drive whose medium changes: what is kept of the old one does not count. */
static int next_blocks;

static int disk_check(struct block_device *d)
{
	if (next_blocks < 0)
		return -EIO;
	if ((u64)next_blocks == d->blocks)
		return 0;
	d->medium++;
	d->absent = next_blocks == 0;
	d->blocks = (u64)next_blocks;
	return 0;
}

static const struct block_ops drive_ops = {
	.read = disk_read, .check = disk_check, .quiesce = disk_quiesce
};

static void media(void **state)
{
	struct block_device drive = {
		.ops = &drive_ops, .block_size = 512, .absent = true, .name = "drive",
	};
	u8 buf[512];

	assert_int_equal(block_register(&drive), 0);
	assert_int_equal(block_read(&drive, 0, 1, buf), -ENOMEDIUM);
	assert_int_equal(block_read(&drive, 0, 0, buf), -ENOMEDIUM);
	next_blocks = 20;
	assert_int_equal(block_check(&drive), 0);
	assert_false(drive.absent);
	assert_int_equal(block_read(&drive, 19, 1, buf), 0);
	disk[19 * 512] ^= 0xff;
	assert_int_equal(block_check(&drive), 0);
	assert_int_equal(block_read(&drive, 19, 1, buf), 0);
	assert_int_not_equal(buf[0], disk[19 * 512]);
	next_blocks = 21;
	assert_int_equal(block_check(&drive), 0);
	assert_int_equal(block_read(&drive, 19, 1, buf), 0);
	assert_int_equal(buf[0], disk[19 * 512]);
	next_blocks = -1;
	assert_int_equal(block_check(&drive), -EIO);
	assert_int_equal(block_read(&drive, 19, 1, buf), 0);
	/* A size that cannot be is as good as none. */
	next_blocks = 30;
	drive.block_size = 513;
	assert_int_equal(block_check(&drive), 0);
	assert_true(drive.absent);
	list_del(&drive.list);
}

/* What others write to is read each time, and its driver gets any buffer. */
static void shared(void **state)
{
	struct block_device d = {
		.ops = &ops, .block_size = 512, .blocks = BLOCKS, .align = 1, .shared = true,
		.name = "shared",
	};
	u8 buf[513];

	assert_int_equal(block_read(&d, 3, 1, buf + 1), 0);
	disk[3 * 512] ^= 0xff;
	assert_int_equal(block_read(&d, 3, 1, buf + 1), 0);
	assert_int_equal(buf[1], disk[3 * 512]);
	assert_int_equal(reads, 2);
	assert_int_equal(block_write(&d, 3, 1, buf + 1), 0);
	assert_int_equal(writes, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(sizes, setup),
		cmocka_unit_test_setup(range, setup),
		cmocka_unit_test_setup(cache, setup),
		cmocka_unit_test_setup(written, setup),
		cmocka_unit_test_setup(alignment, setup),
		cmocka_unit_test_setup(bad, setup),
		cmocka_unit_test_setup(media, setup),
		cmocka_unit_test_setup(shared, setup),
		cmocka_unit_test_setup(end, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
