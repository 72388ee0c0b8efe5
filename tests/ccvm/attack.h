/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* A hostile host, on demand: attack=NAME chooses one of attack.c's table. */
#ifndef CCVM_ATTACK_H
#define CCVM_ATTACK_H

#include <fw/types.h>

struct cpu;
struct cpuid_regs;
struct kernel_hashes;

/** attack_select() - 0 or -ENOENT */
int attack_select(const char *name);

/* Points at which an attack may change something; without one they do nothing. */
void attack_cpuid(u32 leaf, u32 subleaf, struct cpuid_regs *regs);
void attack_ghcb_reply(struct cpu *cpu, u64 *info1, u64 *info2);

/** attack_page_validated() - true: take the page away and give another one */
bool attack_page_validated(u64 gpa);

/** attack_kernel_hashes() - what is measured is another kernel than the guest will get */
void attack_kernel_hashes(struct kernel_hashes *hashes);

#endif
