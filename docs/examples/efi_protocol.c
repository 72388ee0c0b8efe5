/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Example: a protocol that tells loaded software how many microseconds the firmware
 * has been running. Document: UEFI 2.10, section 7.3 (protocol handlers).
 */
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>

/* One of your own, from uuidgen; those of a specification go to spec/efi/guids.def. */
static const struct efi_guid uptime_guid = {
	0x6c1f5c0a, 0x0a37, 0x4d0b, { 0x9e, 0x55, 0x3b, 0x62, 0x8d, 0x1f, 0x7a, 0x44 },
};

/* What loaded software sees. A protocol of a specification has a header in spec/efi/. */
struct uptime {
	efi_status_t (EFIAPI *get)(struct uptime *this, u64 *microseconds);
};

/* A border: whatever loaded software hands over is checked before it is used. */
static efi_status_t EFIAPI uptime_get(struct uptime *this, u64 *microseconds)
{
	if (this == NULL || microseconds == NULL)
		return EFI_INVALID_PARAMETER;
	*microseconds = efi_time_100ns() / 10;
	return EFI_SUCCESS;
}

/* Not constant: an image may replace a function of it, as of any protocol. */
static struct uptime uptime = { .get = uptime_get };

static int uptime_install(void)
{
	efi_handle_t handle = NULL;
	efi_status_t status;

	status = efi_install_protocol_interface(&handle, &uptime_guid, EFI_NATIVE_INTERFACE,
						&uptime);
	return status == EFI_SUCCESS ? 0 : -ENOMEM;
}
HOOK(efi, 79, common, uptime_install);
