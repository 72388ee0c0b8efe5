/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of the FAT driver as UEFI sees it: levels at which a disk is used, and
 * files that are open when their volume goes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/byteorder.h>
#include <spec/efi/block_io.h>
#include <spec/efi/disk_io.h>
#include <spec/efi/simple_file_system.h>

#include "efi_world.h"
#include "fat.h"
#include "support.h"
#include "tpl.h"

#define SECTORS		64
#define SECTOR		512

static u8 disk[SECTORS * SECTOR];
static unsigned int accesses, flushes;

static void look_at_level(void)
{
	assert_int_equal(efi_tpl, TPL_CALLBACK);
	accesses++;
}

static efi_status_t EFIAPI read_disk(struct efi_disk_io *this, u32 media_id, u64 offset,
				     efi_uintn_t size, void *buffer)
{
	look_at_level();
	memcpy(buffer, disk + offset, size);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI write_disk(struct efi_disk_io *this, u32 media_id, u64 offset,
				      efi_uintn_t size, const void *buffer)
{
	look_at_level();
	memcpy(disk + offset, buffer, size);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI flush_blocks(struct efi_block_io *this)
{
	look_at_level();
	flushes++;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI get_time(struct efi_time *time, struct efi_time_capabilities *unused)
{
	*time = (struct efi_time) { .year = 2026, .month = 11, .day = 21 };
	return EFI_SUCCESS;
}

static struct efi_block_io_media media = {
	.media_present = true, .block_size = SECTOR, .last_block = SECTORS - 1,
};
static struct efi_block_io block_io = { .media = &media, .flush_blocks = flush_blocks };
static struct efi_disk_io disk_io = { .read_disk = read_disk, .write_disk = write_disk };
static struct efi_runtime_services runtime = { .get_time = get_time };
static efi_handle_t handle;

/* FAT12: one FAT of one sector, one sector of root directory. */
static void format(void)
{
	struct fat_boot_sector *b = (void *)disk;

	memset(disk, 0, sizeof(disk));
	b->jump[0] = 0xeb;
	put_le16(SECTOR, b->bytes_per_sector);
	b->sectors_per_cluster = 1;
	put_le16(1, b->reserved_sectors);
	b->fats = 1;
	put_le16(16, b->root_entries);
	put_le16(SECTORS, b->total_sectors_16);
	b->media = 0xf8;
	put_le16(1, b->fat_sectors_16);
	put_le16(0xaa55, disk + FAT_SIGNATURE_OFFSET);
	memset(disk + SECTOR, 0xff, 3);
}

static struct efi_file *open_root(void)
{
	struct efi_simple_file_system *fs;
	struct efi_file *root;

	assert_int_equal(efi_handle_protocol(handle, &efi_guid_simple_file_system, (void **)&fs),
			 EFI_SUCCESS);
	assert_int_equal(fs->open_volume(fs, &root), EFI_SUCCESS);
	return root;
}

static struct efi_file *open_file(struct efi_file *root)
{
	static efi_char16_t name[] = { 'f', 0 };
	struct efi_file *file;

	assert_int_equal(root->open(root, &file, name, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE |
				    EFI_FILE_MODE_CREATE, 0), EFI_SUCCESS);
	return file;
}

static int start(void **state)
{
	if (world_start(state) != 0)
		return -1;
	efi_system_table->runtime = &runtime;
	return 0;
}

static int setup(void **state)
{
	format();
	accesses = 0;
	flushes = 0;
	handle = NULL;
	assert_int_equal(efi_install_multiple_protocol_interfaces(&handle, &efi_guid_block_io,
			 &block_io, &efi_guid_disk_io, &disk_io, NULL), EFI_SUCCESS);
	assert_int_equal(efi_connect_controller(handle, NULL, NULL, false), EFI_SUCCESS);
	return 0;
}

static int teardown(void **state)
{
	assert_int_equal(efi_tpl, TPL_APPLICATION);
	return efi_uninstall_multiple_protocol_interfaces(handle, &efi_guid_block_io, &block_io,
			&efi_guid_disk_io, &disk_io, NULL) != EFI_SUCCESS;
}

static void test_levels(void **state)
{
	struct efi_file *root = open_root(), *file = open_file(root);
	u8 buf[1024];
	efi_uintn_t size = sizeof(buf);

	memset(buf, 'x', sizeof(buf));
	assert_int_equal(file->write(file, &size, buf), EFI_SUCCESS);
	assert_int_equal(file->flush(file), EFI_SUCCESS);
	assert_true(flushes > 0);
	assert_int_equal(file->set_position(file, 0), EFI_SUCCESS);
	assert_int_equal(file->read(file, &size, buf), EFI_SUCCESS);
	assert_int_equal(size, sizeof(buf));
	size = sizeof(buf);
	assert_int_equal(file->get_info(file, &efi_guid_file_info, &size, buf), EFI_SUCCESS);
	((struct efi_file_info *)buf)->file_size = 3;
	assert_int_equal(file->set_info(file, &efi_guid_file_info, size, buf), EFI_SUCCESS);
	size = sizeof(buf);
	assert_int_equal(root->read(root, &size, buf), EFI_SUCCESS);
	assert_true(size > 0);
	assert_int_equal(file->delete(file), EFI_SUCCESS);
	assert_int_equal(root->close(root), EFI_SUCCESS);
	assert_true(accesses > 0);
}

static void test_disconnect(void **state)
{
	struct efi_file *root = open_root(), *file = open_file(root);
	efi_uintn_t size = 4;
	u8 buf[600];
	void *fs;

	assert_int_equal(file->write(file, &size, "data"), EFI_SUCCESS);
	assert_int_equal(efi_disconnect_controller(handle, NULL, NULL), EFI_SUCCESS);
	assert_int_equal(efi_handle_protocol(handle, &efi_guid_simple_file_system, &fs),
			 EFI_UNSUPPORTED);
	accesses = 0;
	assert_int_equal(file->set_position(file, 0), EFI_SUCCESS);
	assert_int_equal(file->read(file, &size, buf), EFI_DEVICE_ERROR);
	assert_int_equal(file->write(file, &size, buf), EFI_WRITE_PROTECTED);
	size = sizeof(buf);
	assert_true(EFI_ERROR(file->get_info(file, &efi_guid_file_info, &size, buf)));
	assert_int_equal(root->close(root), EFI_SUCCESS);
	assert_int_equal(file->close(file), EFI_SUCCESS);
	assert_int_equal(accesses, 0);

	/* It was written before. */
	assert_int_equal(efi_connect_controller(handle, NULL, NULL, false), EFI_SUCCESS);
	root = open_root();
	file = open_file(root);
	size = sizeof(buf);
	assert_int_equal(file->read(file, &size, buf), EFI_SUCCESS);
	assert_int_equal(size, 4);
	assert_memory_equal(buf, "data", 4);
	assert_int_equal(file->close(file), EFI_SUCCESS);
	assert_int_equal(root->close(root), EFI_SUCCESS);
}

/* Boot services end while a file is open that was written to. */
static void test_end(void **state)
{
	struct efi_file *root, *file;
	/* After that of the long name. */
	const struct fat_dirent *entry = (const struct fat_dirent *)(disk + 2 * SECTOR) + 1;
	efi_uintn_t size = 4;

	efi_signal_group(&efi_guid_event_before_exit_boot_services);
	root = open_root();
	file = open_file(root);
	accesses = 0;
	flushes = 0;
	assert_int_equal(file->write(file, &size, "last"), EFI_SUCCESS);
	assert_int_equal(le32_to_cpu(entry->size), 0);
	efi_signal_group(&efi_guid_event_before_exit_boot_services);
	assert_int_equal(le32_to_cpu(entry->size), 4);
	assert_int_equal(le16_to_cpu(entry->cluster_low), 2);
	assert_int_equal(get_le16(disk + SECTOR + 3) & 0xfff, 0xfff);
	assert_memory_equal(disk + 3 * SECTOR, "last", 4);
	assert_int_equal(flushes, 1);
	/* And nothing more is done to a disk that is as it should be. */
	accesses = 0;
	efi_signal_group(&efi_guid_event_before_exit_boot_services);
	assert_int_equal(accesses, 0);
	assert_int_equal(file->close(file), EFI_SUCCESS);
	assert_int_equal(root->close(root), EFI_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_levels, setup, teardown),
		cmocka_unit_test_setup_teardown(test_disconnect, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end, setup, teardown),
	};

	return cmocka_run_group_tests_name("efi_fat", tests, start, NULL);
}
