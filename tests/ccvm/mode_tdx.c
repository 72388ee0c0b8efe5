/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Intel TDX: a trust domain.
 *
 * Documents: Intel TDX module base specification (348549) and ABI (348551),
 * "Initial State of TD vCPUs".
 */
#include <asm/msr.h>
#include <fw/string.h>

#include "exits.h"
#include "inject.h"
#include "tdx.h"

#define CR0_NE			(1ull << 5)
#define CR4_MCE			(1ull << 6)
#define EFER_SCE		1ull
#define FMASK_RESET		0x20200ull
#define SEG_CODE32		0xc9b
#define SEG_DATA32		0xc93
#define SEG_UNUSABLE		0x000
#define RESET_RIP		0xfffffff0ull
#define INTERCEPT_CR4		(1u << 4)
#define BIT_OF(code)		(1u << ((code) & 31))

struct td td;

static struct td_vcpu vcpus[MAX_CPUS];

struct td_vcpu *td_vcpu(const struct cpu *cpu)
{
	return &vcpus[cpu->id];
}

static void reset(struct cpu *cpu)
{
	static const struct vmcb_seg data = { 0, SEG_DATA32, 0xffffffff, 0 };
	struct vmcb_save *save = &cpu->vmcb.save;

	save->cs = (struct vmcb_seg){ 0, SEG_CODE32, 0xffffffff, 0 };
	save->ds = save->es = save->ss = save->fs = save->gs = data;
	save->ldtr = (struct vmcb_seg){ 0, SEG_UNUSABLE, 0xffff, 0 };
	save->rip = RESET_RIP;
	save->cr0 = CR0_PE | CR0_ET | CR0_NE;
	save->cr4 = CR4_MCE;
	/* And LME, which td_cr.c adds with paging. */
	save->efer = EFER_SVME | EFER_SCE | EFER_NXE;
	save->sfmask = FMASK_RESET;

	cpu->gpr[RBX] = TDX_GPAW;
	cpu->gpr[RCX] = td.hob;
	cpu->gpr[RDX] = cpuid_guest(cpu, 1, 0).eax;
	cpu->gpr[R8] = td.hob;
	cpu->gpr[RSI] = cpu->id;

	td_vcpu(cpu)->index = cpu->id;
	memset(td_vcpu(cpu)->nested_deadline, 0xff, sizeof(td_vcpu(cpu)->nested_deadline));
}

static void intercepts(struct cpu *cpu)
{
	struct vmcb_control *c = &cpu->vmcb.control;

	c->intercept_cr_write |= INTERCEPT_CR4;
	c->intercept_exceptions |= 1u << VECTOR_UD;
	c->intercept_low |= BIT_OF(EXIT_HLT) | BIT_OF(EXIT_INVD) | BIT_OF(EXIT_RDPMC);
	c->intercept_high |= BIT_OF(EXIT_WBINVD) | BIT_OF(EXIT_MONITOR) | BIT_OF(EXIT_MWAIT);
}

static u64 nested_root(const struct cpu *cpu __unused)
{
	return (u64)(uintptr_t)td.root;
}

static const struct exit_handler exits[] = {
	{ EXIT_EXCEPTION(VECTOR_UD), td_exit_ud },
	{ EXIT_CPUID, td_exit_cpuid },
	{ EXIT_MSR, td_exit_msr },
	{ EXIT_CR0_SEL_WRITE, td_exit_cr0 },
	{ EXIT_CR_WRITE(4), td_exit_cr4 },
	{ EXIT_HLT, td_exit_hlt },
	{ EXIT_INVD, td_exit_wbinvd },
	{ EXIT_WBINVD, td_exit_wbinvd },
	{ EXIT_MONITOR, td_exit_monitor },
	{ EXIT_MWAIT, td_exit_mwait },
	{ EXIT_RDPMC, td_exit_rdpmc },
	{ EXIT_VMMCALL, exit_undefined },	/* no such instruction there */
	{ EXIT_NPF, td_exit_npf },
};

const struct ccvm_mode mode_tdx = {
	.name = "tdx",
	.address_bit = TDX_SHARED,
	.build = td_build,
	.launch = tdx_launch,
	.reset = reset,
	.intercepts = intercepts,
	.nested_root = nested_root,
	.translate = td_translate,
	.host_may_access = td_host_may_access,
	.handover = td_handover,
	.accepted = td_accepted,
	.exits = exits,
	.exit_count = ARRAY_SIZE(exits),
	.cpuid = td_cpuid_rules,
	.cpuid_count = TD_CPUID_RULES,
	.msrs = td_direct_msrs,
	.msr_count = TD_DIRECT_MSRS,
	.msr_event = td_exit_msr,
	.io_event = td_event_io,
};
