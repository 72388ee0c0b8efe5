/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Reads every block device and logs what was read, for a test that knows what is
 * on the disks: once in large pieces, and once in small ones at odd addresses; and
 * the partitions.
 */
#define pr_fmt(fmt) "block-selftest: " fmt

#include <fw/alloc.h>
#include <fw/block.h>
#include <fw/crc.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/partition.h>
#include <fw/selftest.h>

#define LARGE	MiB(1)
#define SMALL	KiB(12)

static int checksum(struct block_device *dev, u8 *buf, u64 piece, u32 *sum)
{
	u64 lba, count;
	int rc;

	*sum = 0;
	piece = MAX(piece, (u64)dev->block_size);
	for (lba = 0; lba < dev->blocks; lba += count) {
		count = MIN(piece / dev->block_size, dev->blocks - lba);
		rc = block_read(dev, lba, count, buf);
		if (rc)
			return rc;
		*sum = crc32(*sum, buf, count * dev->block_size);
	}
	return 0;
}

static int read_source(const struct partition_source *src, u64 lba, u64 count, void *buf)
{
	return block_read(src->ctx, lba, count, buf);
}

static int log_partition(const struct partition *p, void *ctx)
{
	static const char *const table[] = { "gpt", "mbr", "eltorito" };
	const struct block_device *dev = ctx;

	pr_notice("%s: %s %u: start %llu blocks %llu", dev->name, table[p->table], p->number,
		  (unsigned long long)p->start, (unsigned long long)p->blocks);
	return 0;
}

/* The last block is written back as it was; what that does is in the next reads. */
static void rewrite(struct block_device *dev, u8 *buf)
{
	CHECK(block_read(dev, dev->blocks - 1, 1, buf) == 0);
	CHECK(block_write(dev, dev->blocks - 1, 1, buf) == (dev->read_only ? -EPERM : 0));
	CHECK(block_flush(dev) == 0);
}

static void test_device(struct block_device *dev, u8 *buf)
{
	struct partition_source src = {
		.read = read_source,
		.ctx = dev,
		.name = dev->name,
		.block_size = dev->block_size,
		.blocks = dev->blocks,
	};
	u32 large = 0, small = 0;
	int count;

	CHECK(checksum(dev, buf, LARGE, &large) == 0);
	rewrite(dev, buf + 3);
	CHECK(checksum(dev, buf + 1, SMALL, &small) == 0);
	CHECK(large == small);
	CHECK(block_read(dev, dev->blocks, 1, buf) == -ERANGE);
	count = partition_scan(&src, log_partition, dev);
	CHECK(count >= 0);
	pr_notice("%s: %llu x %u: crc %08x, %d partitions", dev->name,
		  (unsigned long long)dev->blocks, dev->block_size, large, count);
}

static void test_block(void)
{
	struct block_device *dev;
	phys_addr_t buf;

	if (!CHECK(page_alloc(MEM_BOOT_DATA, LARGE + PAGE_SIZE, PAGE_SIZE, PHYS_MAX_32, &buf) == 0))
		return;
	list_for_each_entry(dev, block_devices(), list) {
		if (!dev->absent)
			test_device(dev, (u8 *)(uintptr_t)buf);
	}
	page_free(buf, LARGE + PAGE_SIZE);
}
SELFTEST(80, block, test_block);
