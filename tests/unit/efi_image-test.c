/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Loading, starting and ending images (UEFI 2.10, section 7.4). What an image does
 * when it is called is a function of the test's.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <asm/image_call.h>
#include <asm/paging.h>
#include <fw/efi_image.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/memmap.h>
#include <spec/efi/loaded_image.h>

#include "efi_world.h"
#include "peimage.h"
#include "support.h"

#define DEPTH_MAX	4

static struct pe_test file;
static struct {
	jmp_buf back;
	efi_handle_t handle;
} calls[DEPTH_MAX];
static unsigned int depth;
static u64 entered, exit_status;
static efi_status_t (*body)(efi_handle_t self);

static int policy;
static struct efi_image_source seen;

u64 image_call(struct image_frame *frame, u64 entry, void *first, void *second)
{
	efi_status_t status;

	assert_true(depth < DEPTH_MAX);
	assert_ptr_equal(second, efi_system_table);
	entered = entry;
	frame->rsp = depth;
	calls[depth].handle = first;
	if (setjmp(calls[depth++].back) == 0)
		status = body(first);
	else
		status = exit_status;
	depth--;
	return status;
}

void image_return(const struct image_frame *frame, u64 status)
{
	exit_status = status;
	assert_int_equal(frame->rsp, depth - 1);
	longjmp(calls[frame->rsp].back, 1);
}

static int judge(const struct efi_image_source *image)
{
	seen = *image;
	return policy;
}
HOOK(efi_image_check, 50, common, judge);

void paging_release(void)
{
}

static int setup(void **state)
{
	pe_test_make(&file);
	policy = 0;
	entered = 0;
	body = NULL;
	mock_log_reset();
	return 0;
}

static efi_status_t load(efi_handle_t *image)
{
	*image = NULL;
	return efi_load_image(false, efi_firmware_handle, NULL, &file, sizeof(file), image);
}

static efi_handle_t load_good(void)
{
	efi_handle_t image;

	assert_int_equal(load(&image), EFI_SUCCESS);
	assert_non_null(image);
	return image;
}

static struct efi_loaded_image *loaded_of(efi_handle_t image)
{
	struct efi_loaded_image *loaded = NULL;

	if (efi_handle_protocol(image, &efi_guid_loaded_image, (void **)&loaded) != EFI_SUCCESS)
		return NULL;
	return loaded;
}

static void test_load_errors(void **state)
{
	struct efi_device_path bad = { DP_MEDIA, DP_MEDIA_FILE, { 3, 0 } };
	efi_handle_t image = NULL;

	assert_true(efi_load_image(0, efi_firmware_handle, NULL, &file, sizeof(file), NULL) ==
		    EFI_INVALID_PARAMETER);
	assert_true(efi_load_image(0, NULL, NULL, &file, sizeof(file), &image) ==
		    EFI_INVALID_PARAMETER);
	assert_true(efi_load_image(0, &file, NULL, &file, sizeof(file), &image) ==
		    EFI_INVALID_PARAMETER);
	assert_true(efi_load_image(0, efi_firmware_handle, NULL, NULL, 0, &image) ==
		    EFI_NOT_FOUND);
	assert_true(efi_load_image(0, efi_firmware_handle, &bad, &file, sizeof(file), &image) ==
		    EFI_INVALID_PARAMETER);
	assert_true(efi_load_image(0, efi_firmware_handle, NULL, &file, 0, &image) ==
		    EFI_LOAD_ERROR);
	file.dos[0] = 0;
	assert_true(load(&image) == EFI_UNSUPPORTED);
	assert_true(mock_log_has("not an EFI image"));
	setup(NULL);
	file.text.raw_offset = cpu_to_le32(0x10000);
	assert_true(load(&image) == EFI_LOAD_ERROR);
	setup(NULL);
	file.block.size = cpu_to_le32(3);
	assert_true(load(&image) == EFI_LOAD_ERROR);
	setup(NULL);
	file.optional.image_size = cpu_to_le32(0xfffff000);
	assert_true(load(&image) == EFI_OUT_OF_RESOURCES);
	setup(NULL);
	file.header.characteristics = cpu_to_le16(PE_FILE_RELOCS_STRIPPED);
	assert_true(load(&image) == EFI_OUT_OF_RESOURCES);
	assert_true(mock_log_has("its place is not free"));
	assert_null(image);
}

static void test_loaded_image(void **state)
{
	efi_handle_t image = load_good();
	struct efi_loaded_image *loaded = loaded_of(image);
	u64 base = (uintptr_t)loaded->image_base;
	void *path = &path;

	assert_int_equal(loaded->revision, 0x1000);
	assert_ptr_equal(loaded->parent, efi_firmware_handle);
	assert_ptr_equal(loaded->system_table, efi_system_table);
	assert_null(loaded->device);
	assert_null(loaded->file_path);
	assert_null(loaded->load_options);
	assert_null(loaded->unload);
	assert_int_equal(loaded->image_size, PE_TEST_SIZE);
	assert_int_equal(loaded->code_type, MEM_LOADER_CODE);
	assert_int_equal(loaded->data_type, MEM_LOADER_DATA);
	assert_memory_equal(loaded->image_base, &file, PE_TEST_HEADERS);
	assert_true(get_le64((u8 *)loaded->image_base + PE_TEST_DATA + 8) == base + 0x2010);
	assert_true(memmap_has_type(&memmap, base, PE_TEST_SIZE, MEM_LOADER_CODE));
	assert_int_equal(efi_handle_protocol(image, &efi_guid_loaded_image_device_path, &path),
			 EFI_SUCCESS);
	assert_null(path);
	assert_ptr_equal(seen.data, &file);
	assert_int_equal(seen.size, sizeof(file));
	assert_false(seen.boot_policy);
	assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
	assert_null(loaded_of(image));
	assert_true(memmap_has_type(&memmap, base, PE_TEST_SIZE, MEM_CONVENTIONAL));
	assert_true(efi_unload_image(image) == EFI_INVALID_PARAMETER);
	assert_true(efi_start_image(image, NULL, NULL) == EFI_INVALID_PARAMETER);
}

static void test_kinds(void **state)
{
	static const struct {
		u16 subsystem;
		u32 code, data;
	} kinds[] = {
		{ 10, MEM_LOADER_CODE, MEM_LOADER_DATA },
		{ 11, MEM_BOOT_CODE, MEM_BOOT_DATA },
		{ 12, MEM_RUNTIME_CODE, MEM_RUNTIME_DATA },
	};
	efi_handle_t image;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		file.optional.subsystem = cpu_to_le16(kinds[i].subsystem);
		image = load_good();
		assert_int_equal(loaded_of(image)->code_type, kinds[i].code);
		assert_int_equal(loaded_of(image)->data_type, kinds[i].data);
		assert_true(memmap_has_type(&memmap, (uintptr_t)loaded_of(image)->image_base,
					    PE_TEST_SIZE, kinds[i].code));
		assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
	}
}

static void test_placement(void **state)
{
	efi_handle_t image;
	u64 changes, base = WORLD_RAM + MiB(8);

	file.optional.section_alignment = cpu_to_le32(MiB(1));
	changes = memmap.count;
	image = load_good();
	assert_true((uintptr_t)loaded_of(image)->image_base % MiB(1) == 0);
	assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
	assert_int_equal(memmap.count, changes);
	setup(NULL);
	file.optional.image_base = cpu_to_le64(base);
	file.header.characteristics = cpu_to_le16(PE_FILE_RELOCS_STRIPPED);
	image = load_good();
	assert_true((uintptr_t)loaded_of(image)->image_base == base);
	assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
}

static void test_mapping(void **state)
{
	efi_handle_t image = load_good();
	u64 base = (uintptr_t)loaded_of(image)->image_base;

	assert_true(world_prot(base) == MAP_RO);
	assert_true(world_prot(base + PE_TEST_TEXT) == MAP_RX);
	assert_true(world_prot(base + PE_TEST_DATA) == MAP_RW);
	assert_true(world_prot(base + PE_TEST_DATA + 0x1000) == MAP_RW);
	assert_true(world_prot(base + PE_TEST_RELOC) == MAP_RO);
	assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
	assert_true(world_prot(base) == MAP_RW);
	assert_true(world_prot(base + PE_TEST_TEXT) == MAP_RW);
	/* One that does not say that it can do with less. */
	file.optional.dll_characteristics = cpu_to_le16(0);
	image = load_good();
	base = (uintptr_t)loaded_of(image)->image_base;
	assert_true(world_prot(base) == MAP_OS_IMAGE);
	assert_true(world_prot(base + PE_TEST_DATA) == MAP_OS_IMAGE);
	assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
	assert_true(world_prot(base) == MAP_RW);
}

static void test_policy(void **state)
{
	efi_handle_t image;

	policy = -EPERM;
	assert_true(load(&image) == EFI_SECURITY_VIOLATION);
	assert_non_null(loaded_of(image));
	assert_true(efi_start_image(image, NULL, NULL) == EFI_SECURITY_VIOLATION);
	assert_non_null(loaded_of(image));
	assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
	policy = -EINVAL;
	assert_true(load(&image) == EFI_ACCESS_DENIED);
	assert_null(image);
	/* Nobody looked at it before it was judged. */
	file.dos[0] = 0;
	assert_true(load(&image) == EFI_ACCESS_DENIED);
}

static efi_status_t just_return(efi_handle_t self)
{
	efi_raise_tpl(TPL_NOTIFY);
	return EFI_ABORTED;
}

static void test_return(void **state)
{
	efi_handle_t image = load_good();
	u64 base = (uintptr_t)loaded_of(image)->image_base;
	efi_uintn_t size = 77;
	efi_char16_t *data = (efi_char16_t *)&size;

	body = just_return;
	assert_true(efi_start_image(image, &size, &data) == EFI_ABORTED);
	assert_true(entered == base + PE_TEST_TEXT);
	assert_int_equal(size, 0);
	assert_null(data);
	/* Level and interrupts are back, and an application is gone. */
	assert_int_equal(efi_raise_tpl(TPL_APPLICATION), TPL_APPLICATION);
	assert_true(world_irqs);
	assert_null(loaded_of(image));
	assert_true(memmap_has_type(&memmap, base, PE_TEST_SIZE, MEM_CONVENTIONAL));
}

static efi_handle_t other;

static efi_status_t exit_with_data(efi_handle_t self)
{
	efi_char16_t text[] = { 'b', 'y', 'e', 0 };

	assert_true(efi_start_image(self, NULL, NULL) == EFI_INVALID_PARAMETER);
	assert_true(efi_unload_image(self) == EFI_UNSUPPORTED);
	assert_true(efi_exit(NULL, 0, 0, NULL) == EFI_INVALID_PARAMETER);
	assert_true(efi_exit(self, 0, 8, NULL) == EFI_INVALID_PARAMETER);
	efi_exit(self, EFI_TIMEOUT, sizeof(text), text);
	fail();
	return EFI_SUCCESS;
}

static void test_exit(void **state)
{
	efi_handle_t image = load_good();
	efi_char16_t *data = NULL;
	efi_uintn_t size = 0;

	body = exit_with_data;
	assert_true(efi_start_image(image, &size, &data) == EFI_TIMEOUT);
	assert_int_equal(size, 8);
	assert_int_equal(data[2], 'e');
	assert_int_equal(efi_free_pool(data), EFI_SUCCESS);
	assert_null(loaded_of(image));
	/* Nobody wants the data. */
	image = load_good();
	assert_true(efi_start_image(image, NULL, NULL) == EFI_TIMEOUT);
	/* One that has not been started. */
	image = load_good();
	assert_int_equal(efi_exit(image, EFI_SUCCESS, 0, NULL), EFI_SUCCESS);
	assert_null(loaded_of(image));
}

static efi_status_t inner(efi_handle_t self)
{
	/* Only the image that runs can end. */
	assert_true(efi_exit(other, EFI_SUCCESS, 0, NULL) == EFI_INVALID_PARAMETER);
	assert_true(efi_unload_image(other) == EFI_UNSUPPORTED);
	efi_exit(self, EFI_NOT_READY, 0, NULL);
	return EFI_SUCCESS;
}

static efi_status_t outer(efi_handle_t self)
{
	efi_handle_t image = NULL;

	other = self;
	assert_int_equal(efi_load_image(0, self, NULL, &file, sizeof(file), &image),
			 EFI_SUCCESS);
	assert_ptr_equal(loaded_of(image)->parent, self);
	body = inner;
	assert_true(efi_start_image(image, NULL, NULL) == EFI_NOT_READY);
	efi_exit(self, EFI_NO_MEDIA, 0, NULL);
	return EFI_SUCCESS;
}

static void test_nested(void **state)
{
	efi_handle_t image = load_good();

	body = outer;
	assert_true(efi_start_image(image, NULL, NULL) == EFI_NO_MEDIA);
	assert_int_equal(depth, 0);
}

static efi_status_t unload_status;
static unsigned int unloads;

static efi_status_t EFIAPI on_unload(efi_handle_t image)
{
	unloads++;
	return unload_status;
}

static efi_status_t stay(efi_handle_t self)
{
	loaded_of(self)->unload = on_unload;
	return EFI_SUCCESS;
}

static efi_status_t fail_to_stay(efi_handle_t self)
{
	return EFI_UNSUPPORTED;
}

static void test_driver(void **state)
{
	efi_handle_t image;

	file.optional.subsystem = cpu_to_le16(PE_SUBSYSTEM_BOOT_DRIVER);
	body = stay;
	image = load_good();
	assert_int_equal(efi_start_image(image, NULL, NULL), EFI_SUCCESS);
	assert_non_null(loaded_of(image));
	assert_true(efi_start_image(image, NULL, NULL) == EFI_INVALID_PARAMETER);
	assert_true(efi_exit(image, 0, 0, NULL) == EFI_INVALID_PARAMETER);
	unload_status = EFI_ACCESS_DENIED;
	assert_true(efi_unload_image(image) == EFI_ACCESS_DENIED);
	assert_non_null(loaded_of(image));
	unload_status = EFI_SUCCESS;
	assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
	assert_int_equal(unloads, 2);
	assert_null(loaded_of(image));
	/* Started and without such a function; and one that does not want to stay. */
	image = load_good();
	assert_int_equal(efi_start_image(image, NULL, NULL), EFI_SUCCESS);
	loaded_of(image)->unload = NULL;
	assert_true(efi_unload_image(image) == EFI_UNSUPPORTED);
	body = fail_to_stay;
	image = load_good();
	assert_true(efi_start_image(image, NULL, NULL) == EFI_UNSUPPORTED);
	assert_null(loaded_of(image));
}

static int value;
static efi_handle_t device;

static efi_status_t open_and_forget(efi_handle_t self)
{
	void *interface;

	assert_int_equal(efi_open_protocol(device, world_guid(5), &interface, self, NULL,
					   EFI_OPEN_EXCLUSIVE), EFI_SUCCESS);
	return EFI_SUCCESS;
}

static void test_closes_what_it_opened(void **state)
{
	efi_handle_t image = load_good();

	device = world_handle(5, &value);
	body = open_and_forget;
	assert_int_equal(efi_start_image(image, NULL, NULL), EFI_SUCCESS);
	image = load_good();
	assert_int_equal(efi_start_image(image, NULL, NULL), EFI_SUCCESS);
	world_handle_gone(device, 5, &value);
}

static void test_paths_of_buffers(void **state)
{
	struct {
		struct efi_dp_memory memory;
		struct efi_device_path end;
	} __packed path = {
		{ { DP_HARDWARE, DP_HW_MEMORY, { sizeof(struct efi_dp_memory), 0 } }, 1, 2, 3 },
		{ DP_END, DP_END_ENTIRE, { 4, 0 } },
	};
	efi_handle_t image = NULL, holder = NULL;
	struct efi_loaded_image *loaded;
	void *installed;

	/* No handle has such a path, and that is no error. */
	assert_int_equal(efi_load_image(1, efi_firmware_handle, &path.memory.head, &file,
					sizeof(file), &image), EFI_SUCCESS);
	loaded = loaded_of(image);
	assert_null(loaded->device);
	assert_memory_equal(loaded->file_path, &path, sizeof(path));
	assert_int_equal(efi_handle_protocol(image, &efi_guid_loaded_image_device_path,
					     &installed), EFI_SUCCESS);
	assert_memory_equal(installed, &path, sizeof(path));
	assert_true(seen.boot_policy);
	assert_ptr_equal(seen.path, &path);
	assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
	/* Now one has. */
	assert_int_equal(efi_install_multiple_protocol_interfaces(&holder,
				&efi_guid_device_path, &path, NULL), EFI_SUCCESS);
	assert_int_equal(efi_load_image(0, efi_firmware_handle, &path.memory.head, &file,
					sizeof(file), &image), EFI_SUCCESS);
	loaded = loaded_of(image);
	assert_ptr_equal(loaded->device, holder);
	assert_int_equal(loaded->file_path->type, DP_END);
	assert_int_equal(efi_unload_image(image), EFI_SUCCESS);
	assert_int_equal(efi_uninstall_multiple_protocol_interfaces(holder,
				&efi_guid_device_path, &path, NULL), EFI_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_load_errors, setup),
		cmocka_unit_test_setup(test_loaded_image, setup),
		cmocka_unit_test_setup(test_kinds, setup),
		cmocka_unit_test_setup(test_placement, setup),
		cmocka_unit_test_setup(test_mapping, setup),
		cmocka_unit_test_setup(test_policy, setup),
		cmocka_unit_test_setup(test_return, setup),
		cmocka_unit_test_setup(test_exit, setup),
		cmocka_unit_test_setup(test_nested, setup),
		cmocka_unit_test_setup(test_driver, setup),
		cmocka_unit_test_setup(test_closes_what_it_opened, setup),
		cmocka_unit_test_setup(test_paths_of_buffers, setup),
	};

	return cmocka_run_group_tests(tests, world_start, NULL);
}
