/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Reads images from where a device path leads. All of a file is read once, into
 * memory that only the firmware uses, before anybody looks at it.
 * Document: UEFI 2.10, sections 7.4.1 (LoadImage), 10.3.5.4 (file paths), 13.1,
 * 13.2, 13.4 and 13.5.
 */
#include <fw/byteorder.h>
#include <fw/efi.h>
#include <fw/host_input.h>
#include <fw/memmap.h>
#include <fw/string.h>
#include <spec/efi/load_file.h>
#include <spec/efi/simple_file_system.h>
#include <spec/tcg.h>

#include "image.h"

/* Drivers among them go to PCR 2 (efi/loader/measure.c). */
HOST_INPUT_OTHER(images, common, MEASURED, 4, EV_EFI_BOOT_SERVICES_APPLICATION,
		 "images to start, from disks");

/* Of a file's name, all nodes together. */
#define NAME_MAX_BYTES		KiB(32)
/* A file info with a long name, which grows if a file system wants more. */
#define INFO_MAX_BYTES		KiB(64)

static efi_status_t alloc_file(struct image_file *file, u64 size)
{
	efi_uintn_t pages = (size >> PAGE_SHIFT) + !IS_ALIGNED(size, PAGE_SIZE);
	efi_status_t status;
	u64 address;

	if (size == 0)
		return EFI_LOAD_ERROR;
	status = efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_BOOT_DATA, pages, &address);
	if (status != EFI_SUCCESS)
		return status;
	file->data = (const void *)(uintptr_t)address;
	file->size = size;
	file->pages = pages;
	return EFI_SUCCESS;
}

void image_file_free(struct image_file *file)
{
	if (file->pages != 0)
		efi_free_pages((uintptr_t)file->data, file->pages);
	file->data = NULL;
	file->pages = 0;
}

static bool is_file_node(const struct efi_device_path *node)
{
	return node->type == DP_MEDIA && node->subtype == DP_MEDIA_FILE;
}

/* Characters of a node's name, up to its NUL if it has one. */
static size_t name_len(const struct efi_device_path *node)
{
	const u8 *text = (const u8 *)(node + 1);
	size_t len, max = (efi_dp_node_size(node) - sizeof(*node)) / 2;

	for (len = 0; len < max && get_le16(text + 2 * len) != 0; len++)
		;
	return len;
}

/* The name that all nodes of a path make together, in pool; NULL if it has others. */
static efi_char16_t *join_names(const struct efi_device_path *path)
{
	const struct efi_device_path *node;
	efi_char16_t *name, *end;
	size_t len = 1;

	for (node = path; !efi_dp_is_end(node); node = efi_dp_next(node)) {
		if (!is_file_node(node))
			return NULL;
		len += name_len(node) + 1;
	}
	if (len * sizeof(*name) > NAME_MAX_BYTES)
		return NULL;
	name = end = efi_zalloc(len * sizeof(*name));
	if (name == NULL)
		return NULL;
	for (node = path; !efi_dp_is_end(node); node = efi_dp_next(node)) {
		const u8 *text = (const u8 *)(node + 1);
		size_t count = name_len(node);

		/* One backslash between two names, whoever brings it. */
		if (end > name && end[-1] == '\\' && count != 0 && get_le16(text) == '\\') {
			text += 2;
			count--;
		} else if (end > name && end[-1] != '\\' && count != 0 &&
			   get_le16(text) != '\\') {
			*end++ = '\\';
		}
		memcpy(end, text, count * sizeof(*end));
		end += count;
	}
	return name;
}

static efi_status_t get_size(struct efi_file *file, u64 *size)
{
	struct efi_file_info *info = NULL;
	efi_uintn_t bytes = 0;
	efi_status_t status;

	status = file->get_info(file, &efi_guid_file_info, &bytes, NULL);
	if (status != EFI_BUFFER_TOO_SMALL || bytes < sizeof(*info) || bytes > INFO_MAX_BYTES)
		return EFI_ERROR(status) && status != EFI_BUFFER_TOO_SMALL ? status :
									     EFI_LOAD_ERROR;
	info = efi_zalloc(bytes);
	if (info == NULL)
		return EFI_OUT_OF_RESOURCES;
	status = file->get_info(file, &efi_guid_file_info, &bytes, info);
	if (status == EFI_SUCCESS && (info->attributes & EFI_FILE_DIRECTORY))
		status = EFI_LOAD_ERROR;
	*size = info->file_size;
	efi_free_pool(info);
	return status;
}

static efi_status_t read_all(struct efi_file *from, struct image_file *file)
{
	efi_uintn_t done;
	efi_status_t status;
	u64 size;

	status = get_size(from, &size);
	if (status != EFI_SUCCESS)
		return status;
	status = alloc_file(file, size);
	if (status != EFI_SUCCESS)
		return status;
	done = size;
	status = from->read(from, &done, (void *)(uintptr_t)file->data);
	if (status == EFI_SUCCESS && done != size)
		status = EFI_LOAD_ERROR;
	return status;
}

static efi_status_t read_from_volume(struct efi_simple_file_system *fs, struct image_file *file)
{
	efi_char16_t *name = join_names(file->rest);
	struct efi_file *root, *from;
	efi_status_t status;

	if (name == NULL)
		return EFI_NOT_FOUND;
	status = fs->open_volume(fs, &root);
	if (status == EFI_SUCCESS) {
		status = root->open(root, &from, name, EFI_FILE_MODE_READ, 0);
		root->close(root);
	}
	efi_free_pool(name);
	if (status != EFI_SUCCESS)
		return status;
	status = read_all(from, file);
	from->close(from);
	return status;
}

static efi_status_t read_by_load_file(struct efi_load_file *load, bool boot_policy,
				      struct image_file *file)
{
	efi_uintn_t size = 0;
	efi_status_t status;

	status = load->load(load, file->rest, boot_policy, &size, NULL);
	if (status != EFI_BUFFER_TOO_SMALL)
		return EFI_ERROR(status) ? status : EFI_LOAD_ERROR;
	status = alloc_file(file, size);
	if (status != EFI_SUCCESS)
		return status;
	status = load->load(load, file->rest, boot_policy, &size, (void *)(uintptr_t)file->data);
	if (status == EFI_SUCCESS && size > file->pages << PAGE_SHIFT)
		status = EFI_LOAD_ERROR;
	file->size = size;
	return status;
}

/* The device that a path leads to and that has @protocol; the rest of the path. */
static void *find_protocol(struct efi_device_path *path, const struct efi_guid *protocol,
			   struct image_file *file)
{
	void *interface;

	file->rest = path;
	if (efi_locate_device_path(protocol, &file->rest, &file->device) != EFI_SUCCESS ||
	    efi_handle_protocol(file->device, protocol, &interface) != EFI_SUCCESS) {
		file->device = NULL;
		return NULL;
	}
	return interface;
}

static efi_status_t read_file(struct efi_device_path *path, bool boot_policy,
			      struct image_file *file)
{
	void *interface;

	interface = find_protocol(path, &efi_guid_simple_file_system, file);
	if (interface != NULL)
		return read_from_volume(interface, file);
	interface = boot_policy ? NULL : find_protocol(path, &efi_guid_load_file2, file);
	if (interface != NULL)
		return read_by_load_file(interface, false, file);
	interface = find_protocol(path, &efi_guid_load_file, file);
	if (interface != NULL)
		return read_by_load_file(interface, boot_policy, file);
	return EFI_NOT_FOUND;
}

efi_status_t image_file_read(struct efi_device_path *path, bool boot_policy,
			     struct image_file *file)
{
	efi_status_t status = read_file(path, boot_policy, file);

	if (status != EFI_SUCCESS)
		image_file_free(file);
	return status;
}
