/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Who has a protocol. Document: UEFI 2.10, sections 7.3.6, 7.3.8 and 7.3.15 to
 * 7.3.17.
 */
#include <fw/memmap.h>
#include <fw/string.h>

#include "handle.h"
#include "tpl.h"

/* Where handles go, as many as fit. */
struct found {
	efi_handle_t *buffer;
	efi_uintn_t room, count;
};

static void found_add(struct found *found, struct efi_handle *handle)
{
	if (found->count < found->room)
		found->buffer[found->count] = handle;
	found->count++;
}

static void find_all(struct found *found)
{
	struct efi_handle *pos;

	list_for_each_entry(pos, &efi_handles, all) {
		if (!list_empty(&pos->interfaces))
			found_add(found, pos);
	}
}

static void find_by_protocol(struct found *found, const struct efi_guid *guid)
{
	struct efi_protocol *protocol = efi_protocol_find(guid);
	struct efi_interface *pos;

	if (!protocol)
		return;
	list_for_each_entry(pos, &protocol->interfaces, on_protocol)
		found_add(found, pos->handle);
}

/* One at a time, and each only once. */
static efi_status_t find_new(struct found *found, const void *key)
{
	struct efi_notify *notify = efi_notify_find(key);
	struct efi_interface *interface;

	if (!notify)
		return EFI_INVALID_PARAMETER;
	interface = efi_notify_next(notify);
	if (!interface)
		return EFI_SUCCESS;
	found_add(found, interface->handle);
	if (found->room > 0)
		notify->last = &interface->on_protocol;
	return EFI_SUCCESS;
}

static efi_status_t find(struct found *found, u32 how, const struct efi_guid *protocol,
			 const void *key)
{
	efi_status_t status = EFI_SUCCESS;

	switch (how) {
	case EFI_LOCATE_ALL_HANDLES:
		find_all(found);
		break;
	case EFI_LOCATE_BY_REGISTER_NOTIFY:
		status = find_new(found, key);
		break;
	case EFI_LOCATE_BY_PROTOCOL:
		if (!protocol)
			return EFI_INVALID_PARAMETER;
		find_by_protocol(found, protocol);
		break;
	default:
		return EFI_INVALID_PARAMETER;
	}
	if (EFI_ERROR(status))
		return status;
	if (found->count == 0)
		return EFI_NOT_FOUND;
	return found->count > found->room ? EFI_BUFFER_TOO_SMALL : EFI_SUCCESS;
}

efi_status_t EFIAPI efi_locate_handle(u32 how, const struct efi_guid *protocol, void *key,
				      efi_uintn_t *size, efi_handle_t *buffer)
{
	struct found found = { .buffer = buffer };
	efi_status_t status;
	efi_tpl_t tpl;

	if (!size)
		return EFI_INVALID_PARAMETER;
	found.room = *size / sizeof(*buffer);
	if (found.room > 0 && !buffer)
		return EFI_INVALID_PARAMETER;
	tpl = efi_lock();
	status = find(&found, how, protocol, key);
	efi_unlock(tpl);
	if (status == EFI_SUCCESS || status == EFI_BUFFER_TOO_SMALL)
		*size = found.count * sizeof(*buffer);
	return status;
}

static efi_status_t find_buffer(u32 how, const struct efi_guid *protocol, void *key,
				struct found *found)
{
	efi_status_t status;
	void *mem;

	status = find(found, how, protocol, key);
	if (status != EFI_BUFFER_TOO_SMALL)
		return status;
	status = efi_allocate_pool(MEM_BOOT_DATA, found->count * sizeof(*found->buffer), &mem);
	if (EFI_ERROR(status))
		return EFI_OUT_OF_RESOURCES;
	found->buffer = mem;
	found->room = found->count;
	found->count = 0;
	return find(found, how, protocol, key);
}

efi_status_t EFIAPI efi_locate_handle_buffer(u32 how, const struct efi_guid *protocol,
					     void *key, efi_uintn_t *count,
					     efi_handle_t **buffer)
{
	struct found found = { .room = 0 };
	efi_status_t status;
	efi_tpl_t tpl;

	if (!count || !buffer)
		return EFI_INVALID_PARAMETER;
	*count = 0;
	*buffer = NULL;
	tpl = efi_lock();
	status = find_buffer(how, protocol, key, &found);
	efi_unlock(tpl);
	if (EFI_ERROR(status))
		return status;
	*count = found.count;
	*buffer = found.buffer;
	return EFI_SUCCESS;
}

static struct efi_interface *first_interface(const struct efi_guid *guid)
{
	struct efi_protocol *protocol = efi_protocol_find(guid);

	if (!protocol || list_empty(&protocol->interfaces))
		return NULL;
	return list_entry(protocol->interfaces.next, struct efi_interface, on_protocol);
}

efi_status_t EFIAPI efi_locate_protocol(const struct efi_guid *protocol, void *registration,
					void **interface)
{
	struct efi_interface *found = NULL;
	struct efi_notify *notify;
	efi_tpl_t tpl;

	if (!protocol || !interface)
		return EFI_INVALID_PARAMETER;
	tpl = efi_lock();
	if (!registration) {
		found = first_interface(protocol);
	} else {
		notify = efi_notify_find(registration);
		if (notify)
			found = efi_notify_next(notify);
		if (found)
			notify->last = &found->on_protocol;
	}
	*interface = found ? found->interface : NULL;
	efi_unlock(tpl);
	return found ? EFI_SUCCESS : EFI_NOT_FOUND;
}

/* Bytes of nodes before the end, or before the end of the first instance. */
static size_t instance_size(const struct efi_device_path *path)
{
	size_t size = 0, node;

	for (; path->type != DP_END; path = efi_dp_next(path)) {
		node = efi_dp_node_size(path);
		if (node < sizeof(*path) || size + node > EFI_DP_MAX)
			return SIZE_MAX;
		size += node;
	}
	return size;
}

/* The handle whose path is the longest that @path begins with. */
static struct efi_handle *find_prefix(const struct efi_protocol *protocol,
				      const struct efi_device_path *path, size_t *length)
{
	size_t size = instance_size(path), prefix;
	struct efi_handle *best = NULL;
	struct efi_interface *pos, *own;

	list_for_each_entry(pos, &protocol->interfaces, on_protocol) {
		own = efi_interface_find(pos->handle, &efi_guid_device_path);
		if (!own || !own->interface)
			continue;
		prefix = instance_size(own->interface);
		if (prefix > size || (best && prefix <= *length) ||
		    memcmp(own->interface, path, prefix) != 0)
			continue;
		best = pos->handle;
		*length = prefix;
	}
	return best;
}

efi_status_t EFIAPI efi_locate_device_path(const struct efi_guid *guid,
					   struct efi_device_path **path,
					   efi_handle_t *handle)
{
	struct efi_protocol *protocol;
	struct efi_handle *found = NULL;
	size_t length = 0;
	efi_tpl_t tpl;

	if (!guid || !path || !*path || instance_size(*path) == SIZE_MAX)
		return EFI_INVALID_PARAMETER;
	tpl = efi_lock();
	protocol = efi_protocol_find(guid);
	if (protocol)
		found = find_prefix(protocol, *path, &length);
	efi_unlock(tpl);
	if (!found)
		return EFI_NOT_FOUND;
	if (!handle)
		return EFI_INVALID_PARAMETER;
	*handle = found;
	*path = (struct efi_device_path *)((u8 *)*path + length);
	return EFI_SUCCESS;
}
