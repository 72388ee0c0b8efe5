/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Finds what a boot option's device path stands for: short paths go on being
 * right when a disk moves to another controller, and a device stands for the
 * default file on it.
 * Documents: UEFI 2.10, sections 3.1.2 (short forms), 3.5.1 (removable media) and
 * 13.3.1.3 (names of default files).
 */
#include <fw/efi.h>
#include <fw/string.h>
#include <spec/efi/simple_file_system.h>

#include "target.h"

static efi_char16_t default_name[] = {
	'\\', 'E', 'F', 'I', '\\', 'B', 'O', 'O', 'T', '\\',
	'B', 'O', 'O', 'T', 'X', '6', '4', '.', 'E', 'F', 'I', 0,
};

/* A file's name, aligned and with a NUL for sure. */
#define NAME_MAX	256

struct efi_device_path *target_default_file(const struct efi_device_path *device)
{
	struct {
		struct efi_device_path head;
		efi_char16_t path[ARRAY_SIZE(default_name)];
	} __packed node = {
		.head = { DP_MEDIA, DP_MEDIA_FILE, { sizeof(node), 0 } },
	};

	memcpy(node.path, default_name, sizeof(default_name));
	return efi_dp_append_node(device, &node.head);
}

static bool is_file(const struct efi_device_path *node)
{
	return node->type == DP_MEDIA && node->subtype == DP_MEDIA_FILE;
}

static const struct efi_dp_hd *partition_node(const struct efi_device_path *node)
{
	if (node->type != DP_MEDIA || node->subtype != DP_MEDIA_HD ||
	    efi_dp_node_size(node) < sizeof(struct efi_dp_hd))
		return NULL;
	return (const void *)node;
}

static bool same_partition(const struct efi_dp_hd *a, const struct efi_dp_hd *b)
{
	size_t size = a->signature_type == DP_HD_SIGNATURE_MBR ? 4 : sizeof(a->signature);

	return a->signature_type == b->signature_type &&
	       a->signature_type != DP_HD_SIGNATURE_NONE &&
	       memcmp(a->signature, b->signature, size) == 0 &&
	       (a->signature_type != DP_HD_SIGNATURE_MBR || a->partition == b->partition);
}

/* Whether a device is the partition that @wanted begins with. */
static bool is_partition(const struct efi_device_path *device,
			 const struct efi_device_path *wanted)
{
	const struct efi_dp_hd *hd;

	for (; !efi_dp_is_end(device); device = efi_dp_next(device)) {
		hd = partition_node(device);
		if (hd != NULL && efi_dp_is_end(efi_dp_next(device)))
			return same_partition(hd, partition_node(wanted));
	}
	return false;
}

/* Whether a device is @wanted, or on it. */
static bool is_below(const struct efi_device_path *device, const struct efi_device_path *wanted)
{
	size_t size = efi_dp_size(wanted, EFI_DP_MAX) - sizeof(*wanted);

	return efi_dp_size(device, EFI_DP_MAX) >= size && memcmp(device, wanted, size) == 0;
}

static bool is_any(const struct efi_device_path *device __unused,
		   const struct efi_device_path *wanted __unused)
{
	return true;
}

/* Only looks: nothing is read but directories. */
static bool has_file(efi_handle_t handle, efi_char16_t *name)
{
	struct efi_simple_file_system *fs;
	struct efi_file *root, *file;
	bool found;

	if (efi_handle_protocol(handle, &efi_guid_simple_file_system, (void **)&fs) !=
	    EFI_SUCCESS || fs->open_volume(fs, &root) != EFI_SUCCESS)
		return false;
	found = root->open(root, &file, name, EFI_FILE_MODE_READ, 0) == EFI_SUCCESS;
	if (found)
		file->close(file);
	root->close(root);
	return found;
}

/*
 * The first device with @protocol that matches and, if there is a @name, has a file
 * of that name; NULL: none.
 */
static struct efi_device_path *find_device(const struct efi_guid *protocol,
			bool (*matches)(const struct efi_device_path *device,
					const struct efi_device_path *wanted),
			const struct efi_device_path *wanted, efi_char16_t *name)
{
	struct efi_device_path *path, *found = NULL;
	efi_handle_t *handles;
	efi_uintn_t i, count;

	if (efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, protocol, NULL, &count,
				     &handles) != EFI_SUCCESS)
		return NULL;
	for (i = 0; i < count && found == NULL; i++) {
		if (efi_handle_protocol(handles[i], &efi_guid_device_path,
					(void **)&path) == EFI_SUCCESS &&
		    efi_dp_size(path, EFI_DP_MAX) != 0 && matches(path, wanted) &&
		    (name == NULL || has_file(handles[i], name)))
			found = path;
	}
	efi_free_pool(handles);
	return found;
}

static struct efi_device_path *find_any_with(const struct efi_device_path *file)
{
	efi_char16_t name[NAME_MAX];
	size_t bytes = efi_dp_node_size(file) - sizeof(*file);

	/* A name in several nodes is not looked for. */
	if (!efi_dp_is_end(efi_dp_next(file)) || bytes > sizeof(name) - sizeof(name[0]))
		return NULL;
	memset(name, 0, sizeof(name));
	memcpy(name, file + 1, bytes & ~(size_t)1);
	return find_device(&efi_guid_simple_file_system, is_any, NULL, name);
}

/* Whether something here can be asked for a path: a boot server, or a volume of its own. */
static bool is_loadable(const struct efi_device_path *path)
{
	struct efi_device_path *rest = (struct efi_device_path *)path;
	efi_handle_t handle;

	if (efi_locate_device_path(&efi_guid_load_file, &rest, &handle) == EFI_SUCCESS)
		return true;
	rest = (struct efi_device_path *)path;
	return efi_locate_device_path(&efi_guid_simple_file_system, &rest, &handle) ==
	       EFI_SUCCESS && is_file(rest);
}

static struct efi_device_path *find_full(const struct efi_device_path *path)
{
	const struct efi_guid *fs = &efi_guid_simple_file_system;
	struct efi_device_path *device;

	if (is_loadable(path))
		return efi_dp_duplicate(path);
	/* A disk may have several partitions, of which one can be booted. */
	device = find_device(fs, is_below, path, default_name);
	if (device == NULL)
		device = find_device(fs, is_below, path, NULL);
	return device != NULL ? target_default_file(device) : NULL;
}

struct efi_device_path *target_find(const struct efi_device_path *path)
{
	struct efi_device_path *device, *full, *target;

	if (efi_dp_is_end(path))
		return NULL;
	if (is_file(path)) {
		device = find_any_with(path);
	} else if (partition_node(path) != NULL) {
		device = find_device(&efi_guid_block_io, is_partition, path, NULL);
		path = efi_dp_next(path);
	} else {
		return find_full(path);
	}
	if (device == NULL)
		return NULL;
	full = efi_dp_append(device, path);
	if (full == NULL)
		return NULL;
	target = find_full(full);
	efi_free_pool(full);
	return target;
}
