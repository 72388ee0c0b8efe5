/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * VM save area: reset state, and what VMRUN checks.
 *
 * Documents: AMD64 APM volume 2 (24593), table 14-1 (reset state), section
 * 15.5.1 (consistency checks), appendix B; which reset values are measured:
 * QEMU 10.2, target/i386/sev.h, and Linux, arch/x86/kvm/svm/sev.c.
 */
#include <fw/string.h>

#include "vmsa.h"

_Static_assert(sizeof(struct vmsa) == 4096, "one page");
_Static_assert(offsetof(struct vmsa, vmpl) == 0xca, "VMSA");
_Static_assert(offsetof(struct vmsa, efer) == 0xd0, "VMSA");
_Static_assert(offsetof(struct vmsa, cr4) == 0x148, "VMSA");
_Static_assert(offsetof(struct vmsa, rip) == 0x178, "VMSA");
_Static_assert(offsetof(struct vmsa, rsp) == 0x1d8, "VMSA");
_Static_assert(offsetof(struct vmsa, star) == 0x200, "VMSA");
_Static_assert(offsetof(struct vmsa, cr2) == 0x240, "VMSA");
_Static_assert(offsetof(struct vmsa, g_pat) == 0x268, "VMSA");
_Static_assert(offsetof(struct vmsa, spec_ctrl) == 0x2e0, "VMSA");
_Static_assert(offsetof(struct vmsa, rcx) == 0x308, "VMSA");
_Static_assert(offsetof(struct vmsa, rbp) == 0x328, "VMSA");
_Static_assert(offsetof(struct vmsa, r8) == 0x340, "VMSA");
_Static_assert(offsetof(struct vmsa, sev_features) == 0x3b0, "VMSA");
_Static_assert(offsetof(struct vmsa, xcr0) == 0x3e8, "VMSA");
_Static_assert(offsetof(struct vmsa, mxcsr) == 0x408, "VMSA");
_Static_assert(offsetof(struct vmsa, x87_fcw) == 0x410, "VMSA");
_Static_assert(offsetof(struct vmsa, xmm) == 0x470, "VMSA");

#define CR0_PE		(1ull << 0)
#define CR0_NW		(1ull << 29)
#define CR0_CD		(1ull << 30)
#define CR0_PG		(1ull << 31)
#define CR4_PAE		(1ull << 5)
#define EFER_LME	(1ull << 8)
/* SCE, LME, LMA, NXE, SVME, LMSLE, FFXSR, TCE, MCOMMIT, INTWB, UAIE, AIBRSE. */
#define EFER_DEFINED	0x36fd01ull
#define SEG_L		(1u << 9)
#define SEG_D		(1u << 10)

void vmsa_reset(struct vmsa *v, const struct vmsa_reset *how)
{
	static const struct vmsa_seg data = { .attrib = 0x93, .limit = 0xffff };

	memset(v, 0, sizeof(*v));
	v->es = v->ss = v->ds = v->fs = v->gs = data;
	v->cs = (struct vmsa_seg){ .selector = 0xf000, .attrib = 0x9b, .limit = 0xffff,
				   .base = how->start & 0xffff0000 };
	v->gdtr.limit = 0xffff;
	v->idtr.limit = 0xffff;
	v->ldtr = (struct vmsa_seg){ .attrib = 0x82, .limit = 0xffff };
	v->tr = (struct vmsa_seg){ .attrib = 0x8b, .limit = 0xffff };
	v->efer = VMSA_EFER_SVME;
	v->cr4 = 0x40;
	v->cr0 = 0x10;
	v->dr7 = 0x400;
	v->dr6 = 0xffff0ff0;
	v->rflags = 2;
	v->rip = how->start & 0xffff;
	v->g_pat = 0x0007040600070406ull;
	v->rdx = how->signature;
	v->sev_features = how->features;
	v->xcr0 = 1;
	if (how->fpu) {
		v->mxcsr = 0x1f80;
		v->x87_fcw = 0x37f;
	}
}

/* Each of the eight memory types must be one of UC, WC, WT, WP, WB, UC-. */
static bool pat_is_valid(u64 pat)
{
	int i;

	for (i = 0; i < 8; i++, pat >>= 8) {
		if ((pat & 0xff) > 7 || (pat & 0xff) == 2 || (pat & 0xff) == 3)
			return false;
	}
	return true;
}

static const char *check_long_mode(u64 cr0, u64 cr4, u64 efer, u16 cs)
{
	if (!(efer & EFER_LME) || !(cr0 & CR0_PG))
		return NULL;
	if (!(cr4 & CR4_PAE))
		return "long mode without CR4.PAE";
	if (!(cr0 & CR0_PE))
		return "long mode without CR0.PE";
	if ((cs & SEG_L) && (cs & SEG_D))
		return "CS has both L and D";
	return NULL;
}

const char *vmsa_check(const struct vmsa *v, u64 features)
{
	if (!(v->efer & VMSA_EFER_SVME))
		return "EFER.SVME is clear";
	if (v->efer & ~EFER_DEFINED)
		return "reserved bit of EFER";
	if (v->cr0 >> 32 || (!(v->cr0 & CR0_CD) && (v->cr0 & CR0_NW)))
		return "CR0";
	if (v->cr4 >> 32)
		return "reserved bit of CR4";
	if (v->dr6 >> 32 || v->dr7 >> 32)
		return "upper half of DR6 or DR7";
	if (!pat_is_valid(v->g_pat))
		return "memory type in G_PAT";
	if (v->vmpl != 0)
		return "VMPL is not 0";
	if (v->sev_features != features)
		return "SEV_FEATURES are not the machine's";
	return check_long_mode(v->cr0, v->cr4, v->efer, v->cs.attrib);
}

u32 vmsa_signature(u32 family, u32 model, u32 stepping)
{
	u32 base = family > 15 ? 15 : family;

	return (family - base) << 20 | model >> 4 << 16 | base << 8 | (model & 15) << 4 | stepping;
}
