/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* As much of instruction decoding as exits without decode assists need. */
#ifndef CCVM_INSN_H
#define CCVM_INSN_H

#include <fw/types.h>

struct cpu;

#define INSN_MAX	15

/**
 * struct insn - an instruction's bytes and prefixes
 * @byte:	bytes from the first prefix on, zero beyond @len
 * @len:	how many could be fetched
 * @prefixes:	number of prefix bytes; the opcode follows
 * @rex:	the REX byte or 0
 * @rep:	0xf2 or 0xf3 or 0
 * @op_size:	0x66 is there
 * @addr_size:	0x67 is there
 * @segment:	the last segment override or 0
 */
struct insn {
	u8 byte[INSN_MAX];
	u8 len;
	u8 prefixes;
	u8 rex;
	u8 rep;
	bool op_size;
	bool addr_size;
	u8 segment;
};

/** insn_fetch() - fetch and decode the prefixes of the instruction at RIP */
void insn_fetch(const struct cpu *cpu, struct insn *insn);

/* insn_opcode() - the bytes after the prefixes */
static inline const u8 *insn_opcode(const struct insn *insn)
{
	return insn->byte + insn->prefixes;
}

/** insn_skip() - step over an instruction with @opcode_len bytes after its prefixes */
void insn_skip(struct cpu *cpu, unsigned int opcode_len);

/** insn_address_mask() - mask of addresses of the instruction's address size */
u64 insn_address_mask(const struct cpu *cpu, const struct insn *insn);

/** struct store - a store instruction, decoded by insn_decode_store() */
struct store {
	u32 value;
	unsigned int len;	/* of the instruction */
	int exchange;		/* register that gets the old value, or -1 */
};

/**
 * insn_decode_store() - a store of 32 bits from a register or an immediate
 *
 * Return: 0 or -EOPNOTSUPP if it is another instruction.
 */
int insn_decode_store(struct cpu *cpu, struct store *store);

#endif
