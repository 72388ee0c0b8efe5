/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Error numbers as status codes. Document: UEFI 2.10, appendix D. */
#include <fw/efi.h>
#include <fw/errno.h>

static const struct {
	int error;
	efi_status_t status;
} status_codes[] = {
	{ EPERM, EFI_ACCESS_DENIED },
	{ ENOENT, EFI_NOT_FOUND },
	{ EIO, EFI_DEVICE_ERROR },
	{ E2BIG, EFI_BAD_BUFFER_SIZE },
	{ ENOMEM, EFI_OUT_OF_RESOURCES },
	{ EEXIST, EFI_ACCESS_DENIED },
	{ ENODEV, EFI_NOT_FOUND },
	{ EINVAL, EFI_INVALID_PARAMETER },
	{ ENOSPC, EFI_VOLUME_FULL },
	{ ERANGE, EFI_BUFFER_TOO_SMALL },
	{ ENOSYS, EFI_UNSUPPORTED },
	{ EPROTO, EFI_PROTOCOL_ERROR },
	{ EBADMSG, EFI_VOLUME_CORRUPTED },
	{ EOVERFLOW, EFI_BAD_BUFFER_SIZE },
	{ EOPNOTSUPP, EFI_UNSUPPORTED },
	{ ETIMEDOUT, EFI_TIMEOUT },
};

efi_status_t efi_status(int rc)
{
	size_t i;

	if (rc >= 0)
		return EFI_SUCCESS;
	for (i = 0; i < ARRAY_SIZE(status_codes); i++) {
		if (status_codes[i].error == -rc)
			return status_codes[i].status;
	}
	return EFI_DEVICE_ERROR;
}
