/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Device paths: what can be said of them without knowing their nodes.
 * Document: UEFI 2.10, sections 10.3 and 10.5.
 *
 * A path comes from anybody and its nodes are not aligned. Functions that make
 * a path look at each length in it first, and refuse what is malformed.
 */
#include <fw/byteorder.h>
#include <fw/efi.h>
#include <fw/memmap.h>
#include <fw/string.h>

static const struct efi_device_path end_node = { DP_END, DP_END_ENTIRE, { sizeof(end_node), 0 } };

size_t efi_dp_node_size(const struct efi_device_path *node)
{
	return get_le16(node->length);
}

bool efi_dp_is_end(const struct efi_device_path *node)
{
	return node->type == DP_END && node->subtype == DP_END_ENTIRE;
}

struct efi_device_path *efi_dp_next(const struct efi_device_path *node)
{
	return (struct efi_device_path *)((uintptr_t)node + efi_dp_node_size(node));
}

size_t efi_dp_size(const struct efi_device_path *path, size_t max)
{
	size_t size = 0, node;

	for (;;) {
		if (max - size < sizeof(*path))
			return 0;
		node = efi_dp_node_size(path);
		if (node < sizeof(*path) || node > max - size)
			return 0;
		size += node;
		if (efi_dp_is_end(path))
			return node == sizeof(*path) ? size : 0;
		path = efi_dp_next(path);
	}
}

/* A new path of two pieces, which are nodes, and an end. */
static struct efi_device_path *join(const void *a, size_t a_size, const void *b, size_t b_size)
{
	void *mem;

	/* Not longer than what is accepted as a path. */
	if (a_size + b_size + sizeof(end_node) > EFI_DP_MAX)
		return NULL;
	if (efi_allocate_pool(MEM_BOOT_DATA, a_size + b_size + sizeof(end_node), &mem) !=
	    EFI_SUCCESS)
		return NULL;
	if (a_size > 0)
		memcpy(mem, a, a_size);
	if (b_size > 0)
		memcpy((u8 *)mem + a_size, b, b_size);
	memcpy((u8 *)mem + a_size + b_size, &end_node, sizeof(end_node));
	return mem;
}

/* Bytes before the end node. */
static bool nodes_size(const struct efi_device_path *path, size_t *size)
{
	*size = sizeof(end_node);
	if (path)
		*size = efi_dp_size(path, EFI_DP_MAX);
	if (*size == 0)
		return false;
	*size -= sizeof(end_node);
	return true;
}

struct efi_device_path *efi_dp_duplicate(const struct efi_device_path *path)
{
	return efi_dp_append(path, NULL);
}

struct efi_device_path *efi_dp_append_node(const struct efi_device_path *path,
					   const struct efi_device_path *node)
{
	size_t size, node_size = 0;

	if (!nodes_size(path, &size))
		return NULL;
	if (node) {
		node_size = efi_dp_node_size(node);
		if (node_size < sizeof(*node))
			return NULL;
	}
	return join(path, size, node, node_size);
}

struct efi_device_path *efi_dp_append(const struct efi_device_path *first,
				      const struct efi_device_path *second)
{
	size_t first_size, second_size;

	if (!nodes_size(first, &first_size) || !nodes_size(second, &second_size))
		return NULL;
	return join(first, first_size, second, second_size);
}
