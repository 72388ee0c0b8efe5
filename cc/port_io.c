/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Port instructions of loaded software, strings of them in pieces: how an
 * element gets to the port is the guest kind's.
 * Document: Intel SDM volume 2, IN, INS, OUT, OUTS and REP.
 */
#include <asm/exception.h>
#include <asm/flags.h>
#include <fw/byteorder.h>
#include <fw/cc_insn.h>
#include <fw/string.h>

/* Bits of the opcodes. */
#define OPCODE_OUT	(1u << 1)
#define IN_OUT_FIRST	0xe4
#define IN_OUT_DX	0xec

struct port_io port_io_decode(const struct exception_frame *frame, const struct insn *insn)
{
	bool imm = insn->opcode >= IN_OUT_FIRST && insn->opcode < IN_OUT_DX;
	bool string = insn->opcode < IN_OUT_FIRST;

	return (struct port_io) {
		.port = imm ? (u8)insn->imm : (u16)frame->rdx,
		/* There are no 8 bytes, whatever the prefixes are. */
		.size = MIN(insn->size, (u8)4),
		.in = !(insn->opcode & OPCODE_OUT),
		.string = string,
		.rep = string && insn->rep,
	};
}

/*
 * An element in memory, which may be a device's: one access of its size. It can
 * raise an exception in its turn.
 */
static void load_element(u64 addr, unsigned int size, u8 *to)
{
	if (size == 1)
		*to = *(const volatile u8 *)(uintptr_t)addr;
	else if (size == 2)
		put_le16(*(const volatile u16 *)(uintptr_t)addr, to);
	else
		put_le32(*(const volatile u32 *)(uintptr_t)addr, to);
}

static void store_element(u64 addr, unsigned int size, const u8 *from)
{
	if (size == 1)
		*(volatile u8 *)(uintptr_t)addr = *from;
	else if (size == 2)
		*(volatile u16 *)(uintptr_t)addr = get_le16(from);
	else
		*(volatile u32 *)(uintptr_t)addr = get_le32(from);
}

typedef const char *(*transfer_fn)(const struct port_io *io, void *data, unsigned int count);

/* Part of a string; RIP stays until RCX is 0. */
static const char *do_string(struct exception_frame *frame, const struct insn *insn,
			     const struct port_io *io, transfer_fn transfer)
{
	u64 *reg = io->in ? &frame->rdi : &frame->rsi;
	u64 step = frame->rflags & RFLAGS_DF ? -(u64)io->size : io->size;
	u64 count = io->rep ? MIN(frame->rcx, (u64)(PORT_IO_MAX / io->size)) : 1;
	u8 data[PORT_IO_MAX];
	const char *why;
	u64 i;

	if (insn->address_32 || insn->odd_segment)
		return "string with such prefixes";
	if (count == 0)
		return NULL;
	for (i = 0; !io->in && i < count; i++)
		load_element(*reg + i * step, io->size, data + i * io->size);
	why = transfer(io, data, (unsigned int)count);
	if (why != NULL)
		return why;
	for (i = 0; io->in && i < count; i++)
		store_element(*reg + i * step, io->size, data + i * io->size);
	*reg += count * step;
	if (io->rep) {
		frame->rcx -= count;
		if (frame->rcx != 0)
			frame->rip -= insn->length;
	}
	return NULL;
}

static const char *do_register(struct exception_frame *frame, const struct port_io *io,
			       transfer_fn transfer)
{
	u8 data[sizeof(u32)] = { 0 };
	const char *why;

	if (!io->in)
		memcpy(data, &frame->rax, io->size);
	why = transfer(io, data, 1);
	if (why != NULL || !io->in)
		return why;
	/* 32 bits clear the upper half. */
	if (io->size == 4)
		frame->rax = 0;
	memcpy(&frame->rax, data, io->size);
	return NULL;
}

const char *port_io_emulate(struct exception_frame *frame, const struct insn *insn,
			    transfer_fn transfer)
{
	struct port_io io = port_io_decode(frame, insn);

	return io.string ? do_string(frame, insn, &io, transfer) :
	       do_register(frame, &io, transfer);
}
