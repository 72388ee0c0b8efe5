/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Example: a disk that can only be read, in memory that the host shares with the
 * guest. Document: QEMU, docs/specs/ivshmem-spec.rst.
 */
#define pr_fmt(fmt) "shared-disk: " fmt

#include <asm/io.h>
#include <fw/alloc.h>
#include <fw/block.h>
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/pci.h>
#include <fw/printf.h>

#define SHARED_BAR	2
#define BLOCK_SIZE	512

/* One is enough for an example; a driver of several allocates them. */
static struct {
	struct block_device block;
	u8 __iomem *memory;
} disk;

/* The range has been checked; with DMA, dma_map() would be here. */
static int shared_read(struct block_device *dev __unused, u64 lba, u64 count, void *buf)
{
	const u8 __iomem *from = disk.memory + lba * BLOCK_SIZE;
	u8 *to = buf;
	u64 i;

	for (i = 0; i < count * BLOCK_SIZE; i += sizeof(u64))
		put_le64(readq(from + i), to + i);
	return 0;
}

/* The device never reaches for our memory. */
static void shared_quiesce(struct block_device *dev __unused)
{
}

static const struct block_ops shared_ops = {
	.read = shared_read,
	.quiesce = shared_quiesce,
};

static int shared_probe(struct pci_dev *pci)
{
	struct block_device *block = &disk.block;
	u64 size = pci->bar[SHARED_BAR].size;

	if (disk.memory != NULL) {
		pr_err("there is one already");
		return -EEXIST;
	}
	disk.memory = pci_map_bar(pci, SHARED_BAR, 0, size);
	if (disk.memory == NULL)
		return -ENODEV;
	block->ops = &shared_ops;
	block->pci = pci;
	block->bus = BLOCK_BUS_NONE;
	block->block_size = BLOCK_SIZE;
	block->blocks = size / BLOCK_SIZE;
	block->align = 1;
	block->read_only = true;
	snprintf(block->name, sizeof(block->name), "shared disk");
	return block_register(block);
}

static const u32 shared_ids[] = { PCI_ID(0x1af4, 0x1110), 0 };

static const struct pci_driver shared_driver = {
	.name = "shared-disk",
	.ids = shared_ids,
	.probe = shared_probe,
};
PCI_DRIVER(45, shared_driver);
