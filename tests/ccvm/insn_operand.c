/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Linear addresses of memory operands, which #VMEXIT of QEMU 7.2 does not
 * tell. Document: AMD64 APM volume 3, sections 1.4 to 1.7 (ModRM, SIB).
 */
#include <asm/msr.h>
#include <fw/byteorder.h>
#include <fw/errno.h>

#include "gpaccess.h"
#include "insn.h"
#include "insn_operand.h"
#include "vcpu.h"

#define MSR_FS_BASE	0xc0000100
#define MSR_GS_BASE	0xc0000101

#define REX_X		2
#define REX_B		1

/* FS and GS stay in the processor: ccvm does not use them. */
static u64 segment_base(const struct cpu *cpu, const struct insn *insn, u64 otherwise)
{
	const struct vmcb_save *save = &cpu->vmcb.save;

	if (insn->segment == 0x64)
		return rdmsr(MSR_FS_BASE);
	if (insn->segment == 0x65)
		return rdmsr(MSR_GS_BASE);
	if (vcpu_in_64bit(cpu))
		return 0;
	switch (insn->segment) {
	case 0x26:
		return save->es.base;
	case 0x2e:
		return save->cs.base;
	case 0x36:
		return save->ss.base;
	case 0x3e:
		return save->ds.base;
	default:
		return otherwise;
	}
}

static u64 linear(const struct cpu *cpu, u64 base, u64 offset)
{
	return vcpu_in_64bit(cpu) ? base + offset : (u32)(base + offset);
}

/* Bytes of immediate that follow a ModRM operand, for RIP-relative addresses. */
static unsigned int immediate_len(const struct insn *insn, const u8 *op, u8 modrm)
{
	unsigned int word = insn->op_size ? 2 : 4;

	switch (op[0]) {
	case 0x69:
	case 0x81:
	case 0xc7:
		return word;
	case 0x6b:
	case 0x80:
	case 0x83:
	case 0xc0:
	case 0xc1:
	case 0xc6:
		return 1;
	case 0xf6:
		return (modrm >> 3 & 7) < 2 ? 1 : 0;
	case 0xf7:
		return (modrm >> 3 & 7) < 2 ? word : 0;
	case 0x0f:
		return op[1] == 0xba || op[1] == 0xa4 || op[1] == 0xac ? 1 : 0;
	default:
		return 0;
	}
}

static u64 displacement(const u8 *at, unsigned int size)
{
	if (size == 1)
		return (u64)(s64)(s8)*at;
	return size == 4 ? (u64)(s64)(s32)get_le32(at) : 0;
}

static u64 reg(struct cpu *cpu, unsigned int number)
{
	return *vcpu_reg(cpu, (enum gpr)number);
}

/* The offset that ModRM, SIB and displacement give, of 32 or 64-bit addressing. */
static int modrm_offset(struct cpu *cpu, const struct insn *insn, const u8 *op,
			unsigned int opcode_len, u64 *offset)
{
	const u8 *at = op + opcode_len;
	u8 modrm = *at++, mod = modrm >> 6, rm = modrm & 7, sib;
	unsigned int size = mod == 1 ? 1 : mod == 2 ? 4 : 0;
	u64 value = 0;

	if (mod == 3)
		return -ENOENT;
	if (rm == 4) {
		sib = *at++;
		if ((sib & 7) == 5 && mod == 0)
			size = 4;
		else
			value = reg(cpu, (sib & 7) | (insn->rex & REX_B ? 8 : 0));
		if ((sib >> 3 & 7) != 4 || insn->rex & REX_X)
			value += reg(cpu, (sib >> 3 & 7) | (insn->rex & REX_X ? 8 : 0)) <<
				 (sib >> 6);
	} else if (rm == 5 && mod == 0) {
		size = 4;
		if (vcpu_in_64bit(cpu))
			value = cpu->vmcb.save.rip + (u64)(at + size - insn->byte) +
				immediate_len(insn, op, modrm);
	} else {
		value = reg(cpu, rm | (insn->rex & REX_B ? 8u : 0u));
	}
	*offset = (value + displacement(at, size)) & insn_address_mask(cpu, insn);
	return 0;
}

static bool is_at(const struct cpu *cpu, u64 gla, u64 gpa)
{
	u64 found;

	/* The access may begin before the page that it faulted in. */
	return gva_to_gpa(cpu, gla, &found) == 0 && found == gpa;
}

static bool string_operand(struct cpu *cpu, const struct insn *insn, u8 op, u64 gpa, u64 *gla)
{
	const struct vmcb_save *save = &cpu->vmcb.save;
	u64 mask = insn_address_mask(cpu, insn);

	if ((op & 0xfe) != 0xa4 && (op & 0xfe) != 0xa6 && (op & 0xfe) != 0xaa &&
	    (op & 0xfe) != 0xac && (op & 0xfe) != 0xae)
		return false;
	*gla = linear(cpu, vcpu_in_64bit(cpu) ? 0 : save->es.base, cpu->gpr[RDI] & mask);
	if (is_at(cpu, *gla, gpa))
		return true;
	*gla = linear(cpu, segment_base(cpu, insn, save->ds.base), cpu->gpr[RSI] & mask);
	return is_at(cpu, *gla, gpa);
}

int insn_operand_at(struct cpu *cpu, u64 gpa, u64 *gla)
{
	struct insn insn;
	const u8 *op;
	u64 offset, base;

	insn_fetch(cpu, &insn);
	op = insn_opcode(&insn);
	if (insn_address_mask(cpu, &insn) == 0xffff || insn.prefixes + 9 > INSN_MAX)
		return -ENOENT;
	if (string_operand(cpu, &insn, op[0], gpa, gla))
		return 0;
	base = segment_base(cpu, &insn, cpu->vmcb.save.ds.base);
	if (op[0] >= 0xa0 && op[0] <= 0xa3)
		offset = vcpu_in_64bit(cpu) && !insn.addr_size ? get_le64(op + 1)
							       : get_le32(op + 1);
	else if (modrm_offset(cpu, &insn, op, op[0] == 0x0f ? 2 : 1, &offset) < 0)
		return -ENOENT;
	*gla = linear(cpu, base, offset);
	return is_at(cpu, *gla, gpa) ? 0 : -ENOENT;
}
