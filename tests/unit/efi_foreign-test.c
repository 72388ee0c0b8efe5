/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of block devices of loaded software: they get Disk I/O and partitions, of
 * which nothing is kept that their owner may change.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/byteorder.h>
#include <spec/efi/partition_info.h>
#include <spec/partition.h>

#include "block_io.h"
#include "efi_world.h"
#include "tpl.h"

#define BLOCKS		256u
#define FIRST		40u
#define COUNT		24u

static u8 disk_data[BLOCKS * 512], ref[BLOCKS * 512];
static int fail;

static void make_data(void)
{
	struct mbr_record *r = (void *)(disk_data + MBR_RECORDS);
	size_t i;

	for (i = 0; i < sizeof(disk_data); i++)
		disk_data[i] = (u8)(i * 7 + i / 256);
	memset(disk_data, 0, 512);
	put_le16(MBR_MAGIC_VALUE, disk_data + MBR_MAGIC);
	r[0].type = MBR_TYPE_ESP;
	r[0].start = cpu_to_le32(FIRST);
	r[0].size = cpu_to_le32(COUNT);
	r[1].type = 0x83;
	r[1].start = cpu_to_le32(FIRST + COUNT);
	r[1].size = cpu_to_le32(36);
	memcpy(ref, disk_data, sizeof(ref));
}

static int setup(void **state)
{
	fail = 0;
	make_data();
	return 0;
}

static efi_uintn_t count_handles(void)
{
	efi_handle_t *handles;
	efi_uintn_t count;

	if (efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &efi_guid_disk_io, NULL, &count,
				     &handles) != EFI_SUCCESS)
		return 0;
	efi_free_pool(handles);
	return count;
}

/* The system partition: the first one. */
static struct efi_block *esp(void)
{
	efi_handle_t *handles;
	efi_uintn_t count;
	void *interface;

	if (efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &efi_guid_system_partition, NULL,
				     &count, &handles) != EFI_SUCCESS)
		return NULL;
	assert_int_equal(count, 1);
	assert_int_equal(efi_handle_protocol(handles[0], &efi_guid_disk_io, &interface),
			 EFI_SUCCESS);
	efi_free_pool(handles);
	return efi_disk_io_block(interface);
}

/* A RAM disk, as loaded software makes one. */
static unsigned int foreign_writes;
static struct efi_block_io_media foreign_media;

static void check_foreign(u32 media_id, efi_lba_t lba, efi_uintn_t size, const void *buffer)
{
	assert_true(efi_tpl <= TPL_CALLBACK);
	assert_int_equal(media_id, foreign_media.media_id);
	assert_true(size % 512 == 0 && lba + size / 512 <= BLOCKS);
	assert_int_equal((uintptr_t)buffer % MAX(foreign_media.io_align, 1u), 0);
}

static efi_status_t EFIAPI foreign_read_blocks(struct efi_block_io *this, u32 media_id,
					       efi_lba_t lba, efi_uintn_t size, void *buffer)
{
	check_foreign(media_id, lba, size, buffer);
	if (fail)
		return EFI_DEVICE_ERROR;
	memcpy(buffer, disk_data + lba * 512, size);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI foreign_write_blocks(struct efi_block_io *this, u32 media_id,
						efi_lba_t lba, efi_uintn_t size,
						const void *buffer)
{
	check_foreign(media_id, lba, size, buffer);
	foreign_writes++;
	memcpy(disk_data + lba * 512, buffer, size);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI foreign_flush_blocks(struct efi_block_io *this)
{
	return EFI_SUCCESS;
}

static struct efi_block_io foreign_io = {
	.media = &foreign_media,
	.read_blocks = foreign_read_blocks,
	.write_blocks = foreign_write_blocks,
	.flush_blocks = foreign_flush_blocks,
};

static const u8 foreign_path[] = "\x01\x04\x14\0" "0123456789abcdef" "\x7f\xff\x04";

static efi_handle_t add_foreign(u32 io_align, bool with_path)
{
	efi_handle_t handle = NULL;

	foreign_media = (struct efi_block_io_media) {
		.media_id = 77, .media_present = true, .block_size = 512, .io_align = io_align,
		.last_block = BLOCKS - 1,
	};
	assert_int_equal(efi_install_protocol_interface(&handle, &efi_guid_block_io, 0,
							&foreign_io), EFI_SUCCESS);
	if (with_path)
		assert_int_equal(efi_install_protocol_interface(&handle, &efi_guid_device_path, 0,
								(void *)foreign_path), EFI_SUCCESS);
	return handle;
}

static void remove_foreign(efi_handle_t handle)
{
	assert_int_equal(efi_uninstall_protocol_interface(handle, &efi_guid_block_io, &foreign_io),
			 EFI_SUCCESS);
	efi_uninstall_protocol_interface(handle, &efi_guid_device_path, (void *)foreign_path);
}

static void foreign(void **state)
{
	efi_uintn_t before = count_handles();
	struct efi_block *part;
	struct efi_disk_io *io;
	efi_handle_t handle;
	u8 buf[2048];
	u32 align;

	for (align = 0; align <= 512; align = align ? align * 512 : 1) {
		handle = add_foreign(align, true);
		assert_int_equal(efi_connect_controller(handle, NULL, NULL, true), EFI_SUCCESS);
		assert_int_equal(count_handles(), before + 3);
		part = esp();
		assert_non_null(part);
		assert_int_equal(part->media.media_id, 77);
		assert_true(part->media.logical_partition);
		io = &part->disk_io;
		assert_int_equal(io->read_disk(io, 77, 3, 1500, buf), EFI_SUCCESS);
		assert_memory_equal(buf, ref + FIRST * 512 + 3, 1500);
		/* Its owner writes to it. */
		disk_data[FIRST * 512 + 3] ^= 0xff;
		assert_int_equal(io->read_disk(io, 77, 3, 1, buf), EFI_SUCCESS);
		assert_int_equal(buf[0], disk_data[FIRST * 512 + 3]);
		memset(buf, 0x42, sizeof(buf));
		foreign_writes = 0;
		assert_int_equal(io->write_disk(io, 77, 511, 514, buf + 1), EFI_SUCCESS);
		assert_int_equal(foreign_writes, 3);
		assert_memory_equal(disk_data + FIRST * 512 + 511, buf, 514);
		assert_int_equal(part->block_io.flush_blocks(&part->block_io), EFI_SUCCESS);
		assert_int_equal(part->block_io.read_blocks(&part->block_io, 77, 24, 512, buf),
				 EFI_INVALID_PARAMETER);
		fail = 1;
		assert_int_equal(io->read_disk(io, 77, 0, 512, buf), EFI_DEVICE_ERROR);
		fail = 0;
		foreign_media.media_present = false;
		assert_int_equal(io->read_disk(io, 77, 0, 512, buf), EFI_NO_MEDIA);
		foreign_media.media_present = true;
		foreign_media.media_id = 78;
		assert_int_equal(io->read_disk(io, 77, 0, 512, buf), EFI_MEDIA_CHANGED);
		assert_int_equal(io->read_disk(io, 78, 0, 512, buf), EFI_MEDIA_CHANGED);
		/* As its driver does then. */
		assert_int_equal(efi_reinstall_protocol_interface(handle, &efi_guid_block_io,
				 &foreign_io, &foreign_io), EFI_SUCCESS);
		part = esp();
		assert_non_null(part);
		io = &part->disk_io;
		assert_int_equal(io->read_disk(io, 78, 0, 512, buf), EFI_SUCCESS);
		remove_foreign(handle);
		assert_int_equal(count_handles(), before);
		make_data();
	}
}

/* Without a path no partition could be named; and what the block layer cannot do. */
static void foreign_oddities(void **state)
{
	efi_uintn_t before = count_handles();
	efi_handle_t handle = add_foreign(1, false);
	u32 sizes[] = { 0, 511, 513, 0x20000, 0x80000000 };
	size_t i;

	assert_int_equal(efi_connect_controller(handle, NULL, NULL, true), EFI_SUCCESS);
	assert_int_equal(count_handles(), before + 1);
	remove_foreign(handle);
	assert_int_equal(count_handles(), before);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		handle = add_foreign(1, true);
		foreign_media.block_size = sizes[i];
		assert_int_equal(efi_connect_controller(handle, NULL, NULL, true), EFI_NOT_FOUND);
		remove_foreign(handle);
	}
	handle = add_foreign(3, true);
	assert_int_equal(efi_connect_controller(handle, NULL, NULL, true), EFI_NOT_FOUND);
	foreign_media.io_align = 8192;
	assert_int_equal(efi_connect_controller(handle, NULL, NULL, true), EFI_NOT_FOUND);
	foreign_media.io_align = 1;
	foreign_media.last_block = ~(u64)0;
	assert_int_equal(efi_connect_controller(handle, NULL, NULL, true), EFI_NOT_FOUND);
	/* A part of another's has no parts, and an empty drive neither. */
	foreign_media.last_block = BLOCKS - 1;
	foreign_media.media_present = false;
	assert_int_equal(efi_connect_controller(handle, NULL, NULL, true), EFI_SUCCESS);
	assert_int_equal(count_handles(), before + 1);
	foreign_media.media_present = true;
	foreign_media.logical_partition = true;
	assert_int_equal(efi_reinstall_protocol_interface(handle, &efi_guid_block_io, &foreign_io,
							  &foreign_io), EFI_SUCCESS);
	assert_int_equal(count_handles(), before + 1);
	remove_foreign(handle);
	assert_int_equal(count_handles(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(foreign, setup),
		cmocka_unit_test_setup(foreign_oddities, setup),
	};

	return cmocka_run_group_tests(tests, world_start, NULL);
}
