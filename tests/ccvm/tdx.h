/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The emulated TDX module and the host below it: what the files of this guest
 * kind share.
 *
 * Documents: Intel TDX module base specification (348549) and ABI (348551),
 * behaviour of module 1.5.01; Guest-Host Communication Interface (348552).
 */
#ifndef CCVM_TDX_H
#define CCVM_TDX_H

#include <asm/cpu.h>
#include <fw/types.h>

#include "cpuid.h"
#include "mode.h"
#include "msr.h"
#include "sept.h"
#include "tdreport.h"
#include "vcpu.h"

/* QEMU's processors have 40 address bits, where hardware has GPAW 48 or 52. */
#define TDX_GPAW		40
#define TDX_SHARED		(1ull << (TDX_GPAW - 1))

/* CPUID(1).EAX: a processor that has TDX, fourth generation Xeon Scalable. */
#define TDX_CPU_SIGNATURE	0x806f8u

#define TD_ATTR_SEPT_VE_DISABLE	(1ull << 28)
#define TD_CTLS_PENDING_VE_OFF	(1ull << 0)
#define TD_FLEXIBLE_PENDING_VE	(1ull << 1)	/* of CONFIG_FLAGS */

/* Status in RAX: class and code above, operand or detail below. */
#define TDX_OPERAND_RAX		0
#define TDX_OPERAND_RDX		2
#define TDX_OPERAND_R8		8
#define TDX_FIELD_ID_INCORRECT	0xc0000c0000000000ull
#define TDX_FIELD_NOT_WRITABLE	0xc0000c0100000000ull
#define TDX_FIELD_NOT_READABLE	0xc0000c0200000000ull
#define TDX_FIELD_NOT_VALID	0xc0000c0300000000ull
#define TDX_FIRST_FIELD_ID	0x00000c0b00000000ull
#define TDX_INVALID_CPUSVN	0xc000100000000000ull
#define TDX_INVALID_REPORTMAC	0xc000100100000000ull
#define TDX_NO_VALID_VE_INFO	0xc000070400000000ull

/* Stands for no metadata field, and for the first one. */
#define TD_NO_FIELD		(~0ull)

#define TDVMCALL_UNSUPPORTED	TDVMCALL_OPERAND_INVALID

/* VMX exit reasons: in #VE information, and numbers of TDVMCALLs. */
enum vmx_reason {
	REASON_CPUID = 10,
	REASON_HLT = 12,
	REASON_INVD = 13,
	REASON_VMCALL = 18,
	REASON_CR = 28,
	REASON_IO = 30,
	REASON_RDMSR = 31,
	REASON_WRMSR = 32,
	REASON_MWAIT = 36,
	REASON_MONITOR = 39,
	REASON_EPT_VIOLATION = 48,
	REASON_WBINVD = 54,
	REASON_PCONFIG = 65,
};

/* What TDG.VP.VEINFO.GET returns, once. */
struct ve_info {
	bool valid;
	u32 reason;
	u32 length;
	u64 qualification;
	u64 gla;
	u64 gpa;
};

#define TD_CPUID_CONTROLS	128

/**
 * struct td_vcpu - what the module keeps for a virtual processor
 * @ve:		see there
 * @index:	of the processor
 * @cpuid_ve:	whether every CPUID raises #VE: at CPL 0, at other levels
 * @cpuid_control: the same for single leaves: bit 0 at CPL 0, bit 1 at other levels
 * @nested_ctls, @nested_deadline: metadata fields for nested guests, which there are not
 * @icr:	last value written to the x2APIC interrupt command register
 * @notify_vector: SetupEventNotifyInterrupt, 0 if none
 */
struct td_vcpu {
	struct ve_info ve;
	u64 index;
	u64 cpuid_ve[2];
	u64 cpuid_control[TD_CPUID_CONTROLS];
	u64 nested_ctls[4];
	u64 nested_deadline[4];
	u64 icr;
	u8 notify_vector;
};

/**
 * struct td - the trust domain
 * @info:	attributes, XFAM and measurements
 * @config_flags, @td_ctls, @notify_enables: metadata fields
 * @hob:	guest-physical address of the TD HOB
 * @tsc_mhz:	frequency of the time-stamp counter
 * @sept:	page states
 * @root:	nested page table: private pages at 0, shared ones at TDX_SHARED
 */
struct td {
	struct tdinfo info;
	u64 config_flags;
	u64 td_ctls;
	u64 notify_enables;
	u64 hob;
	u32 tsc_mhz;
	struct sept sept;
	u64 *root;
};

extern struct td td;

struct td_vcpu *td_vcpu(const struct cpu *cpu);

/* --- ve.c: #VE, and instructions that raise it ----------------------------- */

/** ve_inject() - #VE with this information; #DF while there is some already */
void ve_inject(struct cpu *cpu, const struct ve_info *info);

/** ve_instruction() - #VE for an instruction with @opcode_len bytes after its prefixes */
void ve_instruction(struct cpu *cpu, enum vmx_reason reason, u64 qualification,
		    unsigned int opcode_len);

/** ve_mmio() - #VE for an access to a guest-physical address without memory */
void ve_mmio(struct cpu *cpu, u64 gpa, u64 npf_info);

/** ve_take() - move the information out; what TDG.VP.VEINFO.GET does */
struct ve_info ve_take(struct cpu *cpu);

void td_exit_ud(struct cpu *cpu);
void td_exit_hlt(struct cpu *cpu);
void td_exit_wbinvd(struct cpu *cpu);
void td_exit_monitor(struct cpu *cpu);
void td_exit_mwait(struct cpu *cpu);
void td_exit_rdpmc(struct cpu *cpu);
void td_event_io(struct cpu *cpu);

/* --- td_cr.c, td_msr.c, td_cpuid.c: what is virtualized how ---------------- */

#define TD_CPUID_RULES		13
#define TD_DIRECT_MSRS		5

extern const struct cpuid_rule td_cpuid_rules[TD_CPUID_RULES];
extern const struct msr_rule td_direct_msrs[TD_DIRECT_MSRS];

void td_exit_cr0(struct cpu *cpu);
void td_exit_cr4(struct cpu *cpu);
void td_exit_msr(struct cpu *cpu);

/* td_host_msr() - TDVMCALL RDMSR and WRMSR; 0 or -EINVAL */
int td_host_msr(struct cpu *cpu, bool write, u32 msr, u64 *value);

void td_exit_cpuid(struct cpu *cpu);

/** td_host_cpuid() - what the host answers a TDVMCALL CPUID with */
struct cpuid_regs td_host_cpuid(const struct cpu *cpu, u32 leaf, u32 subleaf);

/** td_measure_tsc() - frequency in MHz, by the local APIC's timer */
u32 td_measure_tsc(void);

/* --- x2apic.c -------------------------------------------------------------- */

/* Registers by MSR number; 0, or -EINVAL for #GP. */
int x2apic_read(struct cpu *cpu, u32 msr, u64 *value);
int x2apic_write(struct cpu *cpu, u32 msr, u64 value);

/** x2apic_notify() - the host raises an interrupt vector on this processor */
void x2apic_notify(u8 vector);

/* --- sept_map.c: page states joined with memory ---------------------------- */

void td_build(void);

/** td_add_page() - TDH.MEM.PAGE.ADD; 0 or negative */
int td_add_page(u64 gpa);

/** td_accept() - TDG.MEM.PAGE.ACCEPT; returns RAX */
u64 td_accept(struct cpu *cpu, u64 rcx);

/**
 * td_page_attr() - TDG.MEM.PAGE.ATTR.RD, and WR of nothing
 * @gpa:	of a private page
 * @level:	of the entry that there must be, or TD_ANY_LEVEL
 * @mapping:	address, level and whether the page is pending
 *
 * Return: RAX.
 */
u64 td_page_attr(struct cpu *cpu, u64 gpa, u32 level, u64 *mapping);
#define TD_ANY_LEVEL		(~0u)

/** td_map_gpa() - MapGPA; returns R10, and sets R11 in @next */
u64 td_map_gpa(u64 gpa, u64 size, u64 *next);

/** td_handover() - pages that are shared when an operating system takes over */
void td_handover(const struct cpu *cpu, struct handover *h);

/** td_accepted() - how many pages of RAM are accepted */
u64 td_accepted(void);

void td_exit_npf(struct cpu *cpu);
u64 td_translate(const struct cpu *cpu, u64 gpa, enum access access);

/** td_host_may_access() - whether the guest has made a page of RAM shared */
bool td_host_may_access(u64 gpa);

/** td_buffer() - private memory of an operand, NULL if it is not accepted */
void *td_buffer(struct cpu *cpu, u64 gpa, size_t len);

/* --- tdcall.c, td_fields.c, tdvmcall.c ------------------------------------- */

void tdcall(struct cpu *cpu);

/* Whose metadata fields. */
enum td_context {
	TD_CONTEXT_SYS,
	TD_CONTEXT_TD,
	TD_CONTEXT_VP,
};

/** td_field_read() - field @id, which becomes the next one's or TD_NO_FIELD; returns RAX */
u64 td_field_read(struct cpu *cpu, enum td_context context, u64 *id, u64 *value);

/** td_field_write() - the bits of @mask; returns RAX, and if that is success the value before */
u64 td_field_write(struct cpu *cpu, enum td_context context, u64 id, u64 value, u64 mask,
		   u64 *old);

/** td_sys_fields_list() - the module's fields from @id on as a metadata list, at most a page */
u64 td_sys_fields_list(u64 *id, void *list);

/** tdvmcall() - TDG.VP.VMCALL; returns RAX */
u64 tdvmcall(struct cpu *cpu);

/** td_quote() - answer the GetQuote buffer at a shared address; 0 or negative */
int td_quote(u64 gpa, u64 size);

/** tdx_launch() - build the trust domain as QEMU and KVM do, start every vCPU */
void tdx_launch(struct cpu *bsp);

/** td_sleep() - HLT until an interrupt is pending, without taking it (td_sleep.asm) */
void td_sleep(u64 vmcb);
extern const u8 td_sleep_code[];

/** td_halt() - HLT TDVMCALL; gives the lock away meanwhile */
void td_halt(struct cpu *cpu, bool interrupts_blocked);

#endif
