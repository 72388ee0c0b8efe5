/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Instructions of loaded software that a guest kind carries out in its place,
 * when the processor says that it cannot: port I/O and device memory.
 */
#ifndef FW_CC_INSN_H
#define FW_CC_INSN_H

#include <fw/types.h>

struct exception_frame;

#define INSN_MAX	15

/**
 * struct insn - one instruction of 64-bit mode
 * @opcode:  one byte, or 0x0f00 and the second, or 0x0f0100 and the third
 * @length:  bytes, immediates included
 * @mod, @reg, @rm: fields of ModRM with REX
 * @size:    operand size in bytes: 1 (by opcode), 2, 4 or 8
 * @address: of the memory operand, if @memory
 * @imm:     immediate operand, sign-extended
 */
struct insn {
	u32 opcode;
	u8 length;
	u8 mod, reg, rm;
	u8 size;
	bool memory;
	bool rep;
	bool rex;
	bool odd_segment;	/* FS or GS, whose base is not ours to know */
	bool address_32;
	u64 address;
	u64 imm;
};

/**
 * insn_decode() - decode one instruction
 * @insn:  result
 * @bytes: its bytes
 * @count: how many there are
 * @frame: registers, for the address
 *
 * Return: 0, -EINVAL if it is not one that a guest kind can be asked for, -E2BIG
 * if it is longer than @count.
 */
int insn_decode(struct insn *insn, const u8 *bytes, size_t count,
		const struct exception_frame *frame);

/** insn_register() - a general register by its number in ModRM with REX */
u64 *insn_register(struct exception_frame *frame, unsigned int number);

/**
 * insn_fetch() - the bytes of the instruction at an address
 * @rip:   linear address
 * @bytes: where to put them; those behind the end of what is mapped are 0
 *
 * Return: how many there are.
 */
size_t insn_fetch(u64 rip, u8 bytes[INSN_MAX]);

/** insn_show() - the first eight bytes as a number to be logged in hexadecimal */
u64 insn_show(const u8 bytes[INSN_MAX]);

/**
 * mmio_find_page() - what loaded software's page tables say of an address
 * @addr: linear address
 * @phys: where to put its physical address
 * @shared: where to put whether it is marked as shared with the host
 *
 * Return: false if nothing is mapped there.
 */
bool mmio_find_page(u64 addr, phys_addr_t *phys, bool *shared);

/**
 * mmio_emulate() - do an instruction that reaches device memory
 * @frame:    registers
 * @insn:     the instruction
 * @expected: physical address that caused the exception, if somebody to be
 *	      trusted says so, else NULL
 *
 * Private pages and RAM are refused, whatever the host says that they are.
 * The caller goes on behind the instruction; one that is to be repeated is left
 * with RIP that much lower.
 *
 * Return: NULL if it is done, or why it is refused.
 */
const char *mmio_emulate(struct exception_frame *frame, const struct insn *insn,
			 const phys_addr_t *expected);

/* What a port instruction does at a time. */
#define PORT_IO_MAX	64

/**
 * struct port_io - what a port instruction asks for
 * @port:   port
 * @size:   bytes of an element: 1, 2 or 4
 * @in:     from the port
 * @string: INS or OUTS
 * @rep:    with a count in RCX
 */
struct port_io {
	u16 port;
	u8 size;
	bool in, string, rep;
};

/**
 * port_io_decode() - the meaning of a port instruction
 * @insn: one of IN, OUT, INS and OUTS; no other
 */
struct port_io port_io_decode(const struct exception_frame *frame, const struct insn *insn);

/**
 * port_io_emulate() - do a port instruction
 * @frame:    registers
 * @insn:     the instruction
 * @transfer: reads or writes @count elements at @data, at most PORT_IO_MAX bytes;
 *	      returns NULL, or why it cannot
 *
 * RIP as after mmio_emulate().
 *
 * Return: NULL if it is done, or why it is refused.
 */
const char *port_io_emulate(struct exception_frame *frame, const struct insn *insn,
			    const char *(*transfer)(const struct port_io *io, void *data,
						    unsigned int count));

#endif
