/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The handle database itself. Document: UEFI 2.10, section 7.3. */
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "handle.h"

#define HANDLE_BUCKETS		256
#define PROTOCOL_BUCKETS	64

efi_handle_t efi_firmware_handle;

LIST_HEAD(efi_handles);

static struct efi_handle *handle_hash[HANDLE_BUCKETS];
static struct efi_protocol *protocol_hash[PROTOCOL_BUCKETS];

bool efi_guid_equal(const struct efi_guid *a, const struct efi_guid *b)
{
	u64 x[2], y[2];

	__builtin_memcpy(x, a, sizeof(x));
	__builtin_memcpy(y, b, sizeof(y));
	return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
}

static struct efi_handle **handle_bucket(efi_handle_t handle)
{
	uintptr_t address = (uintptr_t)handle;

	return &handle_hash[(address >> 4 ^ address >> 12) % HANDLE_BUCKETS];
}

struct efi_handle *efi_handle_find(efi_handle_t handle)
{
	struct efi_handle *pos;

	for (pos = *handle_bucket(handle); pos && pos != handle; pos = pos->chain)
		;
	return pos;
}

struct efi_handle *efi_handle_create(void)
{
	struct efi_handle *handle = efi_zalloc(sizeof(*handle));
	struct efi_handle **bucket = handle_bucket(handle);

	if (!handle)
		return NULL;
	list_init(&handle->interfaces);
	list_add_tail(&handle->all, &efi_handles);
	handle->chain = *bucket;
	*bucket = handle;
	return handle;
}

static void handle_put(struct efi_handle *handle)
{
	struct efi_handle **link;

	if (handle->pins > 0 || !list_empty(&handle->interfaces))
		return;
	for (link = handle_bucket(handle); *link != handle; link = &(*link)->chain)
		;
	*link = handle->chain;
	list_del(&handle->all);
	efi_free_pool(handle);
}

void efi_handle_unpin(struct efi_handle *handle)
{
	handle->pins--;
	handle_put(handle);
}

static struct efi_protocol **protocol_bucket(const struct efi_guid *guid)
{
	u32 word[4];

	__builtin_memcpy(word, guid, sizeof(word));
	word[0] ^= word[1] ^ word[2] ^ word[3];
	word[0] ^= word[0] >> 16;
	return &protocol_hash[(word[0] ^ word[0] >> 8) % PROTOCOL_BUCKETS];
}

struct efi_protocol *efi_protocol_find(const struct efi_guid *guid)
{
	struct efi_protocol *pos;

	for (pos = *protocol_bucket(guid); pos; pos = pos->chain) {
		if (efi_guid_equal(&pos->guid, guid))
			break;
	}
	return pos;
}

struct efi_protocol *efi_protocol_get(const struct efi_guid *guid)
{
	struct efi_protocol *protocol = efi_protocol_find(guid), **bucket;

	if (protocol)
		return protocol;
	protocol = efi_zalloc(sizeof(*protocol));
	if (!protocol)
		return NULL;
	bucket = protocol_bucket(guid);
	__builtin_memcpy(&protocol->guid, guid, sizeof(protocol->guid));
	list_init(&protocol->interfaces);
	list_init(&protocol->notifies);
	protocol->chain = *bucket;
	*bucket = protocol;
	return protocol;
}

struct efi_interface *efi_interface_find(const struct efi_handle *handle,
					 const struct efi_guid *guid)
{
	struct efi_protocol *protocol = efi_protocol_find(guid);
	struct efi_interface *pos;

	if (!protocol)
		return NULL;
	list_for_each_entry(pos, &handle->interfaces, on_handle) {
		if (pos->protocol == protocol)
			return pos;
	}
	return NULL;
}

int efi_interface_add(struct efi_handle *handle, const struct efi_guid *guid, void *value)
{
	struct efi_interface *interface;
	struct efi_protocol *protocol;

	if (efi_interface_find(handle, guid))
		return -EEXIST;
	protocol = efi_protocol_get(guid);
	if (!protocol)
		return -ENOMEM;
	interface = efi_zalloc(sizeof(*interface));
	if (!interface)
		return -ENOMEM;
	interface->handle = handle;
	interface->protocol = protocol;
	interface->interface = value;
	list_init(&interface->opens);
	list_add_tail(&interface->on_handle, &handle->interfaces);
	list_add_tail(&interface->on_protocol, &protocol->interfaces);
	efi_notify_installed(protocol);
	return 0;
}

void efi_interface_remove(struct efi_interface *interface)
{
	struct efi_handle *handle = interface->handle;
	struct efi_open *open, *next;

	efi_notify_removed(interface);
	list_for_each_entry_safe(open, next, &interface->opens, list)
		efi_free_pool(open);
	list_del(&interface->on_protocol);
	list_del(&interface->on_handle);
	efi_free_pool(interface);
	handle_put(handle);
}

void efi_interface_renew(struct efi_interface *interface, void *value)
{
	efi_notify_removed(interface);
	list_del(&interface->on_protocol);
	interface->interface = value;
	list_add_tail(&interface->on_protocol, &interface->protocol->interfaces);
	efi_notify_installed(interface->protocol);
}

static int create_firmware_handle(void)
{
	struct efi_handle *handle = efi_handle_create();

	if (!handle)
		return -ENOMEM;
	handle->pins = 1;
	efi_firmware_handle = handle;
	return 0;
}

HOOK(efi, 10, common, create_firmware_handle);
