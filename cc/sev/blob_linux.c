/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The list of launch pages for a kernel that is started by the Linux boot protocol.
 * Document: Linux 6.12, arch/x86/include/uapi/asm/setup_data.h (SETUP_CC_BLOB).
 */
#include <fw/linux_boot.h>

#include "sev.h"

static int add_blob(struct setup_data_list *list)
{
	phys_addr_t blob;
	le32 address;
	int rc;

	if (!sev_is_snp())
		return 0;
	rc = snp_blob_make(&blob);
	if (rc != 0)
		return rc;
	address = cpu_to_le32((u32)blob);
	return setup_data_add(list, SETUP_CC_BLOB, &address, sizeof(address));
}
HOOK(linux_setup_data, 50, sev, add_blob);
