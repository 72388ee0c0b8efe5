/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A RAM disk, as loaded software makes one: it has a handle with a path and Block I/O,
 * and the rest comes by ConnectController. On it is an MBR with one partition, which
 * has a FAT volume.
 * Document: UEFI 2.10, sections 5.2.1 (MBR), 7.3.12, 13.4, 13.5 and 13.9.
 */
#include <fw/byteorder.h>
#include <fw/string.h>
#include <spec/efi/block_io.h>
#include <spec/efi/partition_info.h>
#include <spec/efi/simple_file_system.h>
#include <spec/fat.h>
#include <spec/partition.h>

#include "selftest.h"

#define BLOCK		512
#define BLOCKS		128u
#define START		8u
#define VOLUME		(BLOCKS - START)
#define ROOT_ENTRIES	16		/* one sector */
#define MEDIA_ID	7

static u8 disk[BLOCKS * BLOCK];

static const struct {
	struct efi_dp_memory memory;
	struct efi_device_path end;
} __packed path = {
	.memory = {
		.head = { DP_HARDWARE, DP_HW_MEMORY, { sizeof(struct efi_dp_memory), 0 } },
		.memory_type = MEM_BOOT_DATA,
	},
	.end = { DP_END, DP_END_ENTIRE, { sizeof(struct efi_device_path), 0 } },
};

static bool in_range(u32 media_id, efi_lba_t lba, efi_uintn_t size)
{
	return media_id == MEDIA_ID && lba <= BLOCKS && size % BLOCK == 0 &&
	       size / BLOCK <= BLOCKS - lba;
}

static efi_status_t EFIAPI read_blocks(struct efi_block_io *this __unused, u32 media_id,
				       efi_lba_t lba, efi_uintn_t size, void *buffer)
{
	if (!in_range(media_id, lba, size))
		return EFI_INVALID_PARAMETER;
	memcpy(buffer, disk + lba * BLOCK, size);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI write_blocks(struct efi_block_io *this __unused, u32 media_id,
					efi_lba_t lba, efi_uintn_t size, const void *buffer)
{
	if (!in_range(media_id, lba, size))
		return EFI_INVALID_PARAMETER;
	memcpy(disk + lba * BLOCK, buffer, size);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI flush_blocks(struct efi_block_io *this __unused)
{
	return EFI_SUCCESS;
}

static struct efi_block_io_media media = {
	.media_id = MEDIA_ID,
	.media_present = true,
	.block_size = BLOCK,
	.last_block = BLOCKS - 1,
};

static struct efi_block_io block_io = {
	.revision = EFI_BLOCK_IO_REVISION,
	.media = &media,
	.read_blocks = read_blocks,
	.write_blocks = write_blocks,
	.flush_blocks = flush_blocks,
};

/* FAT12: a FAT of one sector, and the root directory. */
static void format(void)
{
	struct mbr_record *record = (void *)(disk + MBR_RECORDS);
	struct fat_boot_sector *b = (void *)(disk + START * BLOCK);

	record->type = MBR_TYPE_ESP;
	record->start = cpu_to_le32(START);
	record->size = cpu_to_le32(VOLUME);
	put_le16(MBR_MAGIC_VALUE, disk + MBR_MAGIC);
	b->jump[0] = 0xeb;
	put_le16(BLOCK, b->bytes_per_sector);
	b->sectors_per_cluster = 1;
	put_le16(1, b->reserved_sectors);
	b->fats = 1;
	put_le16(ROOT_ENTRIES, b->root_entries);
	put_le16(VOLUME, b->total_sectors_16);
	b->media = 0xf8;
	put_le16(1, b->fat_sectors_16);
	put_le16(MBR_MAGIC_VALUE, disk + START * BLOCK + FAT_SIGNATURE_OFFSET);
	memset(disk + (START + 1) * BLOCK, 0xff, 3);
}

static void test_file(struct efi_file *root)
{
	static efi_char16_t name[] = { 'a', 'b', 'c', 0 };
	efi_uintn_t size = 1000;
	struct efi_file *file;
	static u8 data[1000];

	if (!CHECK(root->open(root, &file, name, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE |
			      EFI_FILE_MODE_CREATE, 0) == EFI_SUCCESS))
		return;
	memset(data, 'z', sizeof(data));
	CHECK(file->write(file, &size, data) == EFI_SUCCESS && size == sizeof(data));
	CHECK(file->close(file) == EFI_SUCCESS);
	/* The FAT, one sector of the root directory, then the first cluster. */
	CHECK(memcmp(disk + (START + 3) * BLOCK, data, sizeof(data)) == 0);
	CHECK(root->open(root, &file, name, EFI_FILE_MODE_READ, 0) == EFI_SUCCESS);
	memset(data, 0, sizeof(data));
	CHECK(file->read(file, &size, data) == EFI_SUCCESS && size == sizeof(data));
	CHECK(data[0] == 'z' && data[999] == 'z');
	CHECK(file->close(file) == EFI_SUCCESS);
}

/* The handle of the file system whose path begins with ours. */
static efi_handle_t find_volume(void)
{
	efi_handle_t *handles, found = NULL;
	efi_uintn_t i, count;
	void *interface;

	if (BS->locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &efi_guid_simple_file_system, NULL,
				     &count, &handles) != EFI_SUCCESS)
		return NULL;
	for (i = 0; i < count; i++) {
		if (BS->handle_protocol(handles[i], &efi_guid_device_path, &interface) ==
		    EFI_SUCCESS && memcmp(interface, &path, sizeof(path.memory)) == 0)
			found = handles[i];
	}
	BS->free_pool(handles);
	return found;
}

static void test_volume(efi_handle_t volume)
{
	struct efi_simple_file_system *fs;
	struct efi_file *root;
	void *interface;

	CHECK(BS->handle_protocol(volume, &efi_guid_partition_info, &interface) == EFI_SUCCESS);
	CHECK(BS->handle_protocol(volume, &efi_guid_disk_io, &interface) == EFI_SUCCESS);
	if (!CHECK(BS->handle_protocol(volume, &efi_guid_simple_file_system, &interface) ==
		   EFI_SUCCESS))
		return;
	fs = interface;
	if (!CHECK(fs->open_volume(fs, &root) == EFI_SUCCESS))
		return;
	test_file(root);
	CHECK(root->close(root) == EFI_SUCCESS);
}

static void test_ram_disk(void)
{
	efi_handle_t handle = NULL, volume;

	format();
	CHECK(BS->install_multiple_protocol_interfaces(&handle, &efi_guid_device_path, &path,
						       &efi_guid_block_io, &block_io, NULL) ==
	      EFI_SUCCESS);
	CHECK(find_volume() == NULL);
	CHECK(BS->connect_controller(handle, NULL, NULL, true) == EFI_SUCCESS);
	volume = find_volume();
	if (CHECK(volume != NULL))
		test_volume(volume);
	CHECK(BS->uninstall_multiple_protocol_interfaces(handle, &efi_guid_device_path, &path,
							 &efi_guid_block_io, &block_io, NULL) ==
	      EFI_SUCCESS);
	CHECK(find_volume() == NULL);
}
SELFTEST(45, ram_disk, test_ram_disk);
