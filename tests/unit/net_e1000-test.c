/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of the e1000 driver on a card that the test is, also one that does not
 * keep to the rules.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <asm/io.h>
#include <fw/dma.h>
#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/memmap.h>
#include <fw/net.h>
#include <fw/pci.h>

#include "support.h"

#define REGS		0xc0000000u
#define RCTL		0x100
#define TCTL		0x400
#define RX(reg)		(0x2800 + (reg))
#define TX(reg)		(0x3800 + (reg))
#define LEN		8
#define HEAD		0x10
#define TAIL		0x18

static u32 reg[0x6000 / 4];
static bool no_reset, no_address, master;
static unsigned int writes;
static struct pci_dev nic = { .bdf = PCI_BDF(0, 3, 0), .id = PCI_ID(0x8086, 0x100e) };

/* The other one in the list. */
const struct net_driver net_virtio_driver = { .ids = (const u32[]) { 0 } };

u32 mock_mmio_read(phys_addr_t addr, unsigned int width)
{
	assert_int_equal(width, 4);
	assert_in_range(addr, REGS, REGS + sizeof(reg) - 4);
	if (addr - REGS == 0x5404)
		return no_address ? 0x0302 : 0x80000302;
	if (addr - REGS == 0x5400)
		return 0x01005452;
	return reg[(addr - REGS) / 4];
}

void mock_mmio_write(phys_addr_t addr, u32 value, unsigned int width)
{
	assert_int_equal(width, 4);
	writes++;
	if (addr == REGS && (value & 1u << 26)) {
		memset(reg, 0, sizeof(reg));
		if (!no_reset)
			value = 0;
	}
	reg[(addr - REGS) / 4] = value;
}

void __iomem *pci_map_bar(const struct pci_dev *dev, unsigned int bar, u64 offset, u64 len)
{
	assert_int_equal(bar, 0);
	assert_true(len <= sizeof(reg));
	return mmio(REGS);
}

void pci_set_master(const struct pci_dev *dev)
{
	master = true;
}

void pci_clear_master(const struct pci_dev *dev)
{
	master = false;
}

static unsigned int allocated;

void *dma_alloc(size_t size, phys_addr_t *dev)
{
	void *p = calloc(1, size);

	allocated++;
	*dev = (uintptr_t)p;
	return p;
}

void dma_free(void *ptr, size_t size)
{
	allocated -= ptr != NULL;
	free(ptr);
}

void *heap_alloc(size_t size)
{
	return calloc(1, size);
}

void heap_free(void *ptr)
{
	free(ptr);
}

struct descriptor {
	u64 addr;
	u16 len;
	u8 offset, command, status, error;
	u16 special;
};

static struct descriptor *ring(u32 base)
{
	return (struct descriptor *)((u64)reg[base / 4 + 1] << 32 | reg[base / 4]);
}

static struct net_device *open_card(void)
{
	struct net_device *dev;

	memset(reg, 0, sizeof(reg));
	dev = net_open(&nic);
	assert_non_null(dev);
	return dev;
}

static void close_card(struct net_device *dev)
{
	net_close(dev);
	assert_int_equal(allocated, 0);
	assert_int_equal(reg[RCTL / 4], 0);
}

/* The card receives a frame into the next descriptor that it has. */
static void frame_comes(unsigned int slot, u16 len, u8 status, u8 error)
{
	struct descriptor *desc = &ring(RX(0))[slot];

	memset((void *)desc->addr, (int)slot + 1, MIN(len, 2048));
	desc->len = len;
	desc->error = error;
	desc->status = status;
}

static void test_open(void **state)
{
	struct net_device *dev = open_card();

	assert_memory_equal(dev->mac, "\x52\x54\x00\x01\x02\x03", 6);
	assert_string_equal(dev->name, "e1000 00:03.0");
	/* Nothing is asked of a card that is not started. */
	writes = 0;
	net_stop(dev);
	assert_int_equal(hook_run(efi_exit), 0);
	net_close(dev);
	assert_int_equal(writes, 0);
	no_address = true;
	mock_log_reset();
	assert_null(net_open(&nic));
	assert_int_equal(mock_log_errors(), 1);
	assert_non_null(strstr(mock_log_last(), "e1000 00:03.0 has no address"));
	no_address = false;
}

static void test_start(void **state)
{
	struct net_device *dev = open_card();

	no_reset = true;
	mock_log_reset();
	assert_int_equal(net_start(dev), -ETIMEDOUT);
	assert_int_equal(mock_log_errors(), 1);
	assert_int_equal(allocated, 0);
	no_reset = false;
	assert_int_equal(net_start(dev), 0);
	assert_true(reg[RCTL / 4] & 2 && reg[TCTL / 4] & 2);
	assert_int_equal(reg[RX(LEN) / 4], 256);
	assert_int_equal(reg[TX(LEN) / 4], 256);
	assert_int_equal(reg[RX(TAIL) / 4], 15);
	assert_int_equal(reg[TX(TAIL) / 4], 0);
	/* Quiet, and still with its memory, which is not ours to free any more. */
	assert_int_equal(hook_run(efi_exit), 0);
	assert_int_equal(reg[RCTL / 4], 0);
	assert_int_equal(allocated, 1);
	assert_true(master);
	close_card(dev);
}

/* One that does not stop is cut off before its memory has other uses. */
static void test_stop(void **state)
{
	struct net_device *dev = open_card();

	assert_int_equal(net_start(dev), 0);
	no_reset = true;
	net_close(dev);
	assert_false(master);
	assert_int_equal(allocated, 0);
	no_reset = false;
}

static void test_send(void **state)
{
	struct net_device *dev = open_card();
	u8 frame[NET_FRAME_MAX];
	struct descriptor *tx;
	unsigned int i;

	assert_int_equal(net_start(dev), 0);
	tx = ring(TX(0));
	memset(frame, 0x5a, sizeof(frame));
	for (i = 0; i < 16; i++) {
		assert_int_equal(dev->driver->send(dev, frame, 60 + i), 0);
		assert_int_equal(reg[TX(TAIL) / 4], (i + 1) % 16);
		assert_int_equal(tx[i].len, 60 + i);
		assert_int_equal(tx[i].command, 0x0b);
		assert_memory_equal((void *)tx[i].addr, frame, 60 + i);
	}
	assert_int_equal(dev->driver->send(dev, frame, 60), -ENOSPC);
	tx[0].status = 1;
	assert_int_equal(dev->driver->send(dev, frame, sizeof(frame)), 0);
	assert_int_equal(tx[0].len, NET_FRAME_MAX);
	assert_int_equal(dev->driver->send(dev, frame, 60), -ENOSPC);
	close_card(dev);
}

static void test_receive(void **state)
{
	struct net_device *dev = open_card();
	u8 frame[NET_FRAME_MAX + 1];
	unsigned int i;

	assert_int_equal(net_start(dev), 0);
	assert_int_equal(dev->driver->receive(dev, frame), -ENOENT);
	for (i = 0; i < 40; i++) {
		frame_comes(i % 16, 60, 3, 0);
		assert_int_equal(dev->driver->receive(dev, frame), 60);
		assert_int_equal(frame[0], i % 16 + 1);
		assert_int_equal(frame[59], i % 16 + 1);
		assert_int_equal(reg[RX(TAIL) / 4], i % 16);
		assert_int_equal(dev->driver->receive(dev, frame), -ENOENT);
	}
	close_card(dev);
}

/* Longer than a buffer, in pieces, damaged. */
static void test_bad_frames(void **state)
{
	struct net_device *dev = open_card();
	u8 frame[NET_FRAME_MAX + 1];

	assert_int_equal(net_start(dev), 0);
	frame[NET_FRAME_MAX] = 0xee;
	frame_comes(0, 0xffff, 3, 0);
	assert_int_equal(dev->driver->receive(dev, frame), NET_FRAME_MAX);
	assert_int_equal(frame[NET_FRAME_MAX], 0xee);
	frame_comes(1, 60, 1, 0);
	assert_int_equal(dev->driver->receive(dev, frame), 0);
	frame_comes(2, 60, 3, 1);
	assert_int_equal(dev->driver->receive(dev, frame), 0);
	frame_comes(3, 60, 3, 0);
	assert_int_equal(dev->driver->receive(dev, frame), 60);
	close_card(dev);
}

static void test_link(void **state)
{
	struct net_device *dev = open_card();

	assert_int_equal(net_start(dev), 0);
	assert_false(dev->driver->link(dev));
	reg[8 / 4] = 2;
	assert_true(dev->driver->link(dev));
	close_card(dev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_send),
		cmocka_unit_test(test_receive),
		cmocka_unit_test(test_bad_frames),
		cmocka_unit_test(test_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
