/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of disks and partitions as UEFI sees them: handles and paths, every
 * error of Block I/O and Disk I/O, and what is read and written.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/block.h>
#include <fw/byteorder.h>
#include <fw/crc.h>
#include <fw/errno.h>
#include <fw/pci.h>
#include <spec/efi/partition_info.h>

#include "block_io.h"
#include "cache.h"
#include "efi_world.h"
#include "support.h"
#include "tpl.h"

#define BLOCKS		256u
#define CD_BLOCKS	64u
#define ESP_FIRST	40u
#define ESP_LAST	63u
#define DATA_FIRST	64u
#define DATA_LAST	99u

static u8 disk_data[BLOCKS * 512], cd_data[CD_BLOCKS * 2048], ref[BLOCKS * 512];
static int fail;
static efi_tpl_t tpl_seen;
static unsigned int flushes;

static struct pci_dev root_port = { .bdf = PCI_BDF(0, 2, 1), .is_bridge = true };
static struct pci_dev blk = { .bdf = PCI_BDF(0, 4, 0) };
static struct pci_dev scsi = { .bdf = PCI_BDF(3, 7, 2), .parent = &root_port };
static struct pci_dev ahci = { .bdf = PCI_BDF(0, 0x1f, 2) };
static struct pci_dev nvme = { .bdf = PCI_BDF(0x40, 1, 0) };

static u8 *data_of(struct block_device *dev)
{
	return dev->block_size == 2048 ? cd_data : disk_data;
}

static int disk_read(struct block_device *dev, u64 lba, u64 count, void *buf)
{
	assert_true(lba < dev->blocks && count <= dev->blocks - lba && count);
	tpl_seen = efi_tpl;
	if (fail)
		return fail;
	memcpy(buf, data_of(dev) + lba * dev->block_size, count * dev->block_size);
	return 0;
}

static int disk_write(struct block_device *dev, u64 lba, u64 count, const void *buf)
{
	assert_true(lba < dev->blocks && count <= dev->blocks - lba && count);
	tpl_seen = efi_tpl;
	if (fail)
		return fail;
	memcpy(data_of(dev) + lba * dev->block_size, buf, count * dev->block_size);
	return 0;
}

static int disk_flush(struct block_device *dev)
{
	flushes++;
	return fail;
}

static void disk_quiesce(struct block_device *dev)
{
}

/* What a look at the CD-ROM drive finds. */
static struct {
	bool changed, absent;
	u64 blocks;
	unsigned int looks;
} drive;

static int disk_check(struct block_device *dev)
{
	drive.looks++;
	assert_int_equal(efi_tpl, TPL_CALLBACK);
	if (!drive.changed)
		return 0;
	drive.changed = false;
	dev->medium++;
	dev->absent = drive.absent;
	dev->blocks = drive.blocks;
	return 0;
}

static const struct block_ops disk_ops = {
	disk_read, disk_write, disk_flush, disk_check, disk_quiesce
};

static struct block_device disk = {
	.ops = &disk_ops, .pci = &blk, .bus = BLOCK_BUS_NONE,
	.block_size = 512, .blocks = BLOCKS, .name = "disk",
};
static struct block_device scsi_disk = {
	.ops = &disk_ops, .pci = &scsi, .bus = BLOCK_BUS_SCSI, .scsi = { 5, 0x301 },
	.block_size = 512, .blocks = 16, .name = "scsi", .read_only = true,
};
static struct block_device cd = {
	.ops = &disk_ops, .pci = &ahci, .bus = BLOCK_BUS_SATA, .sata = { 3, true },
	.block_size = 2048, .blocks = CD_BLOCKS, .name = "cd", .read_only = true, .removable = true,
};
static struct block_device nvme_disk = {
	.ops = &disk_ops, .pci = &nvme, .bus = BLOCK_BUS_NVME,
	.nvme = { 7, { 1, 2, 3, 4, 5, 6, 7, 8 } },
	.block_size = 512, .blocks = 16, .name = "nvme",
};

static void make_gpt(void)
{
	struct gpt_header *h = (void *)(disk_data + 512);
	struct gpt_entry *e = (void *)(disk_data + 1024);
	struct mbr_record *r = (void *)(disk_data + MBR_RECORDS);

	memset(disk_data, 0, 34 * 512);
	put_le16(MBR_MAGIC_VALUE, disk_data + MBR_MAGIC);
	r->type = MBR_TYPE_GPT;
	memcpy(e[0].type, &efi_guid_system_partition, 16);
	memset(e[0].unique, 0xe1, 16);
	e[0].first = cpu_to_le64(ESP_FIRST);
	e[0].last = cpu_to_le64(ESP_LAST);
	/* A type that is the name of a protocol. */
	memcpy(e[4].type, &efi_guid_simple_file_system, 16);
	memset(e[4].unique, 0xe5, 16);
	e[4].first = cpu_to_le64(DATA_FIRST);
	e[4].last = cpu_to_le64(DATA_LAST);
	*h = (struct gpt_header) {
		.signature = cpu_to_le64(GPT_SIGNATURE), .revision = cpu_to_le32(GPT_REVISION),
		.header_size = cpu_to_le32(GPT_HEADER_SIZE), .my_lba = cpu_to_le64(1),
		.first_usable = cpu_to_le64(34), .last_usable = cpu_to_le64(BLOCKS - 34),
		.entries_lba = cpu_to_le64(2), .entry_count = cpu_to_le32(128),
		.entry_size = cpu_to_le32(128), .entries_crc = cpu_to_le32(crc32(0, e, 128 * 128)),
	};
	h->header_crc = cpu_to_le32(crc32(0, h, GPT_HEADER_SIZE));
}

static void make_cd(void)
{
	u8 *catalog = cd_data + 20 * 2048;

	memcpy(cd_data + 16 * 2048, "\1CD001\1", 7);
	put_le32(CD_BLOCKS, cd_data + 16 * 2048 + ISO_SPACE_SIZE);
	memcpy(cd_data + 17 * 2048, "\0CD001\1EL TORITO SPECIFICATION", 30);
	put_le32(20, cd_data + 17 * 2048 + ISO_BOOT_CATALOG);
	catalog[0] = 1;
	put_le16(0xaa55, catalog + 30);
	put_le16((u16)-(0xaa55 + 1), catalog + 28);
	catalog[32] = ELTORITO_BOOTABLE;
	put_le16(16, catalog + 32 + ELTORITO_COUNT);
	put_le32(30, catalog + 32 + ELTORITO_START);
}

static void make_data(void)
{
	size_t i;

	for (i = 0; i < sizeof(disk_data); i++)
		disk_data[i] = (u8)(i * 7 + i / 256);
	make_gpt();
	memcpy(ref, disk_data, sizeof(ref));
}

/* The tests change the disks behind the cache's back. */
static void cache_forget_all(void)
{
	cache_forget(&disk, 0, disk.blocks);
	cache_forget(&scsi_disk, 0, scsi_disk.blocks);
}

static int group_setup(void **state)
{
	make_data();
	make_cd();
	assert_int_equal(block_register(&disk), 0);
	assert_int_equal(block_register(&scsi_disk), 0);
	assert_int_equal(block_register(&cd), 0);
	assert_int_equal(block_register(&nvme_disk), 0);
	return world_start(state);
}

static int setup(void **state)
{
	fail = 0;
	flushes = 0;
	mock_log_reset();
	return 0;
}

/* The block whose path is exactly this; NULL if there is none. */
static struct efi_block *find(const char *path, size_t size)
{
	struct efi_block *block, *found = NULL;
	efi_handle_t *handles;
	efi_uintn_t i, count;
	void *interface;

	assert_int_equal(efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &efi_guid_disk_io, NULL,
						  &count, &handles), EFI_SUCCESS);
	for (i = 0; i < count && !found; i++) {
		assert_int_equal(efi_handle_protocol(handles[i], &efi_guid_disk_io, &interface),
				 EFI_SUCCESS);
		block = efi_disk_io_block(interface);
		assert_non_null(block);
		assert_ptr_equal(block->handle, handles[i]);
		if (efi_dp_size(block->path, 1000) == size && !memcmp(block->path, path, size))
			found = block;
	}
	efi_free_pool(handles);
	return found;
}

#define ROOT(bus)	"\x02\x01\x0c\0\xd0\x41\x03\x0a" bus "\0\0\0"
#define PCI(dev, fn)	"\x01\x01\x06\0" fn dev
#define END		"\x7f\xff\x04"		/* and the NUL */
#define FIND(path)	find(path, sizeof(path))

#define DISK_PATH	ROOT("\0") PCI("\x04", "\0")
#define ESP_NODE	"\x04\x01\x2a\0\x01\0\0\0" "\x28\0\0\0\0\0\0\0" "\x18\0\0\0\0\0\0\0" \
	"\xe1\xe1\xe1\xe1\xe1\xe1\xe1\xe1\xe1\xe1\xe1\xe1\xe1\xe1\xe1\xe1\x02\x02"
#define DATA_NODE	"\x04\x01\x2a\0\x05\0\0\0" "\x40\0\0\0\0\0\0\0" "\x24\0\0\0\0\0\0\0" \
	"\xe5\xe5\xe5\xe5\xe5\xe5\xe5\xe5\xe5\xe5\xe5\xe5\xe5\xe5\xe5\xe5\x02\x02"
#define CD_PATH		ROOT("\0") PCI("\x1f", "\x02") "\x03\x12\x0a\0\x03\0\xff\xff\0\0"
#define CD_NODE		"\x04\x02\x18\0\0\0\0\0" "\x1e\0\0\0\0\0\0\0" "\x04\0\0\0\0\0\0\0"
#define SCSI_PATH	ROOT("\0") PCI("\x02", "\x01") PCI("\x07", "\x02") \
	"\x03\x02\x08\0\x05\0\x01\x03"
#define NVME_PATH	ROOT("\x40") PCI("\x01", "\0") \
	"\x03\x17\x10\0\x07\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08"

static struct efi_block *whole(void)
{
	return FIND(DISK_PATH END);
}

static struct efi_block *esp(void)
{
	return FIND(DISK_PATH ESP_NODE END);
}

static void paths(void **state)
{
	static const struct {
		const char *path;
		size_t size;
		u64 start, blocks;
		bool part;
	} expected[] = {
		{ DISK_PATH END, sizeof(DISK_PATH END), 0, BLOCKS, false },
		{ SCSI_PATH END, sizeof(SCSI_PATH END), 0, 16, false },
		{ CD_PATH END, sizeof(CD_PATH END), 0, CD_BLOCKS, false },
		{ NVME_PATH END, sizeof(NVME_PATH END), 0, 16, false },
		{ DISK_PATH ESP_NODE END, sizeof(DISK_PATH ESP_NODE END), ESP_FIRST, 24, true },
		{ DISK_PATH DATA_NODE END, sizeof(DISK_PATH DATA_NODE END), DATA_FIRST, 36, true },
		{ CD_PATH CD_NODE END, sizeof(CD_PATH CD_NODE END), 30, 4, true },
	};
	struct efi_block *block;
	void *interface;
	efi_uintn_t count;
	efi_handle_t *handles;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		block = find(expected[i].path, expected[i].size);
		assert_non_null(block);
		assert_int_equal(block->start, expected[i].start);
		assert_int_equal(block->media.last_block, expected[i].blocks - 1);
		assert_int_equal(block->media.logical_partition, expected[i].part);
		assert_int_equal(efi_handle_protocol(block->handle, &efi_guid_device_path,
						     &interface), EFI_SUCCESS);
		assert_int_equal(efi_dp_size(interface, 1000), expected[i].size);
		assert_memory_equal(interface, expected[i].path, expected[i].size);
		assert_int_equal(efi_handle_protocol(block->handle, &efi_guid_disk_io,
						     &interface), EFI_SUCCESS);
		assert_ptr_equal(interface, &block->disk_io);
	}
	assert_int_equal(efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &efi_guid_block_io, NULL,
						  &count, &handles), EFI_SUCCESS);
	assert_int_equal(count, ARRAY_SIZE(expected));
	/* virtio-blk is its PCI function. */
	assert_ptr_equal(whole()->handle, efi_pci_handle(&blk));
	assert_ptr_not_equal(FIND(CD_PATH END)->handle, efi_pci_handle(&ahci));
}

static void media(void **state)
{
	struct efi_block_io_media *m = &FIND(CD_PATH CD_NODE END)->media;

	assert_int_equal(m->block_size, 2048);
	assert_true(m->removable_media && m->read_only && m->media_present);
	assert_false(m->write_caching);
	assert_int_equal(m->io_align, 1);
	m = whole()->block_io.media;
	assert_int_equal(m->block_size, 512);
	assert_false(m->removable_media || m->read_only || m->logical_partition);
	assert_true(m->write_caching);
	assert_int_equal(whole()->block_io.revision, 0x10000);
	assert_int_equal(whole()->disk_io.revision, 0x10000);
}

/* A disk cannot make protocols appear, but its system partition can be found. */
static void partition_types(void **state)
{
	struct efi_block *data = FIND(DISK_PATH DATA_NODE END);
	struct efi_partition_info *info;
	efi_uintn_t count;
	efi_handle_t *handles;
	void *interface;

	assert_int_equal(efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL,
						  &efi_guid_system_partition, NULL, &count,
						  &handles), EFI_SUCCESS);
	assert_int_equal(count, 1);
	assert_ptr_equal(handles[0], esp()->handle);
	assert_int_equal(efi_locate_protocol(&efi_guid_simple_file_system, NULL, &interface),
			 EFI_NOT_FOUND);
	assert_int_equal(efi_handle_protocol(esp()->handle, &efi_guid_partition_info,
					     (void **)&info), EFI_SUCCESS);
	assert_int_equal(info->revision, 0x1000);
	assert_int_equal(info->type, EFI_PARTITION_GPT);
	assert_int_equal(info->system, 1);
	assert_memory_equal(&info->info.gpt, disk_data + 1024, 128);
	assert_int_equal(efi_handle_protocol(data->handle, &efi_guid_partition_info,
					     (void **)&info), EFI_SUCCESS);
	assert_int_equal(info->system, 0);
	data = FIND(CD_PATH CD_NODE END);
	assert_int_equal(efi_handle_protocol(data->handle, &efi_guid_partition_info,
					     (void **)&info), EFI_SUCCESS);
	assert_int_equal(info->type, EFI_PARTITION_OTHER);
}

static void block_read_write(void **state)
{
	struct efi_block_io *io = &esp()->block_io;
	u8 buf[24 * 512 + 1];

	assert_int_equal(io->read_blocks(io, 1, 0, 24 * 512, buf + 1), EFI_SUCCESS);
	assert_memory_equal(buf + 1, ref + ESP_FIRST * 512, 24 * 512);
	memset(buf, 0x5a, 1024);
	assert_int_equal(io->write_blocks(io, 1, 22, 1024, buf), EFI_SUCCESS);
	assert_memory_equal(disk_data + 62 * 512, buf, 1024);
	assert_memory_equal(disk_data, ref, 62 * 512);
	assert_memory_equal(disk_data + 64 * 512, ref + 64 * 512, sizeof(ref) - 64 * 512);
	/* The whole disk sees what its part has got, although it was read before. */
	memset(buf, 0, 512);
	io = &whole()->block_io;
	assert_int_equal(io->read_blocks(io, 1, 62, 512, buf), EFI_SUCCESS);
	assert_int_equal(buf[0], 0x5a);
	assert_int_equal(io->flush_blocks(io), EFI_SUCCESS);
	assert_int_equal(flushes, 1);
	assert_int_equal(io->reset(io, true), EFI_SUCCESS);
	make_data();
	cache_forget_all();
}

static void block_errors(void **state)
{
	struct efi_block_io *io = &esp()->block_io;
	struct efi_block *disk_block = whole();
	u8 buf[1024];

	assert_int_equal(io->read_blocks(NULL, 1, 0, 512, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->write_blocks(NULL, 1, 0, 512, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->flush_blocks(NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(io->read_blocks(io, 1, 0, 512, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(io->write_blocks(io, 1, 0, 512, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(io->read_blocks(io, 1, 0, 0, NULL), EFI_SUCCESS);
	assert_int_equal(io->write_blocks(io, 1, 1000, 0, NULL), EFI_SUCCESS);
	assert_int_equal(io->read_blocks(io, 1, 0, 513, buf), EFI_BAD_BUFFER_SIZE);
	assert_int_equal(io->write_blocks(io, 1, 0, 511, buf), EFI_BAD_BUFFER_SIZE);
	assert_int_equal(io->read_blocks(io, 1, 24, 512, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->write_blocks(io, 1, 24, 512, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->read_blocks(io, 1, 23, 1024, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->read_blocks(io, 1, ~(u64)0, 1024, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->read_blocks(io, 1, 1, ~(u64)511, buf), EFI_INVALID_PARAMETER);
	/* The medium comes first, whatever else is wrong. */
	assert_int_equal(io->read_blocks(io, 2, 99, 513, NULL), EFI_MEDIA_CHANGED);
	assert_int_equal(io->write_blocks(io, 0, 99, 0, NULL), EFI_MEDIA_CHANGED);
	disk_block->media.media_present = false;
	assert_int_equal(io->read_blocks(io, 2, 99, 513, NULL), EFI_NO_MEDIA);
	assert_int_equal(io->write_blocks(io, 1, 0, 512, buf), EFI_NO_MEDIA);
	assert_int_equal(io->flush_blocks(io), EFI_NO_MEDIA);
	disk_block->media.media_present = true;
	fail = -EIO;
	cache_forget_all();
	assert_int_equal(io->read_blocks(io, 1, 0, 512, buf), EFI_DEVICE_ERROR);
	assert_int_equal(io->write_blocks(io, 1, 0, 512, buf), EFI_DEVICE_ERROR);
	assert_int_equal(io->flush_blocks(io), EFI_DEVICE_ERROR);
	fail = -ETIMEDOUT;
	assert_int_equal(io->read_blocks(io, 1, 0, 512, buf), EFI_DEVICE_ERROR);
	io = &FIND(SCSI_PATH END)->block_io;
	assert_int_equal(io->write_blocks(io, 1, 99, 513, NULL), EFI_WRITE_PROTECTED);
	assert_int_equal(io->write_blocks(io, 2, 0, 512, buf), EFI_MEDIA_CHANGED);
	assert_int_equal(io->flush_blocks(io), EFI_SUCCESS);
}

static void disk_read_any(void **state)
{
	struct efi_disk_io *io = &esp()->disk_io;
	const u8 *part = ref + ESP_FIRST * 512;
	u8 buf[24 * 512 + 2];
	u64 offset, size;

	for (offset = 0; offset < 1100; offset += 37) {
		for (size = 1; offset + size <= 24 * 512; size += 331) {
			memset(buf, 0xee, sizeof(buf));
			assert_int_equal(io->read_disk(io, 1, offset, size, buf + 1), EFI_SUCCESS);
			assert_memory_equal(buf + 1, part + offset, size);
			assert_int_equal(buf[0], 0xee);
			assert_int_equal(buf[1 + size], 0xee);
		}
	}
}

static void disk_write_any(void **state)
{
	struct efi_disk_io *io = &esp()->disk_io;
	u8 buf[4000];
	u64 offset, size;

	memset(buf, 0x77, sizeof(buf));
	for (offset = 0; offset < 1100; offset += 137) {
		for (size = 1; size < 4000; size += 511) {
			make_data();
			assert_int_equal(io->write_disk(io, 1, offset, size, buf), EFI_SUCCESS);
			memset(ref + ESP_FIRST * 512 + offset, 0x77, size);
			assert_memory_equal(disk_data, ref, sizeof(ref));
		}
	}
	make_data();
	cache_forget_all();
}

static void disk_errors(void **state)
{
	struct efi_disk_io *io = &esp()->disk_io;
	struct efi_block *disk_block = whole();
	u8 buf[1024];

	assert_int_equal(io->read_disk(NULL, 1, 0, 1, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->read_disk(io, 1, 0, 1, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(io->write_disk(io, 1, 0, 1, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(io->read_disk(io, 1, 0, 0, NULL), EFI_SUCCESS);
	assert_int_equal(io->read_disk(io, 1, 24 * 512, 1, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->read_disk(io, 1, 24 * 512 - 1, 2, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->write_disk(io, 1, ~(u64)0, 2, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->read_disk(io, 1, 2, ~(u64)0, buf), EFI_INVALID_PARAMETER);
	assert_int_equal(io->read_disk(io, 3, ~(u64)0, 1, NULL), EFI_MEDIA_CHANGED);
	assert_int_equal(io->write_disk(io, 3, ~(u64)0, 1, NULL), EFI_MEDIA_CHANGED);
	disk_block->media.media_present = false;
	assert_int_equal(io->read_disk(io, 3, 0, 1, buf), EFI_NO_MEDIA);
	disk_block->media.media_present = true;
	fail = -EIO;
	cache_forget_all();
	assert_int_equal(io->read_disk(io, 1, 1, 1000, buf), EFI_DEVICE_ERROR);
	assert_int_equal(io->write_disk(io, 1, 0, 512, buf), EFI_DEVICE_ERROR);
	assert_int_equal(io->write_disk(io, 1, 1, 1, buf), EFI_DEVICE_ERROR);
	io = &FIND(SCSI_PATH END)->disk_io;
	assert_int_equal(io->write_disk(io, 1, 0, 1, buf), EFI_WRITE_PROTECTED);
}

/* The level is raised for the transfer, but never lowered, and comes back. */
static void levels(void **state)
{
	struct efi_block_io *io = &whole()->block_io;
	u8 buf[512];
	efi_tpl_t tpl;

	cache_forget_all();
	assert_int_equal(io->read_blocks(io, 1, 0, 512, buf), EFI_SUCCESS);
	assert_int_equal(tpl_seen, TPL_CALLBACK);
	assert_int_equal(efi_tpl, TPL_APPLICATION);
	tpl = efi_raise_tpl(TPL_NOTIFY);
	cache_forget_all();
	assert_int_equal(io->read_blocks(io, 1, 0, 512, buf), EFI_SUCCESS);
	assert_int_equal(tpl_seen, TPL_NOTIFY);
	assert_int_equal(efi_tpl, TPL_NOTIFY);
	efi_restore_tpl(tpl);
}

/* Time passes, so that the next access looks at the drive. */
static void wait(void)
{
	world_pass(2000000);
}

static void change(bool absent, u64 blocks)
{
	drive.changed = true;
	drive.absent = absent;
	drive.blocks = blocks;
	wait();
}

static void EFIAPI count_notes(efi_event_t event, void *context)
{
	++*(unsigned int *)context;
}

/* A CD is taken out, and another one put in. */
static void medium_changes(void **state)
{
	struct efi_block *block = FIND(CD_PATH END);
	struct efi_block_io *io = &block->block_io, *part_io;
	struct efi_block *part = FIND(CD_PATH CD_NODE END);
	unsigned int notes = 0;
	void *registration;
	efi_event_t event;
	u8 buf[2048];
	efi_tpl_t tpl;

	assert_int_equal(efi_create_event(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, count_notes, &notes,
					  &event), EFI_SUCCESS);
	assert_int_equal(efi_register_protocol_notify(&efi_guid_block_io, event, &registration),
			 EFI_SUCCESS);
	/* A look now and then is enough. */
	wait();
	drive.looks = 0;
	assert_int_equal(io->read_blocks(io, 1, 0, 2048, buf), EFI_SUCCESS);
	assert_int_equal(io->read_blocks(io, 1, 0, 2048, buf), EFI_SUCCESS);
	assert_int_equal(drive.looks, 1);

	/* The part is there as long as a caller may be using it. */
	change(true, 0);
	tpl = efi_raise_tpl(TPL_CALLBACK);
	part_io = &part->block_io;
	assert_int_equal(part_io->read_blocks(part_io, 1, 0, 2048, buf), EFI_NO_MEDIA);
	assert_ptr_equal(FIND(CD_PATH CD_NODE END), part);
	efi_restore_tpl(tpl);
	assert_null(FIND(CD_PATH CD_NODE END));
	assert_int_equal(notes, 1);
	assert_false(block->media.media_present);
	assert_int_equal(io->read_blocks(io, 1, 0, 2048, buf), EFI_NO_MEDIA);
	assert_int_equal(io->flush_blocks(io), EFI_NO_MEDIA);
	assert_int_equal(block->disk_io.read_disk(&block->disk_io, 2, 0, 1, buf), EFI_NO_MEDIA);

	change(false, CD_BLOCKS - 1);
	assert_int_equal(io->read_blocks(io, 1, 0, 2048, buf), EFI_MEDIA_CHANGED);
	assert_true(block->media.media_present);
	assert_int_equal(block->media.media_id, 3);
	assert_int_equal(block->media.last_block, CD_BLOCKS - 2);
	assert_int_equal(io->read_blocks(io, 3, 0, 2048, buf), EFI_SUCCESS);
	part = FIND(CD_PATH CD_NODE END);
	assert_non_null(part);
	assert_int_equal(part->media.media_id, 3);
	part_io = &part->block_io;
	assert_int_equal(part_io->read_blocks(part_io, 3, 0, 2048, buf), EFI_SUCCESS);
	assert_int_equal(part_io->read_blocks(part_io, 1, 0, 2048, buf), EFI_MEDIA_CHANGED);

	/* One that is noticed only because a read fails; nothing old comes from memory. */
	assert_int_equal(io->read_blocks(io, 3, 5, 2048, buf), EFI_SUCCESS);
	change(false, CD_BLOCKS);
	block->looked = efi_time_100ns();
	fail = -EIO;
	cache_forget(&cd, 0, CD_BLOCKS);
	assert_int_equal(io->read_blocks(io, 3, 5, 2048, buf), EFI_MEDIA_CHANGED);
	fail = 0;
	cd_data[5 * 2048] ^= 0xff;
	assert_int_equal(io->read_blocks(io, 4, 5, 2048, buf), EFI_SUCCESS);
	assert_int_equal(buf[0], cd_data[5 * 2048]);
	/* The same medium after an error is an error. */
	fail = -EIO;
	cache_forget(&cd, 0, CD_BLOCKS);
	assert_int_equal(io->read_blocks(io, 4, 5, 2048, buf), EFI_DEVICE_ERROR);
	fail = 0;
	assert_int_equal(efi_close_event(event), EFI_SUCCESS);
}

static efi_uintn_t count_handles(void)
{
	efi_handle_t *handles;
	efi_uintn_t count;

	assert_int_equal(efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &efi_guid_disk_io, NULL,
						  &count, &handles), EFI_SUCCESS);
	efi_free_pool(handles);
	return count;
}

/* Our own disks' partitions go and come with their driver, too. */
static void disconnect(void **state)
{
	efi_uintn_t before = count_handles();
	efi_handle_t disk_handle = whole()->handle, esp_handle = esp()->handle;
	void *interface, *agent_interface;
	efi_handle_t agent = NULL;

	assert_int_equal(efi_disconnect_controller(disk_handle, NULL, esp_handle), EFI_SUCCESS);
	assert_int_equal(count_handles(), before - 1);
	assert_int_equal(efi_handle_protocol(esp_handle, &efi_guid_system_partition, &interface),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_disconnect_controller(disk_handle, NULL, NULL), EFI_SUCCESS);
	assert_int_equal(count_handles(), before - 2);
	assert_int_equal(efi_connect_controller(disk_handle, NULL, NULL, true), EFI_SUCCESS);
	assert_int_equal(count_handles(), before);
	/* Somebody who does not let go of a part keeps it. */
	assert_int_equal(efi_install_protocol_interface(&agent, &efi_guid_load_file, 0,
							&agent_interface), EFI_SUCCESS);
	esp_handle = esp()->handle;
	assert_int_equal(efi_open_protocol(esp_handle, &efi_guid_disk_io, &interface, agent,
					   esp_handle, EFI_OPEN_BY_DRIVER), EFI_SUCCESS);
	assert_int_equal(efi_disconnect_controller(disk_handle, NULL, NULL), EFI_DEVICE_ERROR);
	assert_ptr_equal(esp()->handle, esp_handle);
	assert_int_equal(efi_close_protocol(esp_handle, &efi_guid_disk_io, agent, esp_handle),
			 EFI_SUCCESS);
	assert_int_equal(efi_disconnect_controller(disk_handle, NULL, NULL), EFI_SUCCESS);
	assert_null(esp());
	assert_int_equal(efi_connect_controller(disk_handle, NULL, NULL, true), EFI_SUCCESS);
	assert_int_equal(count_handles(), before);
	assert_int_equal(efi_uninstall_protocol_interface(agent, &efi_guid_load_file,
							  &agent_interface), EFI_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(paths, setup),
		cmocka_unit_test_setup(media, setup),
		cmocka_unit_test_setup(partition_types, setup),
		cmocka_unit_test_setup(block_read_write, setup),
		cmocka_unit_test_setup(block_errors, setup),
		cmocka_unit_test_setup(disk_read_any, setup),
		cmocka_unit_test_setup(disk_write_any, setup),
		cmocka_unit_test_setup(disk_errors, setup),
		cmocka_unit_test_setup(levels, setup),
		cmocka_unit_test_setup(medium_changes, setup),
		cmocka_unit_test_setup(disconnect, setup),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
