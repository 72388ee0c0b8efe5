/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Single instructions of the processor (Intel SDM volume 2). */
#ifndef ASM_CPU_H
#define ASM_CPU_H

#include <asm/cpu_ops.h>
#include <asm/native.h>
#include <fw/types.h>

#ifdef CONFIG_CC

static inline struct cpuid_regs cpuid(u32 leaf, u32 subleaf)
{
	return cpu_ops->cpuid(leaf, subleaf);
}

static inline void cpu_wait_interrupt(void)
{
	cpu_ops->halt();
}

#else

static inline struct cpuid_regs cpuid(u32 leaf, u32 subleaf)
{
	return native_cpuid(leaf, subleaf);
}

static inline void cpu_wait_interrupt(void)
{
	native_halt();
}

#endif

/**
 * cpu_phys_bits() - width of a physical address, 36 to 52
 *
 * Document: Intel SDM volume 2, CPUID leaf 80000008H; 36 without that leaf.
 * Two exits the first time.
 */
unsigned int cpu_phys_bits(void);

static inline u64 rdtsc(void)
{
	u32 lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (u64)hi << 32 | lo;
}

static inline void cpu_relax(void)
{
	__asm__ volatile("pause" ::: "memory");
}

/* Halt this processor with interrupts off, whatever else arrives. */
static inline void __attribute__((noreturn)) cpu_halt(void)
{
	for (;;) {
		__asm__ volatile("cli" ::: "memory");
		cpu_wait_interrupt();
	}
}

/*
 * Shut this processor down: an exception without an interrupt descriptor table
 * (Intel SDM volume 3, section 6.15). The chipset then resets the machine.
 */
static inline void __attribute__((noreturn)) cpu_triple_fault(void)
{
	static const struct {
		u16 limit;
		u64 base;
	} __packed no_idt;

	__asm__ volatile("lidt %0; int3" : : "m"(no_idt) : "memory");
	cpu_halt();
}

static inline u64 read_cr2(void)
{
	u64 v;

	__asm__ volatile("mov %%cr2, %0" : "=r"(v));
	return v;
}

static inline u64 read_cr3(void)
{
	u64 v;

	__asm__ volatile("mov %%cr3, %0" : "=r"(v));
	return v;
}

static inline void write_cr3(u64 v)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(v) : "memory");
}

static inline u64 read_cr4(void)
{
	u64 v;

	__asm__ volatile("mov %%cr4, %0" : "=r"(v));
	return v;
}

static inline void invlpg(phys_addr_t addr)
{
	__asm__ volatile("invlpg (%0)" : : "r"(addr) : "memory");
}

#endif
