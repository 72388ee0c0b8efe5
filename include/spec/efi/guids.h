/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Constants efi_guid_<name> for the lines of guids.def.
 * Document: UEFI 2.10; sections are in guids.def.
 */
#ifndef SPEC_EFI_GUIDS_H
#define SPEC_EFI_GUIDS_H

#include <spec/efi/types.h>

#define EFI_GUID(name, ...)	extern const struct efi_guid efi_guid_##name;
#include <spec/efi/guids.def>
#undef EFI_GUID

#endif
