/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The host's ACPI and SMBIOS tables as configuration tables.
 * Documents: UEFI 2.10, section 4.6; ACPI 6.5, section 5.2.5 (RSDP); DMTF DSP0134,
 * SMBIOS Reference Specification 3.6.0, section 5.2.
 */
#define pr_fmt(fmt) "efi: " fmt

#include <fw/acpi.h>
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/smbios.h>
#include <fw/string.h>

static int install(const struct efi_guid *guid, phys_addr_t table)
{
	efi_status_t status;

	status = efi_install_configuration_table(guid, (void *)(uintptr_t)table);
	if (status == EFI_SUCCESS)
		return 0;
	pr_err("no memory for a configuration table");
	return -ENOMEM;
}

/*
 * Software that knows of both looks at the newer one first; older software, for the
 * older one only.
 */
static int acpi_install(void)
{
	phys_addr_t rsdp = acpi_rsdp_64();
	int rc = 0;

	if (rsdp != 0)
		rc = install(&efi_guid_acpi_20_table, rsdp);
	if (rc == 0 && acpi_rsdp() != 0)
		rc = install(&efi_guid_acpi_table, acpi_rsdp());
	return rc;
}

static int smbios_install(void)
{
	const void *entry = (const void *)(uintptr_t)smbios_entry();

	if (entry == NULL)
		return 0;
	return install(memcmp(entry, "_SM3_", 5) == 0 ? &efi_guid_smbios3_table :
							&efi_guid_smbios_table,
		       smbios_entry());
}

HOOK(efi, 90, common, acpi_install);
HOOK(efi, 91, common, smbios_install);
