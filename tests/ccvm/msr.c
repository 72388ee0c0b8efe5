/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* MSR rules and exits. Document: AMD64 APM volume 2, section 15.11. */
#include <asm/msr.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "inject.h"
#include "insn.h"
#include "mode.h"
#include "msr.h"
#include "vcpu.h"

#define MAP_SIZE	0x2000
#define RANGE_SIZE	0x2000		/* MSRs of one range of the map */
#define DENY_READ	1u
#define DENY_WRITE	2u

static const u32 range_first[] = { 0, 0xc0000000, 0xc0010000 };

int msr_read_zero(struct cpu *cpu __unused, u32 msr __unused, u64 *value)
{
	*value = 0;
	return 0;
}

int msr_write_ignored(struct cpu *cpu __unused, u32 msr __unused, u64 value __unused)
{
	return 0;
}

int msr_read_host(struct cpu *cpu __unused, u32 msr, u64 *value)
{
	*value = rdmsr(msr);
	return 0;
}

int msr_write_host(struct cpu *cpu __unused, u32 msr, u64 value)
{
	wrmsr(msr, value);
	return 0;
}

int msr_read_refused(struct cpu *cpu __unused, u32 msr __unused, u64 *value __unused)
{
	return -EINVAL;
}

int msr_write_refused(struct cpu *cpu __unused, u32 msr __unused, u64 value __unused)
{
	return -EINVAL;
}

/* SVME must be on for VMRUN, and the guest must not see it. */
int msr_read_efer(struct cpu *cpu, u32 msr __unused, u64 *value)
{
	*value = cpu->vmcb.save.efer & ~EFER_SVME;
	return 0;
}

int msr_write_efer(struct cpu *cpu, u32 msr __unused, u64 value)
{
	u64 efer = cpu->vmcb.save.efer;

	cpu->vmcb.save.efer = (value & ~EFER_LMA) | (efer & EFER_LMA) | EFER_SVME;
	return 0;
}

static const struct msr_rule common_rules[] = {
	{ MSR_EFER, MSR_EFER, msr_read_efer, msr_write_efer },
	{ MSR_VM_CR, MSR_VM_CR, msr_read_zero, msr_write_ignored },
	{ MSR_VM_HSAVE_PA, MSR_VM_HSAVE_PA, msr_read_zero, msr_write_ignored },
};

static const struct msr_rule *search(const struct msr_rule *rules, size_t count, u32 msr)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (msr >= rules[i].first && msr <= rules[i].last)
			return &rules[i];
	}
	return NULL;
}

static const struct msr_rule *find_rule(u32 msr)
{
	const struct msr_rule *rule = search(mode->msrs, mode->msr_count, msr);

	return rule ? rule : search(common_rules, ARRAY_SIZE(common_rules), msr);
}

void msr_build_map(u8 *map)
{
	u32 range, n;

	memset(map, 0, MAP_SIZE);
	for (range = 0; range < ARRAY_SIZE(range_first); range++) {
		for (n = 0; n < RANGE_SIZE; n++) {
			const struct msr_rule *rule = find_rule(range_first[range] + n);
			u32 deny = mode->msr_event ? DENY_READ | DENY_WRITE : 0;

			if (rule)
				deny = (rule->read ? DENY_READ : 0) |
				       (rule->write ? DENY_WRITE : 0);
			map[range * 0x800 + n / 4] |= deny << 2 * (n % 4);
		}
	}
}

int msr_by_host(struct cpu *cpu, bool write, u32 msr, u64 *value)
{
	const struct msr_rule *rule = find_rule(msr);

	if (write)
		return rule && rule->write ? rule->write(cpu, msr, *value)
					   : msr_write_host(cpu, msr, *value);
	return rule && rule->read ? rule->read(cpu, msr, value) : msr_read_host(cpu, msr, value);
}

void msr_exit(struct cpu *cpu)
{
	struct vmcb_save *save = &cpu->vmcb.save;
	bool write = cpu->vmcb.control.exit_info1 & 1;
	u32 msr = (u32)cpu->gpr[RCX];
	u64 value = (u32)save->rax | cpu->gpr[RDX] << 32;

	if (mode->msr_event != NULL && find_rule(msr) == NULL) {
		mode->msr_event(cpu);
		return;
	}
	if (msr_by_host(cpu, write, msr, &value) < 0) {
		inject_error(cpu, VECTOR_GP, 0);
		return;
	}
	if (!write) {
		save->rax = (u32)value;
		cpu->gpr[RDX] = value >> 32;
	}
	insn_skip(cpu, 2);
}
