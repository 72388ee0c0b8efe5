/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* A machine with a flash of variables, and their services, for tests. */
#ifndef UNIT_VARS_FIXTURE_H
#define UNIT_VARS_FIXTURE_H

#include <fw/efi_runtime.h>

#include "flash_sim.h"

#define FLASH_BASE	0xffc00000ull

#define NV_BS		(EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOTSERVICE_ACCESS)
#define NV_BS_RT	(NV_BS | EFI_VARIABLE_RUNTIME_ACCESS)
#define BS		EFI_VARIABLE_BOOTSERVICE_ACCESS
#define BS_RT		(BS | EFI_VARIABLE_RUNTIME_ACCESS)
#define APPEND		EFI_VARIABLE_APPEND_WRITE

extern const struct efi_guid vendor_a, vendor_b;

/* The way to devices; instructions unless a test sets it. */
extern u32 vars_io;

/** vars_format() - an empty flash, as a virtual machine gets it first */
void vars_format(uint32_t size);

/** vars_load_file() - a flash with a file's contents; false if there is none */
bool vars_load_file(const char *path);

/** vars_start() - the machine starts; returns EFI_STORE_* */
u32 vars_start(void);

/** vars_start_without() - the same without a flash */
void vars_start_without(void);

/* With names of ASCII characters, and of the vendor's. */
efi_status_t vars_set(const char *name, u32 attributes, const void *data, size_t size);
efi_status_t vars_get(const char *name, u32 *attributes, void *data, efi_uintn_t *size);

/** vars_is() - whether a variable has a value; NULL: whether it does not exist */
bool vars_is(const char *name, const void *data, size_t size);

/** vars_count() - by GetNextVariableName; fails the test if one comes twice */
unsigned int vars_count(void);

#endif
