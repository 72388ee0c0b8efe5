/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The Unicode collation protocol; both versions have this structure and differ in
 * how languages are named. Document: UEFI 2.10, section 13.16.
 */
#ifndef SPEC_EFI_UNICODE_COLLATION_H
#define SPEC_EFI_UNICODE_COLLATION_H

#include <spec/efi/types.h>

/** struct efi_unicode_collation - @languages: "eng" in the first version, "en" in the second */
struct efi_unicode_collation {
	s64 (EFIAPI *stri_coll)(struct efi_unicode_collation *this, efi_char16_t *a,
				efi_char16_t *b);
	efi_bool_t (EFIAPI *metai_match)(struct efi_unicode_collation *this,
					 efi_char16_t *text, efi_char16_t *pattern);
	void (EFIAPI *str_lwr)(struct efi_unicode_collation *this, efi_char16_t *text);
	void (EFIAPI *str_upr)(struct efi_unicode_collation *this, efi_char16_t *text);
	void (EFIAPI *fat_to_str)(struct efi_unicode_collation *this, efi_uintn_t size,
				  char *fat, efi_char16_t *text);
	efi_bool_t (EFIAPI *str_to_fat)(struct efi_unicode_collation *this,
					efi_char16_t *text, efi_uintn_t size, char *fat);
	char *languages;
};

#endif
