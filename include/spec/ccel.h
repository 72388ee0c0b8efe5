/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Where the event log of a confidential guest is; spec/tcg.h says what is in it.
 * Document: ACPI 6.5, section 5.2.34 (CCEL).
 */
#ifndef SPEC_CCEL_H
#define SPEC_CCEL_H

#include <spec/acpi.h>

struct acpi_ccel {
	struct acpi_header header;	/* "CCEL", revision 1 */
	u8 cc_type;
	u8 cc_subtype;
	le16 reserved;
	le64 log_size;
	le64 log_base;
} __packed;

_Static_assert(sizeof(struct acpi_ccel) == 56, "CCEL has 56 bytes");

#define CCEL_TYPE_TDX	2

#endif
