/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Single instructions of the processor for tests: each calls a function that the test defines. */
#ifndef ASM_CPU_H
#define ASM_CPU_H

#include <asm/native.h>
#include <fw/types.h>

/* The defaults of mock_read_cr() and mock_write_cr() fail the test. */
u64 mock_read_cr(unsigned int cr);
void mock_write_cr(unsigned int cr, u64 value);
/* Counts calls unless the test defines it. */
u64 mock_rdtsc(void);
/* Does nothing unless the test defines it. */
void mock_invlpg(phys_addr_t addr);

static inline struct cpuid_regs cpuid(u32 leaf, u32 subleaf)
{
	return mock_cpuid(leaf, subleaf);
}

/* The real one, from arch/x86/cpu/cpu.c. */
unsigned int cpu_phys_bits(void);

static inline u64 rdtsc(void) { return mock_rdtsc(); }
static inline void cpu_relax(void) { }
static inline void cpu_wait_interrupt(void) { mock_halt(); }
static inline void __attribute__((noreturn)) cpu_halt(void) { mock_halt(); }
static inline void __attribute__((noreturn)) cpu_triple_fault(void) { mock_halt(); }
static inline u64 read_cr2(void) { return mock_read_cr(2); }
static inline u64 read_cr3(void) { return mock_read_cr(3); }
static inline void write_cr3(u64 v) { mock_write_cr(3, v); }
static inline u64 read_cr4(void) { return mock_read_cr(4); }
static inline void invlpg(phys_addr_t addr) { mock_invlpg(addr); }

#endif
