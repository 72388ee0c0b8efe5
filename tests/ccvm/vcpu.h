/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* One virtual processor, which is also one processor of QEMU's. */
#ifndef CCVM_VCPU_H
#define CCVM_VCPU_H

#include <fw/types.h>

#include "svm.h"

#define MAX_CPUS	16
#define CPU_STACK_SIZE	0x10000		/* and its alignment */

/* Numbers of the general registers, as instructions encode them. */
enum gpr { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 };

enum cpu_state {
	CPU_OFF,	/* waits for a start, no guest state */
	CPU_RUNNING,
	CPU_PARKED,	/* guest state kept in the VMCB, waits to be resumed */
};

/**
 * struct cpu - a virtual processor
 * @vmcb:	the guest's; first, because svm_entry.asm says so
 * @host_save:	where VMRUN keeps the host's state
 * @scratch:	for VMSAVE, to look at TR and the like
 * @gpr:	the guest's registers; RAX and RSP are in the VMCB, see vcpu_reg()
 * @id:		index and APIC id
 * @state:	see enum cpu_state
 * @start:	what a processor that arrives in ccvm does to become a guest's;
 *		set by the one that sent it the start
 * @start_arg:	for @start
 * @init_seen:	INIT arrived, a SIPI would start it
 * @exits:	number of exits, for the trace
 * @last_fault, @faults: address of the last nested page fault, and how often
 *		in a row it came back
 */
struct cpu {
	struct vmcb vmcb;
	u8 host_save[4096];
	struct vmcb scratch;
	u64 gpr[16];
	u32 id;
	enum cpu_state state;
	void (*start)(struct cpu *cpu);
	u64 start_arg;
	bool init_seen;
	u64 exits;
	u64 last_fault;
	u32 faults;
} __aligned(4096);

extern struct cpu cpus[MAX_CPUS];
extern u32 cpu_count;
extern bool cpus_running;	/* a guest was entered: this_cpu() has a state to show */
extern u8 cpu_stacks[MAX_CPUS][CPU_STACK_SIZE];

/** this_cpu() - the structure of the processor that runs this */
struct cpu *this_cpu(void);

/** cpu_bind() - make this_cpu() work on the stack of @cpu */
void cpu_bind(struct cpu *cpu);

/** vcpu_reg() - where a general register of the guest is */
u64 *vcpu_reg(struct cpu *cpu, enum gpr reg);

/* Whether the guest executes 64-bit code, has paging on, is in long mode. */
static inline bool vcpu_in_long_mode(const struct cpu *cpu)
{
	return cpu->vmcb.save.efer & EFER_LMA;
}

static inline bool vcpu_in_64bit(const struct cpu *cpu)
{
	return vcpu_in_long_mode(cpu) && cpu->vmcb.save.cs.attrib & SEG_L;
}

static inline bool vcpu_has_paging(const struct cpu *cpu)
{
	return cpu->vmcb.save.cr0 & CR0_PG;
}

/** vcpu_linear_ip() - linear address of the next instruction */
u64 vcpu_linear_ip(const struct cpu *cpu);

/** vcpu_reset() - architectural state after RESET, and the mode's additions */
void vcpu_reset(struct cpu *cpu);

/** vcpu_start_at() - real-mode start: code segment base and IP */
void vcpu_start_at(struct cpu *cpu, u16 selector, u64 base, u64 ip);

/** vcpu_dump() - show the state of a guest on the log */
void vcpu_dump(struct cpu *cpu);

#endif
