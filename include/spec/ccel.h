/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The event log of a confidential guest.
 * Documents: ACPI 6.5, section 5.2.34 (CCEL); TCG PC Client Platform Firmware
 * Profile 1.06, section 10 (event log); UEFI 2.10, section 38.4 (which register
 * an index means).
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

/* The first record, in the old form. */
struct tcg_event1 {
	le32 index;
	le32 type;
	u8 digest[20];
	le32 size;
} __packed;

#define TCG_ALG_SHA384	0x000c

struct tcg_spec_id {
	char signature[16];
	le32 platform_class;
	u8 version_minor, version_major, errata;
	u8 uintn_size;		/* in 32-bit words */
	le32 algorithms;
	le16 algorithm;
	le16 digest_size;
	u8 vendor_size;
} __packed;

_Static_assert(sizeof(struct tcg_spec_id) == 33, "one algorithm");

#define TCG_SPEC_ID_SIGNATURE	"Spec ID Event03"

/* Any other record, with its one digest; the event's data follow. */
struct tcg_event2 {
	le32 mr_index;
	le32 type;
	le32 digests;
	le16 algorithm;
	u8 digest[48];
	le32 size;
} __packed;

_Static_assert(sizeof(struct tcg_event2) == 66, "SHA-384");

/* Measurement registers: 0 is the launch's, n is RTMR[n - 1]. */
#define CC_MR_INDEX(rtmr)	((rtmr) + 1)

#define TCG_EV_NO_ACTION	0x00000003

#endif
