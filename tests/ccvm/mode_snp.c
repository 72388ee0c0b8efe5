/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SEV-SNP: SEV-ES, and pages with an owner.
 * Document: AMD64 APM volume 2, section 15.36.
 */
#include "es.h"
#include "ghcb.h"
#include "memory.h"
#include "npt.h"
#include "snp.h"
#include "vcpu.h"

/* Hypervisor features: SNP, AP creation. */
#define HV_FEATURES	3

#define EVENT_PAGE_STATE	0x80000010
#define EVENT_GUEST_REQUEST	0x80000011
#define EVENT_EXT_GUEST_REQUEST	0x80000012
#define EVENT_AP_CREATION	0x80000013

static const struct ghcb_event events[] = {
	{ EVENT_PAGE_STATE, NEED_SCRATCH, 0, snp_do_page_state },
	{ EVENT_GUEST_REQUEST, 0, 0, snp_do_guest_request },
	/* There are no certificates to hand out. */
	{ EVENT_EXT_GUEST_REQUEST, NEED_RAX | NEED_RBX, 0, snp_do_guest_request },
	{ EVENT_AP_CREATION, 0, NEED_RAX, snp_do_ap_creation },
};

static const struct es_kind kind = {
	.status = SEV_STATUS_SEV | SEV_STATUS_ES | SEV_STATUS_SNP,
	.min_version = 2,
	.features = HV_FEATURES,
	.registration = true,
	.page_state = snp_page_state,
	.vmgexit = snp_note_request,
	.events = events,
	.event_count = ARRAY_SIZE(events),
};

static void build(void)
{
	es_kind = &kind;
	sev_build_roots();
	snp_pages_init();
}

static void intercepts(struct cpu *cpu)
{
	es_intercepts(cpu);
	cpu->vmcb.control.intercept_exceptions |= 1u << 6;
}

void snp_cpuid(u32 leaf, u32 subleaf, u32 regs[4])
{
	struct cpuid_regs r = cpuid_guest(NULL, leaf, subleaf);

	regs[0] = r.eax;
	regs[1] = r.ebx;
	regs[2] = r.ecx;
	regs[3] = r.edx;
}

static const struct exit_handler exits[] = {
	ES_EXITS,
	{ EXIT_NPF, snp_npf },
	{ EXIT_EXCEPTION(6), snp_undefined },
};

/*
 * Linux refuses a CPUID table with XSAVE but neither XSAVEC nor XSAVES, which
 * QEMU 7.2 does not have. So XSAVEC is announced, and XSAVE with all that needs
 * it is not, so that nothing uses either.
 */
static const struct cpuid_rule cpuid_rules[] = {
	ES_CPUID_RULES,
	SEV_CPUID_RULES(SEV_LEAF_SEV | SEV_LEAF_ES | SEV_LEAF_SNP),
	/* FMA, XSAVE, OSXSAVE, AVX, F16C */
	{ 1, 1, CPUID_ANY, { ~0u, ~0u, ~(1u << 12 | 0xfu << 26), ~0u }, CPUID_KEEP_NONE },
	/* AVX2, MPX; VAES, VPCLMULQDQ */
	{ 7, 7, 0, { ~0u, ~(1u << 5 | 1u << 14), ~(1u << 9 | 1u << 10), ~0u }, CPUID_KEEP_NONE },
	{ 0xd, 0xd, 1, CPUID_KEEP_ALL, { 1u << 1, 0, 0, 0 } },
};

static const struct msr_rule msrs[] = {
	ES_MSR_RULES,
};

const struct ccvm_mode mode_snp = {
	.name = "sev-snp",
	.address_bit = C_BIT,
	.build = build,
	.launch = snp_launch,
	.reset = es_reset,
	.intercepts = intercepts,
	.nested_root = sev_nested_root,
	.translate = snp_translate,
	.host_may_access = snp_host_may_access,
	.handover = snp_handover,
	.accepted = snp_accepted,
	.ap_init = es_ap_init,
	.ap_sipi = es_ap_sipi,
	.exits = exits,
	.exit_count = ARRAY_SIZE(exits),
	.cpuid = cpuid_rules,
	.cpuid_count = ARRAY_SIZE(cpuid_rules),
	.msrs = msrs,
	.msr_count = ARRAY_SIZE(msrs),
	.msr_event = es_raise_exit,
	.io_event = es_raise_exit,
};
