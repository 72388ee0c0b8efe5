/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Instruction decoder. It knows three opcode maps, and of them just what a guest
 * kind may have to do in the processor's place; everything else is refused.
 * Document: AMD64 APM volume 3 (24594, revision 3.36), chapter 1 and appendix A.
 */
#include <asm/exception.h>
#include <fw/cc_insn.h>
#include <fw/errno.h>

#define REX_W	8
#define REX_R	4
#define REX_X	2
#define REX_B	1

#define NO_BASE		5	/* with mod 0: disp32 */
#define SIB		4
#define NO_INDEX	4

struct cursor {
	const u8 *bytes;
	size_t count, at;
	u8 rex;
	bool size_16;
};

/* How operands follow an opcode. */
enum form {
	FORM_NONE,		/* nothing follows, or only a third byte */
	FORM_IMM8,
	FORM_MODRM,
	FORM_MODRM_IMM,		/* of the operand's size, 4 bytes at most */
	FORM_MOFFS,		/* address of 8 bytes, or 4 with a prefix */
};

static const struct opcode {
	u32 opcode;
	u8 form;
	bool byte;		/* operands of one byte */
} opcodes[] = {
	{ 0x6c, FORM_NONE, true }, { 0x6d, FORM_NONE, false },
	{ 0x6e, FORM_NONE, true }, { 0x6f, FORM_NONE, false },
	{ 0x88, FORM_MODRM, true }, { 0x89, FORM_MODRM, false },
	{ 0x8a, FORM_MODRM, true }, { 0x8b, FORM_MODRM, false },
	{ 0xa0, FORM_MOFFS, true }, { 0xa1, FORM_MOFFS, false },
	{ 0xa2, FORM_MOFFS, true }, { 0xa3, FORM_MOFFS, false },
	{ 0xa4, FORM_NONE, true }, { 0xa5, FORM_NONE, false },
	{ 0xc6, FORM_MODRM_IMM, true }, { 0xc7, FORM_MODRM_IMM, false },
	{ 0xe4, FORM_IMM8, true }, { 0xe5, FORM_IMM8, false },
	{ 0xe6, FORM_IMM8, true }, { 0xe7, FORM_IMM8, false },
	{ 0xec, FORM_NONE, true }, { 0xed, FORM_NONE, false },
	{ 0xee, FORM_NONE, true }, { 0xef, FORM_NONE, false },
	{ 0x0f08, FORM_NONE, false }, { 0x0f09, FORM_NONE, false },
	{ 0x0f21, FORM_MODRM, false }, { 0x0f23, FORM_MODRM, false },
	{ 0x0f30, FORM_NONE, false }, { 0x0f31, FORM_NONE, false },
	{ 0x0f32, FORM_NONE, false }, { 0x0f33, FORM_NONE, false },
	{ 0x0fa2, FORM_NONE, false },
	{ 0x0fb6, FORM_MODRM, false }, { 0x0fb7, FORM_MODRM, false },
	{ 0x0fbe, FORM_MODRM, false }, { 0x0fbf, FORM_MODRM, false },
	{ 0x0f01c8, FORM_NONE, false }, { 0x0f01c9, FORM_NONE, false },
	{ 0x0f01d9, FORM_NONE, false }, { 0x0f01f9, FORM_NONE, false },
	{ 0x0f01fa, FORM_NONE, false }, { 0x0f01fb, FORM_NONE, false },
};

static int next_byte(struct cursor *c, u8 *byte)
{
	if (c->at == c->count)
		return -E2BIG;
	*byte = c->bytes[c->at++];
	return 0;
}

/* A little-endian number of @size bytes, sign-extended. */
static int next_number(struct cursor *c, unsigned int size, u64 *value)
{
	unsigned int i;

	if (c->count - c->at < size)
		return -E2BIG;
	*value = 0;
	for (i = 0; i < size; i++)
		*value |= (u64)c->bytes[c->at + i] << 8 * i;
	if (size < 8 && *value >> (8 * size - 1) & 1)
		*value |= ~(u64)0 << 8 * size;
	c->at += size;
	return 0;
}

static int read_prefixes(struct cursor *c, struct insn *insn, u8 *byte)
{
	int rc;

	for (;;) {
		rc = next_byte(c, byte);
		if (rc != 0)
			return rc;
		switch (*byte) {
		case 0x26: case 0x2e: case 0x36: case 0x3e:
			break;		/* segments without a base in 64-bit mode */
		case 0x64: case 0x65:
			insn->odd_segment = true;
			break;
		case 0x66:
			c->size_16 = true;
			break;
		case 0x67:
			insn->address_32 = true;
			break;
		case 0xf2: case 0xf3:
			insn->rep = true;
			break;
		default:
			if ((*byte & 0xf0) != 0x40)
				return 0;
			/* The last prefix, or it would not count. */
			c->rex = *byte & 0xf;
			insn->rex = true;
			return next_byte(c, byte);
		}
	}
}

static int read_opcode(struct cursor *c, struct insn *insn)
{
	u8 byte;
	int rc;

	rc = read_prefixes(c, insn, &byte);
	insn->opcode = byte;
	if (rc != 0 || byte != 0x0f)
		return rc;
	rc = next_byte(c, &byte);
	insn->opcode = 0x0f00u | byte;
	if (rc != 0 || byte != 0x01)
		return rc;
	rc = next_byte(c, &byte);
	insn->opcode = 0x0f0100u | byte;
	return rc;
}

static const struct opcode *find_opcode(u32 opcode)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(opcodes); i++) {
		if (opcodes[i].opcode == opcode)
			return &opcodes[i];
	}
	return NULL;
}

static u64 reg_value(const struct exception_frame *frame, unsigned int number)
{
	return *insn_register((struct exception_frame *)(uintptr_t)frame, number);
}

/* Base and index; *@relative: to the next instruction instead. */
static int read_base(struct cursor *c, struct insn *insn, const struct exception_frame *frame,
		     u8 rm, bool *relative, bool *no_base)
{
	u8 sib;
	int rc;

	*relative = *no_base = false;
	if (rm != SIB) {
		*relative = *no_base = insn->mod == 0 && rm == NO_BASE;
		if (!*no_base)
			insn->address = reg_value(frame, rm | (c->rex & REX_B ? 8u : 0));
		return 0;
	}
	rc = next_byte(c, &sib);
	if (rc != 0)
		return rc;
	*no_base = insn->mod == 0 && (sib & 7) == NO_BASE;
	if (!*no_base)
		insn->address = reg_value(frame, (sib & 7u) | (c->rex & REX_B ? 8u : 0));
	if ((sib >> 3 & 7) != NO_INDEX || c->rex & REX_X)
		insn->address += reg_value(frame, (sib >> 3 & 7u) | (c->rex & REX_X ? 8u : 0))
				 << (sib >> 6);
	return 0;
}

static int read_modrm(struct cursor *c, struct insn *insn, const struct exception_frame *frame,
		      bool *relative)
{
	bool no_base;
	u64 disp = 0;
	u8 modrm;
	int rc;

	rc = next_byte(c, &modrm);
	if (rc != 0)
		return rc;
	insn->mod = modrm >> 6;
	insn->reg = (modrm >> 3 & 7) | (c->rex & REX_R ? 8 : 0);
	insn->rm = (modrm & 7) | (c->rex & REX_B ? 8 : 0);
	insn->memory = insn->mod != 3 && insn->opcode != 0x0f21 && insn->opcode != 0x0f23;
	if (!insn->memory)
		return 0;
	rc = read_base(c, insn, frame, modrm & 7, relative, &no_base);
	if (rc == 0 && insn->mod == 1)
		rc = next_number(c, 1, &disp);
	else if (rc == 0 && (insn->mod == 2 || no_base))
		rc = next_number(c, 4, &disp);
	insn->address += disp;
	return rc;
}

static int read_operands(struct cursor *c, struct insn *insn, const struct opcode *op,
			 const struct exception_frame *frame, bool *relative)
{
	int rc = 0;

	if (op->form == FORM_MODRM || op->form == FORM_MODRM_IMM)
		rc = read_modrm(c, insn, frame, relative);
	if (rc == 0 && op->form == FORM_MODRM_IMM)
		rc = next_number(c, MIN(insn->size, (u8)4), &insn->imm);
	if (op->form == FORM_IMM8)
		rc = next_number(c, 1, &insn->imm);
	if (op->form == FORM_MOFFS) {
		insn->memory = true;
		rc = next_number(c, insn->address_32 ? 4 : 8, &insn->address);
	}
	return rc;
}

int insn_decode(struct insn *insn, const u8 *bytes, size_t count,
		const struct exception_frame *frame)
{
	struct cursor c = { .bytes = bytes, .count = MIN(count, (size_t)INSN_MAX) };
	const struct opcode *op;
	bool relative = false;
	int rc;

	*insn = (struct insn) { 0 };
	rc = read_opcode(&c, insn);
	if (rc != 0)
		return rc;
	op = find_opcode(insn->opcode);
	if (op == NULL)
		return -EINVAL;
	insn->size = op->byte ? 1 : c.rex & REX_W ? 8 : c.size_16 ? 2 : 4;
	rc = read_operands(&c, insn, op, frame, &relative);
	if (rc != 0)
		return rc;
	if (relative)
		insn->address += frame->rip + c.at;
	if (insn->address_32)
		insn->address = (u32)insn->address;
	insn->length = (u8)c.at;
	return 0;
}

u64 *insn_register(struct exception_frame *frame, unsigned int number)
{
	u64 *const registers[] = {
		&frame->rax, &frame->rcx, &frame->rdx, &frame->rbx,
		&frame->rsp, &frame->rbp, &frame->rsi, &frame->rdi,
		&frame->r8, &frame->r9, &frame->r10, &frame->r11,
		&frame->r12, &frame->r13, &frame->r14, &frame->r15,
	};

	return registers[number % ARRAY_SIZE(registers)];
}

u64 insn_show(const u8 bytes[INSN_MAX])
{
	u64 value = 0;
	size_t i;

	for (i = 0; i < sizeof(value); i++)
		value = value << 8 | bytes[i];
	return value;
}
