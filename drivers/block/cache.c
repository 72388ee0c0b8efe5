/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A few aligned pieces of the media that were read last. Tables of partitions and
 * of file systems are read in small steps, each of which would be an exit to the
 * host and a wait for the device.
 */
#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "cache.h"

#define PIECE		((u32)KiB(32))
#define SLOTS		4
/* A block can be larger than a piece. */
#define SLOT_SIZE	KiB(64)

/**
 * struct slot - memory for one piece
 * @dev:    device, NULL if there is nothing
 * @lba:    first block
 * @blocks: how many
 * @data:   memory, NULL before its first use
 */
struct slot {
	const struct block_device *dev;
	u64 lba;
	u64 blocks;
	u8 *data;
};

/* The one that was used last is the first. */
static struct slot slots[SLOTS];

static void move_to_front(unsigned int i)
{
	struct slot slot = slots[i];

	memmove(&slots[1], &slots[0], i * sizeof(slots[0]));
	slots[0] = slot;
}

static bool overlaps(const struct slot *slot, const struct block_device *dev, u64 lba, u64 count)
{
	return slot->dev == dev && lba < slot->lba + slot->blocks && slot->lba < lba + count;
}

void cache_forget(const struct block_device *dev, u64 lba, u64 count)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		if (overlaps(&slots[i], dev, lba, count))
			slots[i].dev = NULL;
	}
}

/* The slot that was not used for longest, without contents; or NULL. */
static struct slot *take_slot(void)
{
	struct slot *slot = &slots[0];
	phys_addr_t base;

	move_to_front(SLOTS - 1);
	slot->dev = NULL;
	if (!slot->data) {
		if (page_alloc(MEM_BOOT_DATA, SLOT_SIZE, PAGE_SIZE, PHYS_MAX_32, &base) != 0)
			return NULL;
		slot->data = (u8 *)(uintptr_t)base;
	}
	return slot;
}

static struct slot *find_slot(const struct block_device *dev, u64 lba)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		if (overlaps(&slots[i], dev, lba, 1)) {
			move_to_front(i);
			return &slots[0];
		}
	}
	return NULL;
}

static u64 piece_blocks(const struct block_device *dev)
{
	return MAX(PIECE, dev->block_size) / dev->block_size;
}

/*
 * Around a block that cannot be read there may be others that can: then only what
 * was asked for is read.
 */
static int fill_slot(struct block_device *dev, u64 lba, u64 count, struct slot **filled)
{
	u64 blocks = piece_blocks(dev);
	u64 first = ALIGN_DOWN(lba, blocks);
	struct slot *slot = take_slot();
	int rc;

	if (!slot)
		return -ENOMEM;
	slot->lba = first;
	slot->blocks = MIN(blocks, dev->blocks - first);
	rc = dev->ops->read(dev, slot->lba, slot->blocks, slot->data);
	if (rc == -EIO && (lba != first || count < slot->blocks)) {
		slot->lba = lba;
		slot->blocks = MIN(count, first + blocks - lba);
		rc = dev->ops->read(dev, slot->lba, slot->blocks, slot->data);
	}
	if (rc)
		return rc;
	slot->dev = dev;
	*filled = slot;
	return 0;
}

int cache_read(struct block_device *dev, u64 lba, u64 count, void *buf)
{
	u8 *to = buf;
	struct slot *slot;
	u64 part;
	int rc;

	while (count) {
		slot = find_slot(dev, lba);
		if (!slot) {
			rc = fill_slot(dev, lba, count, &slot);
			if (rc)
				return rc;
		}
		part = MIN(count, slot->lba + slot->blocks - lba);
		memcpy(to, slot->data + (lba - slot->lba) * dev->block_size,
		       part * dev->block_size);
		to += part * dev->block_size;
		lba += part;
		count -= part;
	}
	return 0;
}

int cache_write(struct block_device *dev, u64 lba, u64 count, const void *buf)
{
	struct slot *slot = take_slot();
	const u8 *from = buf;
	u64 part;
	int rc;

	if (!slot)
		return -ENOMEM;
	for (; count; count -= part, lba += part, from += part * dev->block_size) {
		part = MIN(count, piece_blocks(dev));
		memcpy(slot->data, from, part * dev->block_size);
		rc = dev->ops->write(dev, lba, part, slot->data);
		if (rc)
			return rc;
	}
	return 0;
}
