/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Who uses an interface. Document: UEFI 2.10, sections 7.3.7 and 7.3.9 to
 * 7.3.11.
 */
#include <fw/memmap.h>

#include "handle.h"
#include "tpl.h"

/* How often drivers are asked to let go; a wrong one could say yes for ever. */
#define RELEASE_TRIES	64

#define OPEN_SHARED	(EFI_OPEN_BY_HANDLE_PROTOCOL | EFI_OPEN_GET_PROTOCOL | \
			 EFI_OPEN_TEST_PROTOCOL)

struct request {
	efi_handle_t handle;
	const struct efi_guid *protocol;
	efi_handle_t agent;
	efi_handle_t controller;
	u32 attributes;
};

static bool request_valid(const struct request *request)
{
	bool controller;

	switch (request->attributes) {
	case EFI_OPEN_BY_HANDLE_PROTOCOL:
	case EFI_OPEN_GET_PROTOCOL:
	case EFI_OPEN_TEST_PROTOCOL:
		return true;
	case EFI_OPEN_BY_CHILD_CONTROLLER:
		/* A child is not its own parent. */
		if (request->handle == request->controller)
			return false;
		controller = true;
		break;
	case EFI_OPEN_BY_DRIVER:
	case EFI_OPEN_BY_DRIVER | EFI_OPEN_EXCLUSIVE:
		controller = true;
		break;
	case EFI_OPEN_EXCLUSIVE:
		controller = false;
		break;
	default:
		return false;
	}
	return efi_handle_find(request->agent) &&
	       (!controller || efi_handle_find(request->controller));
}

static struct efi_open *find_same(const struct efi_interface *interface,
				  const struct request *request)
{
	struct efi_open *pos;

	list_for_each_entry(pos, &interface->opens, list) {
		if (pos->agent == request->agent && pos->controller == request->controller &&
		    pos->attributes == request->attributes)
			return pos;
	}
	return NULL;
}

static struct efi_open *find_attribute(const struct efi_interface *interface, u32 attribute)
{
	struct efi_open *pos;

	list_for_each_entry(pos, &interface->opens, list) {
		if (pos->attributes & attribute)
			return pos;
	}
	return NULL;
}

static efi_status_t open_add(struct efi_interface *interface, const struct request *request)
{
	struct efi_open *open;

	/* Firmware of the time before agents opens without saying who it is. */
	if (!request->agent)
		return EFI_SUCCESS;
	open = efi_zalloc(sizeof(*open));
	if (!open)
		return EFI_OUT_OF_RESOURCES;
	open->agent = request->agent;
	open->controller = request->controller;
	open->attributes = request->attributes;
	open->count = 1;
	list_add_tail(&open->list, &interface->opens);
	interface->open_count++;
	return EFI_SUCCESS;
}

static void open_remove(struct efi_interface *interface, struct efi_open *open)
{
	list_del(&open->list);
	interface->open_count--;
	efi_free_pool(open);
}

/*
 * Whether the interface may be opened besides those who have it. NOT_READY: if
 * @driver gives it up first.
 */
static efi_status_t arbitrate(struct efi_interface *interface, const struct request *request,
			      efi_handle_t *driver)
{
	struct efi_open *same = find_same(interface, request), *other;

	if (same && (request->attributes & EFI_OPEN_BY_DRIVER))
		return EFI_ALREADY_STARTED;
	if (same && !(request->attributes & EFI_OPEN_EXCLUSIVE)) {
		same->count++;
		return EFI_SUCCESS;
	}
	if (!(request->attributes & (EFI_OPEN_BY_DRIVER | EFI_OPEN_EXCLUSIVE)))
		return open_add(interface, request);

	if (find_attribute(interface, EFI_OPEN_EXCLUSIVE))
		return EFI_ACCESS_DENIED;
	other = find_attribute(interface, EFI_OPEN_BY_DRIVER);
	if (!other)
		return open_add(interface, request);
	if (!(request->attributes & EFI_OPEN_EXCLUSIVE))
		return EFI_ACCESS_DENIED;
	*driver = other->agent;
	return EFI_NOT_READY;
}

static efi_status_t open_once(const struct request *request, void **value, efi_handle_t *driver)
{
	bool wanted = request->attributes != EFI_OPEN_TEST_PROTOCOL;
	struct efi_interface *interface;
	struct efi_handle *handle = efi_handle_find(request->handle);
	efi_status_t status;

	if (!handle || !request_valid(request))
		return EFI_INVALID_PARAMETER;
	interface = efi_interface_find(handle, request->protocol);
	if (!interface) {
		if (wanted)
			*value = NULL;
		return EFI_UNSUPPORTED;
	}
	status = arbitrate(interface, request, driver);
	if (wanted && (status == EFI_SUCCESS || status == EFI_ALREADY_STARTED))
		*value = interface->interface;
	return status;
}

efi_status_t EFIAPI efi_open_protocol(efi_handle_t handle, const struct efi_guid *protocol,
				      void **interface, efi_handle_t agent,
				      efi_handle_t controller, u32 attributes)
{
	struct request request = { handle, protocol, agent, controller, attributes };
	efi_handle_t driver = NULL;
	efi_status_t status;
	efi_tpl_t tpl;
	int i;

	if (!protocol || (!interface && attributes != EFI_OPEN_TEST_PROTOCOL))
		return EFI_INVALID_PARAMETER;
	for (i = 0; i < RELEASE_TRIES; i++) {
		tpl = efi_lock();
		status = open_once(&request, interface, &driver);
		efi_unlock(tpl);
		if (status != EFI_NOT_READY)
			return status;
		if (EFI_ERROR(efi_disconnect_controller(handle, driver, NULL)))
			break;
	}
	return EFI_ACCESS_DENIED;
}

efi_status_t EFIAPI efi_handle_protocol(efi_handle_t handle, const struct efi_guid *protocol,
					void **interface)
{
	return efi_open_protocol(handle, protocol, interface, efi_firmware_handle, NULL,
				 EFI_OPEN_BY_HANDLE_PROTOCOL);
}

static efi_status_t close_all(const struct request *request)
{
	struct efi_handle *handle = efi_handle_find(request->handle);
	struct efi_interface *interface;
	struct efi_open *pos, *next;
	efi_status_t status = EFI_NOT_FOUND;

	if (!handle || !request->protocol || !efi_handle_find(request->agent))
		return EFI_INVALID_PARAMETER;
	if (request->controller && !efi_handle_find(request->controller))
		return EFI_INVALID_PARAMETER;
	interface = efi_interface_find(handle, request->protocol);
	if (!interface)
		return EFI_NOT_FOUND;
	list_for_each_entry_safe(pos, next, &interface->opens, list) {
		if (pos->agent != request->agent || pos->controller != request->controller)
			continue;
		open_remove(interface, pos);
		status = EFI_SUCCESS;
	}
	return status;
}

efi_status_t EFIAPI efi_close_protocol(efi_handle_t handle, const struct efi_guid *protocol,
				       efi_handle_t agent, efi_handle_t controller)
{
	struct request request = { handle, protocol, agent, controller, 0 };
	efi_tpl_t tpl = efi_lock();
	efi_status_t status = close_all(&request);

	efi_unlock(tpl);
	return status;
}

void efi_close_agent(efi_handle_t agent)
{
	struct efi_interface *interface;
	struct efi_handle *handle;
	struct efi_open *pos, *next;
	efi_tpl_t tpl = efi_lock();

	list_for_each_entry(handle, &efi_handles, all) {
		list_for_each_entry(interface, &handle->interfaces, on_handle) {
			list_for_each_entry_safe(pos, next, &interface->opens, list) {
				if (pos->agent == agent)
					open_remove(interface, pos);
			}
		}
	}
	efi_unlock(tpl);
}

static efi_status_t list_opens(efi_handle_t where, const struct efi_guid *protocol,
			       struct efi_open_protocol_information **entries,
			       efi_uintn_t *count)
{
	struct efi_open_protocol_information *entry;
	struct efi_handle *handle = efi_handle_find(where);
	struct efi_interface *interface;
	struct efi_open *pos;
	efi_status_t status;
	void *mem;

	interface = handle ? efi_interface_find(handle, protocol) : NULL;
	if (!interface)
		return EFI_NOT_FOUND;
	status = efi_allocate_pool(MEM_BOOT_DATA, interface->open_count * sizeof(*entry), &mem);
	if (EFI_ERROR(status))
		return status;
	*entries = mem;
	*count = interface->open_count;
	entry = mem;
	list_for_each_entry(pos, &interface->opens, list) {
		entry->agent = pos->agent;
		entry->controller = pos->controller;
		entry->attributes = pos->attributes;
		entry->open_count = pos->count;
		entry++;
	}
	return EFI_SUCCESS;
}

efi_status_t EFIAPI efi_open_protocol_information(efi_handle_t handle,
				const struct efi_guid *protocol,
				struct efi_open_protocol_information **entries,
				efi_uintn_t *count)
{
	efi_status_t status;
	efi_tpl_t tpl;

	if (!protocol || !entries || !count)
		return EFI_INVALID_PARAMETER;
	tpl = efi_lock();
	status = list_opens(handle, protocol, entries, count);
	efi_unlock(tpl);
	return status;
}

/* The driver that has the interface open, or NULL. @left: how many have it at all. */
static efi_handle_t next_user(efi_handle_t where, const struct efi_guid *protocol, u32 *left)
{
	struct efi_handle *handle = efi_handle_find(where);
	struct efi_interface *interface;
	struct efi_open *pos, *next;

	*left = 0;
	interface = handle ? efi_interface_find(handle, protocol) : NULL;
	if (!interface)
		return NULL;
	pos = find_attribute(interface, EFI_OPEN_BY_DRIVER);
	if (pos)
		return pos->agent;
	/* Who only has the pointer is not asked. */
	list_for_each_entry_safe(pos, next, &interface->opens, list) {
		if (pos->attributes & OPEN_SHARED)
			open_remove(interface, pos);
	}
	*left = interface->open_count;
	return NULL;
}

efi_status_t efi_open_release(efi_handle_t handle, const struct efi_guid *protocol)
{
	efi_handle_t driver;
	efi_tpl_t tpl;
	u32 left;
	int i;

	for (i = 0; i < RELEASE_TRIES; i++) {
		tpl = efi_lock();
		driver = next_user(handle, protocol, &left);
		efi_unlock(tpl);
		if (!driver && left == 0)
			return EFI_SUCCESS;
		if (!driver || EFI_ERROR(efi_disconnect_controller(handle, driver, NULL)))
			break;
	}
	efi_connect_controller(handle, NULL, NULL, true);
	return EFI_ACCESS_DENIED;
}
