/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The device path utilities protocol: paths are taken apart and put together.
 * Document: UEFI 2.10, section 10.5.
 *
 * A path that is longer than EFI_DP_MAX, or malformed, is treated as memory that
 * cannot be had: the answer is NULL, and its size is 0.
 */
#include <fw/byteorder.h>
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/string.h>
#include <spec/efi/device_path_utilities.h>

#define END_SIZE	sizeof(struct efi_device_path)

static efi_uintn_t EFIAPI get_size(const struct efi_device_path *path)
{
	return path ? efi_dp_size(path, EFI_DP_MAX) : 0;
}

static struct efi_device_path *EFIAPI duplicate(const struct efi_device_path *path)
{
	return path ? efi_dp_duplicate(path) : NULL;
}

static struct efi_device_path *EFIAPI append_path(const struct efi_device_path *first,
						  const struct efi_device_path *second)
{
	return efi_dp_append(first, second);
}

static struct efi_device_path *EFIAPI append_node(const struct efi_device_path *path,
						  const struct efi_device_path *node)
{
	return efi_dp_append_node(path, node);
}

static struct efi_device_path *EFIAPI append_instance(const struct efi_device_path *path,
						const struct efi_device_path *instance)
{
	size_t size, more;
	u8 *mem;

	if (!instance)
		return NULL;
	if (!path)
		return efi_dp_duplicate(instance);
	size = efi_dp_size(path, EFI_DP_MAX);
	more = efi_dp_size(instance, EFI_DP_MAX);
	if (size == 0 || more == 0 || size + more > EFI_DP_MAX)
		return NULL;
	mem = efi_zalloc(size + more);
	if (!mem)
		return NULL;
	memcpy(mem, path, size);
	/* The end of the path becomes the end of an instance. */
	mem[size - END_SIZE + offsetof(struct efi_device_path, subtype)] = DP_END_INSTANCE;
	memcpy(mem + size, instance, more);
	return (struct efi_device_path *)mem;
}

/* The end node, of either kind, of the first instance of a path that was checked. */
static const struct efi_device_path *instance_end(const struct efi_device_path *path)
{
	while (path->type != DP_END ||
	       (path->subtype != DP_END_INSTANCE && path->subtype != DP_END_ENTIRE))
		path = efi_dp_next(path);
	return path;
}

static struct efi_device_path *EFIAPI get_next_instance(struct efi_device_path **instance,
							efi_uintn_t *size)
{
	struct efi_device_path *end;
	size_t len;
	u8 *mem;

	if (size)
		*size = 0;
	if (!instance || !*instance || efi_dp_size(*instance, EFI_DP_MAX) == 0)
		return NULL;
	end = (struct efi_device_path *)(uintptr_t)instance_end(*instance);
	len = (size_t)((u8 *)end - (u8 *)*instance);
	mem = efi_zalloc(len + END_SIZE);
	if (!mem)
		return NULL;
	memcpy(mem, *instance, len);
	mem[len] = DP_END;
	mem[len + 1] = DP_END_ENTIRE;
	mem[len + 2] = END_SIZE;
	*instance = efi_dp_is_end(end) ? NULL : efi_dp_next(end);
	if (size)
		*size = len + END_SIZE;
	return (struct efi_device_path *)mem;
}

static efi_bool_t EFIAPI is_multi_instance(const struct efi_device_path *path)
{
	if (!path || efi_dp_size(path, EFI_DP_MAX) == 0)
		return false;
	return !efi_dp_is_end(instance_end(path));
}

static struct efi_device_path *EFIAPI create_node(u8 type, u8 subtype, u16 length)
{
	struct efi_device_path *node;

	if (length < sizeof(*node))
		return NULL;
	node = efi_zalloc(length);
	if (!node)
		return NULL;
	node->type = type;
	node->subtype = subtype;
	put_le16(length, node->length);
	return node;
}

static struct efi_device_path_utilities protocol = {
	.get_size = get_size,
	.duplicate = duplicate,
	.append_path = append_path,
	.append_node = append_node,
	.append_instance = append_instance,
	.get_next_instance = get_next_instance,
	.is_multi_instance = is_multi_instance,
	.create_node = create_node,
};

static int device_path_utilities_install(void)
{
	efi_handle_t handle = NULL;
	efi_status_t status;

	status = efi_install_protocol_interface(&handle, &efi_guid_device_path_utilities,
						EFI_NATIVE_INTERFACE, &protocol);
	return status == EFI_SUCCESS ? 0 : -ENOMEM;
}
HOOK(efi, 73, common, device_path_utilities_install);
