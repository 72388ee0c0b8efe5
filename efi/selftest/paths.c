/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Device paths: of every handle that has one, found again, and through text and
 * back. Documents: UEFI 2.10, sections 7.3.9, 10.5 and 10.6.
 */
#include <fw/string.h>
#include <spec/efi/device_path_from_text.h>
#include <spec/efi/device_path_to_text.h>
#include <spec/efi/device_path_utilities.h>

#include "selftest.h"

static struct efi_device_path_utilities *utilities;
static struct efi_device_path_to_text *to_text;
static struct efi_device_path_from_text *from_text;

static void test_text(const struct efi_device_path *path)
{
	efi_char16_t *text = to_text->path(path, false, false);
	efi_uintn_t size = utilities->get_size(path);
	struct efi_device_path *again;

	if (!CHECK(text != NULL))
		return;
	again = from_text->path(text);
	if (CHECK(again != NULL)) {
		CHECK(utilities->get_size(again) == size && memcmp(again, path, size) == 0);
		CHECK(BS->free_pool(again) == EFI_SUCCESS);
	}
	CHECK(BS->free_pool(text) == EFI_SUCCESS);
}

static void test_handle(efi_handle_t handle)
{
	struct efi_device_path *path, *rest, *copy;
	efi_handle_t found = NULL;
	void *interface;

	if (!CHECK(BS->handle_protocol(handle, &efi_guid_device_path, &interface) ==
		   EFI_SUCCESS))
		return;
	path = interface;
	rest = path;
	CHECK(BS->locate_device_path(&efi_guid_device_path, &rest, &found) == EFI_SUCCESS);
	CHECK(found == handle && efi_dp_is_end(rest));
	if (utilities == NULL)
		return;
	copy = utilities->duplicate(path);
	CHECK(copy != NULL && memcmp(copy, path, utilities->get_size(path)) == 0);
	BS->free_pool(copy);
	if (to_text != NULL && from_text != NULL)
		test_text(path);
}

static void test_paths(void)
{
	efi_handle_t *handles;
	efi_uintn_t i, count;

	utilities = find_protocol(&efi_guid_device_path_utilities);
	to_text = find_protocol(&efi_guid_device_path_to_text);
	from_text = find_protocol(&efi_guid_device_path_from_text);
	if (!CHECK(BS->locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &efi_guid_device_path, NULL,
					    &count, &handles) == EFI_SUCCESS))
		return;
	for (i = 0; i < count; i++)
		test_handle(handles[i]);
	CHECK(BS->free_pool(handles) == EFI_SUCCESS);
}
SELFTEST(35, paths, test_paths);
