/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Media that change, with the help of the host: when the log asks for it, it takes
 * the CD-ROM out of its drive, and then puts another one in.
 * Document: UEFI 2.10, sections 13.9.1 (media) and 13.9.3 (ReadBlocks).
 */
#define pr_fmt(fmt) "media: " fmt

#include <fw/fw_cfg.h>
#include <fw/log.h>
#include <spec/efi/block_io.h>

#include "selftest.h"

/* Its presence says that the host helps. */
HOST_INPUT_FILE(media, common, CHECKED, 0, 0, "opt/cloister/media");

#define STEP_US		50000
#define STEPS		600		/* half a minute */
#define BLOCK_MAX	2048

static u8 buffer[BLOCK_MAX];

static struct efi_block_io *find_drive(void)
{
	struct efi_block_io *io = NULL, *found = NULL;
	efi_handle_t *handles;
	efi_uintn_t i, count;
	void *interface;

	if (BS->locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &efi_guid_block_io, NULL, &count,
				     &handles) != EFI_SUCCESS)
		return NULL;
	for (i = 0; i < count && found == NULL; i++) {
		if (BS->handle_protocol(handles[i], &efi_guid_block_io, &interface) != EFI_SUCCESS)
			continue;
		io = interface;
		if (io->media->removable_media && !io->media->logical_partition)
			found = io;
	}
	BS->free_pool(handles);
	return found;
}

static efi_uintn_t count_handles(const struct efi_guid *protocol)
{
	efi_uintn_t count = 0;
	efi_handle_t *handles;

	if (BS->locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, protocol, NULL, &count, &handles) !=
	    EFI_SUCCESS)
		return 0;
	BS->free_pool(handles);
	return count;
}

static efi_status_t read(struct efi_block_io *io, u32 media_id)
{
	return io->read_blocks(io, media_id, 0, io->media->block_size, buffer);
}

/* Return: what reads end with when they do not end with @status any more. */
static efi_status_t wait_while(struct efi_block_io *io, u32 media_id, efi_status_t status)
{
	efi_status_t is = status;
	unsigned int i;

	for (i = 0; i < STEPS && is == status; i++) {
		BS->stall(STEP_US);
		is = read(io, media_id);
	}
	return is;
}

static void test_change(struct efi_block_io *io)
{
	u32 first = io->media->media_id;

	CHECK(io->media->media_present && io->media->block_size <= BLOCK_MAX);
	CHECK(read(io, first) == EFI_SUCCESS);
	CHECK(read(io, first + 1) == EFI_MEDIA_CHANGED);
	CHECK(count_handles(&efi_guid_simple_file_system) == 1);
	pr_notice("take it out");
	CHECK(wait_while(io, first, EFI_SUCCESS) == EFI_NO_MEDIA);
	CHECK(!io->media->media_present);
	CHECK(io->flush_blocks(io) == EFI_NO_MEDIA);
	CHECK(count_handles(&efi_guid_simple_file_system) == 0);
	CHECK(count_handles(&efi_guid_partition_info) == 0);
	pr_notice("put another in");
	CHECK(wait_while(io, first, EFI_NO_MEDIA) == EFI_MEDIA_CHANGED);
	CHECK(io->media->media_present && io->media->media_id != first);
	CHECK(read(io, first) == EFI_MEDIA_CHANGED);
	CHECK(read(io, io->media->media_id) == EFI_SUCCESS);
	CHECK(count_handles(&efi_guid_simple_file_system) == 1);
	pr_notice("%llu blocks now", (unsigned long long)io->media->last_block + 1);
	/* One that is changed at once is another one, too. */
	first = io->media->media_id;
	pr_notice("change it");
	CHECK(wait_while(io, first, EFI_SUCCESS) != EFI_SUCCESS);
	CHECK(wait_while(io, first, EFI_NO_MEDIA) == EFI_MEDIA_CHANGED);
	CHECK(read(io, io->media->media_id) == EFI_SUCCESS);
	CHECK(count_handles(&efi_guid_simple_file_system) == 1);
	pr_notice("%llu blocks now", (unsigned long long)io->media->last_block + 1);
}

static void test_media(void)
{
	struct efi_block_io *io;
	struct fw_cfg_file file;

	if (fw_cfg_find(&host_input_media, &file) != 0)
		return;
	io = find_drive();
	if (CHECK(io != NULL))
		test_change(io);
}
SELFTEST(90, media, test_media);
