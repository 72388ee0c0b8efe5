/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of drivers/ide: a disk and a CD-ROM drive, and what they may do wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#include <asm/io.h>
#include <fw/alloc.h>
#include <fw/ata.h>
#include <fw/block.h>
#include <fw/errno.h>
#include <fw/pci.h>
#include <spec/ide.h>

#include "driver_env.h"
#include "support.h"

#define MASTER		0xc000
#define BLOCKS		2048u
#define CD_BLOCKS	16u
#define LOW_SIZE	MiB(2)

extern const struct pci_driver *const pci_drivers_start[], *const pci_drivers_end[];

/* Ports of a channel: the ones that are written first come back with a second write. */
struct channel {
	u8 reg[8], high[8];
	u8 control, command, master_status;
	u32 table;
	u8 packet[12];
	unsigned int packet_at, data_at;
	bool is_packet;
};

static struct pci_dev pci;
static struct channel channels[2];
static u8 disk[BLOCKS * 512], cd[CD_BLOCKS * 2048], id[ATA_ID_SIZE];
static u8 *low;
static size_t low_used;
static bool low_alloc_fails;

/* What goes wrong. */
static bool silent, busy, stays_drq, master_error, no_drq;
static unsigned int failures;
static u8 sense_key, sense_asc, none;

static struct block_device *devs[4];
static unsigned int dev_count, last_code;

int block_register(struct block_device *d)
{
	if (!d->absent && (d->blocks == 0 || d->block_size < 512 || d->block_size > 65536))
		return -EINVAL;
	assert_true(dev_count < 4);
	devs[dev_count++] = d;
	return 0;
}

static void *low_take(size_t size)
{
	void *ptr = low + low_used;

	assert_true(low_used + size <= LOW_SIZE);
	low_used += ALIGN_UP(size, (size_t)4096);
	return memset(ptr, 0, size);
}

int page_alloc(enum mem_type type, u64 size, u64 align, phys_addr_t max, phys_addr_t *base)
{
	assert_int_equal(max, PHYS_MAX_32);
	if (low_alloc_fails)
		return -ENOMEM;
	*base = (uintptr_t)low_take(size);
	return 0;
}

void *dma_alloc(size_t size, phys_addr_t *dev)
{
	if (low_alloc_fails)
		return NULL;
	*dev = (uintptr_t)low_take(size);
	return (void *)(uintptr_t)*dev;
}

void dma_free(void *ptr, size_t size)
{
}

static struct channel *channel_of(u16 port, unsigned int *reg)
{
	struct channel *ch = &channels[(port & 0x80) ? 0 : 1];

	*reg = port & 7;
	return ch;
}

/* The drive that is selected: 0.0 is a disk, 1.1 a CD-ROM drive. */
static bool is_disk(const struct channel *ch)
{
	return ch == &channels[0] && !(ch->reg[IDE_DEVICE] & IDE_DEVICE_1);
}

static bool is_cd(const struct channel *ch)
{
	return ch == &channels[1] && (ch->reg[IDE_DEVICE] & IDE_DEVICE_1);
}

/* Moves data as the table says. Return: whether there is room in it for all of it. */
static bool move(const struct channel *ch, u8 *data, u32 len, bool to_memory)
{
	const struct ide_prd *prd = (void *)(uintptr_t)ch->table;
	u32 part;
	void *at;

	assert_int_equal(ch->command & IDE_MASTER_TO_MEMORY, to_memory ? IDE_MASTER_TO_MEMORY : 0);
	for (; len; prd++) {
		part = le16_to_cpu(prd->count) ? le16_to_cpu(prd->count) : IDE_PRD_MAX;
		assert_int_equal(part % 2, 0);
		assert_int_equal(le32_to_cpu(prd->addr) % 2, 0);
		assert_true((le32_to_cpu(prd->addr) & 0xffff) + part <= 0x10000);
		part = MIN(part, len);
		at = (void *)(uintptr_t)le32_to_cpu(prd->addr);
		if (to_memory)
			memcpy(at, data, part);
		else
			memcpy(data, at, part);
		data += part;
		len -= part;
		if (le16_to_cpu(prd->flags) & IDE_PRD_LAST)
			break;
	}
	return len == 0;
}

static u64 register_lba(const struct channel *ch, bool is_ext, u32 *count)
{
	u64 lba = ch->reg[IDE_LBA_LOW] | ch->reg[IDE_LBA_MID] << 8 | ch->reg[IDE_LBA_HIGH] << 16;

	assert_true(ch->reg[IDE_DEVICE] & ATA_DEVICE_LBA);
	*count = ch->reg[IDE_COUNT];
	if (!is_ext) {
		*count = *count ? *count : 256;
		return lba | (u64)(ch->reg[IDE_DEVICE] & 0xf) << 24;
	}
	*count |= (u32)ch->high[IDE_COUNT] << 8;
	return lba | (u64)ch->high[IDE_LBA_LOW] << 24 | (u64)ch->high[IDE_LBA_MID] << 32 |
	       (u64)ch->high[IDE_LBA_HIGH] << 40;
}

static void end(struct channel *ch, bool good)
{
	ch->reg[IDE_STATUS] = good ? 0x50 : 0x51;
	if (silent)
		ch->reg[IDE_STATUS] = ATA_STATUS_BSY;
	else if (stays_drq)
		ch->reg[IDE_STATUS] |= ATA_STATUS_DRQ;
}

static void run_disk(struct channel *ch)
{
	bool is_ext = last_code == ATA_READ_DMA_EXT || last_code == ATA_WRITE_DMA_EXT;
	u32 count;
	u64 lba = register_lba(ch, is_ext, &count);

	assert_true(lba + count <= BLOCKS);
	if (failures) {
		failures--;
		end(ch, false);
		return;
	}
	assert_true(move(ch, disk + lba * 512, count * 512,
			 last_code == ATA_READ_DMA_EXT || last_code == ATA_READ_DMA));
	end(ch, true);
}

static bool answer(struct channel *ch, const void *data, u32 len)
{
	u8 copy[2048 * CD_BLOCKS];

	memcpy(copy, data, len);
	move(ch, copy, len, true);
	return true;
}

static bool run_packet(struct channel *ch)
{
	const u8 *p = ch->packet;
	u8 sense[18] = { 0x70, 0, sense_key, [12] = sense_asc };
	u8 inquiry[36] = { SCSI_TYPE_CDROM, SCSI_REMOVABLE };
	u8 capacity[8] = { 0, 0, 0, CD_BLOCKS - 1, 0, 0, 8, 0 };
	u32 lba = p[4] << 8 | p[5];

	if (p[0] == SCSI_REQUEST_SENSE)
		return answer(ch, sense, sizeof(sense));
	if (p[0] != SCSI_INQUIRY && failures) {
		failures--;
		return false;
	}
	if (p[0] == SCSI_INQUIRY)
		return answer(ch, inquiry, sizeof(inquiry));
	if (p[0] == SCSI_READ_CAPACITY_10)
		return answer(ch, capacity, sizeof(capacity));
	assert_int_equal(p[0], SCSI_READ_10);
	return answer(ch, cd + lba * 2048, p[8] * 2048u);
}

static void write_command(struct channel *ch, u8 code)
{
	last_code = code;
	ch->is_packet = false;
	end(ch, true);
	if (code == ATA_IDENTIFY_DEVICE && is_disk(ch)) {
		ch->reg[IDE_STATUS] |= no_drq ? 0 : ATA_STATUS_DRQ;
		ch->data_at = 0;
	} else if (code == ATA_IDENTIFY_DEVICE) {
		end(ch, false);
		ch->reg[IDE_LBA_MID] = is_cd(ch) ? 0x14 : 0x33;
		ch->reg[IDE_LBA_HIGH] = 0xeb;
	} else if (code == ATA_PACKET) {
		assert_true(is_cd(ch));
		ch->is_packet = true;
		ch->packet_at = 0;
		ch->reg[IDE_STATUS] |= no_drq ? 0 : ATA_STATUS_DRQ;
	} else if (code == ATA_FLUSH_CACHE || code == ATA_FLUSH_CACHE_EXT) {
		assert_true(is_disk(ch));
	} else {
		assert_true(is_disk(ch));
		ch->reg[IDE_STATUS] |= ATA_STATUS_DRQ;
	}
}

static void write_data(struct channel *ch, u32 value)
{
	assert_true(ch->is_packet && ch->packet_at < 12);
	memcpy(ch->packet + ch->packet_at, &value, 4);
	ch->packet_at += 4;
	if (ch->packet_at < 12)
		return;
	/* Without data there is nothing to wait for. */
	if (ch->packet[0] == SCSI_TEST_UNIT_READY) {
		end(ch, !failures);
		failures -= failures ? 1 : 0;
		return;
	}
	assert_int_equal(ch->reg[IDE_FEATURES], ATA_PACKET_DMA);
}

static void write_master(unsigned int reg, u32 value, unsigned int width)
{
	struct channel *ch = &channels[reg / 8];

	if (reg % 8 == IDE_MASTER_TABLE) {
		assert_int_equal(width, 4);
		ch->table = value;
	} else if (reg % 8 == IDE_MASTER_STATUS) {
		ch->master_status &= ~(value & 6);
	} else {
		assert_int_equal(reg % 8, IDE_MASTER_COMMAND);
		ch->command = (u8)value;
		if (!(value & IDE_MASTER_START))
			return;
		if (ch->is_packet)
			end(ch, run_packet(ch));
		else
			run_disk(ch);
		if (master_error)
			ch->master_status |= IDE_MASTER_ERROR;
	}
}

u32 mock_io_read(u16 port, unsigned int width)
{
	struct channel *ch;
	unsigned int reg;
	u32 value;

	env_exits++;
	if (port >= MASTER) {
		assert_int_equal((port - MASTER) % 8, IDE_MASTER_STATUS);
		return channels[(port - MASTER) / 8].master_status;
	}
	ch = channel_of(port, &reg);
	if (reg == IDE_DATA) {
		assert_int_equal(width, 4);
		assert_true(ch->data_at < ATA_ID_SIZE);
		memcpy(&value, id + ch->data_at, 4);
		ch->data_at += 4;
		if (ch->data_at == ATA_ID_SIZE)
			ch->reg[IDE_STATUS] = 0x50;
		return value;
	}
	if (reg == IDE_STATUS && !is_disk(ch) && !is_cd(ch))
		return none;
	if (reg == IDE_STATUS && busy)
		return ATA_STATUS_BSY;
	return ch->reg[reg];
}

void mock_io_write(u16 port, u32 value, unsigned int width)
{
	struct channel *ch;
	unsigned int reg;

	env_exits++;
	if (port >= MASTER) {
		write_master(port - MASTER, value, width);
		return;
	}
	ch = channel_of(port, &reg);
	if (port & 0x200) {
		assert_true(port == IDE_CONTROL_PRIMARY || port == IDE_CONTROL_SECONDARY);
		ch->control = (u8)value;
		return;
	}
	if (reg == IDE_DATA) {
		assert_int_equal(width, 4);
		write_data(ch, value);
		return;
	}
	if (reg == IDE_COMMAND) {
		write_command(ch, (u8)value);
		return;
	}
	ch->high[reg] = ch->reg[reg];
	ch->reg[reg] = (u8)value;
}

static int setup(void **state)
{
	size_t i;

	env_init();
	memset(channels, 0, sizeof(channels));
	channels[0].reg[IDE_STATUS] = channels[1].reg[IDE_STATUS] = 0x50;
	pci = (struct pci_dev) { .class_rev = PCI_CLASS_IDE << 8, .bdf = PCI_BDF(0, 1, 1) };
	pci.bar[4] = (struct pci_bar) { .size = 16, .addr = MASTER, .space = PCI_SPACE_IO };
	for (i = 0; i < sizeof(disk); i++)
		disk[i] = (u8)(i + i / 512);
	for (i = 0; i < sizeof(cd); i++)
		cd[i] = (u8)(i * 3 + i / 2048);
	memset(id, 0, sizeof(id));
	put_le16(ATA_ID_DMA | ATA_ID_LBA, id + 2 * ATA_ID_CAPABILITIES);
	put_le16(0x4000 | ATA_ID_LBA48 | ATA_ID_FLUSH_EXT | ATA_ID_FLUSH, id + 2 * ATA_ID_COMMANDS);
	put_le32(BLOCKS - 1, id + 2 * ATA_ID_SECTORS_28);
	put_le64(BLOCKS, id + 2 * ATA_ID_SECTORS_48);
	if (!low)
		low = mmap(NULL, LOW_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	assert_true((uintptr_t)low <= PHYS_MAX_32);
	low_used = 0;
	low_alloc_fails = silent = busy = stays_drq = master_error = no_drq = false;
	failures = 0;
	sense_key = sense_asc = none = 0;
	dev_count = 0;
	mock_log_reset();
	return 0;
}

static int probe(void)
{
	return pci_drivers_start[0]->probe(&pci);
}

static void good(void **state)
{
	u8 *buf;

	assert_int_equal(probe(), 0);
	assert_int_equal(mock_log_errors(), 0);
	assert_int_equal(dev_count, 2);
	assert_int_equal(devs[0]->bus, BLOCK_BUS_IDE);
	assert_int_equal(devs[0]->ide.channel | devs[0]->ide.drive, 0);
	assert_false(devs[0]->ide.atapi || devs[0]->read_only);
	assert_int_equal(devs[0]->blocks, BLOCKS);
	assert_int_equal(devs[1]->ide.channel & devs[1]->ide.drive, 1);
	assert_true(devs[1]->ide.atapi && devs[1]->read_only && devs[1]->removable);
	assert_int_equal(devs[1]->blocks, CD_BLOCKS);
	assert_int_equal(channels[0].control, IDE_CONTROL_NIEN);
	buf = low_take(0x90000);
	/* Short registers, and few accesses. */
	env_exits = 0;
	assert_int_equal(devs[0]->ops->read(devs[0], 60, 4, buf), 0);
	assert_int_equal(last_code, ATA_READ_DMA);
	assert_memory_equal(buf, disk + 60 * 512, 2048);
	assert_true(env_exits <= 14);
	memset(buf, 0x24, 1024);
	assert_int_equal(devs[0]->ops->write(devs[0], 1, 2, buf), 0);
	assert_int_equal(last_code, ATA_WRITE_DMA);
	assert_memory_equal(disk + 512, buf, 1024);
	assert_int_equal(devs[0]->ops->flush(devs[0]), 0);
	assert_int_equal(last_code, ATA_FLUSH_CACHE_EXT);
	assert_int_equal(devs[1]->ops->read(devs[1], 8, 8, buf), 0);
	assert_memory_equal(buf, cd + 8 * 2048, 8 * 2048);
	devs[0]->ops->quiesce(devs[0]);
	assert_int_equal(channels[0].control, 0);
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
}

/* Across 64 KiB, in more than one command, with each kind of address. */
static void large(void **state)
{
	u8 *buf;

	assert_int_equal(probe(), 0);
	buf = low_take(BLOCKS * 512 + 4096);
	assert_int_equal(devs[0]->ops->read(devs[0], 0, BLOCKS, buf + 2), 0);
	assert_int_equal(last_code, ATA_READ_DMA_EXT);
	assert_memory_equal(buf + 2, disk, sizeof(disk));
	assert_int_equal(devs[0]->ops->read(devs[0], 5, 257, buf), 0);
	assert_memory_equal(buf, disk + 5 * 512, 257 * 512);
	assert_int_equal(devs[0]->ops->read(devs[0], 5, 256, buf), 0);
	assert_int_equal(last_code, ATA_READ_DMA);
	assert_memory_equal(buf, disk + 5 * 512, 256 * 512);
	setup(NULL);
	put_le16(0x4000 | ATA_ID_FLUSH, id + 2 * ATA_ID_COMMANDS);
	assert_int_equal(probe(), 0);
	assert_int_equal(devs[0]->blocks, BLOCKS - 1);
	buf = low_take(BLOCKS * 512);
	assert_int_equal(devs[0]->ops->read(devs[0], 0, BLOCKS - 1, buf), 0);
	assert_int_equal(last_code, ATA_READ_DMA);
	assert_memory_equal(buf, disk, sizeof(disk) - 512);
	assert_int_equal(devs[0]->ops->flush(devs[0]), 0);
	assert_int_equal(last_code, ATA_FLUSH_CACHE);
}

/* A buffer that the adapter cannot reach. */
static void high_memory(void **state)
{
	u8 *buf = malloc(1024 * 512);

	assert_true((uintptr_t)buf > PHYS_MAX_32);
	assert_int_equal(probe(), 0);
	assert_int_equal(devs[0]->ops->read(devs[0], 1, 1024, buf), 0);
	assert_memory_equal(buf, disk + 512, 1024 * 512);
	memset(buf, 0x77, 1024);
	assert_int_equal(devs[0]->ops->write(devs[0], 7, 2, buf), 0);
	assert_memory_equal(disk + 7 * 512, buf, 1024);
	assert_int_equal(devs[1]->ops->read(devs[1], 1, 3, buf), 0);
	assert_memory_equal(buf, cd + 2048, 3 * 2048);
	setup(NULL);
	assert_int_equal(probe(), 0);
	low_alloc_fails = true;
	assert_int_equal(devs[0]->ops->read(devs[0], 1, 1, buf), -ENOMEM);
	free(buf);
}

static void errors(void **state)
{
	u8 *buf;

	assert_int_equal(probe(), 0);
	buf = low_take(4096);
	failures = 1;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), 0);
	master_error = true;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	master_error = false;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), 0);
	failures = 2;
	sense_key = SCSI_SENSE_UNIT_ATTENTION;
	assert_int_equal(devs[1]->ops->read(devs[1], 0, 1, buf), 0);
	failures = 1;
	sense_key = 3;
	sense_asc = 0x11;
	assert_int_equal(devs[1]->ops->read(devs[1], 0, 1, buf), -EIO);
	assert_true(mock_log_has("sense 3/11"));
	/* It does not take the packet. */
	no_drq = true;
	assert_int_equal(devs[1]->ops->read(devs[1], 0, 1, buf), -EIO);
}

static void silence(void **state)
{
	u8 *buf;

	assert_int_equal(probe(), 0);
	buf = low_take(4096);
	silent = true;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -ETIMEDOUT);
	assert_true(mock_log_has("no answer to command c8"));
	assert_int_equal(channels[0].command, 0);
	silent = false;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	/* The other channel is not touched by it. */
	assert_int_equal(devs[1]->ops->read(devs[1], 0, 1, buf), 0);
	stays_drq = true;
	assert_int_equal(devs[1]->ops->read(devs[1], 0, 1, buf), -ETIMEDOUT);
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
}

/* An empty drive gets a medium, and loses it. */
static void media(void **state)
{
	u8 *buf;

	sense_key = SCSI_SENSE_NOT_READY;
	sense_asc = SCSI_ASC_NO_MEDIUM;
	failures = 1000;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 2);
	assert_true(devs[1]->absent && devs[1]->removable);
	assert_int_equal(mock_log_errors(), 0);
	failures = 0;
	assert_int_equal(devs[1]->ops->check(devs[1]), 0);
	assert_false(devs[1]->absent);
	assert_int_equal(devs[1]->medium, 1);
	assert_int_equal(devs[1]->blocks, CD_BLOCKS);
	buf = low_take(4096);
	assert_int_equal(devs[1]->ops->read(devs[1], 0, 1, buf), 0);
	failures = 1000;
	assert_int_equal(devs[1]->ops->read(devs[1], 0, 1, buf), -EIO);
	assert_int_equal(devs[1]->ops->check(devs[1]), 0);
	assert_true(devs[1]->absent);
	assert_int_equal(devs[1]->medium, 2);
}

/* An adapter without drives costs little. */
static void nothing_there(void **state)
{
	static const u8 nobody[] = { 0, 0x7f, 0xff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nobody); i++) {
		setup(NULL);
		none = nobody[i];
		channels[0].reg[IDE_STATUS] = channels[1].reg[IDE_STATUS] = nobody[i];
		assert_int_equal(probe(), 0);
		assert_int_equal(dev_count, 0);
		assert_int_equal(mock_log_errors(), 0);
		assert_int_equal(env_allocated, 0);
		assert_true(env_exits <= 8 + 2);
	}
	/* Something that is neither a disk nor takes packets. */
	setup(NULL);
	none = 0x50;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 2);
	setup(NULL);
	no_drq = true;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 0);
}

static void bad_disks(void **state)
{
	put_le64(0, id + 2 * ATA_ID_SECTORS_48);
	probe();
	assert_int_equal(dev_count, 1);
	setup(NULL);
	put_le16(ATA_ID_LBA, id + 2 * ATA_ID_CAPABILITIES);
	probe();
	assert_int_equal(dev_count, 1);
	assert_true(mock_log_has("without DMA"));
	setup(NULL);
	put_le16(ATA_ID_DMA, id + 2 * ATA_ID_CAPABILITIES);
	put_le16(0, id + 2 * ATA_ID_COMMANDS);
	probe();
	assert_int_equal(dev_count, 1);
	setup(NULL);
	put_le16(0x4000 | ATA_ID_LONG_SECTORS, id + 2 * ATA_ID_SECTOR_SIZE);
	put_le32(0x7fffffff, id + 2 * ATA_ID_SECTOR_WORDS);
	probe();
	assert_int_equal(dev_count, 1);
}

static void bad_adapters(void **state)
{
	pci.bar[4].addr = 0;
	assert_int_equal(probe(), -ENODEV);
	assert_int_equal(mock_log_errors(), 1);
	setup(NULL);
	pci.bar[4].space = PCI_SPACE_MEM;
	assert_int_equal(probe(), -ENODEV);
	setup(NULL);
	pci.bar[4].size = 8;
	assert_int_equal(probe(), -ENODEV);
	setup(NULL);
	low_alloc_fails = true;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 0);
	setup(NULL);
	env_allocs_left = 1;
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 0);
	assert_int_equal(env_allocated, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(good, setup),
		cmocka_unit_test_setup(large, setup),
		cmocka_unit_test_setup(high_memory, setup),
		cmocka_unit_test_setup(errors, setup),
		cmocka_unit_test_setup(silence, setup),
		cmocka_unit_test_setup(media, setup),
		cmocka_unit_test_setup(nothing_there, setup),
		cmocka_unit_test_setup(bad_disks, setup),
		cmocka_unit_test_setup(bad_adapters, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
