/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of drivers/net/virtio_net.c with net.c: a good card, and cards that break
 * the rules.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/net.h>
#include <spec/pci.h>

#include "support.h"
#include "virtio_sim.h"

#define RX	0
#define TX	1
#define HEADER	12
#define F_MAC		((u64)1 << 5)
#define F_STATUS	((u64)1 << 16)

/* The other one in the list. */
const struct net_driver net_e1000_driver = { .ids = (const u32[]) { 0 } };

static struct net_device *dev;
static u8 in[NET_FRAME_MAX], out[NET_FRAME_MAX];
static u32 in_len, out_len, claimed;
static u8 frame[NET_FRAME_MAX + 1];

static u32 handle(unsigned int queue, const struct vsim_buf *bufs, unsigned int count)
{
	assert_in_range(queue, RX, TX);
	assert_int_equal(count, 1);
	assert_int_equal(bufs[0].writable, queue == RX);
	if (queue == TX) {
		assert_in_range(bufs[0].len, HEADER + NET_HEADER_LEN, HEADER + NET_FRAME_MAX);
		assert_memory_equal(bufs[0].data, "\0\0\0\0\0\0\0\0\0\0\0\0", HEADER);
		out_len = bufs[0].len - HEADER;
		memcpy(out, (u8 *)bufs[0].data + HEADER, out_len);
		return claimed;
	}
	assert_int_equal(bufs[0].len, HEADER + NET_FRAME_MAX);
	memset(bufs[0].data, 0xaa, HEADER);
	memcpy((u8 *)bufs[0].data + HEADER, in, in_len);
	return claimed ? claimed : HEADER + in_len;
}

static int setup(void **state)
{
	vsim_init(12);
	vsim.pci.bdf = PCI_BDF(0, 3, 0);
	vsim.pci.id = PCI_ID(VIRTIO_PCI_VENDOR, VIRTIO_PCI_DEVICE(VIRTIO_TYPE_NET));
	vsim.handle = handle;
	vsim.held = 1u << RX;
	memcpy(vsim.regs, "\x52\x54\x00\x01\x02\x03\x01", 7);
	in_len = out_len = claimed = 0;
	memset(frame, 0xee, sizeof(frame));
	mock_log_reset();
	dev = NULL;
	return 0;
}

static void start(void)
{
	dev = net_open(&vsim.pci);
	assert_non_null(dev);
	assert_int_equal(net_start(dev), 0);
	mock_log_reset();
}

/* Nothing of a card is left, also not its accesses to memory. */
static int teardown(void **state)
{
	if (dev)
		net_close(dev);
	dev = NULL;
	return env_allocated != 0 || vsim.status & VIRTIO_STATUS_DRIVER_OK;
}

static int receive(void)
{
	return dev->driver->receive(dev, frame);
}

static int send(size_t len)
{
	return dev->driver->send(dev, in, len);
}

static bool frame_comes(u8 byte, u32 len)
{
	memset(in, byte, len);
	in_len = len;
	return vsim_answer(RX);
}

static void good(void **state)
{
	unsigned int i;

	dev = net_open(&vsim.pci);
	assert_non_null(dev);
	assert_string_equal(dev->name, "virtio-net 00:03.0");
	assert_memory_equal(dev->mac, "\x52\x54\x00\x01\x02\x03", 6);
	assert_int_equal(vsim.status, 0);
	assert_int_equal(net_start(dev), 0);
	assert_int_equal(vsim.accepted, VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM | F_MAC |
			 F_STATUS);
	assert_int_equal(receive(), -ENOENT);
	for (i = 0; i < 1000; i++) {
		assert_true(frame_comes((u8)i, 14 + i));
		assert_int_equal(receive(), 14 + i);
		assert_memory_equal(frame, in, in_len);
		assert_int_equal(receive(), -ENOENT);
	}
	/* All that come at once, in order. */
	for (i = 0; i < 16; i++)
		assert_true(frame_comes((u8)i, 60));
	assert_false(frame_comes(16, 60));
	for (i = 0; i < 16; i++) {
		assert_int_equal(receive(), 60);
		assert_int_equal(frame[59], i);
	}
	assert_int_equal(receive(), -ENOENT);
	assert_true(dev->driver->link(dev));
	vsim.regs[6] = 0;
	assert_false(dev->driver->link(dev));
	/* It goes on after it was stopped. */
	net_stop(dev);
	assert_int_equal(vsim.status, 0);
	assert_int_equal(env_allocated, 1);
	assert_int_equal(net_start(dev), 0);
	assert_true(frame_comes(1, NET_FRAME_MAX));
	assert_int_equal(receive(), NET_FRAME_MAX);
	assert_int_equal(mock_log_errors(), 0);
}

static void sends(void **state)
{
	unsigned int i;

	start();
	for (i = 0; i < 1000; i++) {
		memset(in, (int)i, sizeof(in));
		assert_int_equal(send(60 + i), 0);
		assert_int_equal(out_len, 60 + i);
		assert_memory_equal(out, in, out_len);
	}
	vsim.held |= 1u << TX;
	for (i = 0; i < 16; i++)
		assert_int_equal(send(60), 0);
	assert_int_equal(send(60), -ENOSPC);
	assert_true(vsim_answer(TX));
	assert_int_equal(send(NET_FRAME_MAX), 0);
	assert_int_equal(send(60), -ENOSPC);
}

/* The handover ends its accesses, and memory is not freed any more. */
static void quiet(void **state)
{
	unsigned int before;

	start();
	before = env_allocated;
	assert_int_equal(hook_run(efi_exit), 0);
	assert_int_equal(vsim.status, 0);
	assert_int_equal(env_allocated, before);
}

static void short_queues(void **state)
{
	unsigned int i;

	vsim.queue_max = 3;
	start();
	for (i = 0; i < 10; i++) {
		assert_true(frame_comes(1, 60));
		assert_true(frame_comes(2, 61));
		assert_false(frame_comes(3, 62));
		assert_int_equal(receive(), 60);
		assert_int_equal(receive(), 61);
		assert_int_equal(receive(), -ENOENT);
	}
	vsim.held |= 1u << TX;
	assert_int_equal(send(60), 0);
	assert_int_equal(send(60), 0);
	assert_int_equal(send(60), -ENOSPC);
}

static void bad_lengths(void **state)
{
	static const struct {
		u32 said;
		int len;
	} cases[] = {
		{ 1, 0 }, { HEADER, 0 }, { HEADER + 1, 1 },
		{ HEADER + NET_FRAME_MAX, NET_FRAME_MAX },
		{ HEADER + NET_FRAME_MAX + 1, NET_FRAME_MAX },
		{ 0x80000000, NET_FRAME_MAX }, { 0xffffffff, NET_FRAME_MAX },
	};
	size_t i;

	start();
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		claimed = cases[i].said;
		assert_true(frame_comes(1, 60));
		assert_int_equal(receive(), cases[i].len);
		assert_int_equal(frame[NET_FRAME_MAX], 0xee);
		/* Said of what was sent, it is of no interest. */
		assert_int_equal(send(60), 0);
	}
	assert_int_equal(mock_log_errors(), 0);
}

static void bad_ids(void **state)
{
	static const u32 ids[] = { 16, 127, 128, 0xffff, 0x10000, 0xffffffff };
	size_t i;

	for (i = 0; i < 2 * ARRAY_SIZE(ids); i++) {
		setup(NULL);
		start();
		vsim.bad_id = ids[i / 2];
		if (i % 2)
			assert_true(frame_comes(1, 60));
		else
			assert_int_equal(send(60), 0);
		assert_int_equal(i % 2 ? receive() : send(60), -EIO);
		vsim.bad_id = -1;
		/* That was its last word. */
		assert_int_equal(i % 2 ? receive() : send(60), -EIO);
		assert_int_equal(mock_log_errors(), 1);
		assert_true(mock_log_has("does not have, is done"));
		/* A new start is a new start. */
		net_stop(dev);
		assert_int_equal(net_start(dev), 0);
		assert_true(frame_comes(1, 60));
		assert_int_equal(receive(), 60);
		assert_int_equal(send(60), 0);
		assert_int_equal(teardown(NULL), 0);
	}
}

/* The same frame is given back twice, and one that the driver still has. */
static void twice(void **state)
{
	start();
	assert_true(frame_comes(1, 60));
	vsim.bad_id = 0;
	assert_true(frame_comes(2, 61));
	vsim.bad_id = -1;
	assert_int_equal(receive(), 60);
	/* By now the card has that buffer again, so it may say this. */
	assert_int_equal(receive(), 61);
	net_stop(dev);
	assert_int_equal(net_start(dev), 0);
	vsim.held |= 1u << TX;
	assert_int_equal(send(60), 0);
	assert_int_equal(send(60), 0);
	vsim.bad_id = 0;
	assert_true(vsim_answer(TX));
	assert_true(vsim_answer(TX));
	assert_int_equal(send(60), -EIO);
	assert_int_equal(mock_log_errors(), 1);
}

/* More is done than the card has. */
static void jump(void **state)
{
	static const u16 jumps[] = { 16, 127, 128, 0x7fff, 0xfffe };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(jumps); i++) {
		setup(NULL);
		start();
		vsim.jump = jumps[i];
		assert_true(frame_comes(1, 60));
		assert_int_equal(receive(), -EIO);
		assert_int_equal(send(60), 0);
		assert_int_equal(send(60), -EIO);
		assert_int_equal(mock_log_errors(), 2);
		assert_int_equal(teardown(NULL), 0);
	}
}

/* As many as it has, of which only one was: each is looked at once. */
static void done_early(void **state)
{
	unsigned int i;
	int rc = 0;

	start();
	vsim.jump = 15;
	assert_true(frame_comes(1, 60));
	vsim.jump = 0;
	assert_int_equal(receive(), 60);
	for (i = 0; i < 15; i++) {
		rc = receive();
		assert_true(rc == 0 || rc == -EIO);
	}
	assert_int_equal(frame[NET_FRAME_MAX], 0xee);
}

static void no_answer(void **state)
{
	unsigned int i;

	vsim.silent = true;
	start();
	for (i = 0; i < 16; i++)
		assert_int_equal(send(60), 0);
	assert_int_equal(send(60), -ENOSPC);
	assert_int_equal(receive(), -ENOENT);
}

static void refused(const char *why)
{
	assert_null(net_open(&vsim.pci));
	assert_int_equal(mock_log_errors(), 1);
	assert_non_null(strstr(mock_log_last(), why));
	assert_int_equal(env_allocated, 0);
	setup(NULL);
}

static void bad_config(void **state)
{
	vsim.features &= ~F_MAC;
	refused("virtio-net 00:03.0 has no address");
	memset(vsim.regs, 0, sizeof(vsim.regs));
	refused("has no address");
	memset(vsim.regs, 0xff, sizeof(vsim.regs));
	refused("has no address");
	vsim.regs[0] = 0x53;
	refused("has no address");
	/* Registers that end before they begin. */
	vsim_cap(VIRTIO_PCI_CAP_DEVICE, VIRTIO_PCI_CAP_LENGTH, 1, 4);
	refused("has no address");
	env_config[0x40 + 0x20 * 2 + 1] = 0;
	refused("has no address");
	vsim.features &= ~VIRTIO_F_VERSION_1;
	refused("not a device of virtio 1.0");
	vsim.pci.id = PCI_ID(VIRTIO_PCI_VENDOR, VIRTIO_PCI_DEVICE(VIRTIO_TYPE_BLK));
	refused("no driver");
	/* No register says whether there is a cable. */
	vsim_cap(VIRTIO_PCI_CAP_DEVICE, VIRTIO_PCI_CAP_LENGTH, 6, 4);
	start();
	assert_false(dev->driver->link(dev));
	net_close(dev);
	setup(NULL);
	vsim.features &= ~F_STATUS;
	vsim.regs[6] = 0;
	start();
	assert_true(dev->driver->link(dev));
}

/* What was right when the card was found is not when it is started. */
static void bad_start(void **state)
{
	dev = net_open(&vsim.pci);
	assert_non_null(dev);
	vsim.features &= ~VIRTIO_F_VERSION_1;
	assert_int_equal(net_start(dev), -ENODEV);
	vsim.features |= VIRTIO_F_VERSION_1;
	vsim.queue_max = 0;
	assert_int_equal(net_start(dev), -ENODEV);
	vsim.queue_max = 256;
	vsim.notify_off = 0x400;
	assert_int_equal(net_start(dev), -EPROTO);
	vsim.notify_off = 0;
	assert_int_equal(mock_log_errors(), 3);
	assert_int_equal(vsim.status & VIRTIO_STATUS_DRIVER_OK, 0);
	assert_int_equal(env_allocated, 1);
	/* And nothing is done with it then. */
	env_exits = 0;
	net_stop(dev);
	assert_int_equal(hook_run(efi_exit), 0);
	assert_int_equal(env_exits, 0);
	assert_int_equal(net_start(dev), 0);
	assert_true(frame_comes(1, 60));
	assert_int_equal(receive(), 60);
}

/* It is cut off before its memory has other uses. */
static void no_reset(void **state)
{
	start();
	assert_true(env_config[PCI_COMMAND] & PCI_COMMAND_MASTER);
	vsim.no_reset = true;
	net_stop(dev);
	assert_false(env_config[PCI_COMMAND] & PCI_COMMAND_MASTER);
	assert_int_equal(env_allocated, 1);
	assert_int_equal(net_start(dev), -ETIMEDOUT);
	assert_int_equal(env_allocated, 1);
}

static void no_memory(void **state)
{
	unsigned int i;

	env_allocs_left = 0;
	refused("memory");
	for (i = 0; i < 10; i++) {
		dev = net_open(&vsim.pci);
		assert_non_null(dev);
		env_allocs_left = i;
		if (net_start(dev) == 0)
			break;
		assert_int_equal(env_allocated, 1);
		net_close(dev);
		setup(NULL);
	}
	assert_int_equal(i, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(good, setup, teardown),
		cmocka_unit_test_setup_teardown(sends, setup, teardown),
		cmocka_unit_test_setup_teardown(quiet, setup, teardown),
		cmocka_unit_test_setup_teardown(short_queues, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_lengths, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_ids, setup, teardown),
		cmocka_unit_test_setup_teardown(twice, setup, teardown),
		cmocka_unit_test_setup_teardown(jump, setup, teardown),
		cmocka_unit_test_setup_teardown(done_early, setup, teardown),
		cmocka_unit_test_setup_teardown(no_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_config, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_start, setup, teardown),
		cmocka_unit_test_setup_teardown(no_reset, setup, teardown),
		cmocka_unit_test_setup_teardown(no_memory, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
