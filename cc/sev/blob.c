/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Where Linux finds the pages that the secure processor has written. Without
 * this it does not believe that it is an SNP guest.
 * Document: Linux 6.12, arch/x86/boot/compressed/sev.c and
 * arch/x86/include/asm/sev.h.
 */
#define pr_fmt(fmt) "sev: " fmt

#include <fw/alloc.h>
#include <fw/layout.h>
#include <fw/linux_boot.h>
#include <fw/log.h>
#include <fw/string.h>

#include "sev.h"

static int add_blob(struct setup_data_list *list)
{
	struct cc_blob *blob;
	phys_addr_t page;
	le32 address;
	int rc;

	if (!sev_is_snp())
		return 0;
	/* Looked at again late in the OS's start. */
	rc = page_alloc(MEM_ACPI_RECLAIM, PAGE_SIZE, PAGE_SIZE, PHYS_MAX_32, &page);
	if (rc != 0) {
		pr_err("no memory for the list of launch pages");
		return rc;
	}
	blob = (struct cc_blob *)(uintptr_t)page;
	memset(blob, 0, PAGE_SIZE);
	blob->magic = cpu_to_le32(CC_BLOB_MAGIC);
	blob->version = cpu_to_le16(CC_BLOB_VERSION);
	blob->secrets = cpu_to_le64((u64)(uintptr_t)layout_launch_info1);
	blob->secrets_len = cpu_to_le32(PAGE_SIZE);
	blob->cpuid = cpu_to_le64((u64)(uintptr_t)layout_launch_info0);
	blob->cpuid_len = cpu_to_le32(PAGE_SIZE);
	address = cpu_to_le32((u32)page);
	return setup_data_add(list, SETUP_CC_BLOB, &address, sizeof(address));
}
HOOK(linux_setup_data, 50, sev, add_blob);
