/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * LoadImage, StartImage, Exit and UnloadImage. Software that replaces these entries
 * of the table hands over handles that are not ours: they are looked up in a list.
 * Document: UEFI 2.10, section 7.4.
 */
#define pr_fmt(fmt) "efi: " fmt

#include <fw/efi.h>
#include <fw/efi_image.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "handle.h"
#include "image.h"
#include "pe.h"

static LIST_HEAD(images);
static struct efi_image *current;

static struct efi_image *find_image(efi_handle_t handle)
{
	struct efi_image *image;

	list_for_each_entry(image, &images, list) {
		if (image->handle == handle)
			return image;
	}
	return NULL;
}

static bool is_parent(efi_handle_t handle)
{
	void *loaded;

	if (handle == NULL)
		return false;
	return handle == efi_firmware_handle || find_image(handle) != NULL ||
	       efi_handle_protocol(handle, &efi_guid_loaded_image, &loaded) == EFI_SUCCESS;
}

/* An image in the caller's memory: where it says that it is from need not exist. */
static void use_buffer(struct efi_device_path *path, const void *source, efi_uintn_t size,
		       struct image_file *file)
{
	file->data = source;
	file->size = size;
	file->rest = path;
	if (path != NULL && efi_locate_device_path(&efi_guid_device_path, &file->rest,
						   &file->device) != EFI_SUCCESS)
		file->device = NULL;
}

/* EFI_SUCCESS, or why it must not be started, or not even be loaded. */
static efi_status_t check_policy(const struct efi_device_path *path, bool boot_policy,
				 const struct image_file *file)
{
	struct efi_image_source source = {
		.path = path,
		.data = file->data,
		.size = file->size,
		.boot_policy = boot_policy,
	};
	int rc = hook_run(efi_image_check, &source);

	if (rc == -EPERM)
		return EFI_SECURITY_VIOLATION;
	return rc ? EFI_ACCESS_DENIED : EFI_SUCCESS;
}

static efi_status_t load_file(struct efi_image *image, const struct image_file *file)
{
	const char *why = "it is empty";
	struct pe_image pe;
	int rc = -EBADMSG;

	if (file->size != 0)
		rc = pe_parse(&pe, file->data, file->size, &why);
	if (rc == 0)
		rc = image_memory_load(image, &pe, &why);
	if (rc == 0)
		return EFI_SUCCESS;
	pr_info("image of %llu bytes not loaded: %s", (unsigned long long)file->size, why);
	if (rc == -EOPNOTSUPP)
		return EFI_UNSUPPORTED;
	return rc == -ENOMEM ? EFI_OUT_OF_RESOURCES : EFI_LOAD_ERROR;
}

static void free_image(struct efi_image *image)
{
	image_memory_free(image);
	efi_free_pool(image->loaded.file_path);
	efi_free_pool(image->path);
	efi_free_pool(image);
}

static efi_status_t add_handle(struct efi_image *image, efi_handle_t parent,
			       const struct efi_device_path *path,
			       const struct image_file *file)
{
	struct efi_loaded_image *loaded = &image->loaded;
	efi_status_t status;

	loaded->revision = EFI_LOADED_IMAGE_REVISION;
	loaded->parent = parent;
	loaded->system_table = efi_system_table;
	loaded->device = file->device;
	if (file->rest != NULL)
		loaded->file_path = efi_dp_duplicate(file->rest);
	if (path != NULL)
		image->path = efi_dp_duplicate(path);
	if ((file->rest != NULL && loaded->file_path == NULL) ||
	    (path != NULL && image->path == NULL))
		return EFI_OUT_OF_RESOURCES;
	status = efi_install_multiple_protocol_interfaces(&image->handle,
			&efi_guid_loaded_image, loaded,
			&efi_guid_loaded_image_device_path, image->path, NULL);
	if (status == EFI_SUCCESS)
		list_add(&image->list, &images);
	return status;
}

static efi_status_t load_image(const struct image_file *file, efi_status_t policy,
			       efi_handle_t parent, const struct efi_device_path *path,
			       efi_handle_t *handle)
{
	struct efi_image *image = efi_zalloc(sizeof(*image));
	efi_status_t status = EFI_SUCCESS;

	if (image == NULL)
		return EFI_OUT_OF_RESOURCES;
	if (policy == EFI_SUCCESS)
		status = load_file(image, file);
	else
		image->state = IMAGE_REFUSED;
	if (status == EFI_SUCCESS)
		status = add_handle(image, parent, path, file);
	if (status != EFI_SUCCESS) {
		free_image(image);
		return status;
	}
	*handle = image->handle;
	return policy;
}

efi_status_t EFIAPI efi_load_image(efi_bool_t boot_policy, efi_handle_t parent,
				   struct efi_device_path *path, void *source,
				   efi_uintn_t size, efi_handle_t *handle)
{
	struct image_file file = { 0 };
	efi_status_t status;

	if (handle == NULL || !is_parent(parent))
		return EFI_INVALID_PARAMETER;
	if (path == NULL && source == NULL)
		return EFI_NOT_FOUND;
	if (path != NULL && efi_dp_size(path, EFI_DP_MAX) == 0)
		return EFI_INVALID_PARAMETER;
	if (source != NULL) {
		use_buffer(path, source, size, &file);
	} else {
		status = image_file_read(path, boot_policy != 0, &file);
		if (status != EFI_SUCCESS)
			return status;
	}
	status = check_policy(path, boot_policy != 0, &file);
	if (status == EFI_SUCCESS || status == EFI_SECURITY_VIOLATION)
		status = load_image(&file, status, parent, path, handle);
	image_file_free(&file);
	return status;
}

static void remove_image(struct efi_image *image)
{
	/* What it has opened and not closed would keep others from it for ever. */
	efi_close_agent(image->handle);
	list_del(&image->list);
	/* Somebody who still uses them gets memory that stays as it is. */
	if (efi_uninstall_multiple_protocol_interfaces(image->handle,
			&efi_guid_loaded_image, &image->loaded,
			&efi_guid_loaded_image_device_path, image->path, NULL) == EFI_SUCCESS)
		free_image(image);
	else
		image_memory_free(image);
}

efi_status_t EFIAPI efi_unload_image(efi_handle_t handle)
{
	struct efi_image *image = find_image(handle), *running;
	efi_status_t status;

	if (image == NULL)
		return EFI_INVALID_PARAMETER;
	for (running = current; running != NULL; running = running->caller) {
		if (running == image)
			return EFI_UNSUPPORTED;
	}
	if (image->state == IMAGE_STARTED) {
		if (image->loaded.unload == NULL)
			return EFI_UNSUPPORTED;
		status = image->loaded.unload(handle);
		if (status != EFI_SUCCESS)
			return status;
	}
	remove_image(image);
	return EFI_SUCCESS;
}

/* The caller owns what an image has left, or nobody wants it. */
static void hand_over_exit_data(struct efi_image *image, efi_uintn_t *size, efi_char16_t **data)
{
	if (size != NULL && data != NULL) {
		*size = image->exit_data_size;
		*data = image->exit_data;
	} else {
		efi_free_pool(image->exit_data);
	}
	image->exit_data_size = 0;
	image->exit_data = NULL;
}

efi_status_t EFIAPI efi_start_image(efi_handle_t handle, efi_uintn_t *exit_data_size,
				    efi_char16_t **exit_data)
{
	struct efi_image *image = find_image(handle);
	efi_status_t status;

	if (image == NULL || image->state == IMAGE_STARTED)
		return EFI_INVALID_PARAMETER;
	if (image->state == IMAGE_REFUSED)
		return EFI_SECURITY_VIOLATION;
	image->state = IMAGE_STARTED;
	image->caller = current;
	image->tpl = efi_raise_tpl(TPL_HIGH_LEVEL);
	efi_restore_tpl(image->tpl);
	current = image;
	status = image_call(&image->frame, image->entry, handle, efi_system_table);
	current = image->caller;
	image->caller = NULL;
	/* It may have left any level behind. */
	efi_raise_tpl(TPL_HIGH_LEVEL);
	efi_restore_tpl(image->tpl);
	hand_over_exit_data(image, exit_data_size, exit_data);
	if (image->is_application || EFI_ERROR(status))
		remove_image(image);
	return status;
}

static efi_status_t keep_exit_data(struct efi_image *image, efi_uintn_t size,
				   const efi_char16_t *data)
{
	efi_status_t status;
	void *copy;

	if (size == 0)
		return EFI_SUCCESS;
	if (data == NULL)
		return EFI_INVALID_PARAMETER;
	status = efi_allocate_pool(MEM_BOOT_DATA, size, &copy);
	if (status != EFI_SUCCESS)
		return status;
	image->exit_data_size = size;
	image->exit_data = memcpy(copy, data, size);
	return EFI_SUCCESS;
}

efi_status_t EFIAPI efi_exit(efi_handle_t handle, efi_status_t exit_status,
			     efi_uintn_t exit_data_size, efi_char16_t *exit_data)
{
	struct efi_image *image = find_image(handle);
	efi_status_t status;

	if (image == NULL)
		return EFI_INVALID_PARAMETER;
	if (image->state != IMAGE_STARTED) {
		remove_image(image);
		return EFI_SUCCESS;
	}
	if (image != current)
		return EFI_INVALID_PARAMETER;
	status = keep_exit_data(image, exit_data_size, exit_data);
	if (status != EFI_SUCCESS)
		return status;
	image_return(&image->frame, exit_status);
}
