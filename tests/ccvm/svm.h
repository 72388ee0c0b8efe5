/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The virtual machine control block, exit codes and the instructions around it.
 * Document: AMD64 APM volume 2 (24593), chapter 15 and appendices B and C.
 */
#ifndef CCVM_SVM_H
#define CCVM_SVM_H

#include <fw/types.h>

struct vmcb_seg {
	u16 selector;
	u16 attrib;
	u32 limit;
	u64 base;
};

/* Attributes: descriptor bits 40..47 and 52..55. */
#define SEG_TYPE	0x00f
#define SEG_S		0x010
#define SEG_DPL		0x060
#define SEG_P		0x080
#define SEG_L		0x200
#define SEG_DB		0x400
#define SEG_G		0x800

struct vmcb_control {
	u16 intercept_cr_read, intercept_cr_write;
	u16 intercept_dr_read, intercept_dr_write;
	u32 intercept_exceptions;
	u32 intercept_low;		/* exit codes 0x60 .. 0x7f */
	u32 intercept_high;		/* exit codes 0x80 .. 0x9f */
	u8 reserved1[0x40 - 0x14];
	u64 iopm, msrpm;
	u64 tsc_offset;
	u32 asid;
	u8 tlb_control;
	u8 reserved2[3];
	u64 int_ctl;
	u64 int_state;
	u64 exit_code, exit_info1, exit_info2;
	u64 exit_int_info;
	u64 np_enable;
	u8 reserved3[0x10];
	u64 event_inj;
	u64 ncr3;
	u8 reserved4[0x400 - 0xb8];
};

/* The save area; the encrypted one of SEV-ES begins the same way. */
struct vmcb_save {
	struct vmcb_seg es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
	u8 reserved1[0x0cb - 0x0a0];
	u8 cpl;
	u32 reserved2;
	u64 efer;
	u8 reserved3[0x148 - 0x0d8];
	u64 cr4, cr3, cr0, dr7, dr6, rflags, rip;
	u8 reserved4[0x1d8 - 0x180];
	u64 rsp;
	u8 reserved5[0x1f8 - 0x1e0];
	u64 rax;
	u64 star, lstar, cstar, sfmask, kernel_gs_base;
	u64 sysenter_cs, sysenter_esp, sysenter_eip;
	u64 cr2;
	u8 reserved6[0x268 - 0x248];
	u64 g_pat;
	u8 reserved7[0xc00 - 0x270];
};

struct vmcb {
	struct vmcb_control control;
	struct vmcb_save save;
} __aligned(4096);

#define TLB_FLUSH_ALL		1

/* EVENTINJ and EXITINTINFO */
#define EVENT_VECTOR		0xffu
#define EVENT_TYPE		0x700u
#define EVENT_TYPE_EXCEPTION	0x300u
#define EVENT_HAS_ERROR		0x800u
#define EVENT_VALID		0x80000000u

#define EXIT_CR_READ(n)		(0x000 + (n))
#define EXIT_CR_WRITE(n)	(0x010 + (n))
#define EXIT_DR_READ(n)		(0x020 + (n))
#define EXIT_DR_WRITE(n)	(0x030 + (n))
#define EXIT_EXCEPTION(n)	(0x040 + (n))
#define EXIT_CR0_SEL_WRITE	0x065
#define EXIT_RDTSC		0x06e
#define EXIT_RDPMC		0x06f
#define EXIT_CPUID		0x072
#define EXIT_INVD		0x076
#define EXIT_HLT		0x078
#define EXIT_INVLPGA		0x07a
#define EXIT_IOIO		0x07b
#define EXIT_MSR		0x07c
#define EXIT_SHUTDOWN		0x07f
#define EXIT_VMRUN		0x080
#define EXIT_VMMCALL		0x081
#define EXIT_VMLOAD		0x082
#define EXIT_VMSAVE		0x083
#define EXIT_STGI		0x084
#define EXIT_CLGI		0x085
#define EXIT_SKINIT		0x086
#define EXIT_RDTSCP		0x087
#define EXIT_WBINVD		0x089
#define EXIT_MONITOR		0x08a
#define EXIT_MWAIT		0x08b
#define EXIT_NPF		0x400
#define EXIT_CODES		0x404	/* one past the highest that is counted */

#define IOIO_IN			(1u << 0)
#define IOIO_STRING		(1u << 2)
#define IOIO_REP		(1u << 3)
#define IOIO_SIZE(info)		((info) >> 4 & 7)
#define IOIO_PORT(info)		((u16)((info) >> 16))

#define NPF_PRESENT		(1ull << 0)
#define NPF_WRITE		(1ull << 1)
#define NPF_FETCH		(1ull << 4)
#define NPF_PAGE_WALK		(1ull << 33)

#define CR0_PE			(1ull << 0)
#define CR0_TS			(1ull << 3)
#define CR0_ET			(1ull << 4)
#define CR0_PG			(1ull << 31)
#define CR4_PSE			(1ull << 4)
#define CR4_PAE			(1ull << 5)
#define CR4_LA57		(1ull << 12)
#define CR4_OSXSAVE		(1ull << 18)
#define CR4_PKE			(1ull << 22)
#define EFER_LME_BIT		(1ull << 8)
#define EFER_LMA		(1ull << 10)
#define EFER_SVME		(1ull << 12)
#define RFLAGS_FIXED		2ull
#define RFLAGS_CF		(1ull << 0)
#define RFLAGS_ARITH		0x8d5ull	/* OF SF ZF AF PF CF */
#define RFLAGS_ZF		(1ull << 6)
#define RFLAGS_TF		(1ull << 8)
#define RFLAGS_IF		(1ull << 9)
#define RFLAGS_DF		(1ull << 10)
#define RFLAGS_NT		(1ull << 14)
#define RFLAGS_RF		(1ull << 16)
#define RFLAGS_VM		(1ull << 17)

#define MSR_APIC_BASE		0x01b
#define MSR_VM_CR		0xc0010114
#define MSR_VM_HSAVE_PA		0xc0010117

struct cpu;

/* svm_enter() - run the guest until the next exit (svm_entry.asm) */
void svm_enter(struct cpu *cpu);
void svm_vmsave(u64 vmcb);
void svm_vmload(u64 vmcb);

/** svm_init() - make this processor able to run guests; fatal if it cannot */
void svm_init(struct cpu *cpu);

/** svm_setup_vmcb() - intercepts and pointers of a fresh VMCB, by mode */
void svm_setup_vmcb(struct cpu *cpu);

/** svm_build_maps() - I/O and MSR permission maps of the mode; once */
void svm_build_maps(void);

/** svm_run() - the loop of exits; does not return */
void svm_run(struct cpu *cpu) __attribute__((noreturn));

#endif
