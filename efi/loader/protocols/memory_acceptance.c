/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * How an operating system says that it accepts memory itself. If none does, all of it
 * is accepted when boot services end.
 * Documents: EDK II, OvmfPkg/Include/Protocol/OvmfSevMemoryAcceptance.h; Linux,
 * drivers/firmware/efi/libstub/x86-stub.c.
 */
#include <fw/cc.h>
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <spec/efi/memory_accept.h>

static efi_status_t EFIAPI allow_unaccepted_memory(struct efi_memory_acceptance *this __unused)
{
	cc_accept_leave();
	return EFI_SUCCESS;
}

static struct efi_memory_acceptance protocol = {
	.allow_unaccepted_memory = allow_unaccepted_memory,
};

static int memory_acceptance_install(void)
{
	efi_handle_t handle = NULL;

	if (!cc_has(CC_ATTR_MEM_ACCEPT))
		return 0;
	return efi_install_protocol_interface(&handle, &efi_guid_memory_acceptance,
					      EFI_NATIVE_INTERFACE, &protocol) == EFI_SUCCESS ?
	       0 : -ENOMEM;
}
HOOK(efi, 85, common, memory_acceptance_install);
