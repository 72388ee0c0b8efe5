/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Instructions of loaded software, as far as #VC is about them. */
#ifndef CC_SEV_INSN_H
#define CC_SEV_INSN_H

#include <asm/exception.h>
#include <fw/types.h>

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
 * Return: 0, -EINVAL if it is not one that #VC can be about, -E2BIG if it is
 * longer than @count.
 */
int insn_decode(struct insn *insn, const u8 *bytes, size_t count,
		const struct exception_frame *frame);

/** insn_register() - a general register by its number in ModRM with REX */
u64 *insn_register(struct exception_frame *frame, unsigned int number);

#endif
