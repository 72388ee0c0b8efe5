/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Accepting memory for loaded software, which could as well allocate it.
 * Document: EDK II, MdePkg/Include/Protocol/MemoryAccept.h.
 */
#include <fw/cc.h>
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <spec/efi/memory_accept.h>

static efi_status_t EFIAPI accept_memory(struct efi_memory_accept *this __unused, u64 start,
					 efi_uintn_t size)
{
	return efi_memory_accept(start, size);
}

static struct efi_memory_accept protocol = {
	.accept_memory = accept_memory,
};

static int memory_accept_install(void)
{
	efi_handle_t handle = NULL;

	if (!cc_has(CC_ATTR_MEM_ACCEPT))
		return 0;
	return efi_install_protocol_interface(&handle, &efi_guid_memory_accept,
					      EFI_NATIVE_INTERFACE, &protocol) == EFI_SUCCESS ?
	       0 : -ENOMEM;
}
HOOK(efi, 84, common, memory_accept_install);
