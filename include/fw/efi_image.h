/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What policy may say of an image before it is loaded. */
#ifndef FW_EFI_IMAGE_H
#define FW_EFI_IMAGE_H

#include <fw/types.h>

struct efi_device_path;

/**
 * struct efi_image_source - an image to judge, passed to efi_image_check hooks
 * @path:	 where it is from, as LoadImage was told; NULL if it was not
 * @data:	 the file; what is loaded is loaded from here
 * @size:	 bytes
 * @boot_policy: the boot manager wants it, not loaded software
 */
struct efi_image_source {
	const struct efi_device_path *path;
	const void *data;
	u64 size;
	bool boot_policy;
};

/**
 * efi_image_digest() - the SHA-384 digest of an image's file, as it is signed
 * @file: file
 * @size: its bytes
 * @out:  where to put it
 * @why:  gets what is wrong with it
 *
 * Return: 0, -EOPNOTSUPP if it is no image for this machine, or -EBADMSG.
 */
int efi_image_digest(const void *file, size_t size, u8 out[48], const char **why);

#endif
