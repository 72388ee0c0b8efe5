/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A virtual machine without confidential computing: all RAM is what the
 * confidential kinds call shared, and nothing raises #VC or #VE.
 */
#define pr_fmt(fmt) "plain: " fmt

#include <fw/log.h>

#include "apic.h"
#include "exits.h"
#include "memory.h"
#include "mode.h"
#include "npt.h"
#include "smp.h"
#include "stop.h"
#include "vcpu.h"

#define PAGE_SIZE	0x1000ull

static u64 *root;

static void plain_build(void)
{
	root = npt_new();
	npt_map_view(root, 0, false);
	npt_map(root, guest.fw_base, mem_private(guest.fw_base), guest.fw_size, NPT_WRITE);
	npt_map_devices(root, 0);
	/* INIT and SIPI need ccvm's help, if there is anybody to send them to. */
	if (cpu_count > 1)
		npt_map(root, APIC_BASE, APIC_BASE, PAGE_SIZE, NPT_READ);
}

static u64 plain_root(const struct cpu *cpu __unused)
{
	return (u64)(uintptr_t)root;
}

static u64 plain_translate(const struct cpu *cpu __unused, u64 gpa, enum access access __unused)
{
	return mem_is_firmware(gpa) ? mem_private(gpa) : mem_shared(gpa);
}

static void plain_npf(struct cpu *cpu)
{
	u64 gpa = cpu->vmcb.control.exit_info2;

	if (ALIGN_DOWN(gpa, PAGE_SIZE) == APIC_BASE) {
		apic_store_exit(cpu);
		return;
	}
	pr_info("nothing is at %llx, at rip %llx", (unsigned long long)gpa,
		(unsigned long long)vcpu_linear_ip(cpu));
	npt_map(root, ALIGN_DOWN(gpa, PAGE_SIZE), mem_hole(), PAGE_SIZE, NPT_WRITE);
}

static void plain_sipi(struct cpu *cpu, u8 vector)
{
	if (!cpu->init_seen)
		return;
	cpu->init_seen = false;
	smp_start(cpu, smp_start_sipi, vector);
}

static const struct exit_handler plain_exits[] = {
	{ EXIT_NPF, plain_npf },
};

const struct ccvm_mode mode_plain = {
	.name = "plain",
	.build = plain_build,
	.nested_root = plain_root,
	.translate = plain_translate,
	.ap_init = smp_stop,
	.ap_sipi = plain_sipi,
	.exits = plain_exits,
	.exit_count = ARRAY_SIZE(plain_exits),
};
