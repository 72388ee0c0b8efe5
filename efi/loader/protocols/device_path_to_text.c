/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The device path to text protocol. Document: UEFI 2.10, section 10.6.2. */
#include <fw/errno.h>
#include <fw/hooks.h>
#include <spec/efi/device_path_to_text.h>

#include "dp_text.h"

static efi_char16_t *EFIAPI path_to_text(const struct efi_device_path *path,
					 efi_bool_t display_only, efi_bool_t shortcuts)
{
	return efi_dp_to_text(path, display_only != 0, shortcuts != 0);
}

static efi_char16_t *EFIAPI node_to_text(const struct efi_device_path *node,
					 efi_bool_t display_only, efi_bool_t shortcuts)
{
	return dp_node_to_text(node, display_only != 0, shortcuts != 0);
}

static struct efi_device_path_to_text protocol = {
	.node = node_to_text,
	.path = path_to_text,
};

static int device_path_to_text_install(void)
{
	efi_handle_t handle = NULL;
	efi_status_t status;

	status = efi_install_protocol_interface(&handle, &efi_guid_device_path_to_text,
						EFI_NATIVE_INTERFACE, &protocol);
	return status == EFI_SUCCESS ? 0 : -ENOMEM;
}
HOOK(efi, 71, common, device_path_to_text_install);
