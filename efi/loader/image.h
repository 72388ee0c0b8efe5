/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Loaded images. Document: UEFI 2.10, section 7.4. */
#ifndef EFI_LOADER_IMAGE_H
#define EFI_LOADER_IMAGE_H

#include <asm/image_call.h>
#include <fw/efi.h>
#include <fw/list.h>
#include <spec/efi/loaded_image.h>

struct pe_image;

enum image_state {
	IMAGE_LOADED,
	IMAGE_REFUSED,		/* there, but policy says that it must not start */
	IMAGE_STARTED,
};

/**
 * struct efi_image - an image that efi_load_image() has loaded
 * @list:	neighbours in the list of all of them
 * @handle:	its handle, with @loaded and @path on it
 * @loaded:	loaded image protocol
 * @path:	its device path, in pool, or NULL
 * @memory:	its pages
 * @pages:	their number
 * @entry:	address of its entry point; 0 if it was refused
 * @state:	what has become of it
 * @is_application: it is unloaded when it ends
 * @frame:	the way back while it runs
 * @caller:	the image that was running when it was started
 * @tpl:	the task priority level then
 * @exit_data:	what it has left, in pool
 */
struct efi_image {
	struct list_head list;
	efi_handle_t handle;
	struct efi_loaded_image loaded;
	struct efi_device_path *path;
	u64 memory;
	efi_uintn_t pages;
	u64 entry;
	enum image_state state;
	bool is_application;
	struct image_frame frame;
	struct efi_image *caller;
	efi_tpl_t tpl;
	efi_uintn_t exit_data_size;
	efi_char16_t *exit_data;
};

/**
 * struct image_file - the bytes of an image, and where they are from
 * @data:   bytes
 * @size:   their number
 * @pages:  of memory at @data that is ours; 0 if it is the caller's
 * @device: the handle they were read from, or NULL
 * @rest:   the path behind @device, which points into the caller's; NULL if there
 *	    is none
 */
struct image_file {
	const void *data;
	efi_uintn_t size;
	efi_uintn_t pages;
	efi_handle_t device;
	struct efi_device_path *rest;
};

/**
 * image_file_read() - read what a path names, into memory of our own
 * @path:	 path
 * @boot_policy: as LoadImage says
 * @file:	 result, with ->data NULL if there is an error
 */
efi_status_t image_file_read(struct efi_device_path *path, bool boot_policy,
			     struct image_file *file);

/** image_file_free() - its memory, if that is ours */
void image_file_free(struct image_file *file);

/**
 * image_memory_alloc() - load an image into pages of their own
 * @image: gets ->memory, ->pages, ->entry, and its part of ->loaded
 * @pe:    checked file
 * @why:   what is wrong with it
 *
 * Return: 0, -ENOMEM, or -EBADMSG.
 */
int image_memory_load(struct efi_image *image, const struct pe_image *pe, const char **why);

/** image_memory_free() - its pages are memory like any other again */
void image_memory_free(struct efi_image *image);

#endif
