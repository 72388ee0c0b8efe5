/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Parser of load options, which an OS, or whoever had the variable store's file,
 * may have written in any way.
 * Document: UEFI 2.10, section 3.1.3 (EFI_LOAD_OPTION).
 */
#include <fw/byteorder.h>
#include <fw/efi.h>
#include <fw/errno.h>

#include "load_option.h"

#define HEAD_SIZE	6	/* u32 attributes, u16 length of the paths */

int load_option_parse(struct load_option *option, const void *buf, size_t size)
{
	const u8 *at = buf;
	size_t left = size, chars, paths;

	if (left < HEAD_SIZE + sizeof(efi_char16_t))
		return -EBADMSG;
	option->attributes = get_le32(at);
	paths = get_le16(at + 4);
	at += HEAD_SIZE;
	left -= HEAD_SIZE;

	option->description = (const efi_char16_t *)(const void *)at;
	chars = ucs2_nlen(option->description, left / sizeof(efi_char16_t)) + 1;
	if (chars * sizeof(efi_char16_t) > left)
		return -EBADMSG;
	at += chars * sizeof(efi_char16_t);
	left -= chars * sizeof(efi_char16_t);

	option->path = (const struct efi_device_path *)(const void *)at;
	if (paths > left || efi_dp_size(option->path, paths) == 0)
		return -EBADMSG;
	option->data = at + paths;
	option->data_size = (u32)(left - paths);
	return 0;
}
