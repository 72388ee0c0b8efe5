/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* DisconnectController. Document: UEFI 2.10, section 7.3.13. */
#include <spec/efi/driver_binding.h>

#include "handle.h"
#include "tpl.h"

/* What a driver does with a controller. */
struct managed {
	struct efi_driver_binding *binding;
	bool managing;			/* it has something open BY_DRIVER */
	efi_handle_t *children;		/* made by it */
	efi_uintn_t child_count;
	bool has_child;			/* the one asked for is among them */
};

static void add_handle(efi_handle_t *list, efi_uintn_t *count, efi_handle_t handle)
{
	efi_uintn_t i;

	for (i = 0; i < *count; i++) {
		if (list[i] == handle)
			return;
	}
	list[(*count)++] = handle;
}

static efi_uintn_t count_opens(const struct efi_handle *handle)
{
	struct efi_interface *interface;
	efi_uintn_t n = 0;

	list_for_each_entry(interface, &handle->interfaces, on_handle)
		n += interface->open_count;
	return n;
}

/* The drivers that manage a controller; NULL: none, or no memory. */
static efi_handle_t *list_drivers(const struct efi_handle *handle, efi_uintn_t *count)
{
	efi_uintn_t n = count_opens(handle);
	struct efi_interface *interface;
	efi_handle_t *drivers;
	struct efi_open *open;

	*count = 0;
	drivers = n == 0 ? NULL : efi_zalloc(n * sizeof(*drivers));
	if (!drivers)
		return NULL;
	list_for_each_entry(interface, &handle->interfaces, on_handle) {
		list_for_each_entry(open, &interface->opens, list) {
			if (open->attributes & EFI_OPEN_BY_DRIVER)
				add_handle(drivers, count, open->agent);
		}
	}
	return drivers;
}

static efi_status_t examine(efi_handle_t controller, efi_handle_t driver, efi_handle_t child,
			    struct managed *managed)
{
	struct efi_handle *handle = efi_handle_find(controller);
	struct efi_handle *agent = efi_handle_find(driver);
	struct efi_interface *interface;
	struct efi_open *open;
	efi_uintn_t n;

	interface = agent ? efi_interface_find(agent, &efi_guid_driver_binding) : NULL;
	if (!handle || !interface || !interface->interface)
		return EFI_INVALID_PARAMETER;
	managed->binding = interface->interface;
	n = count_opens(handle);
	if (n == 0)
		return EFI_SUCCESS;
	managed->children = efi_zalloc(n * sizeof(managed->children[0]));
	if (!managed->children)
		return EFI_OUT_OF_RESOURCES;
	list_for_each_entry(interface, &handle->interfaces, on_handle) {
		list_for_each_entry(open, &interface->opens, list) {
			if (open->agent != driver)
				continue;
			if (open->attributes & EFI_OPEN_BY_DRIVER)
				managed->managing = true;
			if (open->attributes & EFI_OPEN_BY_CHILD_CONTROLLER)
				add_handle(managed->children, &managed->child_count,
					   open->controller);
			if ((open->attributes & EFI_OPEN_BY_CHILD_CONTROLLER) &&
			    open->controller == child)
				managed->has_child = true;
		}
	}
	return EFI_SUCCESS;
}

/* The children first, then what made them, unless a child is left. */
static efi_status_t stop(const struct managed *managed, efi_handle_t controller,
			 efi_handle_t child)
{
	struct efi_driver_binding *binding = managed->binding;
	efi_handle_t *children = child ? &child : managed->children;
	efi_uintn_t count = child ? 1 : managed->child_count;

	if (count > 0 && EFI_ERROR(binding->stop(binding, controller, count, children)))
		return EFI_DEVICE_ERROR;
	if (child && managed->child_count > 1)
		return EFI_SUCCESS;
	if (EFI_ERROR(binding->stop(binding, controller, 0, NULL)))
		return EFI_DEVICE_ERROR;
	return EFI_SUCCESS;
}

static efi_status_t disconnect_one(efi_handle_t controller, efi_handle_t driver,
				   efi_handle_t child, bool *stopped)
{
	struct managed managed = { .binding = NULL };
	efi_tpl_t tpl = efi_lock();
	efi_status_t status;

	status = examine(controller, driver, child, &managed);
	efi_unlock(tpl);
	if (!EFI_ERROR(status) && managed.managing && (!child || managed.has_child)) {
		status = stop(&managed, controller, child);
		if (!EFI_ERROR(status))
			*stopped = true;
	}
	if (managed.children)
		efi_free_pool(managed.children);
	return status;
}

/* Whether all that are given are handles, and who manages @controller. */
static efi_status_t prepare(efi_handle_t controller, efi_handle_t driver, efi_handle_t child,
			    efi_handle_t **drivers, efi_uintn_t *count)
{
	struct efi_handle *handle = efi_handle_find(controller);

	*drivers = NULL;
	*count = 0;
	if (!handle || (driver && !efi_handle_find(driver)) ||
	    (child && !efi_handle_find(child)))
		return EFI_INVALID_PARAMETER;
	if (!driver)
		*drivers = list_drivers(handle, count);
	return EFI_SUCCESS;
}

efi_status_t EFIAPI efi_disconnect_controller(efi_handle_t controller, efi_handle_t driver,
					      efi_handle_t child)
{
	efi_status_t status, last = EFI_SUCCESS;
	efi_handle_t *drivers;
	efi_uintn_t i, count;
	bool stopped = false;
	efi_tpl_t tpl;

	tpl = efi_lock();
	status = prepare(controller, driver, child, &drivers, &count);
	efi_unlock(tpl);
	if (EFI_ERROR(status))
		return status;
	if (driver)
		return disconnect_one(controller, driver, child, &stopped);

	for (i = 0; i < count; i++) {
		status = disconnect_one(controller, drivers[i], child, &stopped);
		if (EFI_ERROR(status))
			last = status;
	}
	if (drivers)
		efi_free_pool(drivers);
	/* One that was disconnected is enough; that there was none to be is no failure. */
	return stopped ? EFI_SUCCESS : last;
}
