/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: a virtio block device that may do anything. Whatever its registers
 * and its queue say, the driver stays inside its memory and comes to an end.
 *
 * Input: a byte of flags (bit 0: registers are sane until the device is started),
 * then what is read from registers, and written to the queue at each notification,
 * as it is asked for; zeroes after the end. No seeds: everything is reached from
 * nothing.
 */
#include <stdlib.h>
#include <string.h>

#include <asm/io.h>
#include <fw/block.h>
#include <fw/errno.h>

#include "virtio_sim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(cond)	do { if (!(cond)) abort(); } while (0)

#define ROUNDS	6

extern const struct pci_driver *const pci_drivers_start[], *const pci_drivers_end[];

static const uint8_t *input;
static size_t left;
static struct block_device *dev;

static void take(void *to, size_t len)
{
	size_t part = MIN(len, left);

	memset(to, 0, len);
	memcpy(to, input, part);
	input += part;
	left -= part;
}

int block_register(struct block_device *d)
{
	if (d->blocks == 0 || d->block_size < 512 || d->block_size > 65536 ||
	    (d->block_size & (d->block_size - 1)))
		return -EINVAL;
	dev = d;
	return 0;
}

/* The device's part of the queue, and the status, are overwritten. */
static u32 handle(unsigned int queue, const struct vsim_buf *bufs, unsigned int count)
{
	unsigned int i;
	u8 id[5];

	CHECK(queue == 0);
	for (i = 0; i < count; i++) {
		if (bufs[i].writable)
			take(bufs[i].data, MIN(bufs[i].len, 8u));
	}
	take(id, sizeof(id));
	vsim.silent = id[4] & 1;
	vsim.bad_id = id[4] & 2 ? (s64)(id[0] | (u32)id[1] << 8 | (u32)id[2] << 16) : -1;
	return id[3];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	u8 bytes[16], *buf;
	unsigned int i;

	if (size < 1)
		return 0;
	input = data + 1;
	left = size - 1;
	dev = NULL;
	vsim_init(VIRTIO_BLK_CONFIG_SIZE);
	vsim.handle = handle;
	take(vsim.regs, VIRTIO_BLK_CONFIG_SIZE);
	if (!(data[0] & 1)) {
		vsim.lenient = true;
		take(&vsim.features, sizeof(vsim.features));
		take(&vsim.queue_max, sizeof(vsim.queue_max));
		take(&vsim.notify_off, sizeof(vsim.notify_off));
		vsim.notify_off &= 0xff00;
		take(env_config + 0x40, 0x80);
	}
	if (pci_drivers_start[0]->probe(&vsim.pci) != 0) {
		CHECK(env_allocated == 0);
		return 0;
	}
	CHECK(dev != NULL);
	for (i = 0; i < ROUNDS; i++) {
		take(bytes, sizeof(bytes));
		buf = malloc(dev->block_size);
		dev->ops->read(dev, bytes[0] % dev->blocks, 1, buf);
		free(buf);
	}
	dev->ops->quiesce(dev);
	CHECK(vsim.lenient || vsim.status == 0);
	return 0;
}
