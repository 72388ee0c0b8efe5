/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Measures what decides on what is booted, and marks where that ends: the
 * separators come before the first attempt, in each register that is used, and
 * after everything that the firmware has read for itself.
 * Document: TCG PC Client Platform Firmware Profile 1.06, sections 3.3.4 (registers),
 * 10.4.1 (UEFI_VARIABLE_DATA) and 10.4.5 (actions).
 */
#define pr_fmt(fmt) "boot: " fmt

#include <fw/byteorder.h>
#include <fw/efi.h>
#include <fw/efi_measure.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/panic.h>
#include <fw/string.h>

#include "measure.h"

#define NAME_MAX	16

/* The name follows, in 16-bit characters without a NUL, and then the value. */
struct variable_data {
	struct efi_guid guid;
	le64 name_len;
	le64 data_size;
	u8 rest[];
} __packed;

static bool attempted;

static void measure_variable(u32 pcr, u32 type, const struct efi_guid *guid, const char *name,
			     const void *data, size_t size)
{
	size_t len = strlen(name), name_size = len * sizeof(efi_char16_t);
	size_t total = sizeof(struct variable_data) + name_size + size;
	struct variable_data *v = efi_zalloc(total);
	efi_char16_t wide[NAME_MAX];

	if (v == NULL) {
		pr_err("no memory to measure variable %s", name);
		machine_stop();
	}
	ucs2_from_ascii(wide, name, NAME_MAX);
	v->guid = *guid;
	v->name_len = cpu_to_le64(len);
	v->data_size = cpu_to_le64(size);
	memcpy(v->rest, wide, name_size);
	if (size != 0)
		memcpy(v->rest + name_size, data, size);
	efi_measure(pcr, type, v, total);
	efi_free_pool(v);
}

void boot_measure_variable(const char *name, const void *data, size_t size)
{
	if (measure_ops() != NULL && !attempted)
		measure_variable(PCR_PLATFORM_CONFIG, EV_EFI_VARIABLE_BOOT2,
				 &efi_guid_global_variable, name, data, size);
}

/* One that is not there counts as empty. */
static void measure_policy(const struct efi_guid *guid, const char *name)
{
	efi_char16_t wide[NAME_MAX];
	efi_uintn_t size = 0;
	void *data = NULL;

	ucs2_from_ascii(wide, name, NAME_MAX);
	if (efi_get_variable(wide, guid, NULL, &size, NULL) == EFI_BUFFER_TOO_SMALL) {
		data = efi_zalloc(size);
		if (data == NULL ||
		    efi_get_variable(wide, guid, NULL, &size, data) != EFI_SUCCESS) {
			pr_err("variable %s cannot be read, and so not measured", name);
			machine_stop();
		}
	}
	measure_variable(PCR_SECURE_BOOT, EV_EFI_VARIABLE_DRIVER_CONFIG, guid, name, data, size);
	efi_free_pool(data);
}

/* Before anything is loaded. */
static int measure_secure_boot(void)
{
	if (measure_ops() == NULL)
		return 0;
	measure_policy(&efi_guid_global_variable, "SecureBoot");
	measure_policy(&efi_guid_global_variable, "PK");
	measure_policy(&efi_guid_global_variable, "KEK");
	measure_policy(&efi_guid_image_security_database, "db");
	measure_policy(&efi_guid_image_security_database, "dbx");
	return 0;
}
HOOK(boot, 35, common, measure_secure_boot);

/* One in each register: the numbers are of the first PCR that each stands for. */
static void measure_separators(void)
{
	static const u32 pcrs[] = {
		PCR_PLATFORM_CONFIG, PCR_DRIVERS, PCR_FIRST_OF_OS,
	};
	static const u8 zero[4];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pcrs); i++)
		efi_measure(pcrs[i], EV_SEPARATOR, zero, sizeof(zero));
}

void boot_measure_attempt(void)
{
	efi_measure_action(PCR_BOOT_MANAGER, "Calling EFI Application from Boot Option");
	if (!attempted)
		measure_separators();
	attempted = true;
}

void boot_measure_return(void)
{
	efi_measure_action(PCR_BOOT_MANAGER, "Returning from EFI Application from Boot Option");
}
