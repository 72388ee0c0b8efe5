/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: an IDE adapter whose drives may say anything. Whatever is read from
 * its ports and written to memory by it, the driver comes to an end, and has given
 * it only addresses of its own.
 *
 * Input: what is read from ports, and the first bytes of each transfer to memory, as
 * they are asked for; zeroes after the end, which mean that no drive is there. No
 * seeds: everything is reached from nothing.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <asm/io.h>
#include <fw/alloc.h>
#include <fw/block.h>
#include <fw/errno.h>
#include <fw/pci.h>
#include <spec/ide.h>

#include "driver_env.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(cond)	do { if (!(cond)) abort(); } while (0)

#define MASTER		0xc000
#define LOW_SIZE	MiB(4)
#define ROUNDS		4
#define DEVICES		4
#define PRDS_MAX	64
#define DATA		64u	/* of a transfer */

extern const struct pci_driver *const pci_drivers_start[], *const pci_drivers_end[];

static const uint8_t *input;
static size_t left;
static struct block_device *devs[DEVICES];
static unsigned int dev_count;
static u8 *low;
static size_t low_used;
static u32 tables[IDE_CHANNELS];

static void take(void *to, size_t len)
{
	size_t part = MIN(len, left);

	memset(to, 0, len);
	memcpy(to, input, part);
	input += part;
	left -= part;
}

static bool has_medium(const struct block_device *d)
{
	return !d->absent && d->blocks != 0 && d->block_size >= 512 && d->block_size <= 65536 &&
	       (d->block_size & (d->block_size - 1)) == 0;
}

int block_register(struct block_device *d)
{
	if (!d->absent && !has_medium(d))
		return -EINVAL;
	CHECK(dev_count < DEVICES);
	devs[dev_count++] = d;
	return 0;
}

static void *low_take(size_t size)
{
	void *ptr = low + low_used;

	CHECK(low_used + size <= LOW_SIZE);
	low_used += ALIGN_UP(size, (size_t)4096);
	return memset(ptr, 0, size);
}

int page_alloc(enum mem_type type __unused, u64 size, u64 align __unused, phys_addr_t max,
	       phys_addr_t *base)
{
	CHECK(max == PHYS_MAX_32);
	*base = (uintptr_t)low_take(size);
	return 0;
}

void *dma_alloc(size_t size, phys_addr_t *dev)
{
	*dev = (uintptr_t)low_take(size);
	return (void *)(uintptr_t)*dev;
}

void dma_free(void *ptr __unused, size_t size __unused)
{
}

static void transfer(u32 table, bool to_memory)
{
	const struct ide_prd *prd = (void *)(uintptr_t)table;
	u32 addr, len;
	unsigned int i;

	for (i = 0; i < PRDS_MAX; i++, prd++) {
		addr = le32_to_cpu(prd->addr);
		len = le16_to_cpu(prd->count) ? le16_to_cpu(prd->count) : IDE_PRD_MAX;
		CHECK(addr >= (uintptr_t)low && addr - (uintptr_t)low + len <= low_used);
		CHECK((addr & 0xffff) + len <= IDE_PRD_MAX);
		if (to_memory)
			take((void *)(uintptr_t)addr, MIN(len, DATA));
		if (le16_to_cpu(prd->flags) & IDE_PRD_LAST)
			return;
	}
	CHECK(false);
}

u32 mock_io_read(u16 port __unused, unsigned int width)
{
	u32 value = 0;

	take(&value, width);
	return value;
}

void mock_io_write(u16 port, u32 value, unsigned int width)
{
	unsigned int channel = (port - MASTER) / IDE_MASTER_SIZE;

	if (port < MASTER)
		return;
	CHECK(channel < IDE_CHANNELS);
	if (port % IDE_MASTER_SIZE == IDE_MASTER_TABLE) {
		CHECK(width == 4);
		tables[channel] = value;
	} else if (port % IDE_MASTER_SIZE == IDE_MASTER_COMMAND && (value & IDE_MASTER_START)) {
		transfer(tables[channel], value & IDE_MASTER_TO_MEMORY);
	}
}

static void use(struct block_device *dev, u8 *buf)
{
	u8 bytes[4];
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		take(bytes, sizeof(bytes));
		if ((bytes[0] & 4) && dev->ops->check)
			dev->ops->check(dev);
		if (!has_medium(dev))
			continue;
		if (bytes[0] & 1)
			dev->ops->flush ? dev->ops->flush(dev) : 0;
		else if ((bytes[0] & 2) && !dev->read_only)
			dev->ops->write(dev, bytes[1] % dev->blocks, 1, buf);
		else
			dev->ops->read(dev, bytes[1] % dev->blocks, 1, buf);
	}
	dev->ops->quiesce(dev);
	CHECK(dev->ops->read(dev, 0, 1, buf) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pci_dev pci = { .class_rev = PCI_CLASS_IDE << 8 };
	u8 *high;
	unsigned int i;

	input = data;
	left = size;
	if (!low)
		low = mmap(NULL, LOW_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	CHECK((uintptr_t)low <= PHYS_MAX_32);
	low_used = 0;
	dev_count = 0;
	env_init();
	pci.bar[IDE_MASTER_BAR] = (struct pci_bar) {
		.size = 16, .addr = MASTER, .space = PCI_SPACE_IO
	};
	CHECK(pci_drivers_start[0]->probe(&pci) == 0);
	for (i = 0; i < dev_count; i++) {
		high = malloc(KiB(64));
		use(devs[i], i % 2 ? high : low_take(KiB(64)));
		free(high);
	}
	return 0;
}
