/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The memory attribute protocol. Document: UEFI 2.10, section 37.7. */
#ifndef SPEC_EFI_MEMORY_ATTRIBUTE_H
#define SPEC_EFI_MEMORY_ATTRIBUTE_H

#include <spec/efi/types.h>

struct efi_memory_attribute {
	efi_status_t (EFIAPI *get)(struct efi_memory_attribute *this, u64 base, u64 length,
				   u64 *attributes);
	efi_status_t (EFIAPI *set)(struct efi_memory_attribute *this, u64 base, u64 length,
				   u64 attributes);
	efi_status_t (EFIAPI *clear)(struct efi_memory_attribute *this, u64 base, u64 length,
				     u64 attributes);
};

#endif
