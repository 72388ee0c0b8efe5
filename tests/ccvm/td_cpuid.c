/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * CPUID of a trust domain: leaves that the module answers, and those that
 * raise #VE, which the host may be asked for.
 *
 * Document: Intel TDX module 1.5 base specification (348549), "CPUID
 * Virtualization", and its published table of leaves.
 */
#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/errno.h>

#include "apic.h"
#include "insn.h"
#include "tdx.h"

#define LEAF_MAX		0x23
#define LEAF_HYPERVISOR		0x40000000
#define LEAF_EXTENDED		0x80000000
#define LEAF_EXTENDED_MAX	0x80000008

#define APIC_TIMER_LVT		0x320
#define APIC_TIMER_INITIAL	0x380
#define APIC_TIMER_CURRENT	0x390
#define APIC_TIMER_DIVIDE	0x3e0
#define APIC_LVT_MASKED		0x10000
#define APIC_DIVIDE_BY_1	0xb
#define APIC_TIMER_MHZ		1000u		/* of QEMU's timer */

/* Leaves without #VE: their subleaves, and the first one's number in CPUID_CONTROL. */
static const struct {
	u32 leaf, first, last;
	u8 number;
} native[] = {
	{ 0x0, 0, CPUID_ANY, 10 }, { 0x1, 0, CPUID_ANY, 0 }, { 0x3, 0, CPUID_ANY, 11 },
	{ 0x4, 0, 3, 1 }, { 0x4, 4, 4, 12 }, { 0x5, 0, CPUID_ANY, 63 },
	{ 0x7, 0, 1, 5 }, { 0x7, 2, 2, 14 }, { 0x8, 0, CPUID_ANY, 15 },
	{ 0xa, 0, CPUID_ANY, 7 }, { 0xd, 0, 0x12, 16 }, { 0xe, 0, CPUID_ANY, 35 },
	{ 0x11, 0, CPUID_ANY, 36 }, { 0x12, 0, CPUID_ANY, 37 }, { 0x13, 0, CPUID_ANY, 38 },
	{ 0x14, 0, 1, 39 }, { 0x15, 0, CPUID_ANY, 41 }, { 0x19, 0, CPUID_ANY, 42 },
	{ 0x1c, 0, CPUID_ANY, 8 }, { 0x1d, 0, 1, 43 }, { 0x1e, 0, CPUID_ANY, 45 },
	{ 0x20, 0, CPUID_ANY, 52 }, { 0x21, 0, 0, 53 }, { 0x22, 0, CPUID_ANY, 58 },
	{ 0x23, 0, 3, 59 },
	{ 0x80000000, 0, CPUID_ANY, 54 }, { 0x80000001, 0, CPUID_ANY, 55 },
	{ 0x80000007, 0, CPUID_ANY, 57 }, { 0x80000008, 0, CPUID_ANY, 9 },
};

/*
 * Values. The module gives no performance monitoring, SGX, MONITOR, and a
 * host of QEMU's no TSC deadline timer.
 */
#define ALL		(~0u)
#define ECX1_HIDDEN	(1u << 3 | 1u << 5 | 1u << 6 | 1u << 24)
#define ECX1_SET	(1u << 21 | 1u << 31)	/* x2APIC, hypervisor */
#define EBX7_HIDDEN	(1u << 2 | 1u << 14)	/* SGX, MPX */
#define EDX7_SET	(1u << 29)		/* ARCH_CAPABILITIES */
#define ECX80000001	(1u << 0 | 1u << 5 | 1u << 8)
#define EDX80000001	(1u << 11 | 1u << 20 | 1u << 26 | 1u << 27 | 1u << 29)

#define NOTHING(first, last) { first, last, CPUID_ANY, CPUID_KEEP_NONE, CPUID_KEEP_NONE }

const struct cpuid_rule td_cpuid_rules[TD_CPUID_RULES] = {
	{ 0x0, 0x0, CPUID_ANY, CPUID_KEEP_NONE,
	  { LEAF_MAX, 0x756e6547, 0x6c65746e, 0x49656e69 } },
	{ 0x1, 0x1, CPUID_ANY, { 0, ALL, ~ECX1_HIDDEN, ALL },
	  { TDX_CPU_SIGNATURE, 0, ECX1_SET, 0 } },
	NOTHING(0x3, 0x3),
	NOTHING(0x5, 0x5),
	{ 0x7, 0x7, 0, { ALL, ~EBX7_HIDDEN, ALL, ALL }, { 0, 0, 0, EDX7_SET } },
	NOTHING(0x8, 0xa),
	NOTHING(0xe, 0x20),
	{ 0x21, 0x21, CPUID_ANY, CPUID_KEEP_NONE,
	  { 0, 0x65746e49, 0x20202020, 0x5844546c } },
	NOTHING(0x22, LEAF_MAX),
	{ LEAF_EXTENDED, LEAF_EXTENDED, CPUID_ANY, CPUID_KEEP_NONE,
	  { LEAF_EXTENDED_MAX, 0, 0, 0 } },
	{ 0x80000001, 0x80000001, CPUID_ANY, { 0, 0, ECX80000001, EDX80000001 },
	  CPUID_KEEP_NONE },
	{ 0x80000007, 0x80000007, CPUID_ANY, CPUID_KEEP_NONE, { 0, 0, 0, 1u << 8 } },
	{ 0x80000008, 0x80000008, CPUID_ANY, { 0xff00, 1u << 9, 0, 0 }, { TDX_GPAW, 0, 0, 0 } },
};

/* Number in CPUID_CONTROL, or -ENOENT for a leaf that always raises #VE. */
static int find_native(u32 leaf, u32 subleaf)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(native); i++) {
		if (native[i].leaf != leaf)
			continue;
		if (native[i].last == CPUID_ANY)
			return native[i].number;
		if (subleaf >= native[i].first && subleaf <= native[i].last)
			return native[i].number + (int)(subleaf - native[i].first);
	}
	return -ENOENT;
}

/* By the guest's own wish: for its level, for all leaves or this one. */
static bool wants_ve(const struct cpu *cpu, int number)
{
	const struct td_vcpu *v = td_vcpu(cpu);
	unsigned int user = cpu->vmcb.save.cpl != 0;

	return v->cpuid_ve[user] || v->cpuid_control[number] >> user & 1;
}

/* A leaf above a range is treated as the highest basic leaf. */
static u32 effective_leaf(u32 leaf)
{
	if ((leaf > LEAF_MAX && leaf < LEAF_HYPERVISOR) || leaf > LEAF_EXTENDED_MAX)
		return LEAF_MAX;
	return leaf;
}

/* What depends on the trust domain or the processor. */
static void fill_in(const struct cpu *cpu, u32 leaf, u32 subleaf, struct cpuid_regs *r)
{
	switch (leaf) {
	case 0x1:
		r->ebx = (r->ebx & 0xffff) | cpu->id << 24 | cpu_count << 16;
		break;
	case 0xd:
		if (subleaf == 0) {
			r->eax &= (u32)td.info.xfam;
			r->edx &= (u32)(td.info.xfam >> 32);
		} else if (subleaf > 1 && !(td.info.xfam >> subleaf & 1)) {
			*r = (struct cpuid_regs){ 0, 0, 0, 0 };
		}
		break;
	case 0x15:
		/* Linux multiplies the first two in 32 bits, so no more digits. */
		*r = (struct cpuid_regs){ APIC_TIMER_MHZ, td.tsc_mhz,
					  APIC_TIMER_MHZ * 1000000u, 0 };
		break;
	default:
		break;
	}
}

void td_exit_cpuid(struct cpu *cpu)
{
	u32 leaf = effective_leaf((u32)cpu->vmcb.save.rax), subleaf = (u32)cpu->gpr[RCX];
	int number = find_native(leaf, subleaf);
	struct cpuid_regs r;

	if (number < 0 || wants_ve(cpu, number)) {
		ve_instruction(cpu, REASON_CPUID, 0, 2);
		return;
	}
	r = cpuid_guest(cpu, leaf, subleaf);
	fill_in(cpu, leaf, subleaf, &r);
	cpu->vmcb.save.rax = r.eax;
	cpu->gpr[RBX] = r.ebx;
	cpu->gpr[RCX] = r.ecx;
	cpu->gpr[RDX] = r.edx;
	insn_skip(cpu, 2);
}

struct cpuid_regs td_host_cpuid(const struct cpu *cpu, u32 leaf, u32 subleaf)
{
	struct cpuid_regs none = { 0, 0, 0, 0 };

	if (leaf == LEAF_HYPERVISOR)
		return (struct cpuid_regs){ LEAF_HYPERVISOR + 1, 0x4b4d564b, 0x564b4d56, 0x4d };
	if (leaf > LEAF_HYPERVISOR && leaf < LEAF_EXTENDED)
		return none;
	if (leaf < LEAF_HYPERVISOR && leaf > cpuid(0, 0).eax)
		return none;
	return find_native(leaf, subleaf) >= 0 ? cpuid_guest(cpu, leaf, subleaf)
						: cpuid(leaf, subleaf);
}

static u32 timer_read(void)
{
	return readl(mmio(APIC_BASE + APIC_TIMER_CURRENT));
}

u32 td_measure_tsc(void)
{
	const u32 ticks = 20 * 1000 * APIC_TIMER_MHZ;	/* 20 ms */
	u32 first, last;
	u64 begin, end;

	writel(APIC_LVT_MASKED, mmio(APIC_BASE + APIC_TIMER_LVT));
	writel(APIC_DIVIDE_BY_1, mmio(APIC_BASE + APIC_TIMER_DIVIDE));
	writel(~0u, mmio(APIC_BASE + APIC_TIMER_INITIAL));
	first = timer_read();
	begin = rdtsc();
	do {
		last = timer_read();
		end = rdtsc();
	} while (first - last < ticks);
	writel(0, mmio(APIC_BASE + APIC_TIMER_INITIAL));
	writel(0, mmio(APIC_BASE + APIC_TIMER_DIVIDE));
	return (u32)(((end - begin) * APIC_TIMER_MHZ + (first - last) / 2) / (first - last));
}
