/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Images: one from a buffer is loaded, mapped, started and unloaded, in each way.
 * Document: UEFI 2.10, sections 7.4 and 9.1.
 */
#include <fw/string.h>
#include <spec/efi/loaded_image.h>
#include <spec/efi/memory_attribute.h>
#include <spec/pe.h>

#include "selftest.h"

extern const u8 image_file_subsystem[];

#define FILE_SIZE	0x800
#define TEXT		0x1000		/* in memory */
#define DATA		0x2000

static u8 file[FILE_SIZE];
static unsigned int unloads;

static void make_file(u16 subsystem)
{
	memcpy(file, image_file, sizeof(file));
	put_le16(subsystem, file + (image_file_subsystem - image_file));
}

static efi_status_t EFIAPI unload(efi_handle_t image __unused)
{
	return unloads++ == 0 ? EFI_ACCESS_DENIED : EFI_SUCCESS;
}

/* Loads the file, with two numbers that the image finds as its load options. */
static struct efi_loaded_image *load(efi_handle_t *image, u64 options[2])
{
	struct efi_loaded_image *loaded;
	void *interface;

	*image = NULL;
	if (!CHECK(BS->load_image(false, efi_firmware_handle, NULL, file, sizeof(file), image) ==
		   EFI_SUCCESS) ||
	    !CHECK(BS->handle_protocol(*image, &efi_guid_loaded_image, &interface) ==
		   EFI_SUCCESS))
		return NULL;
	loaded = interface;
	CHECK(loaded->parent == efi_firmware_handle);
	CHECK(loaded->system_table == efi_system_table);
	CHECK(loaded->image_size == 0x4000 && loaded->unload == NULL);
	loaded->load_options = options;
	loaded->load_options_size = 2 * sizeof(options[0]);
	return loaded;
}

static bool is_gone(efi_handle_t image)
{
	void *interface;

	return BS->handle_protocol(image, &efi_guid_loaded_image, &interface) ==
	       EFI_INVALID_PARAMETER;
}

static void test_mapping(const struct efi_loaded_image *loaded)
{
	struct efi_memory_attribute *protocol = find_protocol(&efi_guid_memory_attribute);
	u64 base = (uintptr_t)loaded->image_base, is = 0;

	if (protocol == NULL)
		return;
	CHECK(protocol->get(protocol, base, PAGE_SIZE, &is) == EFI_SUCCESS &&
	      is == (EFI_MEMORY_RO | EFI_MEMORY_XP));
	CHECK(protocol->get(protocol, base + TEXT, PAGE_SIZE, &is) == EFI_SUCCESS &&
	      is == EFI_MEMORY_RO);
	CHECK(protocol->get(protocol, base + DATA, PAGE_SIZE, &is) == EFI_SUCCESS &&
	      is == EFI_MEMORY_XP);
}

static void test_application(bool by_exit)
{
	u64 options[2] = { EFI_ABORTED, by_exit };
	struct efi_loaded_image *loaded;
	efi_uintn_t size = 9;
	efi_char16_t *data;
	efi_handle_t image;

	make_file(PE_SUBSYSTEM_APPLICATION);
	loaded = load(&image, options);
	if (loaded == NULL)
		return;
	CHECK(loaded->code_type == MEM_LOADER_CODE && loaded->data_type == MEM_LOADER_DATA);
	test_mapping(loaded);
	CHECK(BS->start_image(image, &size, &data) == EFI_ABORTED);
	CHECK(size == 0);
	CHECK(is_gone(image));
	CHECK(BS->start_image(image, NULL, NULL) == EFI_INVALID_PARAMETER);
}

static void test_driver(void)
{
	u64 options[2] = { EFI_SUCCESS, 0 };
	struct efi_loaded_image *loaded;
	efi_handle_t image;

	make_file(PE_SUBSYSTEM_BOOT_DRIVER);
	loaded = load(&image, options);
	if (loaded == NULL)
		return;
	CHECK(loaded->code_type == MEM_BOOT_CODE);
	CHECK(BS->start_image(image, NULL, NULL) == EFI_SUCCESS);
	CHECK(!is_gone(image));
	CHECK(BS->unload_image(image) == EFI_UNSUPPORTED);
	loaded->unload = unload;
	CHECK(BS->unload_image(image) == EFI_ACCESS_DENIED);
	CHECK(!is_gone(image));
	CHECK(BS->unload_image(image) == EFI_SUCCESS);
	CHECK(is_gone(image) && unloads == 2);
}

static void test_unload(void)
{
	u64 options[2] = { 0 };
	efi_handle_t image;

	make_file(PE_SUBSYSTEM_APPLICATION);
	if (load(&image, options) == NULL)
		return;
	CHECK(BS->unload_image(image) == EFI_SUCCESS);
	CHECK(is_gone(image));
	CHECK(BS->unload_image(image) == EFI_INVALID_PARAMETER);
}

static void test_bad(void)
{
	efi_handle_t image = NULL;

	make_file(1);		/* a driver of an operating system */
	CHECK(BS->load_image(false, efi_firmware_handle, NULL, file, sizeof(file), &image) ==
	      EFI_UNSUPPORTED);
	make_file(PE_SUBSYSTEM_APPLICATION);
	CHECK(BS->load_image(false, efi_firmware_handle, NULL, file, sizeof(file) / 2, &image) ==
	      EFI_LOAD_ERROR);
	CHECK(BS->load_image(false, NULL, NULL, file, sizeof(file), &image) ==
	      EFI_INVALID_PARAMETER);
	CHECK(image == NULL);
}

static void test_image(void)
{
	if (!CHECK(image_file_end - image_file == FILE_SIZE))
		return;
	test_application(false);
	test_application(true);
	test_driver();
	test_unload();
	test_bad();
}
SELFTEST(40, image, test_image);
