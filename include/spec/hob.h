/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Hand-off blocks (HOBs): a list of what earlier code knows of the machine.
 * Document: UEFI Platform Initialization Specification 1.8, volume 3, section 5.
 */
#ifndef SPEC_HOB_H
#define SPEC_HOB_H

#include <fw/types.h>

#define HOB_HANDOFF	0x0001	/* always the first */
#define HOB_RESOURCE	0x0003
#define HOB_END		0xffff

struct hob_header {
	le16 type;
	le16 length;		/* with this header; a multiple of 8 */
	le32 reserved;
} __packed;

#define HOB_ALIGN	8

struct hob_handoff {
	struct hob_header header;
	le32 version;
	le32 boot_mode;
	le64 memory_top, memory_bottom;
	le64 free_top, free_bottom;
	le64 end;		/* address after the list */
} __packed;

_Static_assert(sizeof(struct hob_handoff) == 56, "the handoff HOB has 56 bytes");

struct hob_resource {
	struct hob_header header;
	u8 owner[16];
	le32 type;
	le32 attributes;
	le64 base;
	le64 size;
} __packed;

_Static_assert(sizeof(struct hob_resource) == 48, "a resource HOB has 48 bytes");

#define HOB_RESOURCE_SYSTEM_MEMORY	0
#define HOB_RESOURCE_UNACCEPTED		7	/* EDK II; the highest type there is */

#endif
