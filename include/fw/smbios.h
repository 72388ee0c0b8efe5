/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* SMBIOS tables as the rest of the firmware sees them. */
#ifndef FW_SMBIOS_H
#define FW_SMBIOS_H

#include <fw/types.h>

/**
 * smbios_entry() - address of the entry point, or 0 if there are no tables
 *
 * Context: after the smbios step.
 */
phys_addr_t smbios_entry(void);

#endif
