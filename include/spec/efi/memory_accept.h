/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unaccepted memory: the protocol that accepts it, and the one by which an operating
 * system says that it does so itself. Documents: EDK II, Protocol/MemoryAccept.h and
 * Protocol/OvmfSevMemoryAcceptance.h (not part of UEFI 2.10); Linux,
 * include/linux/efi.h (OVMF_SEV_MEMORY_ACCEPTANCE_PROTOCOL_GUID).
 */
#ifndef SPEC_EFI_MEMORY_ACCEPT_H
#define SPEC_EFI_MEMORY_ACCEPT_H

#include <spec/efi/types.h>

struct efi_memory_accept {
	efi_status_t (EFIAPI *accept_memory)(struct efi_memory_accept *this, u64 start,
					     efi_uintn_t size);
};

struct efi_memory_acceptance {
	efi_status_t (EFIAPI *allow_unaccepted_memory)(struct efi_memory_acceptance *this);
};

#endif
