/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Instruction decoding. Document: AMD64 APM volume 3, chapter 1. */
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "gpaccess.h"
#include "insn.h"
#include "vcpu.h"

#define REX_R	4
#define REX_B	1

static bool take_prefix(const struct cpu *cpu, struct insn *insn, u8 byte)
{
	switch (byte) {
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
	case 0x64:
	case 0x65:
		insn->segment = byte;
		break;
	case 0x66:
		insn->op_size = true;
		break;
	case 0x67:
		insn->addr_size = true;
		break;
	case 0xf0:
		break;
	case 0xf2:
	case 0xf3:
		insn->rep = byte;
		break;
	default:
		if ((byte & 0xf0) != 0x40 || !vcpu_in_64bit(cpu))
			return false;
		insn->rex = byte;
		return true;
	}
	insn->rex = 0;		/* only counts right before the opcode */
	return true;
}

void insn_fetch(const struct cpu *cpu, struct insn *insn)
{
	memset(insn, 0, sizeof(*insn));
	insn->len = (u8)gva_fetch(cpu, vcpu_linear_ip(cpu), insn->byte, INSN_MAX);
	while (insn->prefixes < insn->len &&
	       take_prefix(cpu, insn, insn->byte[insn->prefixes]))
		insn->prefixes++;
}

void insn_skip(struct cpu *cpu, unsigned int opcode_len)
{
	struct insn insn;

	insn_fetch(cpu, &insn);
	cpu->vmcb.save.rip += insn.prefixes + opcode_len;
}

u64 insn_address_mask(const struct cpu *cpu, const struct insn *insn)
{
	if (vcpu_in_64bit(cpu))
		return insn->addr_size ? 0xffffffff : ~0ull;
	return !(cpu->vmcb.save.cs.attrib & SEG_DB) == !insn->addr_size ? 0xffff : 0xffffffff;
}

/* Bytes of ModRM, SIB and displacement; 16-bit addressing is not known. */
static unsigned int modrm_len(const u8 *modrm)
{
	unsigned int mod = modrm[0] >> 6, rm = modrm[0] & 7, len = 1;

	if (rm == 4) {
		if (mod == 0 && (modrm[1] & 7) == 5)
			len += 4;
		len++;
	} else if (mod == 0 && rm == 5) {
		len += 4;
	}
	if (mod == 1)
		len += 1;
	if (mod == 2)
		len += 4;
	return len;
}

int insn_decode_store(struct cpu *cpu, struct store *store)
{
	struct insn insn;
	const u8 *op;
	unsigned int len;
	enum gpr reg;

	insn_fetch(cpu, &insn);
	op = insn_opcode(&insn);
	if (insn.op_size || insn_address_mask(cpu, &insn) == 0xffff ||
	    insn.prefixes + 12 > INSN_MAX)
		return -EOPNOTSUPP;

	store->exchange = -1;
	len = modrm_len(op + 1);
	reg = (op[1] >> 3 & 7) | (insn.rex & REX_R ? 8 : 0);
	switch (op[0]) {
	case 0x87:
		store->exchange = (int)reg;
		fallthrough;
	case 0x89:
		store->value = (u32)*vcpu_reg(cpu, reg);
		break;
	case 0xa3:
		store->value = (u32)cpu->vmcb.save.rax;
		len = vcpu_in_64bit(cpu) ? 8 : 4;
		break;
	case 0xc7:
		store->value = get_le32(op + 1 + len);
		len += 4;
		break;
	default:
		return -EOPNOTSUPP;
	}
	store->len = insn.prefixes + 1 + len;
	return 0;
}
