/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Load options as variables keep them. Document: UEFI 2.10, section 3.1.3. */
#ifndef BOOT_LOAD_OPTION_H
#define BOOT_LOAD_OPTION_H

#include <spec/efi/device_path.h>

#define LOAD_OPTION_ACTIVE		0x00000001
#define LOAD_OPTION_HIDDEN		0x00000008
#define LOAD_OPTION_CATEGORY		0x00001f00
#define LOAD_OPTION_CATEGORY_BOOT	0x00000000

/**
 * struct load_option - a view of a variable's contents
 * @attributes:  LOAD_OPTION_*
 * @description: for people; NUL-terminated
 * @path:        what to load; a well-formed path, with its end
 * @data:        options for the image; may be empty
 * @data_size:   bytes
 */
struct load_option {
	u32 attributes;
	const efi_char16_t *description;
	const struct efi_device_path *path;
	const void *data;
	u32 data_size;
};

/**
 * load_option_parse() - look into a Boot#### variable
 * @option: result; refers to @buf
 * @buf:    contents, aligned to 2
 * @size:   bytes
 *
 * Return: 0 or -EBADMSG.
 */
int load_option_parse(struct load_option *option, const void *buf, size_t size);

#endif
