/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of drivers/ahci: a disk and a CD-ROM drive, and what ports may do wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <asm/io.h>
#include <fw/block.h>
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/pci.h>
#include <spec/ahci.h>
#include <spec/ata.h>
#include <spec/scsi.h>

#include "driver_env.h"
#include "support.h"

#define BAR	0xfd000000u
#define BLOCKS	64u
#define CD_BLOCKS 16u
#define DISK_PORT 1u
#define CD_PORT	4u

extern const struct pci_driver *const pci_drivers_start[], *const pci_drivers_end[];

static struct pci_dev pci;
static u8 disk[BLOCKS * 512], cd[CD_BLOCKS * 2048];
static u8 id[512];
static u32 cap;
static struct { u32 clb, clbu, fb, fbu, cmd, tfd, sig, ssts, ci; } ports[8];

/* What goes wrong. */
static bool silent, busy, no_stop, no_fis;
static unsigned int failures;
static u8 sense_key, sense_asc;
static u32 lie;

static struct block_device *devs[4];
static unsigned int dev_count, commands;

int block_register(struct block_device *d)
{
	if (!d->absent && (d->blocks == 0 || d->block_size < 512 || d->block_size > 65536))
		return -EINVAL;
	assert_true(dev_count < 4);
	devs[dev_count++] = d;
	return 0;
}

static u32 *port_reg(unsigned int port, u32 reg)
{
	assert_true(port < ARRAY_SIZE(ports));
	switch (reg) {
	case AHCI_PX_CLB: return &ports[port].clb;
	case AHCI_PX_CLBU: return &ports[port].clbu;
	case AHCI_PX_FB: return &ports[port].fb;
	case AHCI_PX_FBU: return &ports[port].fbu;
	case AHCI_PX_CMD: return &ports[port].cmd;
	case AHCI_PX_TFD: return &ports[port].tfd;
	case AHCI_PX_SIG: return &ports[port].sig;
	case AHCI_PX_SSTS: return &ports[port].ssts;
	case AHCI_PX_CI: return &ports[port].ci;
	}
	mock_fail("port %u register %#x", port, reg);
}

u32 mock_mmio_read(phys_addr_t addr, unsigned int width)
{
	u32 reg = (u32)(addr - BAR);

	env_exits++;
	assert_int_equal(width, 4);
	if (reg == AHCI_CAP)
		return cap;
	if (reg == AHCI_PI)
		return 0xff;
	assert_true(reg >= AHCI_PORT(0));
	return *port_reg((reg - 0x100) / 0x80, reg % 0x80);
}

static void give(const struct ahci_command_header *h, const struct ahci_command_table *t,
		 const void *data, u32 len)
{
	u32 room = (le32_to_cpu(t->prd[0].count) & 0x3fffff) + 1;

	assert_int_equal(le16_to_cpu(h->prd_count), 1);
	assert_false(le16_to_cpu(h->flags) & AHCI_HEADER_WRITE);
	len = MIN(len, room);
	memcpy((void *)(uintptr_t)(le32_to_cpu(t->prd[0].addr) |
				   (u64)le32_to_cpu(t->prd[0].addr_upper) << 32), data, len);
	((struct ahci_command_header *)(uintptr_t)h)->transferred = cpu_to_le32(lie ? lie : len);
}

static void take(const struct ahci_command_header *h, const struct ahci_command_table *t,
		 void *data, u32 len)
{
	assert_true(le16_to_cpu(h->flags) & AHCI_HEADER_WRITE);
	assert_int_equal(le32_to_cpu(t->prd[0].count), len - 1);
	memcpy(data, (void *)(uintptr_t)(le32_to_cpu(t->prd[0].addr) |
					 (u64)le32_to_cpu(t->prd[0].addr_upper) << 32), len);
}

/* Return: whether the drive likes it. */
static bool run_packet(const struct ahci_command_header *h, const struct ahci_command_table *t)
{
	const u8 *p = t->packet;
	u8 sense[18] = { 0x70, 0, sense_key, [12] = sense_asc };
	u8 inquiry[36] = { SCSI_TYPE_CDROM, SCSI_REMOVABLE };
	u8 capacity[8] = { 0, 0, 0, CD_BLOCKS - 1, 0, 0, 8, 0 };
	u32 lba = p[4] << 8 | p[5];

	assert_true(le16_to_cpu(h->flags) & AHCI_HEADER_ATAPI);
	if (p[0] == SCSI_REQUEST_SENSE) {
		give(h, t, sense, sizeof(sense));
		return true;
	}
	if (p[0] != SCSI_INQUIRY && failures) {
		failures--;
		return false;
	}
	if (p[0] == SCSI_INQUIRY)
		give(h, t, inquiry, sizeof(inquiry));
	else if (p[0] == SCSI_READ_CAPACITY_10)
		give(h, t, capacity, sizeof(capacity));
	else if (p[0] == SCSI_READ_10)
		give(h, t, cd + lba * 2048, p[8] * 2048u);
	else
		assert_int_equal(p[0], SCSI_TEST_UNIT_READY);
	return true;
}

static bool run(const struct ahci_command_header *h)
{
	const struct ahci_command_table *t =
		(void *)(uintptr_t)(le32_to_cpu(h->table) | (u64)le32_to_cpu(h->table_upper) << 32);
	const struct fis_h2d *f = (const void *)t->fis;
	u32 lba = f->lba[0] | f->lba[1] << 8, len = (f->count[0] | f->count[1] << 8) * 512u;

	assert_int_equal(f->type, FIS_H2D);
	assert_int_equal(f->flags, FIS_H2D_COMMAND);
	assert_int_equal(le16_to_cpu(h->flags) & 0x1f, 5);
	commands++;
	if (f->command == ATA_PACKET)
		return run_packet(h, t);
	if (failures && f->command != ATA_IDENTIFY_DEVICE) {
		failures--;
		return false;
	}
	assert_true(lba * 512 + len <= sizeof(disk));
	switch (f->command) {
	case ATA_IDENTIFY_DEVICE:
		give(h, t, id, 512);
		return true;
	case ATA_READ_DMA_EXT:
		give(h, t, disk + lba * 512, len);
		return true;
	case ATA_WRITE_DMA_EXT:
		take(h, t, disk + lba * 512, len);
		return true;
	case ATA_FLUSH_CACHE_EXT:
		return true;
	}
	mock_fail("command %02x", f->command);
}

static void issue(unsigned int i)
{
	u8 *received = (void *)(uintptr_t)(ports[i].fb | (u64)ports[i].fbu << 32);
	bool good;

	assert_true(ports[i].cmd & AHCI_CMD_ST);
	ports[i].ci = 1;
	if (silent)
		return;
	good = run((void *)(uintptr_t)(ports[i].clb | (u64)ports[i].clbu << 32));
	ports[i].tfd = good ? 0x50 : 0x51;
	if (good)
		ports[i].ci = 0;
	if (!no_fis)
		received[AHCI_RECEIVED_D2H] = FIS_D2H;
}

void mock_mmio_write(phys_addr_t addr, u32 value, unsigned int width)
{
	u32 reg = (u32)(addr - BAR), i = (reg - 0x100) / 0x80;

	env_exits++;
	assert_int_equal(width, 4);
	if (reg == AHCI_GHC) {
		assert_int_equal(value, AHCI_GHC_AE);
		return;
	}
	reg %= 0x80;
	if (reg == AHCI_PX_SERR)
		return;
	if (reg == AHCI_PX_CI) {
		assert_int_equal(value, 1);
		issue(i);
		return;
	}
	*port_reg(i, reg) = value;
	if (reg != AHCI_PX_CMD)
		return;
	ports[i].cmd &= ~(AHCI_CMD_CR | AHCI_CMD_FR);
	if (no_stop || (value & AHCI_CMD_ST))
		ports[i].cmd |= AHCI_CMD_CR;
	if (value & AHCI_CMD_FRE)
		ports[i].cmd |= AHCI_CMD_FR;
	if (!(value & AHCI_CMD_ST))
		ports[i].ci = 0;
	ports[i].tfd = busy ? ATA_STATUS_BSY : 0x50;
}

static int setup(void **state)
{
	size_t i;

	env_init();
	memset(ports, 0, sizeof(ports));
	pci = (struct pci_dev) { .class_rev = PCI_CLASS_AHCI << 8 };
	pci.bar[5] = (struct pci_bar) { .size = 0x1000, .addr = BAR, .space = PCI_SPACE_MEM };
	cap = AHCI_CAP_S64A;
	ports[DISK_PORT].ssts = ports[CD_PORT].ssts = 0x113;
	ports[DISK_PORT].sig = AHCI_SIG_ATA;
	ports[CD_PORT].sig = AHCI_SIG_ATAPI;
	for (i = 0; i < sizeof(disk); i++)
		disk[i] = (u8)(i + i / 512);
	for (i = 0; i < sizeof(cd); i++)
		cd[i] = (u8)(i * 3 + i / 2048);
	memset(id, 0, sizeof(id));
	put_le16(0x4000 | ATA_ID_LBA48 | ATA_ID_FLUSH_EXT, id + 2 * ATA_ID_COMMANDS);
	put_le64(BLOCKS, id + 2 * ATA_ID_SECTORS_48);
	silent = busy = no_stop = no_fis = false;
	failures = 0;
	sense_key = sense_asc = 0;
	lie = 0;
	dev_count = commands = 0;
	mock_log_reset();
	return 0;
}

static int probe(void)
{
	return pci_drivers_start[0]->probe(&pci);
}

static void good(void **state)
{
	u8 buf[8 * 2048] __aligned(2);

	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 2);
	assert_int_equal(devs[0]->bus, BLOCK_BUS_SATA);
	assert_int_equal(devs[0]->sata.port, DISK_PORT);
	assert_false(devs[0]->sata.atapi || devs[0]->read_only);
	assert_int_equal(devs[0]->align, 2);
	assert_int_equal(devs[0]->blocks, BLOCKS);
	assert_int_equal(devs[1]->sata.port, CD_PORT);
	assert_true(devs[1]->sata.atapi && devs[1]->read_only && devs[1]->removable);
	assert_int_equal(devs[1]->block_size, 2048);
	assert_int_equal(devs[1]->blocks, CD_BLOCKS);
	env_exits = 0;
	assert_int_equal(devs[0]->ops->read(devs[0], 60, 4, buf), 0);
	assert_memory_equal(buf, disk + 60 * 512, 2048);
	assert_int_equal(env_exits, 3);
	memset(buf, 0x24, sizeof(buf));
	assert_int_equal(devs[0]->ops->write(devs[0], 1, 2, buf), 0);
	assert_memory_equal(disk + 512, buf, 1024);
	assert_int_equal(devs[0]->ops->flush(devs[0]), 0);
	assert_int_equal(devs[1]->ops->read(devs[1], 8, 8, buf), 0);
	assert_memory_equal(buf, cd + 8 * 2048, sizeof(buf));
	devs[0]->ops->quiesce(devs[0]);
	devs[1]->ops->quiesce(devs[1]);
	assert_int_equal(ports[DISK_PORT].cmd & (AHCI_CMD_ST | AHCI_CMD_FRE), 0);
	assert_int_equal(ports[CD_PORT].cmd & (AHCI_CMD_ST | AHCI_CMD_FRE), 0);
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	assert_int_equal(devs[1]->ops->read(devs[1], 0, 1, buf), -EIO);
}

/* An adapter that was left running, and one that never says in memory that it is done. */
static void other_adapters(void **state)
{
	u8 buf[512] __aligned(2);

	ports[DISK_PORT].cmd = AHCI_CMD_ST | AHCI_CMD_CR | AHCI_CMD_FRE | AHCI_CMD_FR;
	no_fis = true;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 2);
	assert_int_equal(devs[0]->ops->read(devs[0], 7, 1, buf), 0);
	assert_memory_equal(buf, disk + 7 * 512, 512);
	setup(NULL);
	put_le16(0x4000 | ATA_ID_LONG_SECTORS, id + 2 * ATA_ID_SECTOR_SIZE);
	put_le32(2048, id + 2 * ATA_ID_SECTOR_WORDS);
	assert_int_equal(probe(), 0);
	assert_int_equal(devs[0]->block_size, 4096);
}

static void errors(void **state)
{
	u8 buf[2048] __aligned(2);

	assert_int_equal(probe(), 0);
	failures = 1;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), 0);
	/* A drive is asked why, and asked again if it was only an attention. */
	failures = 2;
	sense_key = SCSI_SENSE_UNIT_ATTENTION;
	assert_int_equal(devs[1]->ops->read(devs[1], 0, 1, buf), 0);
	failures = 1;
	sense_key = 3;
	sense_asc = 0x11;
	assert_int_equal(devs[1]->ops->read(devs[1], 0, 1, buf), -EIO);
	assert_true(mock_log_has("sense 3/11"));
	lie = 1;
	assert_int_equal(devs[1]->ops->read(devs[1], 0, 1, buf), -EIO);
	lie = 0xffffffff;
	assert_int_equal(devs[1]->ops->read(devs[1], 0, 1, buf), 0);
}

static void silence(void **state)
{
	u8 buf[512] __aligned(2);

	assert_int_equal(probe(), 0);
	silent = true;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -ETIMEDOUT);
	assert_int_equal(ports[DISK_PORT].cmd & (AHCI_CMD_ST | AHCI_CMD_FRE), 0);
	silent = false;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	setup(NULL);
	silent = true;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 0);
	assert_int_equal(env_allocated, 0);
	setup(NULL);
	busy = true;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 0);
	assert_true(mock_log_has("stays busy"));
	setup(NULL);
	no_stop = true;
	probe();
	devs[0]->ops->quiesce(devs[0]);
	assert_true(mock_log_has("does not stop"));
	/* What such a port may still write to is given to nobody else. */
	setup(NULL);
	busy = no_stop = true;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 0);
	assert_true(env_allocated > 0);
}

static void nothing_there(void **state)
{
	/* Noticed, but without a link; something else; an empty drive. */
	ports[DISK_PORT].ssts = 1;
	sense_key = SCSI_SENSE_NOT_READY;
	sense_asc = SCSI_ASC_NO_MEDIUM;
	failures = 1000;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 1);
	assert_true(devs[0]->absent && devs[0]->sata.atapi);
	assert_int_equal(mock_log_errors(), 0);
	failures = 0;
	assert_int_equal(devs[0]->ops->check(devs[0]), 0);
	assert_false(devs[0]->absent);
	assert_int_equal(devs[0]->blocks, CD_BLOCKS);
	setup(NULL);
	ports[DISK_PORT].sig = 0x96690101;
	ports[CD_PORT].ssts = 0;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 0);
	assert_int_equal(env_allocated, 0);
}

static void bad_disks(void **state)
{
	ports[CD_PORT].ssts = 0;
	put_le64(0, id + 2 * ATA_ID_SECTORS_48);
	probe();
	assert_int_equal(dev_count, 0);
	put_le64(BLOCKS, id + 2 * ATA_ID_SECTORS_48);
	put_le16(0, id + 2 * ATA_ID_COMMANDS);
	probe();
	assert_true(mock_log_has("no 48-bit addresses"));
	put_le16(0x4000 | ATA_ID_LBA48, id + 2 * ATA_ID_COMMANDS);
	put_le16(0x4000 | ATA_ID_LONG_SECTORS, id + 2 * ATA_ID_SECTOR_SIZE);
	put_le32(0xffffffff, id + 2 * ATA_ID_SECTOR_WORDS);
	probe();
	assert_int_equal(dev_count, 0);
	assert_int_equal(env_allocated, 0);
}

static void bad_adapters(void **state)
{
	cap = 0;
	assert_int_equal(probe(), -ENODEV);
	assert_int_equal(mock_log_errors(), 1);
	setup(NULL);
	pci.bar[5].addr = 0;
	assert_int_equal(probe(), -ENODEV);
	setup(NULL);
	/* Registers of a few ports only, whatever the adapter says. */
	pci.bar[5].size = 0x100 + 2 * 0x80;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 1);
	setup(NULL);
	pci.bar[5].size = 0x80;
	assert_int_equal(probe(), -ENODEV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(good, setup),
		cmocka_unit_test_setup(other_adapters, setup),
		cmocka_unit_test_setup(errors, setup),
		cmocka_unit_test_setup(silence, setup),
		cmocka_unit_test_setup(nothing_there, setup),
		cmocka_unit_test_setup(bad_disks, setup),
		cmocka_unit_test_setup(bad_adapters, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
