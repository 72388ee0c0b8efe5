/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* ACPI tables as the rest of the firmware sees them. */
#ifndef FW_ACPI_H
#define FW_ACPI_H

#include <fw/types.h>

/** acpi_rsdp() - address of the RSDP, or 0 if the host gave no ACPI tables */
phys_addr_t acpi_rsdp(void);

#endif
