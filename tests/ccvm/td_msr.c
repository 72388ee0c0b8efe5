/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * MSRs of a trust domain: which the processor has natively, which the module
 * virtualizes, which raise #GP; all others raise #VE, and the host answers.
 *
 * Documents: Intel TDX module 1.5 base specification (348549), "MSR Handling",
 * and its published table of MSRs; for the host Linux, arch/x86/kvm/vmx/tdx.c.
 */
#include <asm/msr.h>
#include <fw/errno.h>

#include "inject.h"
#include "insn.h"
#include "tdx.h"

#define MSR_MISC_ENABLE		0x1a0
#define XFAM_XSS		0x1d900ull	/* the bits that are in IA32_XSS */
#define EFER_SCE		1ull
#define APIC_BASE_X2APIC	0xfee00c00ull
#define APIC_BASE_BSP		0x100ull

#define RAISE_VE		(-EOPNOTSUPP)

static int raise_ve(struct cpu *cpu __unused, u32 msr __unused, u64 value __unused)
{
	return RAISE_VE;
}

#define VE_WRITE	raise_ve
#define GP_READ		msr_read_refused
#define GP_WRITE	msr_write_refused
#define NATIVE_READ	msr_read_host
#define NATIVE_WRITE	msr_write_host
#define GP_BOTH		msr_read_refused, msr_write_refused

static int efer_read(struct cpu *cpu, u32 msr __unused, u64 *value)
{
	*value = (cpu->vmcb.save.efer & ~EFER_SVME) | EFER_LME | EFER_NXE;
	return 0;
}

static int efer_write(struct cpu *cpu, u32 msr, u64 value)
{
	u64 old;

	efer_read(cpu, msr, &old);
	if ((value ^ old) & ~(EFER_SCE | EFER_LMA))
		return RAISE_VE;
	cpu->vmcb.save.efer = (cpu->vmcb.save.efer & ~EFER_SCE) | (value & EFER_SCE);
	return 0;
}

static int xss_write(struct cpu *cpu __unused, u32 msr __unused, u64 value)
{
	return value & ~(td.info.xfam & XFAM_XSS) ? -EINVAL : 0;
}

/*
 * What every processor with TDX says that it is not vulnerable to: Meltdown,
 * L1TF, MDS, page size changes, TAA, stale data of fill buffers.
 */
static int read_arch_capabilities(struct cpu *cpu __unused, u32 msr __unused, u64 *value)
{
	*value = 0xe169;
	return 0;
}

static int read_one(struct cpu *cpu __unused, u32 msr __unused, u64 *value)
{
	*value = 1;
	return 0;
}

/* The first that matches counts. */
static const struct msr_rule module_rules[] = {
	{ 0x010, 0x010, NATIVE_READ, VE_WRITE },	/* TSC */
	{ 0x048, 0x049, NATIVE_READ, NATIVE_WRITE },	/* SPEC_CTRL, PRED_CMD */
	{ 0x087, 0x087, GP_BOTH },			/* MKTME */
	{ 0x08c, 0x08f, GP_BOTH },			/* SGX key hash */
	{ 0x098, 0x09b, GP_BOTH },
	{ 0x09e, 0x09e, GP_BOTH },
	{ 0x0bc, 0x0bc, msr_read_zero, VE_WRITE },	/* MISC_PACKAGE_CTLS */
	{ 0x0bd, 0x0bd, read_one, GP_WRITE },		/* XAPIC_DISABLE_STATUS */
	{ 0x0c1, 0x0c8, GP_BOTH },			/* PERFMON */
	{ 0x0e1, 0x0e1, GP_BOTH },			/* UMWAIT_CONTROL */
	{ 0x10a, 0x10a, read_arch_capabilities, GP_WRITE },	/* ARCH_CAPABILITIES */
	{ 0x10b, 0x10b, GP_READ, msr_write_ignored },	/* FLUSH_CMD */
	{ 0x122, 0x122, GP_BOTH },			/* TSX_CTRL */
	{ 0x174, 0x176, NATIVE_READ, NATIVE_WRITE },	/* SYSENTER */
	{ 0x186, 0x18d, GP_BOTH },			/* PERFMON */
	{ 0x195, 0x195, GP_BOTH },
	{ MSR_MISC_ENABLE, MSR_MISC_ENABLE, NATIVE_READ, VE_WRITE },
	{ 0x1c4, 0x1c5, GP_BOTH },			/* XFD */
	{ 0x1d9, 0x1d9, msr_read_zero, msr_write_ignored },	/* DEBUGCTL */
	{ 0x1f8, 0x1fa, GP_BOTH },			/* DCA */
	{ 0x276, 0x276, GP_BOTH },
	{ 0x277, 0x277, NATIVE_READ, NATIVE_WRITE },	/* PAT */
	{ 0x309, 0x30c, GP_BOTH },			/* PERFMON */
	{ 0x345, 0x345, msr_read_zero, GP_WRITE },	/* PERF_CAPABILITIES */
	{ 0x38d, 0x391, GP_BOTH },			/* PERFMON */
	{ 0x3f1, 0x3f2, GP_BOTH },
	{ 0x480, 0x480, msr_read_zero, GP_WRITE },	/* VMX capabilities */
	{ 0x481, 0x484, GP_BOTH },
	{ 0x485, 0x492, msr_read_zero, GP_WRITE },
	{ 0x4c1, 0x4c8, GP_BOTH },			/* PERFMON */
	{ 0x500, 0x500, GP_BOTH },			/* SGX SVN */
	{ 0x560, 0x587, GP_BOTH },			/* processor trace */
	{ 0x600, 0x600, msr_read_zero, msr_write_ignored },	/* DS_AREA */
	{ 0x6a0, 0x6a8, GP_BOTH },			/* CET */
	{ 0x6e0, 0x6e1, GP_BOTH },			/* TSC_DEADLINE, PKRS */
	{ 0x800, 0x801, GP_BOTH },			/* x2APIC: reserved */
	{ 0x804, 0x807, GP_BOTH },
	{ 0x808, 0x808, x2apic_read, x2apic_write },	/* TPR */
	{ 0x80a, 0x80b, x2apic_read, x2apic_write },	/* PPR, EOI */
	{ 0x810, 0x827, x2apic_read, x2apic_write },	/* ISR, TMR, IRR */
	{ 0x829, 0x82e, GP_BOTH },
	{ 0x831, 0x831, GP_BOTH },
	{ 0x83f, 0x83f, x2apic_read, x2apic_write },	/* SELF_IPI */
	{ 0x840, 0x8ff, GP_BOTH },
	{ 0x981, 0x98a, GP_BOTH },			/* TME, user interrupts */
	{ 0xc80, 0xc80, msr_read_zero, VE_WRITE },	/* DEBUG_INTERFACE */
	{ 0xd90, 0xd90, GP_BOTH },			/* BNDCFGS */
	{ 0xd93, 0xd93, GP_BOTH },			/* PASID */
	{ 0xda0, 0xda0, msr_read_zero, xss_write },	/* XSS */
	{ 0x14ce, 0x14cf, GP_BOTH },			/* last branch records */
	{ 0x1b01, 0x1b01, msr_read_zero, msr_write_ignored },	/* UARCH_MISC_CTL */
	{ 0x1200, 0x12ff, GP_BOTH },
	{ MSR_EFER, MSR_EFER, efer_read, efer_write },
	{ 0xc0000081, 0xc0000082, NATIVE_READ, NATIVE_WRITE },
	{ 0xc0000084, 0xc0000084, NATIVE_READ, NATIVE_WRITE },
	{ 0xc0000100, 0xc0000103, NATIVE_READ, NATIVE_WRITE },
};

/* What the processor does without ccvm; a subset of the native ones above. */
const struct msr_rule td_direct_msrs[TD_DIRECT_MSRS] = {
	{ 0x174, 0x176, NULL, NULL },
	{ 0x277, 0x277, NULL, NULL },
	{ 0xc0000081, 0xc0000082, NULL, NULL },
	{ 0xc0000084, 0xc0000084, NULL, NULL },
	{ 0xc0000100, 0xc0000103, NULL, NULL },
};

static int host_apic_base(struct cpu *cpu, u32 msr __unused, u64 *value)
{
	*value = APIC_BASE_X2APIC | (cpu->id == 0 ? APIC_BASE_BSP : 0);
	return 0;
}

static int host_apic_base_write(struct cpu *cpu, u32 msr, u64 value)
{
	u64 old;

	host_apic_base(cpu, msr, &old);
	return value == old ? 0 : -EINVAL;
}

/* KVM emulates these for a trust domain; QEMU's own registers stand for them. */
static const struct msr_rule host_rules[] = {
	{ 0x01b, 0x01b, host_apic_base, host_apic_base_write },
	{ 0x03a, 0x03a, msr_read_host, msr_write_refused },	/* FEATURE_CONTROL */
	{ 0x08b, 0x08b, msr_read_host, msr_write_ignored },	/* microcode revision */
	{ 0x0ce, 0x0ce, msr_read_zero, msr_write_refused },	/* PLATFORM_INFO */
	{ 0x0fe, 0x0fe, msr_read_host, msr_write_refused },	/* MTRRs */
	{ 0x140, 0x140, msr_read_zero, msr_write_ignored },	/* MISC_FEATURES_ENABLES */
	{ 0x179, 0x17b, msr_read_host, msr_write_host },	/* machine check */
	{ MSR_MISC_ENABLE, MSR_MISC_ENABLE, msr_read_host, msr_write_ignored },
	{ 0x1fc, 0x1fc, msr_read_zero, msr_write_ignored },	/* POWER_CTL */
	{ 0x200, 0x26f, msr_read_host, msr_write_host },
	{ 0x2ff, 0x2ff, msr_read_host, msr_write_host },
	{ 0x400, 0x47f, msr_read_host, msr_write_host },
	{ 0x800, 0x807, x2apic_read, x2apic_write },
	{ 0x80c, 0x80f, x2apic_read, x2apic_write },
	{ 0x828, 0x8ff, x2apic_read, x2apic_write },
};

static const struct msr_rule *find(const struct msr_rule *rules, size_t count, u32 msr)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (msr >= rules[i].first && msr <= rules[i].last)
			return &rules[i];
	}
	return NULL;
}

static int apply(const struct msr_rule *rule, struct cpu *cpu, bool write, u32 msr, u64 *value)
{
	return write ? rule->write(cpu, msr, *value) : rule->read(cpu, msr, value);
}

int td_host_msr(struct cpu *cpu, bool write, u32 msr, u64 *value)
{
	const struct msr_rule *rule = find(host_rules, ARRAY_SIZE(host_rules), msr);

	return rule == NULL ? -EINVAL : apply(rule, cpu, write, msr, value);
}

void td_exit_msr(struct cpu *cpu)
{
	struct vmcb_save *save = &cpu->vmcb.save;
	bool write = cpu->vmcb.control.exit_info1 & 1;
	u32 msr = (u32)cpu->gpr[RCX];
	u64 value = (u32)save->rax | cpu->gpr[RDX] << 32;
	const struct msr_rule *rule = find(module_rules, ARRAY_SIZE(module_rules), msr);
	int err = rule == NULL ? RAISE_VE : apply(rule, cpu, write, msr, &value);

	if (err == RAISE_VE) {
		ve_instruction(cpu, write ? REASON_WRMSR : REASON_RDMSR, 0, 2);
		return;
	}
	if (err < 0) {
		inject_error(cpu, VECTOR_GP, 0);
		return;
	}
	if (!write) {
		save->rax = (u32)value;
		cpu->gpr[RDX] = value >> 32;
	}
	insn_skip(cpu, 2);
}
