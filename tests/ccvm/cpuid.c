/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* CPUID rules. Document: AMD64 APM volume 3, appendix E. */
#include "attack.h"
#include "cpuid.h"
#include "mode.h"
#include "vcpu.h"

#define ECX1_MONITOR	(1u << 3)
#define ECX1_CX16	(1u << 13)
#define ECX1_OSXSAVE	(1u << 27)
#define ECX7_OSPKE	(1u << 4)
#define ECX80000001_SVM	(1u << 2)

static const struct cpuid_rule common_rules[] = {
	/*
	 * QEMU 7.2 leaves wrong flags after CMPXCHG16B without LOCK if an exit
	 * follows, so the guest must not use it.
	 */
	{ 1, 1, CPUID_ANY, { ~0u, ~0u, ~(ECX1_CX16 | ECX1_OSXSAVE), ~0u }, CPUID_KEEP_NONE },
	/*
	 * MWAIT of QEMU spins if there is more than one processor, and waiting
	 * processors would starve the others. (And the guest kinds for which
	 * MWAIT is an event: firmware waits in it without a handler.)
	 */
	{ 1, 1, CPUID_ANY, { ~0u, ~0u, ~ECX1_MONITOR, ~0u }, CPUID_KEEP_NONE },
	{ 7, 7, 0, { ~0u, ~0u, ~ECX7_OSPKE, ~0u }, CPUID_KEEP_NONE },
	{ 0x80000001, 0x80000001, CPUID_ANY, { ~0u, ~0u, ~ECX80000001_SVM, ~0u },
	  CPUID_KEEP_NONE },
	{ 0x8000000a, 0x8000000a, CPUID_ANY, CPUID_KEEP_NONE, CPUID_KEEP_NONE },
};

static void apply(const struct cpuid_rule *rules, size_t count, u32 leaf, u32 subleaf,
		  struct cpuid_regs *r)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct cpuid_rule *rule = &rules[i];

		if (leaf < rule->first || leaf > rule->last ||
		    (rule->subleaf != CPUID_ANY && rule->subleaf != subleaf))
			continue;
		r->eax = (r->eax & rule->keep.eax) | rule->set.eax;
		r->ebx = (r->ebx & rule->keep.ebx) | rule->set.ebx;
		r->ecx = (r->ecx & rule->keep.ecx) | rule->set.ecx;
		r->edx = (r->edx & rule->keep.edx) | rule->set.edx;
	}
}

struct cpuid_regs cpuid_guest(const struct cpu *cpu, u32 leaf, u32 subleaf)
{
	struct cpuid_regs r = cpuid(leaf, subleaf);

	apply(common_rules, ARRAY_SIZE(common_rules), leaf, subleaf, &r);
	if (cpu != NULL && leaf == 1 && cpu->vmcb.save.cr4 & CR4_OSXSAVE)
		r.ecx |= ECX1_OSXSAVE;
	if (cpu != NULL && leaf == 7 && subleaf == 0 && cpu->vmcb.save.cr4 & CR4_PKE)
		r.ecx |= ECX7_OSPKE;
	apply(mode->cpuid, mode->cpuid_count, leaf, subleaf, &r);
	attack_cpuid(leaf, subleaf, &r);
	return r;
}
