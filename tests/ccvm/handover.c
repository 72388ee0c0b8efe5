/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What firmware leaves behind when an operating system takes over.
 * Document: AMD64 APM volume 2, section 15.8 (intercepts of control registers).
 */
#define pr_fmt(fmt) "handover: " fmt

#include <fw/log.h>

#include "check.h"
#include "config.h"
#include "handover.h"
#include "insn.h"
#include "mode.h"
#include "stats.h"
#include "vcpu.h"

#define INTERCEPT_CR3	(1u << 3)
#define CR3_KEEP_TLB	(1ull << 63)	/* with PCIDs; not part of the register */

static bool done;

void handover_add_shared(struct handover *h, u64 gpa)
{
	if (h->shared++ == 0)
		h->first = gpa;
}

void handover_watch(struct cpu *cpu)
{
	if (cpu->id == 0 && config.code_count > 0 && !done)
		cpu->vmcb.control.intercept_cr_write |= INTERCEPT_CR3;
}

static void handover(struct cpu *cpu)
{
	struct handover h = { 0 };

	done = true;
	cpus[0].vmcb.control.intercept_cr_write &= (u16)~INTERCEPT_CR3;
	if (mode->handover != NULL)
		mode->handover(cpu, &h);
	if (mode->accepted != NULL)
		h.accepted = mode->accepted();
	pr_info("a kernel at %llx takes over; %llu pages of RAM are left shared, %llu are accepted",
		(unsigned long long)vcpu_linear_ip(cpu), (unsigned long long)h.shared,
		(unsigned long long)h.accepted);
	stats_handover(&h);
	if (h.shared > 0)
		check_failed(CHECK_LEFT_SHARED, "%llu, the first at %llx",
			     (unsigned long long)h.shared, (unsigned long long)h.first);
}

void handover_cr3_exit(struct cpu *cpu)
{
	struct insn insn;
	u64 value;

	if (!done && vcpu_in_long_mode(cpu) && !config_is_own_code(cpu))
		handover(cpu);
	insn_fetch(cpu, &insn);
	value = *vcpu_reg(cpu, (enum gpr)((insn_opcode(&insn)[2] & 7) | (insn.rex & 1 ? 8 : 0)));
	cpu->vmcb.save.cr3 = vcpu_in_64bit(cpu) ? value & ~CR3_KEEP_TLB : (u32)value;
	cpu->vmcb.save.rip += insn.prefixes + 3;
}

void handover_request(struct cpu *cpu)
{
	if (!done && vcpu_linear_ip(cpu) >> 63)
		handover(cpu);
}
