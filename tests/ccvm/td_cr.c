/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Control registers of a trust domain.
 *
 * Document: Intel TDX module base specification (348549), "CR Handling".
 *
 * The real EFER.LME is always 1. QEMU 7.2 returns to ccvm without paging if a
 * guest exits with LME set, PAE and PG clear, so the VMCB has LME only while
 * the guest has paging on.
 */
#include <asm/cpu.h>

#include "exits.h"
#include "inject.h"
#include "insn.h"
#include "tdx.h"

#define CR0_NE		(1ull << 5)
#define CR0_NW		(1ull << 29)
#define CR0_CD		(1ull << 30)
#define CR0_LOW		0xfull		/* what LMSW writes */
#define CR4_MCE		(1ull << 6)
#define CR4_VMXE	(1ull << 13)
#define CR4_SMXE	(1ull << 14)

/* Exit qualification of a control register access. */
#define ACCESS_LMSW	(3u << 4)

/* A decoded write to a control register. */
struct cr_write {
	u32 length;
	u64 qualification;
	u64 value;
};

static void decode(struct cpu *cpu, unsigned int number, struct cr_write *w)
{
	struct insn insn;
	const u8 *op;
	unsigned int r;

	insn_fetch(cpu, &insn);
	op = insn_opcode(&insn);
	r = (op[2] & 7u) | (insn.rex & 1 ? 8u : 0u);
	w->length = insn.prefixes + 3u;
	w->value = *vcpu_reg(cpu, (enum gpr)r);
	if (op[1] == 0x01) {
		w->qualification = ACCESS_LMSW | (w->value & 0xffff) << 16;
		w->value = (cpu->vmcb.save.cr0 & ~(CR0_LOW & ~CR0_PE)) | (w->value & CR0_LOW);
		return;
	}
	w->qualification = number | r << 8;
	if (!vcpu_in_64bit(cpu))
		w->value = (u32)w->value;
}

static void raise_ve(struct cpu *cpu, const struct cr_write *w)
{
	struct ve_info info = {
		.reason = REASON_CR,
		.length = w->length,
		.qualification = w->qualification,
	};

	ve_inject(cpu, &info);
}

static bool cr0_is_bad(const struct cpu *cpu, u64 value)
{
	if (value >> 32 || (value & CR0_PG && !(value & CR0_PE)))
		return true;
	if (value & CR0_NW && !(value & CR0_CD))
		return true;
	if (value & CR0_PG && !vcpu_has_paging(cpu) && !(cpu->vmcb.save.cr4 & CR4_PAE))
		return true;
	return !(value & CR0_PG) && vcpu_in_64bit(cpu);
}

void td_exit_cr0(struct cpu *cpu)
{
	struct vmcb_save *save = &cpu->vmcb.save;
	struct cr_write w;

	decode(cpu, 0, &w);
	if (cr0_is_bad(cpu, w.value)) {
		inject_error(cpu, VECTOR_GP, 0);
		return;
	}
	if ((~w.value & (CR0_PE | CR0_NE)) || (w.value & (CR0_CD | CR0_NW))) {
		raise_ve(cpu, &w);
		return;
	}
	if (w.value & CR0_PG)
		save->efer |= EFER_LME_BIT;
	else
		save->efer &= ~EFER_LME_BIT;
	cr0_written(cpu, w.value);
	save->rip += w.length;
}

/* The bits that QEMU's processor has, as CPUID tells. */
static u64 cr4_known(void)
{
	static const struct {
		u32 leaf;
		u8 output;	/* 1: EBX, 2: ECX, 3: EDX */
		u8 bit;
		u8 cr4;
	} feature[] = {
		{ 1, 3, 1, 0 }, { 1, 3, 1, 1 }, { 1, 3, 4, 2 }, { 1, 3, 2, 3 },
		{ 1, 3, 3, 4 }, { 1, 3, 6, 5 }, { 1, 3, 7, 6 }, { 1, 3, 13, 7 },
		{ 1, 3, 24, 9 }, { 1, 3, 25, 10 }, { 7, 2, 2, 11 }, { 7, 2, 16, 12 },
		{ 7, 1, 0, 16 }, { 1, 2, 17, 17 }, { 1, 2, 26, 18 }, { 7, 1, 7, 20 },
		{ 7, 1, 20, 21 }, { 7, 2, 3, 22 },
	};
	u64 known = 1ull << 8;		/* PCE: RDPMC faults anyway */
	size_t i;

	for (i = 0; i < ARRAY_SIZE(feature); i++) {
		struct cpuid_regs r = cpuid(feature[i].leaf, 0);
		u32 value = feature[i].output == 1 ? r.ebx : feature[i].output == 2 ? r.ecx : r.edx;

		if (value >> feature[i].bit & 1)
			known |= 1ull << feature[i].cr4;
	}
	return known;
}

static bool cr4_is_bad(const struct cpu *cpu, u64 value)
{
	static u64 known;
	u64 changed = value ^ cpu->vmcb.save.cr4;

	if (known == 0)
		known = cr4_known();
	if (value & ~(known | CR4_VMXE | CR4_SMXE))
		return true;
	return vcpu_in_long_mode(cpu) && changed & (CR4_PAE | CR4_LA57) &&
	       (changed & CR4_LA57 || !(value & CR4_PAE));
}

void td_exit_cr4(struct cpu *cpu)
{
	struct cr_write w;

	decode(cpu, 4, &w);
	if (cr4_is_bad(cpu, w.value)) {
		inject_error(cpu, VECTOR_GP, 0);
		return;
	}
	if (!(w.value & CR4_MCE) || w.value & (CR4_VMXE | CR4_SMXE)) {
		raise_ve(cpu, &w);
		return;
	}
	cpu->vmcb.save.cr4 = w.value;
	cpu->vmcb.save.rip += w.length;
}
