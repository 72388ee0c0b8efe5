/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The list of boot options. Variables are only read: an option that cannot be
 * used here may be another firmware's, and comes back to it with the variable
 * store.
 * Document: UEFI 2.10, sections 3.1.1 and 3.3 (BootOrder, Boot####).
 */
#define pr_fmt(fmt) "boot: " fmt

#include <fw/byteorder.h>
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/printf.h>
#include <fw/string.h>

#include "boot_order.h"
#include "load_option.h"
#include "measure.h"
#include "options.h"
#include "target.h"
#include "variables.h"

/* As many as one can sensibly be asked to try. */
#define ORDER_MAX	256

/* What another firmware puts into options that it has made itself; not for the image. */
static const struct efi_guid auto_created = {
	0x8108ac4e, 0x9f11, 0x4d59, { 0x85, 0x0e, 0xe2, 0x1a, 0x52, 0x2c, 0x59, 0xb2 },
};

/* Takes @path over. */
static struct boot_option *new_option(struct efi_device_path *path)
{
	struct boot_option *option = efi_zalloc(sizeof(*option));

	if (option == NULL) {
		efi_free_pool(path);
		return NULL;
	}
	option->number = NOT_NUMBERED;
	option->rank = boot_order_rank(path);
	option->path = path;
	return option;
}

void options_free(struct boot_option *option)
{
	efi_free_pool(option->path);
	if (option->data != NULL)
		efi_free_pool(option->data);
	efi_free_pool(option);
}

static bool copy_data(struct boot_option *option, const struct load_option *view)
{
	if (view->data_size == 0 ||
	    (view->data_size == sizeof(auto_created) &&
	     memcmp(view->data, &auto_created, sizeof(auto_created)) == 0))
		return true;
	option->data = efi_zalloc(view->data_size);
	if (option->data == NULL)
		return false;
	memcpy(option->data, view->data, view->data_size);
	option->data_size = view->data_size;
	return true;
}

static struct boot_option *make_option(u16 number, const struct load_option *view)
{
	struct efi_device_path *path = target_find(view->path);
	struct boot_option *option;
	char name[sizeof(option->name)];

	ucs2_to_ascii(name, view->description, sizeof(name));
	if (path == NULL) {
		pr_info("Boot%04X \"%s\": its device is not here", number, name);
		return NULL;
	}
	option = new_option(path);
	if (option == NULL)
		return NULL;
	option->number = number;
	option->hidden = view->attributes & LOAD_OPTION_HIDDEN;
	memcpy(option->name, name, sizeof(name));
	if (copy_data(option, view))
		return option;
	options_free(option);
	return NULL;
}

/* Whether one is to be tried when nobody asks for it by its number. */
static bool is_bootable(const struct load_option *view)
{
	return (view->attributes & LOAD_OPTION_ACTIVE) &&
	       (view->attributes & LOAD_OPTION_CATEGORY) == LOAD_OPTION_CATEGORY_BOOT;
}

struct boot_option *options_read(u16 number, bool any)
{
	struct boot_option *option = NULL;
	struct load_option view;
	char name[sizeof("Boot0000")];
	efi_uintn_t size;
	void *data;

	snprintf(name, sizeof(name), "Boot%04X", number);
	data = variable_read(name, &size);
	if (data == NULL) {
		pr_info("%s: there is no such variable", name);
		return NULL;
	}
	boot_measure_variable(name, data, size);
	if (load_option_parse(&view, data, size) != 0)
		pr_err("%s: not a load option", name);
	else if (any || is_bootable(&view))
		option = make_option(number, &view);
	efi_free_pool(data);
	return option;
}

/* Behind all that do not come later in the host's order. */
static void add_option(struct list_head *options, struct boot_option *option)
{
	struct boot_option *other;

	list_for_each_entry(other, options, list) {
		if (other->rank > option->rank) {
			list_add_tail(&option->list, &other->list);
			return;
		}
	}
	list_add_tail(&option->list, options);
}

static void collect_variables(struct list_head *options)
{
	struct boot_option *option;
	efi_uintn_t size, i;
	u8 *order = variable_read("BootOrder", &size);

	if (order == NULL)
		return;
	boot_measure_variable("BootOrder", order, size);
	for (i = 0; i < MIN(size / 2, (efi_uintn_t)ORDER_MAX); i++) {
		option = options_read(get_le16(order + 2 * i), false);
		if (option != NULL)
			add_option(options, option);
	}
	efi_free_pool(order);
}

static bool is_listed(const struct list_head *options, const struct efi_device_path *path)
{
	size_t size = efi_dp_size(path, EFI_DP_MAX);
	const struct boot_option *option;

	list_for_each_entry(option, options, list) {
		if (option->data_size == 0 && efi_dp_size(option->path, EFI_DP_MAX) == size &&
		    memcmp(option->path, path, size) == 0)
			return true;
	}
	return false;
}

/* "PciRoot(0x0)/Pci(0x3,0x0)/HD(1": without a partition's address and its GUID. */
static void name_default(char *name, size_t size, const struct efi_device_path *device)
{
	efi_char16_t *text = efi_dp_to_text(device, false, false);
	char ascii[64] = "";
	char *comma = NULL;
	size_t i;

	if (text != NULL)
		ucs2_to_ascii(ascii, text, sizeof(ascii));
	for (i = 0; ascii[i] != 0; i++) {
		if (comma == NULL && strncmp(ascii + i, "/HD(", 4) == 0)
			comma = ascii + i;
		if (comma != NULL && ascii[i] == ',') {
			memcpy(ascii + i, ")", sizeof(")"));
			break;
		}
	}
	snprintf(name, size, "%s", ascii);
	if (text != NULL)
		efi_free_pool(text);
}

static int add_default(struct list_head *options, const struct efi_device_path *device)
{
	struct efi_device_path *path = target_default_file(device);
	struct boot_option *option;

	if (path == NULL)
		return -ENOMEM;
	if (is_listed(options, path)) {
		efi_free_pool(path);
		return 0;
	}
	option = new_option(path);
	if (option == NULL)
		return -ENOMEM;
	name_default(option->name, sizeof(option->name), device);
	add_option(options, option);
	return 0;
}

static int collect_file_systems(struct list_head *options)
{
	struct efi_device_path *path;
	efi_handle_t *handles;
	efi_uintn_t i, count;
	int rc = 0;

	if (efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &efi_guid_simple_file_system,
				     NULL, &count, &handles) != EFI_SUCCESS)
		return 0;
	for (i = 0; i < count && rc == 0; i++) {
		if (efi_handle_protocol(handles[i], &efi_guid_device_path,
					(void **)&path) == EFI_SUCCESS)
			rc = add_default(options, path);
	}
	efi_free_pool(handles);
	return rc;
}

/* With "strict", what the host does not name is not tried. */
static void drop_unnamed(struct list_head *options)
{
	struct boot_option *option, *next;

	list_for_each_entry_safe(option, next, options, list) {
		if (option->rank != BOOT_ORDER_LAST)
			continue;
		list_del(&option->list);
		options_free(option);
	}
}

int options_collect(struct list_head *options)
{
	int rc;

	collect_variables(options);
	rc = collect_file_systems(options);
	if (rc != 0)
		pr_err("no memory for the list of boot options");
	if (boot_order_is_strict())
		drop_unnamed(options);
	return rc;
}
