/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * ConnectController. Document: UEFI 2.10, section 7.3.12.
 *
 * Drivers are code of others, and any call to one may change the database: a
 * handle is looked up again after each.
 */
#include <spec/efi/driver_binding.h>
#include <spec/efi/driver_override.h>

#include "handle.h"
#include "tpl.h"

/* Depth of children of children; only a loop of wrong drivers gets there. */
#define DEPTH_MAX	32
/* Answers taken from an override protocol. */
#define OVERRIDES_MAX	256

struct candidate {
	efi_handle_t handle;
	struct efi_driver_binding *binding;
	bool placed;		/* has its place in the order */
};

/* Drivers, and the order in which they are tried. */
struct drivers {
	efi_uintn_t count;
	struct candidate *all;
	struct candidate **order;
	efi_uintn_t placed;
};

static void *get_interface(efi_handle_t where, const struct efi_guid *guid)
{
	efi_tpl_t tpl = efi_lock();
	struct efi_handle *handle = efi_handle_find(where);
	struct efi_interface *interface = handle ? efi_interface_find(handle, guid) : NULL;
	void *value = interface ? interface->interface : NULL;

	efi_unlock(tpl);
	return value;
}

static bool is_handle(efi_handle_t handle)
{
	efi_tpl_t tpl = efi_lock();
	bool found = efi_handle_find(handle) != NULL;

	efi_unlock(tpl);
	return found;
}

static void drivers_free(struct drivers *drivers)
{
	if (drivers->all)
		efi_free_pool(drivers->all);
	if (drivers->order)
		efi_free_pool(drivers->order);
}

static efi_status_t drivers_find(struct drivers *drivers)
{
	efi_handle_t *handles;
	efi_status_t status;
	efi_uintn_t i, count;
	void *binding;

	status = efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &efi_guid_driver_binding, NULL,
					  &count, &handles);
	if (EFI_ERROR(status))
		return status;
	drivers->all = efi_zalloc(count * sizeof(*drivers->all));
	drivers->order = efi_zalloc(count * sizeof(drivers->order[0]));
	if (!drivers->all || !drivers->order) {
		efi_free_pool(handles);
		return EFI_OUT_OF_RESOURCES;
	}
	for (i = 0; i < count; i++) {
		binding = get_interface(handles[i], &efi_guid_driver_binding);
		if (!binding)
			continue;
		drivers->all[drivers->count].handle = handles[i];
		drivers->all[drivers->count++].binding = binding;
	}
	efi_free_pool(handles);
	return EFI_SUCCESS;
}

static void place(struct drivers *drivers, struct candidate *candidate)
{
	if (candidate->placed)
		return;
	candidate->placed = true;
	drivers->order[drivers->placed++] = candidate;
}

/* All drivers that an image has, or the one with this handle. */
static void place_image(struct drivers *drivers, efi_handle_t image)
{
	efi_uintn_t i;

	for (i = 0; i < drivers->count; i++) {
		if (drivers->all[i].handle == image || drivers->all[i].binding->image == image)
			place(drivers, &drivers->all[i]);
	}
}

static void place_by_platform(struct drivers *drivers, efi_handle_t controller)
{
	struct efi_platform_driver_override *override;
	efi_handle_t image = NULL;
	void *interface;
	int i;

	if (EFI_ERROR(efi_locate_protocol(&efi_guid_platform_driver_override, NULL, &interface)))
		return;
	override = interface;
	for (i = 0; i < OVERRIDES_MAX; i++) {
		if (EFI_ERROR(override->get_driver(override, controller, &image)))
			return;
		place_image(drivers, image);
	}
}

static void place_by_bus(struct drivers *drivers, efi_handle_t controller)
{
	struct efi_bus_specific_driver_override *override;
	efi_handle_t image = NULL;
	int i;

	override = get_interface(controller, &efi_guid_bus_specific_driver_override);
	for (i = 0; override && i < OVERRIDES_MAX; i++) {
		if (EFI_ERROR(override->get_driver(override, &image)))
			return;
		place_image(drivers, image);
	}
}

/* Those of a family, then those of none: each time the highest version. */
static void place_by_version(struct drivers *drivers, bool family)
{
	struct efi_driver_family_override *override;
	struct candidate *best, *pos;
	u32 version, best_version = 0;
	efi_uintn_t i;

	do {
		best = NULL;
		for (i = 0; i < drivers->count; i++) {
			pos = &drivers->all[i];
			if (pos->placed)
				continue;
			version = pos->binding->version;
			if (family) {
				override = get_interface(pos->handle,
							 &efi_guid_driver_family_override);
				if (!override)
					continue;
				version = override->get_version(override);
			}
			if (best && version <= best_version)
				continue;
			best = pos;
			best_version = version;
		}
		if (best)
			place(drivers, best);
	} while (best);
}

/* Each driver that says it supports the controller is started, once. */
static bool start_drivers(struct drivers *drivers, efi_handle_t controller,
			  struct efi_device_path *remaining)
{
	struct efi_driver_binding *binding;
	struct candidate *driver;
	bool started = false;
	efi_uintn_t i = 0;

	while (i < drivers->placed && is_handle(controller)) {
		driver = drivers->order[i++];
		binding = driver ? driver->binding : NULL;
		/* It may have gone meanwhile. */
		if (!binding ||
		    get_interface(driver->handle, &efi_guid_driver_binding) != binding ||
		    EFI_ERROR(binding->supported(binding, controller, remaining)))
			continue;
		drivers->order[i - 1] = NULL;
		if (!EFI_ERROR(binding->start(binding, controller, remaining)))
			started = true;
		/* What it has done may be what another one has waited for. */
		i = 0;
	}
	return started;
}

static efi_status_t connect_one(efi_handle_t controller, efi_handle_t *first,
				struct efi_device_path *remaining)
{
	struct drivers drivers = { .count = 0 };
	efi_status_t status = drivers_find(&drivers);

	if (EFI_ERROR(status))
		goto out;
	for (; first && *first; first++)
		place_image(&drivers, *first);
	place_by_platform(&drivers, controller);
	place_by_version(&drivers, true);
	place_by_bus(&drivers, controller);
	place_by_version(&drivers, false);
	if (!start_drivers(&drivers, controller, remaining))
		status = EFI_NOT_FOUND;
out:
	drivers_free(&drivers);
	/* With nothing below to be connected, that nothing was is no failure. */
	if (status == EFI_NOT_FOUND && remaining && efi_dp_is_end(remaining))
		return EFI_SUCCESS;
	return status;
}

/* The handles that were made from this one; NULL: none, or no memory. */
static efi_handle_t *list_children(const struct efi_handle *handle, efi_uintn_t *count)
{
	struct efi_interface *interface;
	struct efi_open *open;
	efi_handle_t *children;
	efi_uintn_t n = 0;

	*count = 0;
	list_for_each_entry(interface, &handle->interfaces, on_handle)
		n += interface->open_count;
	children = n == 0 ? NULL : efi_zalloc(n * sizeof(*children));
	if (!children)
		return NULL;
	list_for_each_entry(interface, &handle->interfaces, on_handle) {
		list_for_each_entry(open, &interface->opens, list) {
			if (open->attributes & EFI_OPEN_BY_CHILD_CONTROLLER)
				children[(*count)++] = open->controller;
		}
	}
	return children;
}

static efi_status_t connect(efi_handle_t controller, efi_handle_t *first,
			    struct efi_device_path *remaining, bool recursive, int depth);

static void connect_children(efi_handle_t controller, int depth)
{
	efi_tpl_t tpl = efi_lock();
	struct efi_handle *handle = efi_handle_find(controller);
	efi_handle_t *children = NULL;
	efi_uintn_t i, count = 0;

	if (handle)
		children = list_children(handle, &count);
	efi_unlock(tpl);
	for (i = 0; i < count; i++)
		connect(children[i], NULL, NULL, true, depth + 1);
	if (children)
		efi_free_pool(children);
}

static efi_status_t connect(efi_handle_t controller, efi_handle_t *first,
			    struct efi_device_path *remaining, bool recursive, int depth)
{
	efi_status_t status;

	if (!is_handle(controller))
		return EFI_INVALID_PARAMETER;
	status = connect_one(controller, first, remaining);
	if (recursive && depth < DEPTH_MAX)
		connect_children(controller, depth);
	return status;
}

efi_status_t EFIAPI efi_connect_controller(efi_handle_t controller, efi_handle_t *drivers,
					   struct efi_device_path *remaining,
					   efi_bool_t recursive)
{
	struct efi_device_path *copy = NULL;
	efi_status_t status;

	if (!is_handle(controller))
		return EFI_INVALID_PARAMETER;
	/* Drivers read it as structures; a caller may have it anywhere. */
	if (remaining) {
		copy = efi_dp_duplicate(remaining);
		if (!copy)
			return EFI_OUT_OF_RESOURCES;
	}
	status = connect(controller, drivers, copy, recursive != 0, 0);
	if (copy)
		efi_free_pool(copy);
	return status;
}
