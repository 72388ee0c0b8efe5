/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The boot manager's variables. Document: UEFI 2.10, sections 3.3 and 8.2. */
#define pr_fmt(fmt) "boot: " fmt

#include <fw/byteorder.h>
#include <fw/efi.h>
#include <fw/log.h>

#include "variables.h"

#define NAME_MAX	32
#define VOLATILE	(EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS)

void *variable_read(const char *name, efi_uintn_t *size)
{
	efi_char16_t wide[NAME_MAX];
	void *data;

	ucs2_from_ascii(wide, name, NAME_MAX);
	*size = 0;
	if (efi_get_variable(wide, &efi_guid_global_variable, NULL, size, NULL) !=
	    EFI_BUFFER_TOO_SMALL)
		return NULL;
	data = efi_zalloc(*size);
	if (data != NULL && efi_get_variable(wide, &efi_guid_global_variable, NULL, size,
					     data) != EFI_SUCCESS) {
		efi_free_pool(data);
		data = NULL;
	}
	return data;
}

bool variable_read_u16(const char *name, u16 *value)
{
	efi_uintn_t size;
	void *data = variable_read(name, &size);
	bool found;

	if (data == NULL)
		return false;
	found = size == sizeof(*value);
	if (found)
		*value = get_le16(data);
	efi_free_pool(data);
	return found;
}

static void write(const char *name, u32 attributes, const void *data, efi_uintn_t size)
{
	efi_char16_t wide[NAME_MAX];
	efi_status_t status;

	ucs2_from_ascii(wide, name, NAME_MAX);
	status = efi_set_variable(wide, &efi_guid_global_variable, attributes, size, data);
	if (EFI_ERROR(status) && status != EFI_NOT_FOUND)
		pr_err("variable %s cannot be written: status %llu", name,
		       (unsigned long long)(status & ~EFI_ERROR_BIT));
}

void variable_write(const char *name, const void *data, efi_uintn_t size)
{
	write(name, VOLATILE, data, size);
}

void variable_write_nv(const char *name, const void *data, efi_uintn_t size)
{
	write(name, VOLATILE | EFI_VARIABLE_NON_VOLATILE, data, size);
}

void variable_delete(const char *name)
{
	write(name, VOLATILE | EFI_VARIABLE_NON_VOLATILE, NULL, 0);
}
