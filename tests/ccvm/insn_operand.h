/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Linear addresses of an instruction's memory operands. */
#ifndef CCVM_INSN_OPERAND_H
#define CCVM_INSN_OPERAND_H

#include <fw/types.h>

struct cpu;

/**
 * insn_operand_at() - which operand of the instruction at RIP is at an address
 * @gpa: guest-physical address that was accessed, with the mode's address bit
 * @gla: set to the linear address
 *
 * Looks at ModRM operands, MOV with a direct address and string instructions.
 *
 * Return: 0 or -ENOENT.
 */
int insn_operand_at(struct cpu *cpu, u64 gpa, u64 *gla);

#endif
