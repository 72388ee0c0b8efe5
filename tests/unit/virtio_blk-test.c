/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of drivers/virtio and drivers/block/virtio_blk.c: a good device, and
 * devices that break the rules.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/block.h>
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <spec/pci.h>

#include "support.h"
#include "virtio_sim.h"

#define SECTORS	64u

extern const struct pci_driver *const pci_drivers_start[], *const pci_drivers_end[];

static u8 disk[SECTORS * 512];
static struct block_device *dev;
static u8 answer;
static unsigned int requests, flushes;

int block_register(struct block_device *d)
{
	dev = d;
	return d->blocks && d->block_size <= 4096 ? 0 : -EINVAL;
}

static u32 handle(unsigned int queue, const struct vsim_buf *bufs, unsigned int count)
{
	const struct virtio_blk_head *head = bufs[0].data;
	u64 at = le64_to_cpu(head->sector) * 512;
	u32 type = le32_to_cpu(head->type);

	requests++;
	assert_int_equal(queue, 0);
	assert_int_equal(bufs[0].len, 16);
	assert_int_equal(bufs[count - 1].len, 1);
	assert_true(bufs[count - 1].writable);
	*(u8 *)bufs[count - 1].data = answer;
	if (type == VIRTIO_BLK_T_FLUSH) {
		assert_int_equal(count, 2);
		flushes++;
		return 1;
	}
	assert_int_equal(count, 3);
	assert_true(at + bufs[1].len <= sizeof(disk));
	assert_int_equal(bufs[1].writable, type == VIRTIO_BLK_T_IN);
	if (type == VIRTIO_BLK_T_IN)
		memcpy(bufs[1].data, disk + at, bufs[1].len);
	else
		memcpy(disk + at, bufs[1].data, bufs[1].len);
	return bufs[1].len + 1;
}

static int setup(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(disk); i++)
		disk[i] = (u8)(i + i / 512);
	vsim_init(VIRTIO_BLK_CONFIG_SIZE);
	vsim.handle = handle;
	put_le64(SECTORS, vsim.regs + VIRTIO_BLK_CAPACITY);
	put_le32(512, vsim.regs + VIRTIO_BLK_BLK_SIZE);
	dev = NULL;
	answer = VIRTIO_BLK_S_OK;
	requests = flushes = 0;
	mock_log_reset();
	return 0;
}

static int probe(void)
{
	assert_ptr_equal(pci_drivers_end, pci_drivers_start + 1);
	return pci_drivers_start[0]->probe(&vsim.pci);
}

/* Refused with one line that says @why, and nothing is left behind. */
static void refused(const char *why)
{
	assert_true(probe() < 0);
	assert_int_equal(mock_log_errors(), 1);
	assert_non_null(strstr(mock_log_last(), why));
	assert_int_equal(env_allocated, 0);
	assert_int_equal(requests, 0);
	assert_int_equal(vsim.status & VIRTIO_STATUS_DRIVER_OK, 0);
}

static void good(void **state)
{
	u8 buf[10 * 512 + 1];

	assert_int_equal(probe(), 0);
	assert_non_null(dev);
	assert_int_equal(dev->block_size, 512);
	assert_int_equal(dev->blocks, SECTORS);
	assert_true(dev->read_only);
	assert_int_equal(vsim.accepted, VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM |
			 VIRTIO_BLK_F_RO | VIRTIO_BLK_F_BLK_SIZE);
	assert_true(env_config[4] & 4);
	/* The start of a disk is a part of what a whole boot may cost. */
	assert_in_range(env_exits, 1, 80);
	env_exits = 0;
	assert_int_equal(dev->ops->read(dev, 5, 10, buf + 1), 0);
	assert_memory_equal(buf + 1, disk + 5 * 512, 10 * 512);
	assert_int_equal(env_exits, 1);
	memset(buf, 0x99, sizeof(buf));
	assert_int_equal(dev->ops->write(dev, 62, 2, buf), 0);
	assert_int_equal(disk[62 * 512], 0x99);
	assert_int_equal(disk[62 * 512 - 1], (u8)(62 * 512 - 1 + 61));
	assert_int_equal(dev->ops->flush(dev), 0);
	assert_int_equal(flushes, 0);
	dev->ops->quiesce(dev);
	assert_int_equal(vsim.status, 0);
}

static void flush(void **state)
{
	vsim.features = VIRTIO_F_VERSION_1 | VIRTIO_BLK_F_FLUSH;
	assert_int_equal(probe(), 0);
	assert_false(dev->read_only);
	assert_int_equal(dev->ops->flush(dev), 0);
	assert_int_equal(flushes, 1);
	answer = VIRTIO_BLK_S_IOERR;
	assert_int_equal(dev->ops->flush(dev), -EIO);
}

static void large_blocks(void **state)
{
	u8 buf[4096];

	put_le32(4096, vsim.regs + VIRTIO_BLK_BLK_SIZE);
	assert_int_equal(probe(), 0);
	assert_int_equal(dev->block_size, 4096);
	assert_int_equal(dev->blocks, 8);
	assert_int_equal(dev->ops->read(dev, 7, 1, buf), 0);
	assert_memory_equal(buf, disk + 56 * 512, 4096);
}

/* More requests than there are descriptors, so that each is used again. */
static void many(void **state)
{
	u8 buf[512];
	unsigned int i;

	assert_int_equal(probe(), 0);
	for (i = 0; i < 70000; i++) {
		assert_int_equal(dev->ops->read(dev, i % SECTORS, 1, buf), 0);
		assert_memory_equal(buf, disk + i % SECTORS * 512, 512);
	}
}

static void errors(void **state)
{
	u8 buf[512];

	assert_int_equal(probe(), 0);
	answer = VIRTIO_BLK_S_IOERR;
	assert_int_equal(dev->ops->read(dev, 0, 1, buf), -EIO);
	answer = 0xff;
	assert_int_equal(dev->ops->write(dev, 0, 1, buf), -EIO);
	answer = VIRTIO_BLK_S_OK;
	assert_int_equal(dev->ops->read(dev, 0, 1, buf), 0);
}

/* After a rule is broken the device is off, and stays so. */
static void dead(int rc)
{
	u8 buf[512];
	unsigned int before = requests;

	assert_int_equal(dev->ops->read(dev, 0, 1, buf), rc);
	assert_int_equal(vsim.status, 0);
	vsim.bad_id = -1;
	vsim.silent = false;
	assert_int_equal(dev->ops->read(dev, 0, 1, buf), -EIO);
	assert_int_equal(dev->ops->write(dev, 0, 1, buf), -EIO);
	assert_in_range(requests, before, before + 1);
}

static void hostile_used(void **state)
{
	static const u32 ids[] = { 1, 2, 3, 4, 127, 128, 0xffff, 0x10000, 0xffffffff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		setup(NULL);
		assert_int_equal(probe(), 0);
		vsim.bad_id = ids[i];
		dead(-EIO);
		assert_true(mock_log_has("which queue 0 does not have"));
	}
}

static void no_answer(void **state)
{
	assert_int_equal(probe(), 0);
	vsim.silent = true;
	dead(-ETIMEDOUT);
	assert_true(mock_log_has("no answer on queue 0"));
}

static void bad_transport(void **state)
{
	vsim.features &= ~VIRTIO_F_VERSION_1;
	refused("not a device of virtio 1.0");
	setup(NULL);
	vsim.refuse = true;
	refused("refused");
	setup(NULL);
	vsim.queue_max = 0;
	refused("no queue 0");
	setup(NULL);
	vsim.notify_off = 0x400;
	refused("notifications outside");
	setup(NULL);
	vsim.notify_off = 0xffff;
	vsim_cap(VIRTIO_PCI_CAP_NOTIFY, VIRTIO_PCI_CAP_MULTIPLIER, 0xffffffff, 4);
	refused("notifications outside");
	setup(NULL);
	vsim_cap(VIRTIO_PCI_CAP_COMMON, VIRTIO_PCI_CAP_BAR, 6, 1);
	refused("no registers");
	setup(NULL);
	vsim_cap(VIRTIO_PCI_CAP_COMMON, VIRTIO_PCI_CAP_BAR, 3, 1);
	refused("no registers in BAR 3");
	setup(NULL);
	vsim_cap(VIRTIO_PCI_CAP_COMMON, VIRTIO_PCI_CAP_OFFSET, 0x3fff, 4);
	refused("no registers in BAR 4");
	setup(NULL);
	vsim_cap(VIRTIO_PCI_CAP_NOTIFY, VIRTIO_PCI_CAP_OFFSET, 0xfffffff0, 4);
	refused("no registers in BAR 4");
	setup(NULL);
	vsim_cap(VIRTIO_PCI_CAP_COMMON, VIRTIO_PCI_CAP_LENGTH, 16, 4);
	refused("no registers");
	setup(NULL);
	/* A chain that leads to itself. */
	env_config[0x41] = 0x40;
	refused("no registers");
	setup(NULL);
	env_config[6] = 0;
	refused("no registers");
}

static void no_reset(void **state)
{
	vsim.no_reset = true;
	assert_int_equal(probe(), -ETIMEDOUT);
	assert_true(mock_log_has("no end of reset"));
	assert_false(env_config[PCI_COMMAND] & PCI_COMMAND_MASTER);
	setup(NULL);
	assert_int_equal(probe(), 0);
	assert_true(env_config[PCI_COMMAND] & PCI_COMMAND_MASTER);
	vsim.no_reset = true;
	dev->ops->quiesce(dev);
	assert_false(env_config[PCI_COMMAND] & PCI_COMMAND_MASTER);
}

static void bad_geometry(void **state)
{
	put_le32(0, vsim.regs + VIRTIO_BLK_BLK_SIZE);
	refused("blocks of 0 bytes");
	setup(NULL);
	put_le32(511, vsim.regs + VIRTIO_BLK_BLK_SIZE);
	refused("blocks of 511 bytes");
	setup(NULL);
	/* The block layer's word. */
	put_le64(0, vsim.regs + VIRTIO_BLK_CAPACITY);
	assert_int_equal(probe(), -EINVAL);
	assert_int_equal(env_allocated, 0);
	setup(NULL);
	/* Registers end before the size of blocks. */
	vsim_cap(VIRTIO_PCI_CAP_DEVICE, VIRTIO_PCI_CAP_LENGTH, 8, 4);
	refused("blocks of 0 bytes");
}

static void restless(void **state)
{
	vsim.restless = true;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev->blocks, SECTORS);
}

static void no_memory(void **state)
{
	unsigned int i;
	int rc;

	for (i = 0; i < 10; i++) {
		setup(NULL);
		env_allocs_left = i;
		rc = probe();
		if (rc == 0)
			break;
		assert_int_equal(rc, -ENOMEM);
		assert_int_equal(env_allocated, 0);
	}
	assert_int_equal(i, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(good, setup),
		cmocka_unit_test_setup(flush, setup),
		cmocka_unit_test_setup(large_blocks, setup),
		cmocka_unit_test_setup(many, setup),
		cmocka_unit_test_setup(errors, setup),
		cmocka_unit_test_setup(hostile_used, setup),
		cmocka_unit_test_setup(no_answer, setup),
		cmocka_unit_test_setup(bad_transport, setup),
		cmocka_unit_test_setup(no_reset, setup),
		cmocka_unit_test_setup(bad_geometry, setup),
		cmocka_unit_test_setup(restless, setup),
		cmocka_unit_test_setup(no_memory, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
