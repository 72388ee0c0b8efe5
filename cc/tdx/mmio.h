/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Instructions that access a device's memory. */
#ifndef TDX_MMIO_H
#define TDX_MMIO_H

#include <asm/exception.h>
#include <fw/types.h>

#define INSN_MAX	15

/**
 * struct mmio_insn - a move from or to memory
 * @addr:    linear address of the operand
 * @value:   what is written
 * @write:   to memory
 * @width:   bytes of the operand in memory
 * @sign:    of what is read, extended to @result bytes: as a signed number
 * @result:  bytes of the register that are written
 * @reg:     number of that register
 * @high:    it is bits 15:8 of that register
 * @length:  bytes of the instruction
 */
struct mmio_insn {
	u64 addr;
	u64 value;
	bool write;
	unsigned int width;
	bool sign;
	unsigned int result;
	unsigned int reg;
	bool high;
	unsigned int length;
};

/**
 * mmio_decode() - take a 64-bit mode instruction apart
 * @insn:  result
 * @code:  its bytes; no byte beyond it is read, nor more than INSN_MAX
 * @frame: registers, with RIP at @code's place
 *
 * Return: 0, or -EOPNOTSUPP if it is not one of the simple moves.
 */
int mmio_decode(struct mmio_insn *insn, const u8 *code, const struct exception_frame *frame);

/** mmio_store() - put what was read into the register of the instruction */
void mmio_store(const struct mmio_insn *insn, struct exception_frame *frame, u64 value);

#endif
