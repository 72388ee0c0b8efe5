/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Confidential computing measurement protocol, and its table of final events.
 * Document: UEFI 2.10, section 38.2 and 38.3.
 */
#ifndef SPEC_EFI_CC_MEASUREMENT_H
#define SPEC_EFI_CC_MEASUREMENT_H

#include <fw/byteorder.h>
#include <spec/efi/types.h>

#define EFI_CC_LOG_TCG_2	0x00000002u
#define EFI_CC_HASH_SHA384	0x00000004u

#define EFI_CC_EXTEND_ONLY	0x01u
#define EFI_CC_PE_COFF_IMAGE	0x10u

struct efi_cc_version {
	u8 major, minor;
};

struct efi_cc_capability {
	u8 size;
	struct efi_cc_version structure_version, protocol_version;
	u32 hash_algorithms;
	u32 event_logs;
	u8 type, subtype;
};

_Static_assert(sizeof(struct efi_cc_capability) == 20, "naturally aligned");

/* Anywhere in memory; the event's data follow. */
struct efi_cc_event {
	le32 size;		/* of all of it */
	le32 header_size;
	le16 header_version;
	le32 index;
	le32 type;
} __packed;

#define EFI_CC_EVENT_HEADER_SIZE	14
#define EFI_CC_EVENT_HEADER_VERSION	1

_Static_assert(sizeof(struct efi_cc_event) == 4 + EFI_CC_EVENT_HEADER_SIZE, "");

struct efi_cc_measurement {
	efi_status_t (EFIAPI *get_capability)(struct efi_cc_measurement *this,
					      struct efi_cc_capability *capability);
	efi_status_t (EFIAPI *get_event_log)(struct efi_cc_measurement *this, u32 format,
					     u64 *location, u64 *last_entry,
					     efi_bool_t *truncated);
	efi_status_t (EFIAPI *hash_log_extend_event)(struct efi_cc_measurement *this, u64 flags,
						     u64 data, u64 size,
						     const struct efi_cc_event *event);
	efi_status_t (EFIAPI *map_pcr_to_mr_index)(struct efi_cc_measurement *this, u32 pcr,
						   u32 *index);
};

/* Records of the event log follow. */
struct efi_cc_final_events {
	u64 version;
	u64 count;
};

#define EFI_CC_FINAL_EVENTS_VERSION	1

#endif
