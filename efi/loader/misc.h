/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Services for loaded software that the firmware has better names for. */
#ifndef EFI_LOADER_MISC_H
#define EFI_LOADER_MISC_H

#include <spec/efi/types.h>

efi_status_t EFIAPI efi_get_next_monotonic_count(u64 *count);
efi_status_t EFIAPI efi_calculate_crc32(void *data, efi_uintn_t size, u32 *crc);
void EFIAPI efi_copy_mem(void *to, void *from, efi_uintn_t size);
void EFIAPI efi_set_mem(void *buffer, efi_uintn_t size, u8 value);

/**
 * efi_high_count() - the upper half of the monotonic counter
 *
 * Return: what GetNextHighMonotonicCount() has returned last, 0 if nothing yet.
 */
u32 efi_high_count(void);

#endif
