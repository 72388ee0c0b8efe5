/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Where LoadImage reads an image from (UEFI 2.10, sections 7.4.1, 13.1, 13.2, 13.5):
 * a file system, LoadFile2, LoadFile; and what they may do wrong.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <asm/image_call.h>
#include <asm/paging.h>
#include <fw/memmap.h>
#include <spec/efi/load_file.h>
#include <spec/efi/loaded_image.h>
#include <spec/efi/simple_file_system.h>

#include "efi_world.h"
#include "peimage.h"
#include "support.h"

u64 image_call(struct image_frame *frame, u64 entry, void *first, void *second)
{
	fail();
	return 0;
}

void image_return(const struct image_frame *frame, u64 status)
{
	abort();
}

void paging_release(void)
{
}

static struct pe_test content;

/* A file system that knows one name. */
static const char *known;
static efi_status_t open_status, volume_status, read_status;
static u64 attributes, told_size, given;
static unsigned int opened, closed;

static efi_status_t EFIAPI on_close(struct efi_file *this)
{
	closed++;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI on_read(struct efi_file *this, efi_uintn_t *size, void *buffer)
{
	if (read_status == EFI_SUCCESS) {
		*size = MIN(*size, given);
		memcpy(buffer, &content, MIN(*size, sizeof(content)));
	}
	return read_status;
}

static efi_status_t EFIAPI on_info(struct efi_file *this, const struct efi_guid *type,
				   efi_uintn_t *size, void *buffer)
{
	struct efi_file_info *info = buffer;
	efi_uintn_t need = sizeof(*info) + 20;

	assert_true(efi_guid_equal(type, &efi_guid_file_info));
	if (*size < need) {
		*size = need;
		return EFI_BUFFER_TOO_SMALL;
	}
	memset(info, 0, need);
	info->size = need;
	info->file_size = told_size;
	info->attributes = attributes;
	return EFI_SUCCESS;
}

static struct efi_file inode = { .close = on_close, .read = on_read, .get_info = on_info };

static efi_status_t EFIAPI on_open(struct efi_file *this, struct efi_file **file,
				   efi_char16_t *name, u64 mode, u64 attr)
{
	char text[100];

	assert_int_equal(mode, EFI_FILE_MODE_READ);
	ucs2_to_ascii(text, name, sizeof(text));
	if (open_status == EFI_SUCCESS && strcmp(text, known) != 0)
		return EFI_NOT_FOUND;
	*file = &inode;
	opened += open_status == EFI_SUCCESS;
	return open_status;
}

static struct efi_file root = { .open = on_open, .close = on_close };

static efi_status_t EFIAPI on_volume(struct efi_simple_file_system *this, struct efi_file **file)
{
	*file = &root;
	opened += volume_status == EFI_SUCCESS;
	return volume_status;
}

static struct efi_simple_file_system volume = { .open_volume = on_volume };

/* Paths: a vendor's node for each device, then file nodes. */
struct path {
	u8 bytes[300];
	size_t size;
};

static void add(struct path *path, u8 type, u8 subtype, const void *data, size_t size)
{
	u8 *at = path->bytes + path->size;

	at[0] = type;
	at[1] = subtype;
	put_le16((u16)(size + 4), at + 2);
	memcpy(at + 4, data, size);
	path->size += size + 4;
}

static struct path device_path(unsigned int number)
{
	struct path path = { .size = 0 };

	add(&path, DP_HARDWARE, DP_HW_VENDOR, world_guid(number), 16);
	return path;
}

static void add_name(struct path *path, const char *name)
{
	u8 text[200] = { 0 };
	size_t i;

	for (i = 0; name[i]; i++)
		text[2 * i] = (u8)name[i];
	add(path, DP_MEDIA, DP_MEDIA_FILE, text, 2 * i + 2);
}

static struct efi_device_path *finish(struct path *path)
{
	add(path, DP_END, DP_END_ENTIRE, "", 0);
	return (struct efi_device_path *)path->bytes;
}

static efi_handle_t make_device(struct path *path, const struct efi_guid *guid, void *interface)
{
	efi_handle_t handle = NULL;

	assert_int_equal(efi_install_multiple_protocol_interfaces(&handle, &efi_guid_device_path,
				finish(path), guid, interface, NULL), EFI_SUCCESS);
	return handle;
}

static efi_handle_t disk;
static struct path disk_path;

static int group_setup(void **state)
{
	if (world_start(state) != 0)
		return -1;
	disk_path = device_path(1);
	disk = make_device(&disk_path, &efi_guid_simple_file_system, &volume);
	return 0;
}

static int setup(void **state)
{
	pe_test_make(&content);
	known = "\\EFI\\BOOT\\X.EFI";
	open_status = volume_status = read_status = EFI_SUCCESS;
	attributes = 0;
	told_size = given = sizeof(content);
	opened = closed = 0;
	return 0;
}

static int teardown(void **state)
{
	assert_int_equal(opened, closed);
	return 0;
}

static efi_status_t load(struct path *path, bool boot_policy, efi_handle_t *image)
{
	*image = NULL;
	return efi_load_image(boot_policy, efi_firmware_handle, finish(path), NULL, 0, image);
}

static efi_status_t load_name(const char *name)
{
	struct path path = device_path(1);
	efi_handle_t image;
	efi_status_t status;

	add_name(&path, name);
	status = load(&path, true, &image);
	if (status == EFI_SUCCESS)
		assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
	return status;
}

static void test_file(void **state)
{
	struct path path = device_path(1);
	struct efi_loaded_image *loaded;
	efi_handle_t image;

	add_name(&path, known);
	assert_int_equal(load(&path, false, &image), EFI_SUCCESS);
	assert_int_equal(efi_handle_protocol(image, &efi_guid_loaded_image, (void **)&loaded),
			 EFI_SUCCESS);
	assert_ptr_equal(loaded->device, disk);
	assert_memory_equal(loaded->file_path, path.bytes + 20, path.size - 20);
	assert_memory_equal(loaded->image_base, &content, PE_TEST_HEADERS);
	assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
}

static void test_joined(void **state)
{
	static const char *const names[][3] = {
		{ "\\EFI", "BOOT", "X.EFI" },
		{ "\\EFI\\", "\\BOOT\\", "\\X.EFI" },
		{ "\\EFI\\BOOT\\", "X.EFI", "" },
		{ "", "\\EFI", "\\BOOT\\X.EFI" },
	};
	efi_handle_t image;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct path path = device_path(1);

		add_name(&path, names[i][0]);
		add_name(&path, names[i][1]);
		add_name(&path, names[i][2]);
		assert_int_equal(load(&path, false, &image), EFI_SUCCESS);
		assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
	}
}

static void test_file_errors(void **state)
{
	struct path path = device_path(1);
	u64 changes = memmap.count;
	efi_handle_t image;

	assert_true(load_name("\\EFI\\Y.EFI") == EFI_NOT_FOUND);
	volume_status = EFI_VOLUME_CORRUPTED;
	assert_true(load_name(known) == EFI_VOLUME_CORRUPTED);
	setup(NULL);
	open_status = EFI_NO_MEDIA;
	assert_true(load_name(known) == EFI_NO_MEDIA);
	setup(NULL);
	attributes = EFI_FILE_DIRECTORY;
	assert_true(load_name(known) == EFI_LOAD_ERROR);
	setup(NULL);
	told_size = 0;
	assert_true(load_name(known) == EFI_LOAD_ERROR);
	told_size = ~(u64)0;
	assert_true(load_name(known) == EFI_OUT_OF_RESOURCES);
	setup(NULL);
	given = 100;
	assert_true(load_name(known) == EFI_LOAD_ERROR);
	setup(NULL);
	read_status = EFI_DEVICE_ERROR;
	assert_true(load_name(known) == EFI_DEVICE_ERROR);
	setup(NULL);
	add(&path, DP_MEDIA, DP_MEDIA_VENDOR, world_guid(9), 16);
	assert_true(load(&path, false, &image) == EFI_NOT_FOUND);
	path = device_path(8);
	add_name(&path, known);
	assert_true(load(&path, false, &image) == EFI_NOT_FOUND);
	/* All that was taken has been given back. */
	assert_int_equal(memmap.count, changes);
}

/* A network card, say. */
static u64 load_size;
static bool policy_seen, loads_more;

static efi_status_t EFIAPI on_load(struct efi_load_file *this, struct efi_device_path *path,
				   efi_bool_t boot_policy, efi_uintn_t *size, void *buffer)
{
	policy_seen = boot_policy;
	if (load_size == 0)
		return EFI_NO_RESPONSE;
	if (buffer == NULL || *size < load_size) {
		*size = load_size;
		return EFI_BUFFER_TOO_SMALL;
	}
	*size = loads_more ? load_size + 0x10000 : load_size;
	memcpy(buffer, &content, load_size);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI on_no_load(struct efi_load_file *this, struct efi_device_path *path,
				      efi_bool_t boot_policy, efi_uintn_t *size, void *buffer)
{
	return EFI_ABORTED;
}

static struct efi_load_file loader = { on_load }, other_loader = { on_no_load };

static void test_load_file(void **state)
{
	struct path two = device_path(2), one = device_path(3), path;
	efi_handle_t image, device2, device1;

	device2 = make_device(&two, &efi_guid_load_file2, &loader);
	device1 = make_device(&one, &efi_guid_load_file, &loader);
	load_size = sizeof(content);
	path = device_path(2);
	assert_int_equal(load(&path, false, &image), EFI_SUCCESS);
	assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
	/* LoadFile2 is not for booting. */
	path = device_path(2);
	assert_true(load(&path, true, &image) == EFI_NOT_FOUND);
	path = device_path(3);
	assert_int_equal(load(&path, true, &image), EFI_SUCCESS);
	assert_true(policy_seen);
	assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
	loads_more = true;
	path = device_path(3);
	assert_true(load(&path, false, &image) == EFI_LOAD_ERROR);
	loads_more = false;
	load_size = 0;
	path = device_path(3);
	assert_true(load(&path, false, &image) == EFI_NO_RESPONSE);
	/* Of both, LoadFile2 comes first. */
	assert_int_equal(efi_install_multiple_protocol_interfaces(&device1,
				&efi_guid_load_file2, &other_loader, NULL), EFI_SUCCESS);
	path = device_path(3);
	assert_true(load(&path, false, &image) == EFI_ABORTED);
	assert_non_null(device2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_joined, setup, teardown),
		cmocka_unit_test_setup_teardown(test_file_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_load_file, setup, teardown),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
