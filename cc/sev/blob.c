/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The list of pages that the secure processor has written, by which Linux finds
 * them. Without it Linux does not believe that it is an SNP guest.
 * Document: Linux 6.12, arch/x86/boot/compressed/sev.c and
 * arch/x86/include/asm/sev.h.
 */
#define pr_fmt(fmt) "sev: " fmt

#include <fw/alloc.h>
#include <fw/layout.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "sev.h"

int snp_blob_make(phys_addr_t *address)
{
	struct cc_blob *blob;
	int rc;

	/* Looked at again late in the OS's start. */
	rc = page_alloc(MEM_ACPI_RECLAIM, PAGE_SIZE, PAGE_SIZE, PHYS_MAX_32, address);
	if (rc != 0) {
		pr_err("no memory for the list of launch pages");
		return rc;
	}
	blob = (struct cc_blob *)(uintptr_t)*address;
	memset(blob, 0, PAGE_SIZE);
	blob->magic = cpu_to_le32(CC_BLOB_MAGIC);
	blob->version = cpu_to_le16(CC_BLOB_VERSION);
	blob->secrets = cpu_to_le64((u64)(uintptr_t)layout_launch_info1);
	blob->secrets_len = cpu_to_le32(PAGE_SIZE);
	blob->cpuid = cpu_to_le64((u64)(uintptr_t)layout_launch_info0);
	blob->cpuid_len = cpu_to_le32(PAGE_SIZE);
	return 0;
}
