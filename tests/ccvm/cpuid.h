/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* CPUID as the guest sees it: the processor's, changed by rules. */
#ifndef CCVM_CPUID_H
#define CCVM_CPUID_H

#include <asm/cpu.h>

struct cpu;

#define CPUID_ANY	0xffffffffu

/**
 * struct cpuid_rule - a change of some leaves
 * @first, @last: leaves
 * @subleaf:	or CPUID_ANY
 * @keep:	bits that stay as they are
 * @set:	bits that are set then
 */
struct cpuid_rule {
	u32 first, last;
	u32 subleaf;
	struct cpuid_regs keep, set;
};

#define CPUID_KEEP_ALL	{ ~0u, ~0u, ~0u, ~0u }
#define CPUID_KEEP_NONE	{ 0, 0, 0, 0 }

/**
 * cpuid_guest() - what CPUID gives the guest
 * @cpu:  whose control registers leaf 1 and 7 mirror; NULL: as at reset
 */
struct cpuid_regs cpuid_guest(const struct cpu *cpu, u32 leaf, u32 subleaf);

#endif
