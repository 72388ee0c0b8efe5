/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of drivers/scsi: what is made of a unit's answers, behind a virtio
 * adapter.
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
#include <fw/scsi.h>

#include "support.h"
#include "virtio_sim.h"

#define TARGET	2
#define LUN	0x105
#define BLOCK	512u
#define BLOCKS	64u

extern const struct pci_driver *const pci_drivers_start[], *const pci_drivers_end[];

/* The one unit. */
static u8 disk[BLOCKS * BLOCK];
static u8 inquiry[2];
static u64 last_lba;
static u32 block_size;
static bool protected;
static u8 lun_format;
static u32 luns_listed;

/* What goes wrong with commands, until the counter is 0. */
static unsigned int failures;
static u8 fail_status, fail_key, fail_asc, fail_response;
static u32 bad_residual;
static u32 bad_sense_len;

static struct block_device *devs[4];
static unsigned int dev_count, commands;
static u8 last_cdb[32];

int block_register(struct block_device *d)
{
	assert_true(dev_count < 4);
	if (!d->absent && (d->blocks == 0 || d->block_size < 512))
		return -EINVAL;
	devs[dev_count++] = d;
	return 0;
}

static u32 read_be32(const u8 *p)
{
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

static void put_be32(u32 v, u8 *p)
{
	p[0] = (u8)(v >> 24);
	p[1] = (u8)(v >> 16);
	p[2] = (u8)(v >> 8);
	p[3] = (u8)v;
}

/* Return: bytes that were transferred. */
static u32 reply(const struct vsim_buf *to, const void *data, u32 len)
{
	assert_true(to->writable);
	len = MIN(len, to->len);
	memcpy(to->data, data, len);
	return len;
}

static u32 report_luns(const struct vsim_buf *data)
{
	u8 list[8 + 3 * 8] = { 0 };
	unsigned int i;

	put_be32(luns_listed * 8, list);
	for (i = 0; i < 3; i++)
		list[8 + 8 * i] = 0xc1;
	list[16] = (u8)(lun_format << 6 | (LUN >> 8));
	list[17] = (u8)LUN;
	return reply(data, list, sizeof(list));
}

static u32 capacity(const struct vsim_buf *data, bool large)
{
	u8 r[32] = { 0 };

	if (!large) {
		put_be32((u32)MIN(last_lba, (u64)0xffffffff), r);
		put_be32(block_size, r + 4);
		return reply(data, r, 8);
	}
	put_be32((u32)(last_lba >> 32), r);
	put_be32((u32)last_lba, r + 4);
	put_be32(block_size, r + 8);
	return reply(data, r, 32);
}

static u32 transfer(const u8 *cdb, const struct vsim_buf *data, bool write)
{
	u64 lba = read_be32(cdb + 2);
	u32 len = (u32)(cdb[7] << 8 | cdb[8]) * BLOCK;

	assert_true((lba * BLOCK) + len <= sizeof(disk));
	assert_int_equal(len, data->len);
	assert_int_equal(data->writable, !write);
	if (write)
		memcpy(disk + lba * BLOCK, data->data, len);
	else
		memcpy(data->data, disk + lba * BLOCK, len);
	return len;
}

static u32 execute(const u8 *cdb, const struct vsim_buf *data)
{
	u8 sense[4] = { 0, 0, protected ? 0x80 : 0, 0 };

	switch (cdb[0]) {
	case SCSI_INQUIRY:
		return reply(data, inquiry, sizeof(inquiry));
	case SCSI_REPORT_LUNS:
		return report_luns(data);
	case SCSI_READ_CAPACITY_10:
		return capacity(data, false);
	case SCSI_SERVICE_ACTION_IN:
		return capacity(data, true);
	case SCSI_MODE_SENSE_6:
		return reply(data, sense, 4);
	case SCSI_READ_10:
		return transfer(cdb, data, false);
	case SCSI_WRITE_10:
		return transfer(cdb, data, true);
	case SCSI_TEST_UNIT_READY:
	case SCSI_SYNC_CACHE_10:
		return 0;
	case SCSI_READ_16:
		memset(data->data, 0x16, data->len);
		return data->len;
	}
	mock_fail("command %02x", cdb[0]);
}

static bool is_unit(const u8 *lun, u8 op)
{
	assert_int_equal(lun[0], 1);
	assert_int_equal(lun[2] & 0xc0, 0x40);
	if (lun[1] != TARGET)
		return false;
	return op == SCSI_REPORT_LUNS || ((lun[2] & 0x3f) << 8 | lun[3]) == LUN;
}

static u32 handle(unsigned int queue, const struct vsim_buf *bufs, unsigned int count)
{
	static const struct vsim_buf none;
	const struct virtio_scsi_request *request = bufs[0].data;
	struct virtio_scsi_response *r;
	const struct vsim_buf *data = &none;
	u32 done;

	assert_int_equal(queue, VIRTIO_SCSI_QUEUE_REQUEST);
	assert_int_equal(bufs[0].len, 51);
	if (!bufs[1].writable) {
		data = &bufs[1];
		r = bufs[2].data;
	} else {
		r = bufs[1].data;
		data = count == 3 ? &bufs[2] : &none;
	}
	memset(r, 0, sizeof(*r));
	if (!is_unit(request->lun, request->cdb[0])) {
		r->response = VIRTIO_SCSI_S_BAD_TARGET;
		return sizeof(*r);
	}
	commands++;
	memcpy(last_cdb, request->cdb, sizeof(last_cdb));
	if (failures && request->cdb[0] != SCSI_REPORT_LUNS &&
	    request->cdb[0] != SCSI_INQUIRY) {
		failures--;
		r->response = fail_response;
		r->status = fail_status;
		r->sense_len = cpu_to_le32(bad_sense_len ? bad_sense_len : 18);
		r->sense[0] = 0x70;
		r->sense[2] = fail_key;
		r->sense[12] = fail_asc;
		r->residual = cpu_to_le32(data->len);
		return sizeof(*r);
	}
	done = execute(request->cdb, data);
	r->residual = cpu_to_le32(bad_residual ? bad_residual : data->len - done);
	return sizeof(*r) + done;
}

static int setup(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(disk); i++)
		disk[i] = (u8)(i + i / 512);
	vsim_init(VIRTIO_SCSI_CONFIG_SIZE);
	vsim.handle = handle;
	put_le32(0xffff, vsim.regs + VIRTIO_SCSI_MAX_SECTORS);
	put_le16(7, vsim.regs + VIRTIO_SCSI_MAX_TARGET);
	memset(inquiry, 0, sizeof(inquiry));
	last_lba = BLOCKS - 1;
	block_size = BLOCK;
	protected = false;
	lun_format = 1;
	luns_listed = 3;
	failures = 0;
	fail_status = fail_key = fail_asc = fail_response = 0;
	bad_residual = bad_sense_len = 0;
	dev_count = commands = 0;
	mock_log_reset();
	return 0;
}

static int probe(void)
{
	return pci_drivers_start[0]->probe(&vsim.pci);
}

static void good(void **state)
{
	u8 buf[4 * BLOCK];

	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 1);
	assert_int_equal(devs[0]->bus, BLOCK_BUS_SCSI);
	assert_int_equal(devs[0]->scsi.target, TARGET);
	assert_int_equal(devs[0]->scsi.lun, LUN);
	assert_int_equal(devs[0]->blocks, BLOCKS);
	assert_int_equal(devs[0]->block_size, BLOCK);
	assert_false(devs[0]->read_only || devs[0]->removable);
	assert_int_equal(mock_log_errors(), 0);
	assert_int_equal(devs[0]->ops->read(devs[0], 60, 4, buf), 0);
	assert_memory_equal(buf, disk + 60 * BLOCK, sizeof(buf));
	memset(buf, 0x42, sizeof(buf));
	assert_int_equal(devs[0]->ops->write(devs[0], 1, 4, buf), 0);
	assert_memory_equal(disk + BLOCK, buf, sizeof(buf));
	assert_int_equal(devs[0]->ops->flush(devs[0]), 0);
	assert_int_equal(last_cdb[0], SCSI_SYNC_CACHE_10);
	devs[0]->ops->quiesce(devs[0]);
	assert_int_equal(vsim.status, 0);
	assert_int_equal(devs[0]->ops->read(devs[0], 60, 4, buf), -EIO);
}

static void kinds(void **state)
{
	protected = true;
	inquiry[1] = SCSI_REMOVABLE;
	assert_int_equal(probe(), 0);
	assert_true(devs[0]->read_only && devs[0]->removable);
	setup(NULL);
	inquiry[0] = SCSI_TYPE_CDROM;
	block_size = 2352;
	assert_int_equal(probe(), 0);
	assert_true(devs[0]->read_only);
	assert_int_equal(devs[0]->block_size, 2048);
	assert_null(devs[0]->ops->write);
	setup(NULL);
	/* A tape; then something that is not connected. */
	inquiry[0] = 1;
	probe();
	assert_int_equal(dev_count, 0);
	assert_int_equal(mock_log_errors(), 0);
	assert_int_equal(env_allocated, 0);
	setup(NULL);
	inquiry[0] = 0x20;
	probe();
	assert_int_equal(dev_count, 0);
}

static void large(void **state)
{
	u8 buf[BLOCK];

	last_lba = 0x123456789;
	assert_int_equal(probe(), 0);
	assert_int_equal(devs[0]->blocks, 0x12345678a);
	assert_int_equal(devs[0]->ops->read(devs[0], 0x123456789, 1, buf), 0);
	assert_int_equal(last_cdb[0], SCSI_READ_16);
	assert_int_equal(last_cdb[5], 0x01);
	assert_int_equal(last_cdb[6], 0x23);
	assert_int_equal(last_cdb[9], 0x89);
	assert_int_equal(last_cdb[13], 1);
	setup(NULL);
	last_lba = ~(u64)0;
	probe();
	assert_int_equal(dev_count, 0);
	assert_int_equal(env_allocated, 0);
}

/* Attentions and busy units are asked again, for a bounded time. */
static void transient(void **state)
{
	u8 buf[BLOCK];

	fail_status = SCSI_STATUS_CHECK;
	fail_key = SCSI_SENSE_UNIT_ATTENTION;
	failures = 3;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 1);
	failures = 100;
	commands = 0;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	assert_in_range(commands, 2, 10);
	fail_status = SCSI_STATUS_BUSY;
	failures = 5;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), 0);
	fail_status = SCSI_STATUS_CHECK;
	fail_key = SCSI_SENSE_NOT_READY;
	fail_asc = SCSI_ASC_BECOMING_READY;
	failures = 100000000;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	failures = 1;
	fail_response = VIRTIO_SCSI_S_RESET;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), 0);
}

static void permanent(void **state)
{
	u8 buf[BLOCK];

	assert_int_equal(probe(), 0);
	fail_status = SCSI_STATUS_CHECK;
	fail_key = 3;
	failures = 1;
	bad_sense_len = 0xffffffff;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	assert_true(mock_log_has("sense 3/00"));
	failures = 1;
	fail_response = 9;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	fail_response = VIRTIO_SCSI_S_BAD_TARGET;
	failures = 1;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	/* Less than all is not enough, and more than all is nothing. */
	bad_residual = 1;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	bad_residual = 0xffffffff;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	fail_response = 0;
	fail_key = SCSI_SENSE_ILLEGAL_REQUEST;
	failures = 1;
	assert_int_equal(devs[0]->ops->flush(devs[0]), 0);
}

static void no_medium(void **state)
{
	inquiry[0] = SCSI_TYPE_CDROM;
	/* INQUIRY is answered all the same, so let the second command fail. */
	fail_status = SCSI_STATUS_CHECK;
	fail_key = SCSI_SENSE_NOT_READY;
	fail_asc = SCSI_ASC_NO_MEDIUM;
	failures = 100;
	probe();
	/* What is not removable is not there without a medium. */
	assert_int_equal(dev_count, 0);
	assert_int_equal(env_allocated, 0);
	setup(NULL);
	inquiry[0] = SCSI_TYPE_CDROM;
	inquiry[1] = SCSI_REMOVABLE;
	fail_status = SCSI_STATUS_CHECK;
	fail_key = SCSI_SENSE_NOT_READY;
	fail_asc = SCSI_ASC_NO_MEDIUM;
	failures = 100;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 1);
	assert_true(devs[0]->absent && devs[0]->removable && devs[0]->read_only);
	assert_int_equal(devs[0]->block_size, 2048);
	assert_int_equal(mock_log_errors(), 0);
	/* It stays so, and then one is put in. */
	assert_int_equal(devs[0]->ops->check(devs[0]), 0);
	assert_int_equal(devs[0]->medium, 0);
	failures = 0;
	block_size = 2048;
	last_lba = 9;
	assert_int_equal(devs[0]->ops->check(devs[0]), 0);
	assert_false(devs[0]->absent);
	assert_int_equal(devs[0]->medium, 1);
	assert_int_equal(devs[0]->blocks, 10);
}

/* A drive says once that the medium may be another one, to whoever comes next. */
static void other_medium(void **state)
{
	u8 buf[BLOCK];

	inquiry[1] = SCSI_REMOVABLE;
	fail_status = SCSI_STATUS_CHECK;
	fail_key = SCSI_SENSE_UNIT_ATTENTION;
	fail_asc = SCSI_ASC_MEDIUM_CHANGED;
	failures = 1;
	assert_int_equal(probe(), 0);
	assert_int_equal(devs[0]->medium, 0);
	assert_int_equal(devs[0]->ops->check(devs[0]), 0);
	assert_int_equal(devs[0]->medium, 0);
	/* Blocks of another medium are not those that were asked for. */
	failures = 1;
	last_lba = 5;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	assert_int_equal(devs[0]->ops->check(devs[0]), 0);
	assert_int_equal(devs[0]->medium, 1);
	assert_int_equal(devs[0]->blocks, 6);
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), 0);
	/* Gone between two looks, and back. */
	failures = 1;
	assert_int_equal(devs[0]->ops->check(devs[0]), 0);
	assert_int_equal(devs[0]->medium, 2);
	fail_key = SCSI_SENSE_NOT_READY;
	fail_asc = SCSI_ASC_NO_MEDIUM;
	failures = 100;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	assert_int_equal(devs[0]->ops->check(devs[0]), 0);
	assert_true(devs[0]->absent);
	assert_int_equal(devs[0]->medium, 3);
	/* A drive that does not answer has what it had. */
	fail_key = 4;
	assert_int_equal(devs[0]->ops->check(devs[0]), -EIO);
	assert_int_equal(devs[0]->medium, 3);
}

static void lists(void **state)
{
	/* A number far beyond what was sent, and a format that nobody has. */
	luns_listed = 0x1fffffff;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 1);
	setup(NULL);
	luns_listed = 0;
	probe();
	assert_int_equal(dev_count, 0);
	setup(NULL);
	lun_format = 2;
	probe();
	assert_int_equal(dev_count, 0);
	assert_int_equal(env_allocated, 0);
}

static void silent(void **state)
{
	u8 buf[BLOCK];

	vsim.silent = true;
	assert_int_equal(probe(), -ETIMEDOUT);
	assert_int_equal(env_allocated, 0);
	assert_int_equal(mock_log_errors(), 1);
	setup(NULL);
	assert_int_equal(probe(), 0);
	vsim.silent = true;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -ETIMEDOUT);
	vsim.silent = false;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	assert_int_equal(vsim.status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(good, setup),
		cmocka_unit_test_setup(kinds, setup),
		cmocka_unit_test_setup(large, setup),
		cmocka_unit_test_setup(transient, setup),
		cmocka_unit_test_setup(permanent, setup),
		cmocka_unit_test_setup(no_medium, setup),
		cmocka_unit_test_setup(other_medium, setup),
		cmocka_unit_test_setup(lists, setup),
		cmocka_unit_test_setup(silent, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
