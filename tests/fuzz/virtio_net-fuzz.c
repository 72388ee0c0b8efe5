/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: a virtio network card that may do anything. Whatever its registers and
 * its queues say, the driver stays inside its memory, frames have a length that there
 * is room for, and every call comes to an end.
 *
 * Input: a byte of flags (bit 0: registers are sane until the card is started), then
 * what is read from registers, and steps of one byte each: what is done next, and how
 * the card answers, with the numbers that the answer needs; zeroes after the end. No
 * seeds: everything is reached from nothing.
 */
#include <stdlib.h>
#include <string.h>

#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/net.h>

#include "virtio_sim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(cond)	do { if (!(cond)) abort(); } while (0)

#define RX		0
#define STEPS_MAX	200
#define RECEIVES_MAX	32
#define SENDS		20	/* more than a queue takes */

/* The other one in the list. */
const struct net_driver net_e1000_driver = { .ids = (const u32[]) { 0 } };

static const uint8_t *input;
static size_t left;

static void take(void *to, size_t len)
{
	size_t part = MIN(len, left);

	memset(to, 0, len);
	memcpy(to, input, part);
	input += part;
	left -= part;
}

static u32 take_number(void)
{
	u8 bytes[4];

	take(bytes, sizeof(bytes));
	return bytes[0] | (u32)bytes[1] << 8 | (u32)bytes[2] << 16 | (u32)bytes[3] << 24;
}

static u32 handle(unsigned int queue, const struct vsim_buf *bufs, unsigned int count)
{
	CHECK(queue <= 1 && count == 1);
	if (bufs[0].writable)
		take(bufs[0].data, MIN(bufs[0].len, 16u));
	return take_number();
}

/* In a block of its own, so that a sanitizer sees its end. */
static void receive(struct net_device *dev)
{
	u8 *frame = malloc(NET_FRAME_MAX);
	int i, rc = 0;

	for (i = 0; i < RECEIVES_MAX && rc >= 0; i++) {
		rc = dev->driver->receive(dev, frame);
		CHECK(rc <= NET_FRAME_MAX);
	}
	free(frame);
}

static void send(struct net_device *dev, size_t len)
{
	u8 *frame = calloc(1, len);
	int rc = dev->driver->send(dev, frame, len);

	CHECK(rc == 0 || rc == -ENOSPC || rc == -EIO);
	free(frame);
}

static void step(struct net_device *dev, u8 what)
{
	unsigned int i;

	vsim.silent = what & 0x08;
	vsim.bad_id = what & 0x10 ? (s64)take_number() : -1;
	vsim.jump = what & 0x20 ? (u16)take_number() : 0;
	vsim.held = what & 0x40 ? 1u << RX : 3;
	vsim.no_reset = what == 0x87;
	switch (what & 0x07) {
	case 0:
		send(dev, NET_FRAME_MAX);
		break;
	case 1:
		for (i = 0; i < SENDS; i++)
			send(dev, NET_HEADER_LEN + what);
		break;
	case 2:
	case 3:
		receive(dev);
		break;
	case 4:
	case 5:
		vsim_answer(what & 1);
		break;
	case 6:
		dev->driver->link(dev);
		break;
	default:
		net_stop(dev);
		break;
	}
}

static void run(struct net_device *dev)
{
	unsigned int i;
	u8 what;

	for (i = 0; i < STEPS_MAX && left > 0; i++) {
		take(&what, sizeof(what));
		if (dev->started || net_start(dev) == 0)
			step(dev, what);
	}
	hook_run(efi_exit);
	net_close(dev);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct net_device *dev;

	if (size < 1)
		return 0;
	input = data + 1;
	left = size - 1;
	vsim_init(8);
	vsim.pci.id = PCI_ID(VIRTIO_PCI_VENDOR, VIRTIO_PCI_DEVICE(VIRTIO_TYPE_NET));
	vsim.handle = handle;
	vsim.held = 1u << RX;
	take(vsim.regs, 8);
	if (data[0] & 1) {
		vsim.regs[0] = 0x52;
	} else {
		vsim.lenient = true;
		take(&vsim.features, sizeof(vsim.features));
		take(&vsim.queue_max, sizeof(vsim.queue_max));
		take(&vsim.notify_off, sizeof(vsim.notify_off));
		vsim.notify_off &= 0xff00;
		take(env_config + 0x40, 0x80);
	}
	dev = net_open(&vsim.pci);
	if (dev)
		run(dev);
	CHECK(env_allocated == 0);
	return 0;
}
