/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SEV: memory has a private view, nothing else changes; the host emulates
 * instructions as for any other guest.
 * Document: AMD64 APM volume 2, section 15.34.
 */
#define pr_fmt(fmt) "sev: " fmt

#include <fw/log.h>

#include "apic.h"
#include "exits.h"
#include "launch.h"
#include "memory.h"
#include "mode.h"
#include "msr.h"
#include "npt.h"
#include "sev.h"
#include "smp.h"
#include "vcpu.h"

#define PAGE_SIZE	0x1000ull

static void map_apic(u64 bit)
{
	if (cpu_count > 1)
		npt_map(sev_root, bit | APIC_BASE, APIC_BASE, PAGE_SIZE, NPT_READ);
}

static void map_flash(void)
{
	u64 gpa;

	for (gpa = guest.fw_base; sev_is_flash(gpa - PAGE_SIZE); gpa -= PAGE_SIZE)
		sev_map_flash(C_BIT | (gpa - PAGE_SIZE));
}

static void sev_build(void)
{
	sev_build_roots();
	npt_map_view(sev_root, C_BIT, true);
	/* A host ignores the C-bit of device addresses. */
	npt_map_devices(sev_root, C_BIT);
	npt_map_devices(sev_root, 0);
	map_flash();
	map_apic(C_BIT);
	map_apic(0);
}

static void sev_launch(struct cpu *bsp __unused)
{
	sev_launch_ciphertext();
	launch_sev(0);
}

static void sev_npf(struct cpu *cpu)
{
	u64 gpa = cpu->vmcb.control.exit_info2;
	u64 address = gpa & ~C_BIT;

	if (ALIGN_DOWN(address, PAGE_SIZE) == APIC_BASE) {
		apic_store_exit(cpu);
	} else if (mem_page_number(address) != MEM_NONE && !(gpa & C_BIT)) {
		sev_map_alias(cpu, address, cpu->vmcb.control.exit_info1);
	} else if (sev_is_flash(address)) {
		/* A write makes it a device, whose C-bit the host ignores. */
		address = ALIGN_DOWN(address, PAGE_SIZE);
		npt_map(sev_root, C_BIT | address, address, PAGE_SIZE, NPT_WRITE);
	} else {
		pr_info("nothing is at %llx, at rip %llx", (unsigned long long)gpa,
			(unsigned long long)vcpu_linear_ip(cpu));
		address = ALIGN_DOWN(address, PAGE_SIZE);
		npt_map(sev_root, address, mem_hole(), PAGE_SIZE, NPT_WRITE);
		npt_map(sev_root, address | C_BIT, mem_hole(), PAGE_SIZE, NPT_WRITE);
	}
}

static void handover(const struct cpu *cpu, struct handover *h)
{
	sev_count_shared(cpu, h, NULL);
}

static int read_status(struct cpu *cpu __unused, u32 msr __unused, u64 *value)
{
	*value = SEV_STATUS_SEV;
	return 0;
}

static const struct exit_handler sev_exits[] = {
	{ EXIT_NPF, sev_npf },
};

static const struct cpuid_rule sev_cpuid[] = {
	SEV_CPUID_RULES(SEV_LEAF_SEV),
};

static const struct msr_rule sev_msrs[] = {
	{ MSR_SEV_STATUS, MSR_SEV_STATUS, read_status, msr_write_refused },
};

const struct ccvm_mode mode_sev = {
	.name = "sev",
	.address_bit = C_BIT,
	.build = sev_build,
	.launch = sev_launch,
	.nested_root = sev_nested_root,
	.paging_changed = sev_paging_changed,
	.translate = sev_translate,
	.handover = handover,
	.ap_init = smp_stop,
	.ap_sipi = sev_ap_sipi,
	.exits = sev_exits,
	.exit_count = ARRAY_SIZE(sev_exits),
	.cpuid = sev_cpuid,
	.cpuid_count = ARRAY_SIZE(sev_cpuid),
	.msrs = sev_msrs,
	.msr_count = ARRAY_SIZE(sev_msrs),
};
