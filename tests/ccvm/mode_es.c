/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SEV-ES: registers are private, too, so what needs the host raises #VC.
 * Document: AMD64 APM volume 2, section 15.35.
 */
#define pr_fmt(fmt) "es: " fmt

#include <fw/log.h>

#include "es.h"
#include "launch.h"
#include "memory.h"
#include "npt.h"
#include "stop.h"
#include "vcpu.h"

static const struct es_kind kind = {
	.status = SEV_STATUS_SEV | SEV_STATUS_ES,
	.min_version = 1,
};

static void mode_es_build(void)
{
	es_kind = &kind;
	sev_build_roots();
	npt_map_view(sev_root, C_BIT, true);
}

static void mode_es_launch(struct cpu *bsp)
{
	es_of(bsp)->launched = true;
	sev_launch_ciphertext();
	launch_sev(cpu_count);
}

static void mode_es_npf(struct cpu *cpu)
{
	u64 gpa = cpu->vmcb.control.exit_info2;

	if (es_mmio_fault(cpu, gpa))
		return;
	if (gpa & C_BIT)
		ccvm_stop(STOP_ERROR, "private page %llx is not mapped", (unsigned long long)gpa);
	sev_map_alias(cpu, gpa, cpu->vmcb.control.exit_info1);
}

/* Processors may be waiting for an answer, and the handler of #VC stays until the system's. */
static bool is_ghcb(u64 gpa)
{
	u32 i;

	for (i = 0; i < cpu_count; i++) {
		if (es_cpus[i].ghcb_page == gpa)
			return true;
	}
	return false;
}

static void mode_es_handover(const struct cpu *cpu, struct handover *h)
{
	sev_count_shared(cpu, h, is_ghcb);
}

static const struct exit_handler mode_es_exits[] = {
	ES_EXITS,
	{ EXIT_NPF, mode_es_npf },
};

static const struct cpuid_rule mode_es_cpuid[] = {
	ES_CPUID_RULES,
	SEV_CPUID_RULES(SEV_LEAF_SEV | SEV_LEAF_ES),
};

static const struct msr_rule mode_es_msrs[] = {
	ES_MSR_RULES,
};

const struct ccvm_mode mode_es = {
	.name = "sev-es",
	.address_bit = C_BIT,
	.build = mode_es_build,
	.launch = mode_es_launch,
	.reset = es_reset,
	.intercepts = es_intercepts,
	.nested_root = sev_nested_root,
	.paging_changed = sev_paging_changed,
	.translate = sev_translate,
	.handover = mode_es_handover,
	.ap_init = es_ap_init,
	.ap_sipi = es_ap_sipi,
	.exits = mode_es_exits,
	.exit_count = ARRAY_SIZE(mode_es_exits),
	.cpuid = mode_es_cpuid,
	.cpuid_count = ARRAY_SIZE(mode_es_cpuid),
	.msrs = mode_es_msrs,
	.msr_count = ARRAY_SIZE(mode_es_msrs),
	.msr_event = es_raise_exit,
	.io_event = es_raise_exit,
};
