/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The random number generator protocol. Document: UEFI 2.10, section 37.5. */
#ifndef SPEC_EFI_RNG_H
#define SPEC_EFI_RNG_H

#include <spec/efi/types.h>

struct efi_rng {
	efi_status_t (EFIAPI *get_info)(struct efi_rng *this, efi_uintn_t *size,
					struct efi_guid *algorithms);
	efi_status_t (EFIAPI *get_rng)(struct efi_rng *this, struct efi_guid *algorithm,
				       efi_uintn_t size, u8 *value);
};

#endif
