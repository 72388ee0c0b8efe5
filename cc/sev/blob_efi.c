/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The list of launch pages as a configuration table, where a kernel looks first.
 * Documents: UEFI 2.10, section 4.6; Linux 6.12, include/linux/efi.h
 * (EFI_CC_BLOB_GUID).
 */
#define pr_fmt(fmt) "sev: " fmt

#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/log.h>

#include "sev.h"

static int install_blob(void)
{
	phys_addr_t blob;
	int rc;

	if (!sev_is_snp())
		return 0;
	rc = snp_blob_make(&blob);
	if (rc != 0)
		return rc;
	if (efi_install_configuration_table(&efi_guid_cc_blob_table,
					    (void *)(uintptr_t)blob) == EFI_SUCCESS)
		return 0;
	pr_err("no memory for a configuration table");
	return -ENOMEM;
}
HOOK(efi, 92, sev, install_blob);
