/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Block devices: the list of them, and the checks that all drivers would make. */
#define pr_fmt(fmt) "block: " fmt

#include <fw/block.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/memmap.h>

#include "cache.h"

#define BLOCK_SIZE_MIN	512
#define BLOCK_SIZE_MAX	65536

static LIST_HEAD(block_list);
static bool quiet;

static bool is_power_of_2(u32 v)
{
	return v && (v & (v - 1)) == 0;
}

static int check_size(const struct block_device *dev)
{
	if (dev->block_size >= BLOCK_SIZE_MIN && dev->block_size <= BLOCK_SIZE_MAX &&
	    is_power_of_2(dev->block_size) && dev->blocks != 0 &&
	    dev->blocks <= ((u64)1 << 63) / dev->block_size)
		return 0;
	pr_err("%s: %llu blocks of %u bytes cannot be", dev->name,
	       (unsigned long long)dev->blocks, dev->block_size);
	return -EINVAL;
}

static void show(const struct block_device *dev)
{
	if (dev->absent)
		pr_info("%s: no medium", dev->name);
	else
		pr_info("%s: %llu blocks of %u bytes%s", dev->name,
			(unsigned long long)dev->blocks, dev->block_size,
			dev->read_only ? ", read-only" : "");
}

int block_register(struct block_device *dev)
{
	if (!dev->absent && check_size(dev) != 0)
		return -EINVAL;
	if (dev->align == 0)
		dev->align = 1;
	if (!is_power_of_2(dev->align) || dev->align > PAGE_SIZE)
		return -EINVAL;
	list_add_tail(&dev->list, &block_list);
	show(dev);
	return 0;
}

const struct list_head *block_devices(void)
{
	return &block_list;
}

/* Return: 0 if there are blocks to transfer, 1 if there are none, or an error. */
static int check_range(const struct block_device *dev, u64 lba, u64 count)
{
	if (dev->absent)
		return -ENOMEDIUM;
	if (lba > dev->blocks || count > dev->blocks - lba)
		return -ERANGE;
	if (count == 0)
		return 1;
	return quiet ? -EIO : 0;
}

void block_forget(struct block_device *dev)
{
	cache_forget(dev, 0, ~(u64)0);
}

int block_read(struct block_device *dev, u64 lba, u64 count, void *buf)
{
	bool aligned = IS_ALIGNED((uintptr_t)buf, dev->align);
	int rc = check_range(dev, lba, count);

	if (rc)
		return rc < 0 ? rc : 0;
	if (!dev->shared && (!aligned || count <= CACHE_READ_MAX / dev->block_size))
		return cache_read(dev, lba, count, buf);
	return dev->ops->read(dev, lba, count, buf);
}

int block_write(struct block_device *dev, u64 lba, u64 count, const void *buf)
{
	int rc;

	if (dev->read_only || !dev->ops->write)
		return -EPERM;
	rc = check_range(dev, lba, count);
	if (rc)
		return rc < 0 ? rc : 0;
	cache_forget(dev, lba, count);
	if (!dev->shared && !IS_ALIGNED((uintptr_t)buf, dev->align))
		return cache_write(dev, lba, count, buf);
	return dev->ops->write(dev, lba, count, buf);
}

int block_flush(struct block_device *dev)
{
	if (quiet)
		return -EIO;
	return dev->ops->flush ? dev->ops->flush(dev) : 0;
}

int block_check(struct block_device *dev)
{
	u32 medium = dev->medium;
	int rc;

	if (quiet || !dev->ops->check)
		return 0;
	rc = dev->ops->check(dev);
	if (dev->medium == medium)
		return rc;
	block_forget(dev);
	if (!dev->absent && check_size(dev) != 0)
		dev->absent = true;
	show(dev);
	return rc;
}

int block_quiesce(void)
{
	struct block_device *dev;

	if (quiet)
		return 0;
	quiet = true;
	list_for_each_entry(dev, &block_list, list)
		dev->ops->quiesce(dev);
	return 0;
}
HOOK(handover_pre, 40, common, block_quiesce);
HOOK(efi_exit, 40, common, block_quiesce);
