/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The constants of spec/efi/guids.def; the linker drops the ones not used. */
#include <spec/efi/guids.h>

#define EFI_GUID(name, d1, d2, d3, ...)					\
	const struct efi_guid efi_guid_##name = { d1, d2, d3, { __VA_ARGS__ } };
#include <spec/efi/guids.def>
