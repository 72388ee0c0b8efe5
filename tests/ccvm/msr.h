/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* MSRs of the guest: rules, the permission map made from them, exits. */
#ifndef CCVM_MSR_H
#define CCVM_MSR_H

#include <fw/types.h>

struct cpu;

/**
 * struct msr_rule - what a range of MSRs does
 * @first, @last: the range
 * @read, @write: called for an access; return 0, or -EINVAL for #GP. NULL: the
 *		guest accesses the processor's register directly
 */
struct msr_rule {
	u32 first, last;
	int (*read)(struct cpu *cpu, u32 msr, u64 *value);
	int (*write)(struct cpu *cpu, u32 msr, u64 value);
};

/* Ready-made handlers. */
int msr_read_zero(struct cpu *cpu, u32 msr, u64 *value);
int msr_write_ignored(struct cpu *cpu, u32 msr, u64 value);
int msr_read_host(struct cpu *cpu, u32 msr, u64 *value);
int msr_write_host(struct cpu *cpu, u32 msr, u64 value);
int msr_read_refused(struct cpu *cpu, u32 msr, u64 *value);
int msr_write_refused(struct cpu *cpu, u32 msr, u64 value);
int msr_read_efer(struct cpu *cpu, u32 msr, u64 *value);
int msr_write_efer(struct cpu *cpu, u32 msr, u64 value);

/** msr_build_map() - the MSR permission map, 8 KiB, of the mode */
void msr_build_map(u8 *map);

/** msr_exit() - RDMSR or WRMSR was intercepted */
void msr_exit(struct cpu *cpu);

/**
 * msr_by_host() - an access that the guest asked the host for
 *
 * Return: 0 or -EINVAL for #GP.
 */
int msr_by_host(struct cpu *cpu, bool write, u32 msr, u64 *value);

#endif
