/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SEV-ES and what SEV-SNP adds to it: events instead of emulation, and the
 * GHCB that carries the guest's answer.
 * Documents: AMD64 APM volume 2, section 15.35; GHCB specification (AMD 56421).
 */
#ifndef CCVM_ES_H
#define CCVM_ES_H

#include <fw/types.h>

#include "cpuid.h"
#include "mode.h"
#include "msr.h"
#include "sev.h"

#define GHCB_VERSION_MAX	2
#define GHCB_NONE		(~0ull)

/* GHCB MSR protocol, bits 11:0 */
#define GHCB_MSR_INFO		0xfffull
#define GHCB_MSR_SEV_INFO	0x001
#define GHCB_MSR_SEV_INFO_REQ	0x002
#define GHCB_MSR_CPUID_REQ	0x004
#define GHCB_MSR_CPUID		0x005
#define GHCB_MSR_HOLD_REQ	0x006
#define GHCB_MSR_HOLD		0x007
#define GHCB_MSR_PREFERRED_REQ	0x010
#define GHCB_MSR_PREFERRED	0x011
#define GHCB_MSR_REGISTER_REQ	0x012
#define GHCB_MSR_REGISTER	0x013
#define GHCB_MSR_PSC_REQ	0x014
#define GHCB_MSR_PSC		0x015
#define GHCB_MSR_FEATURES_REQ	0x080
#define GHCB_MSR_FEATURES	0x081
#define GHCB_MSR_TERMINATE	0x100

enum hold { HOLD_NONE, HOLD_MSR, HOLD_PAGE };

/**
 * struct es_cpu - what a processor has beside its registers
 * @ghcb_msr:	the GHCB MSR, which the VMSA does not hold
 * @ghcb_page:	the last page that the MSR named, or GHCB_NONE
 * @registered:	GHCB page registered with the host (SNP), or GHCB_NONE
 * @hold:	how it waits for its SIPI
 * @launched:	its first start, at the reset block, is over
 */
struct es_cpu {
	u64 ghcb_msr;
	u64 ghcb_page;
	u64 registered;
	enum hold hold;
	bool launched;
};

extern struct es_cpu es_cpus[];

struct ghcb_event;

/**
 * struct es_kind - the differences
 * @status:	SEV_STATUS
 * @min_version: least GHCB version
 * @features:	hypervisor features
 * @registration: the GHCB page must be registered before use
 * @page_state: one page of a page state change request; 0 or -Exxx; may be NULL
 * @vmgexit:	called before each request; may be NULL
 * @events:	GHCB events beside the common ones
 */
struct es_kind {
	u64 status;
	u32 min_version;
	u64 features;
	bool registration;
	int (*page_state)(u64 gpa, u32 operation, bool large);
	void (*vmgexit)(struct cpu *cpu);
	const struct ghcb_event *events;
	size_t event_count;
};

extern const struct es_kind *es_kind;

/* es_of() - @cpu's part of es_cpus */
struct es_cpu *es_of(const struct cpu *cpu);

/** es_raise() - #VC with an error code, the instruction not executed */
void es_raise(struct cpu *cpu, u32 code);

/** es_raise_exit() - #VC whose error code is the exit code */
void es_raise_exit(struct cpu *cpu);

/** es_wbinvd_exit() - WBINVD or INVD, for which QEMU 7.2 has one exit code */
void es_wbinvd_exit(struct cpu *cpu);

/** es_msr_exit() - as msr_exit(), and VMGEXIT right behind it */
void es_msr_exit(struct cpu *cpu);

/** es_vmmcall_exit() - VMGEXIT, or VMMCALL, which is an event */
void es_vmmcall_exit(struct cpu *cpu);

/** es_mmio_fault() - a nested page fault at @gpa that is not RAM: true if dealt with */
bool es_mmio_fault(struct cpu *cpu, u64 gpa);

void es_intercepts(struct cpu *cpu);
void es_reset(struct cpu *cpu);
void es_ap_init(struct cpu *cpu);
void es_ap_sipi(struct cpu *cpu, u8 vector);

/** es_host_ptr() - shared memory of the guest, as the host may use it; NULL if it may not */
void *es_host_ptr(u64 gpa, size_t len);

/** ghcb_msr_request() - VMGEXIT with a request in the MSR */
void ghcb_msr_request(struct cpu *cpu);

/** ghcb_request() - VMGEXIT with a GHCB page */
void ghcb_request(struct cpu *cpu);

/** ghcb_finish_hold() - answer of an AP reset hold event: started by SIPI */
void ghcb_finish_hold(struct cpu *cpu);

/** es_terminated() - the guest gave up */
void es_terminated(struct cpu *cpu, u32 set, u32 code) __attribute__((noreturn));

int es_read_status(struct cpu *cpu, u32 msr, u64 *value);
int es_read_ghcb(struct cpu *cpu, u32 msr, u64 *value);
int es_write_ghcb(struct cpu *cpu, u32 msr, u64 value);

/* MSRs that never raise an event: the processor switches them itself. */
#define ES_MSR_RULES								\
	{ 0xc0000081, 0xc0000084, NULL, NULL },	/* STAR, LSTAR, CSTAR, SFMASK */\
	{ 0xc0000100, 0xc0000103, NULL, NULL },	/* FS, GS, KERNEL_GS, TSC_AUX */\
	{ 0x174, 0x176, NULL, NULL },		/* SYSENTER */			\
	{ 0x277, 0x277, NULL, NULL },		/* PAT */			\
	{ MSR_GHCB, MSR_GHCB, es_read_ghcb, es_write_ghcb },			\
	{ MSR_SEV_STATUS, MSR_SEV_STATUS, es_read_status, msr_write_refused }

/*
 * LA57: Linux's handler for device memory looks at the feature bits while it
 * walks its page tables, and Linux clears them for a moment while it identifies
 * the boot processor; a timer interrupt that writes the APIC then dies with
 * "unable to handle page fault" (seen with 6.1). With x2APIC, which QEMU 7.2
 * does not have, there is no such access. This machine has four levels, like
 * the first processors with these guest kinds.
 */
#define ES_CPUID_RULES								\
	{ 7, 7, 0, { ~0u, ~0u, ~(1u << 16), ~0u }, CPUID_KEEP_NONE }

/* Exits of both kinds. */
#define ES_EXITS								\
	{ EXIT_CPUID, es_raise_exit },						\
	{ EXIT_MSR, es_msr_exit },						\
	{ EXIT_WBINVD, es_wbinvd_exit },					\
	{ EXIT_INVD, es_wbinvd_exit },						\
	{ EXIT_RDPMC, es_raise_exit },						\
	{ EXIT_MONITOR, es_raise_exit },					\
	{ EXIT_MWAIT, es_raise_exit },						\
	{ EXIT_DR_READ(7), es_raise_exit },					\
	{ EXIT_DR_WRITE(7), es_raise_exit },					\
	{ EXIT_VMMCALL, es_vmmcall_exit }

#endif
