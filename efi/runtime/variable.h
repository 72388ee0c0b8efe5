/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Variables that not everybody may write. */
#ifndef EFI_RUNTIME_VARIABLE_H
#define EFI_RUNTIME_VARIABLE_H

#include "store.h"

/**
 * variable_check_name() - whether others than the firmware may write it so
 *
 * Return: EFI_SUCCESS, WRITE_PROTECTED if the firmware alone may, or
 * INVALID_PARAMETER if it has attributes that are not @attributes.
 */
efi_status_t variable_check_name(const struct store_key *key, u32 attributes, u64 size);

#endif
