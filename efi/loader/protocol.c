/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Interfaces come and go. Document: UEFI 2.10, sections 7.3.2 to 7.3.4, 7.3.14,
 * 7.3.18 and 7.3.19.
 */
#include <fw/errno.h>
#include <fw/memmap.h>

#include "handle.h"
#include "tpl.h"

/* *@handle may be NULL for a new handle. */
static efi_status_t install(efi_handle_t *where, const struct efi_guid *protocol,
			    void *interface)
{
	struct efi_handle *handle;
	int rc;

	if (*where) {
		handle = efi_handle_find(*where);
		if (!handle)
			return EFI_INVALID_PARAMETER;
	} else {
		handle = efi_handle_create();
		if (!handle)
			return EFI_OUT_OF_RESOURCES;
	}
	/* So that the handle goes again if nothing gets installed on it. */
	handle->pins++;
	rc = efi_interface_add(handle, protocol, interface);
	if (rc == 0)
		*where = handle;
	efi_handle_unpin(handle);
	return rc == -EEXIST ? EFI_INVALID_PARAMETER : efi_status(rc);
}

efi_status_t EFIAPI efi_install_protocol_interface(efi_handle_t *handle,
						   const struct efi_guid *protocol, u32 type,
						   void *interface)
{
	efi_status_t status;
	efi_tpl_t tpl;

	if (!handle || !protocol || type != EFI_NATIVE_INTERFACE)
		return EFI_INVALID_PARAMETER;
	tpl = efi_lock();
	status = install(handle, protocol, interface);
	efi_unlock(tpl);
	return status;
}

/* The handle's interface if it is the one that is meant. */
static efi_status_t find_exact(efi_handle_t where, const struct efi_guid *protocol, void *value,
			       struct efi_interface **interface)
{
	struct efi_handle *handle = efi_handle_find(where);

	if (!handle || !protocol)
		return EFI_INVALID_PARAMETER;
	*interface = efi_interface_find(handle, protocol);
	if (!*interface || (*interface)->interface != value)
		return EFI_NOT_FOUND;
	return EFI_SUCCESS;
}

static efi_status_t check_exact(efi_handle_t handle, const struct efi_guid *protocol,
				void *value)
{
	struct efi_interface *interface;
	efi_tpl_t tpl = efi_lock();
	efi_status_t status;

	status = find_exact(handle, protocol, value, &interface);
	efi_unlock(tpl);
	return status;
}

efi_status_t EFIAPI efi_reinstall_protocol_interface(efi_handle_t handle,
						     const struct efi_guid *protocol,
						     void *old, void *new)
{
	struct efi_interface *interface;
	efi_status_t status;
	efi_tpl_t tpl;

	status = check_exact(handle, protocol, old);
	if (EFI_ERROR(status))
		return status;
	status = efi_open_release(handle, protocol);
	if (EFI_ERROR(status))
		return status;

	tpl = efi_lock();
	/* The drivers that have let go may have done anything. */
	status = find_exact(handle, protocol, old, &interface);
	if (!EFI_ERROR(status))
		efi_interface_renew(interface, new);
	efi_unlock(tpl);
	if (EFI_ERROR(status))
		return status;
	efi_connect_controller(handle, NULL, NULL, true);
	return EFI_SUCCESS;
}

efi_status_t EFIAPI efi_uninstall_protocol_interface(efi_handle_t handle,
						     const struct efi_guid *protocol,
						     void *value)
{
	struct efi_interface *interface;
	efi_status_t status;
	efi_tpl_t tpl;

	status = check_exact(handle, protocol, value);
	if (EFI_ERROR(status))
		return status;
	status = efi_open_release(handle, protocol);
	if (EFI_ERROR(status))
		return status;

	tpl = efi_lock();
	status = find_exact(handle, protocol, value, &interface);
	if (!EFI_ERROR(status))
		efi_interface_remove(interface);
	efi_unlock(tpl);
	return status;
}

/* Whether another handle has this very path, which has to be the only one. */
static bool path_is_taken(void *interface)
{
	struct efi_device_path *path = interface;
	efi_handle_t handle;

	return path && efi_locate_device_path(&efi_guid_device_path, &path, &handle) ==
		       EFI_SUCCESS && efi_dp_is_end(path);
}

efi_status_t EFIAPI efi_install_multiple_protocol_interfaces(efi_handle_t *handle, ...)
{
	const struct efi_guid *protocol;
	efi_status_t status = EFI_SUCCESS;
	__builtin_ms_va_list args, undo;
	efi_handle_t before;
	size_t done = 0;
	void *interface;

	if (!handle)
		return EFI_INVALID_PARAMETER;
	before = *handle;
	__builtin_ms_va_start(args, handle);
	while ((protocol = __builtin_va_arg(args, const struct efi_guid *)) != NULL) {
		interface = __builtin_va_arg(args, void *);
		if (efi_guid_equal(protocol, &efi_guid_device_path) && path_is_taken(interface))
			status = EFI_ALREADY_STARTED;
		else
			status = efi_install_protocol_interface(handle, protocol,
								EFI_NATIVE_INTERFACE,
								interface);
		if (EFI_ERROR(status))
			break;
		done++;
	}
	__builtin_ms_va_end(args);
	if (!EFI_ERROR(status))
		return EFI_SUCCESS;

	__builtin_ms_va_start(undo, handle);
	for (; done > 0; done--) {
		protocol = __builtin_va_arg(undo, const struct efi_guid *);
		interface = __builtin_va_arg(undo, void *);
		efi_uninstall_protocol_interface(*handle, protocol, interface);
	}
	__builtin_ms_va_end(undo);
	*handle = before;
	return status;
}

/* The handle stays a handle until it is known whether all can go. */
static struct efi_handle *pin(efi_handle_t where)
{
	efi_tpl_t tpl = efi_lock();
	struct efi_handle *handle = efi_handle_find(where);

	if (handle)
		handle->pins++;
	efi_unlock(tpl);
	return handle;
}

static void unpin(struct efi_handle *handle)
{
	efi_tpl_t tpl = efi_lock();

	efi_handle_unpin(handle);
	efi_unlock(tpl);
}

efi_status_t EFIAPI efi_uninstall_multiple_protocol_interfaces(efi_handle_t where, ...)
{
	struct efi_handle *handle = pin(where);
	const struct efi_guid *protocol;
	efi_status_t status = EFI_SUCCESS;
	__builtin_ms_va_list args, undo;
	size_t done = 0;
	void *interface;

	if (!handle)
		return EFI_INVALID_PARAMETER;
	__builtin_ms_va_start(args, where);
	while ((protocol = __builtin_va_arg(args, const struct efi_guid *)) != NULL) {
		interface = __builtin_va_arg(args, void *);
		status = efi_uninstall_protocol_interface(where, protocol, interface);
		if (EFI_ERROR(status))
			break;
		done++;
	}
	__builtin_ms_va_end(args);

	__builtin_ms_va_start(undo, where);
	for (; EFI_ERROR(status) && done > 0; done--) {
		protocol = __builtin_va_arg(undo, const struct efi_guid *);
		interface = __builtin_va_arg(undo, void *);
		efi_install_protocol_interface(&where, protocol, EFI_NATIVE_INTERFACE, interface);
	}
	__builtin_ms_va_end(undo);
	unpin(handle);
	return EFI_ERROR(status) ? EFI_INVALID_PARAMETER : EFI_SUCCESS;
}

static efi_status_t list_protocols(efi_handle_t where, struct efi_guid ***protocols,
				   efi_uintn_t *count)
{
	struct efi_handle *handle = efi_handle_find(where);
	struct efi_interface *pos;
	efi_status_t status;
	efi_uintn_t n = 0;
	void *mem;

	if (!handle)
		return EFI_INVALID_PARAMETER;
	list_for_each_entry(pos, &handle->interfaces, on_handle)
		n++;
	status = efi_allocate_pool(MEM_BOOT_DATA, n * sizeof(**protocols), &mem);
	if (EFI_ERROR(status))
		return status;
	*protocols = mem;
	*count = n;
	n = 0;
	list_for_each_entry(pos, &handle->interfaces, on_handle)
		(*protocols)[n++] = &pos->protocol->guid;
	return EFI_SUCCESS;
}

efi_status_t EFIAPI efi_protocols_per_handle(efi_handle_t handle, struct efi_guid ***protocols,
					     efi_uintn_t *count)
{
	efi_status_t status;
	efi_tpl_t tpl;

	if (!protocols || !count)
		return EFI_INVALID_PARAMETER;
	tpl = efi_lock();
	status = list_protocols(handle, protocols, count);
	efi_unlock(tpl);
	return status;
}
