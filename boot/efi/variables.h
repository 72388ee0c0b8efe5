/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Variables of the boot manager. Document: UEFI 2.10, section 3.3. */
#ifndef BOOT_VARIABLES_H
#define BOOT_VARIABLES_H

#include <spec/efi/types.h>

/* Of OsIndications and OsIndicationsSupported. */
#define OS_INDICATIONS_BOOT_TO_FW_UI	((u64)1 << 0)

/**
 * variable_read() - a global variable's contents
 * @name: ASCII
 * @size: where to put the bytes
 *
 * Return: pool, or NULL if there is no such variable or no memory.
 */
void *variable_read(const char *name, efi_uintn_t *size);

/** variable_read_u16() - a variable of two bytes; false if there is none */
bool variable_read_u16(const char *name, u16 *value);

/** variable_write() - a volatile global variable; @size 0 deletes it */
void variable_write(const char *name, const void *data, efi_uintn_t size);

/** variable_write_nv() - a non-volatile one */
void variable_write_nv(const char *name, const void *data, efi_uintn_t size);

/** variable_delete() - delete a non-volatile one; a failure is logged */
void variable_delete(const char *name);

#endif
