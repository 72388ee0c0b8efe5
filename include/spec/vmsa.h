/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The page that holds a processor's registers while it does not run.
 * Document: AMD64 APM volume 2 (24593, revision 3.41), appendix B (VMSA layout).
 */
#ifndef SPEC_VMSA_H
#define SPEC_VMSA_H

#include <fw/byteorder.h>

struct vmsa_segment {
	le16 selector;
	le16 attributes;
	le32 limit;
	le64 base;
};

#define VMSA_CODE64	0x29b		/* attributes: as in a descriptor, without gaps */
#define VMSA_DATA	0xc93

#define VMSA_EFER_SVME	(1u << 12)	/* a processor runs with no other value */

struct snp_vmsa {
	struct vmsa_segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
	u8 reserved0a0[0x0d0 - 0x0a0];
	le64 efer;			/* 0x0d0 */
	u8 reserved0d8[0x148 - 0x0d8];
	le64 cr4, cr3, cr0;		/* 0x148 */
	le64 dr7, dr6;			/* 0x160 */
	le64 rflags, rip;		/* 0x170 */
	u8 reserved180[0x1d8 - 0x180];
	le64 rsp;			/* 0x1d8 */
	u8 reserved1e0[0x268 - 0x1e0];
	le64 g_pat;			/* 0x268 */
	u8 reserved270[0x338 - 0x270];
	le64 rdi;			/* 0x338 */
	u8 reserved340[0x3b0 - 0x340];
	le64 sev_features;		/* 0x3b0 */
	u8 reserved3b8[0x3e8 - 0x3b8];
	le64 xcr0;			/* 0x3e8 */
	u8 reserved3f0[4096 - 0x3f0];
};
_Static_assert(sizeof(struct snp_vmsa) == 4096, "one page");
_Static_assert(offsetof(struct snp_vmsa, cr4) == 0x148, "");
_Static_assert(offsetof(struct snp_vmsa, rdi) == 0x338, "");
_Static_assert(offsetof(struct snp_vmsa, sev_features) == 0x3b0, "");

#endif
