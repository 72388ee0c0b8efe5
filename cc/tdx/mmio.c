/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Decodes moves between a register and a device's memory, in 64-bit mode. Any
 * other instruction that reaches a device is refused: strings, atomic and vector
 * instructions, and segments or addresses that are not flat.
 * Document: Intel SDM volume 2, chapter 2 (instruction format) and appendix A
 * (opcode maps).
 */
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "mmio.h"

#define REX_B	(1u << 0)
#define REX_X	(1u << 1)
#define REX_R	(1u << 2)
#define REX_W	(1u << 3)

#define REG_SP	4
#define REG_BP	5

/* What has been read of an instruction. */
struct cursor {
	const u8 *code;
	unsigned int at;
	bool bad;		/* too long, or not supported */
	bool opsize;		/* prefix 66 */
	u8 rex;
};

/* Bytes one after the other, so that the page after the instruction stays alone. */
static u64 take(struct cursor *c, unsigned int bytes)
{
	u64 value = 0;
	unsigned int i;

	for (i = 0; i < bytes; i++) {
		if (c->at == INSN_MAX) {
			c->bad = true;
			return 0;
		}
		value |= (u64)c->code[c->at++] << 8 * i;
	}
	return value;
}

static u64 sign_extend(u64 value, unsigned int bytes)
{
	unsigned int shift = 64 - 8 * bytes;

	return (u64)((s64)(value << shift) >> shift);
}

static u64 *frame_reg(struct exception_frame *f, unsigned int n)
{
	u64 *const regs[] = {
		&f->rax, &f->rcx, &f->rdx, &f->rbx, &f->rsp, &f->rbp, &f->rsi, &f->rdi,
		&f->r8, &f->r9, &f->r10, &f->r11, &f->r12, &f->r13, &f->r14, &f->r15,
	};

	return regs[n & 15];
}

static u64 get_reg(const struct exception_frame *frame, unsigned int n)
{
	struct exception_frame copy = *frame;

	return *frame_reg(&copy, n);
}

/* Prefixes; the first byte that is none. */
static u8 take_opcode(struct cursor *c)
{
	u8 byte;

	for (;;) {
		byte = (u8)take(c, 1);
		if (byte == 0x66) {
			c->opsize = true;
		} else if ((byte & 0xf0) == 0x40) {
			c->rex = byte;
			return (u8)take(c, 1);
		} else if (byte != 0x26 && byte != 0x2e && byte != 0x36 && byte != 0x3e) {
			/* 64, 65, 67, F0, F2 and F3 are no opcodes that anybody knows. */
			return byte;
		}
		if (c->bad)
			return 0;
	}
}

/* SIB byte: base and index; the displacement of mod 0 may replace the base. */
static u64 take_sib(struct cursor *c, const struct exception_frame *f, u8 mod, bool *disp32)
{
	u8 sib = (u8)take(c, 1);
	unsigned int index = (sib >> 3 & 7) | (c->rex & REX_X ? 8 : 0);
	unsigned int base = (sib & 7) | (c->rex & REX_B ? 8 : 0);
	u64 addr = 0;

	if (index != REG_SP)
		addr = get_reg(f, index) << (sib >> 6);
	if (mod == 0 && (sib & 7) == REG_BP) {
		*disp32 = true;
		return addr;
	}
	return addr + get_reg(f, base);
}

/* The operand's address; relative to RIP it needs @imm, what follows, too. */
static u64 take_address(struct cursor *c, const struct exception_frame *f, u8 modrm,
			unsigned int imm)
{
	u8 mod = modrm >> 6, rm = modrm & 7;
	bool disp32 = mod == 2;
	u64 addr;

	if (mod == 3) {
		c->bad = true;
		return 0;
	}
	if (mod == 0 && rm == REG_BP) {
		addr = sign_extend(take(c, 4), 4);
		return addr + f->rip + c->at + imm;
	}
	if (rm == REG_SP)
		addr = take_sib(c, f, mod, &disp32);
	else
		addr = get_reg(f, rm | (c->rex & REX_B ? 8u : 0u));
	if (disp32)
		addr += sign_extend(take(c, 4), 4);
	else if (mod == 1)
		addr += sign_extend(take(c, 1), 1);
	return addr;
}

static unsigned int operand_size(const struct cursor *c)
{
	if (c->rex & REX_W)
		return 8;
	return c->opsize ? 2 : 4;
}

/* The register field; without REX, 4 to 7 of the byte registers are AH to BH. */
static void set_reg(struct mmio_insn *insn, const struct cursor *c, unsigned int n, bool byte)
{
	insn->reg = n | (c->rex & REX_R ? 8 : 0);
	insn->high = byte && !c->rex && n >= 4;
	if (insn->high)
		insn->reg -= 4;
}

static void take_moffs(struct mmio_insn *insn, struct cursor *c, u8 opcode)
{
	insn->write = opcode & 2;
	insn->width = opcode & 1 ? operand_size(c) : 1;
	insn->addr = take(c, 8);
}

static void take_mov_imm(struct mmio_insn *insn, struct cursor *c, u8 opcode,
			 const struct exception_frame *f)
{
	u8 modrm = (u8)take(c, 1);
	unsigned int imm;

	insn->write = true;
	insn->width = opcode & 1 ? operand_size(c) : 1;
	imm = MIN(insn->width, 4u);
	if ((modrm >> 3 & 7) != 0)
		c->bad = true;
	insn->addr = take_address(c, f, modrm, imm);
	insn->value = sign_extend(take(c, imm), imm);
}

static void take_mov_reg(struct mmio_insn *insn, struct cursor *c, u8 opcode,
			 const struct exception_frame *f)
{
	u8 modrm = (u8)take(c, 1);

	insn->write = !(opcode & 2);
	insn->width = opcode & 1 ? operand_size(c) : 1;
	set_reg(insn, c, modrm >> 3 & 7, insn->width == 1);
	insn->addr = take_address(c, f, modrm, 0);
}

/* MOVZX and MOVSX, after 0F. */
static void take_mov_extend(struct mmio_insn *insn, struct cursor *c,
			    const struct exception_frame *f)
{
	u8 opcode = (u8)take(c, 1), modrm = (u8)take(c, 1);

	if ((opcode & 0xf6) != 0xb6)
		c->bad = true;
	insn->width = opcode & 1 ? 2 : 1;
	insn->sign = opcode & 8;
	insn->result = operand_size(c);
	set_reg(insn, c, modrm >> 3 & 7, false);
	insn->addr = take_address(c, f, modrm, 0);
}

int mmio_decode(struct mmio_insn *insn, const u8 *code, const struct exception_frame *frame)
{
	struct cursor c = { .code = code };
	u8 opcode = take_opcode(&c);

	memset(insn, 0, sizeof(*insn));
	if (opcode >= 0xa0 && opcode <= 0xa3)
		take_moffs(insn, &c, opcode);
	else if (opcode == 0xc6 || opcode == 0xc7)
		take_mov_imm(insn, &c, opcode, frame);
	else if (opcode >= 0x88 && opcode <= 0x8b)
		take_mov_reg(insn, &c, opcode, frame);
	else if (opcode == 0x0f)
		take_mov_extend(insn, &c, frame);
	else
		c.bad = true;
	if (c.bad)
		return -EOPNOTSUPP;
	if (insn->result == 0)
		insn->result = insn->width;
	if (insn->write && opcode != 0xc6 && opcode != 0xc7)
		insn->value = get_reg(frame, insn->reg) >> (insn->high ? 8 : 0);
	insn->length = c.at;
	return 0;
}

void mmio_store(const struct mmio_insn *insn, struct exception_frame *frame, u64 value)
{
	u64 *reg = frame_reg(frame, insn->reg), mask;
	unsigned int shift = insn->high ? 8 : 0;

	if (insn->sign)
		value = sign_extend(value, insn->width);
	/* Writing 4 bytes of a register clears the rest of it. */
	mask = insn->result == 8 ? ~(u64)0 : ((u64)1 << 8 * insn->result) - 1;
	value &= mask;
	if (insn->result >= 4)
		*reg = value;
	else
		*reg = (*reg & ~(mask << shift)) | value << shift;
}
