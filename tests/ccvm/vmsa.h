/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * VM save area of an SEV-ES or SNP vCPU.
 *
 * Document: AMD64 APM volume 2 (24593), appendix B, "VMSA layout of an SEV-ES
 * guest", and section 15.35.
 */
#ifndef CCVM_VMSA_H
#define CCVM_VMSA_H

#include <fw/compiler.h>
#include <fw/types.h>

struct vmsa_seg {
	u16 selector;
	u16 attrib;	/* type, S, DPL, P in 7:0; AVL, L, D, G in 11:8 */
	u32 limit;
	u64 base;
} __packed;

struct vmsa {
	struct vmsa_seg es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;	/* 0x000 */
	u64 pl_ssp[4];			/* 0x0a0 */
	u64 u_cet;			/* 0x0c0 */
	u8 reserved_0c8[2];
	u8 vmpl;			/* 0x0ca */
	u8 cpl;
	u8 reserved_0cc[4];
	u64 efer;			/* 0x0d0 */
	u8 reserved_0d8[0x140 - 0x0d8];
	u64 xss;			/* 0x140 */
	u64 cr4, cr3, cr0;		/* 0x148 */
	u64 dr7, dr6;			/* 0x160 */
	u64 rflags, rip;		/* 0x170 */
	u64 dr[4], dr_mask[4];		/* 0x180 */
	u8 reserved_1c0[0x1d8 - 0x1c0];
	u64 rsp;			/* 0x1d8 */
	u64 s_cet, ssp, isst;		/* 0x1e0 */
	u64 rax;			/* 0x1f8 */
	u64 star, lstar, cstar, sfmask, kernel_gs_base;	/* 0x200 */
	u64 sysenter_cs, sysenter_esp, sysenter_eip;	/* 0x228 */
	u64 cr2;			/* 0x240 */
	u8 reserved_248[0x268 - 0x248];
	u64 g_pat;			/* 0x268 */
	u64 dbgctl, br_from, br_to, excp_from, excp_to;	/* 0x270 */
	u8 reserved_298[0x2e0 - 0x298];
	u64 spec_ctrl;			/* 0x2e0 */
	u32 pkru, tsc_aux;		/* 0x2e8 */
	u64 guest_tsc_scale, guest_tsc_offset;	/* 0x2f0 */
	u64 reg_prot_nonce;		/* 0x300 */
	u64 rcx, rdx, rbx;		/* 0x308 */
	u64 secure_avic_ctl;		/* 0x320 */
	u64 rbp, rsi, rdi;		/* 0x328 */
	u64 r8, r9, r10, r11, r12, r13, r14, r15;	/* 0x340 */
	u8 reserved_380[16];
	u64 guest_exitinfo1, guest_exitinfo2;	/* 0x390 */
	u64 guest_exitintinfo, guest_nrip;	/* 0x3a0 */
	u64 sev_features;		/* 0x3b0 */
	u64 vintr_ctrl;			/* 0x3b8 */
	u64 guest_exit_code;		/* 0x3c0 */
	u64 virtual_tom;		/* 0x3c8 */
	u64 tlb_id, pcpu_id;		/* 0x3d0 */
	u64 eventinj;			/* 0x3e0 */
	u64 xcr0;			/* 0x3e8 */
	u8 xsave_valid_bitmap[16];	/* 0x3f0 */
	u64 x87_dp;			/* 0x400 */
	u32 mxcsr;			/* 0x408 */
	u16 x87_ftw, x87_fsw, x87_fcw, x87_fop, x87_ds, x87_cs;	/* 0x40c */
	u64 x87_rip;			/* 0x418 */
	u8 x87_regs[80];		/* 0x420 */
	u8 xmm[256];			/* 0x470 */
	u8 ymm_hi[256];			/* 0x570 */
	u8 reserved_670[4096 - 0x670];
} __packed;

#define VMSA_EFER_SVME		(1ull << 12)
#define VMSA_FEATURE_SNP	(1ull << 0)

/* Where vCPU 0 starts; the others start at the image's SEV-ES reset block. */
#define VMSA_BSP_START		0xfffffff0u

/** struct vmsa_reset - what differs between the reset states that QEMU and KVM build */
struct vmsa_reset {
	u32 start;	/* CS base in the upper half, RIP in the lower */
	u32 signature;	/* CPUID 1.EAX of the vCPU model, into RDX */
	u64 features;	/* SEV_FEATURES: VMSA_FEATURE_SNP, or 0 for SEV-ES */
	bool fpu;	/* MXCSR and FCW set: SNP, and SEV-ES that is not the legacy VM type */
};

/** vmsa_reset() - fill a page with a vCPU's initial state, byte for byte as measured */
void vmsa_reset(struct vmsa *vmsa, const struct vmsa_reset *how);

/**
 * vmsa_check() - whether a VMSA that a guest made can be run
 * @features: the VM's SEV_FEATURES
 *
 * What VMRUN checks of a guest's state, and VMPL 0. The page must be a
 * snapshot: nothing here is read twice.
 *
 * Return: NULL if it can, else what is wrong.
 */
const char *vmsa_check(const struct vmsa *vmsa, u64 features);

/** vmsa_signature() - CPUID 1.EAX of a family, model and stepping */
u32 vmsa_signature(u32 family, u32 model, u32 stepping);

#endif
