/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Event types and log records of the TCG.
 * Document: TCG PC Client Platform Firmware Profile Specification 1.06, section 10.
 */
#ifndef SPEC_TCG_H
#define SPEC_TCG_H

#include <fw/byteorder.h>
#include <fw/types.h>

#define EV_NO_ACTION			0x00000003
#define EV_SEPARATOR			0x00000004
#define EV_EVENT_TAG			0x00000006
#define EV_PLATFORM_CONFIG_FLAGS	0x0000000a
#define EV_IPL				0x0000000d
#define EV_EFI_VARIABLE_DRIVER_CONFIG	0x80000001
#define EV_EFI_BOOT_SERVICES_APPLICATION 0x80000003
#define EV_EFI_BOOT_SERVICES_DRIVER	0x80000004
#define EV_EFI_RUNTIME_SERVICES_DRIVER	0x80000005
#define EV_EFI_GPT_EVENT		0x80000006
#define EV_EFI_ACTION			0x80000007
#define EV_EFI_HANDOFF_TABLES2		0x8000000b
#define EV_EFI_VARIABLE_BOOT2		0x8000000c

/* The first record of a log, in the old form. */
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

/*
 * Any other record, with its one digest; the event's data follow. A confidential
 * guest's log has the index of its register where others have the PCR's number.
 */
struct tcg_event2 {
	le32 index;
	le32 type;
	le32 digests;
	le16 algorithm;
	u8 digest[48];
	le32 size;
} __packed;

_Static_assert(sizeof(struct tcg_event2) == 66, "SHA-384");

#endif
