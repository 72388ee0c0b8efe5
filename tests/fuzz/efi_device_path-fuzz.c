/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: device paths of any bytes (efi/loader/device_path.c) and the search
 * for them (locate.c).
 *
 * Input: length of the first path (16 bits, little-endian), the first path, the
 * second path. Seeds: tests/fuzz/efi_device_path-seeds.py.
 */
#include <stdlib.h>
#include <string.h>

#include <fw/byteorder.h>
#include <fw/efi.h>

#include "event.h"
#include "handle.h"
#include "tpl.h"

#define CHECK(cond)	do { if (!(cond)) abort(); } while (0)
#define END_SIZE	4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

efi_tpl_t efi_tpl = TPL_APPLICATION;
u32 efi_tpl_pending;

void efi_tpl_dispatch(efi_tpl_t tpl __unused)
{
}

bool efi_event_valid(efi_event_t event __unused)
{
	return false;
}

efi_status_t EFIAPI efi_signal_event(efi_event_t event __unused)
{
	return EFI_SUCCESS;
}

efi_status_t EFIAPI efi_allocate_pool(u32 type __unused, efi_uintn_t size, void **buffer)
{
	*buffer = malloc(size);
	return *buffer ? EFI_SUCCESS : EFI_OUT_OF_RESOURCES;
}

efi_status_t EFIAPI efi_free_pool(void *buffer)
{
	free(buffer);
	return EFI_SUCCESS;
}

void *efi_zalloc(size_t size)
{
	return calloc(1, size);
}

/* Exactly as long as it is, so that the sanitizer sees its end. */
static struct efi_device_path *exact(const uint8_t *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	return memcpy(copy, data, size);
}

static size_t check_nodes(const struct efi_device_path *path, size_t size)
{
	const struct efi_device_path *node = path;
	size_t count = 0, used = 0;

	for (; !efi_dp_is_end(node); node = efi_dp_next(node)) {
		CHECK(efi_dp_node_size(node) >= sizeof(*node));
		used += efi_dp_node_size(node);
		CHECK(used + END_SIZE <= size);
		count++;
	}
	CHECK(used + END_SIZE == size);
	return count;
}

static void check_made(struct efi_device_path *path, size_t size)
{
	if (size > EFI_DP_MAX) {
		CHECK(!path);
		return;
	}
	CHECK(path && efi_dp_size(path, EFI_DP_MAX) == size);
	check_nodes(path, size);
	free(path);
}

static void check_make(const struct efi_device_path *a, size_t a_size,
		       const struct efi_device_path *b, size_t b_size)
{
	const struct efi_device_path *node = b;

	check_made(efi_dp_duplicate(a), a_size);
	check_made(efi_dp_append(a, b), a_size + b_size - END_SIZE);
	check_made(efi_dp_append(b, a), a_size + b_size - END_SIZE);
	for (; !efi_dp_is_end(node); node = efi_dp_next(node))
		check_made(efi_dp_append_node(a, node), a_size + efi_dp_node_size(node));
}

/* Bytes before the end of the first instance. */
static size_t first_instance(const struct efi_device_path *path)
{
	const struct efi_device_path *node = path;

	while (node->type != DP_END)
		node = efi_dp_next(node);
	return (size_t)((const u8 *)node - (const u8 *)path);
}

static void check_locate(struct efi_device_path *a, struct efi_device_path *b)
{
	size_t a_size = first_instance(a), b_size = first_instance(b);
	bool fits = a_size <= b_size && memcmp(a, b, a_size) == 0;
	struct efi_handle *handle = efi_handle_create();
	struct efi_device_path *rest = b;
	efi_handle_t found = NULL;
	efi_status_t status;

	CHECK(efi_interface_add(handle, &efi_guid_device_path, a) == 0);
	status = efi_locate_device_path(&efi_guid_device_path, &rest, &found);
	CHECK(status == (fits ? EFI_SUCCESS : EFI_NOT_FOUND));
	CHECK(found == (fits ? handle : NULL));
	CHECK((u8 *)rest == (u8 *)b + (fits ? a_size : 0));
	efi_interface_remove(efi_interface_find(handle, &efi_guid_device_path));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length, a_size, b_size;
	struct efi_device_path *a, *b;

	if (size < 2)
		return 0;
	length = MIN((size_t)get_le16(data), size - 2);
	a = exact(data + 2, length);
	b = exact(data + 2 + length, size - 2 - length);
	a_size = efi_dp_size(a, length);
	b_size = efi_dp_size(b, size - 2 - length);
	CHECK(a_size <= length && b_size <= size - 2 - length);
	if (a_size != 0)
		check_nodes(a, a_size);
	if (a_size != 0 && b_size != 0) {
		check_make(a, a_size, b, b_size);
		check_locate(a, b);
	}
	free(a);
	free(b);
	return 0;
}
