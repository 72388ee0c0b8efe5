/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The instructions that a hypervisor may intercept, bare. Only for a guest
 * kind's own code and for the accessors of asm/io.h, asm/cpu.h and asm/msr.h;
 * everybody else uses those.
 * Document: Intel SDM volume 2.
 */
#ifndef ASM_NATIVE_H
#define ASM_NATIVE_H

#include <fw/types.h>

struct cpuid_regs {
	u32 eax, ebx, ecx, edx;
};

static inline u8 native_inb(u16 port)
{
	u8 v;

	__asm__ volatile("inb %w1, %b0" : "=a"(v) : "Nd"(port) : "memory");
	return v;
}

static inline u16 native_inw(u16 port)
{
	u16 v;

	__asm__ volatile("inw %w1, %w0" : "=a"(v) : "Nd"(port) : "memory");
	return v;
}

static inline u32 native_inl(u16 port)
{
	u32 v;

	__asm__ volatile("inl %w1, %0" : "=a"(v) : "Nd"(port) : "memory");
	return v;
}

static inline void native_outb(u8 v, u16 port)
{
	__asm__ volatile("outb %b0, %w1" : : "a"(v), "Nd"(port) : "memory");
}

static inline void native_outw(u16 v, u16 port)
{
	__asm__ volatile("outw %w0, %w1" : : "a"(v), "Nd"(port) : "memory");
}

static inline void native_outl(u32 v, u16 port)
{
	__asm__ volatile("outl %0, %w1" : : "a"(v), "Nd"(port) : "memory");
}

/* String output: one exit for the whole buffer in a plain virtual machine. */
static inline void native_outsb(u16 port, const void *buf, size_t len)
{
	__asm__ volatile("rep outsb" : "+S"(buf), "+c"(len) : "d"(port) : "memory");
}

static inline struct cpuid_regs native_cpuid(u32 leaf, u32 subleaf)
{
	struct cpuid_regs r;

	__asm__ volatile("cpuid"
			 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			 : "a"(leaf), "c"(subleaf));
	return r;
}

static inline u64 native_rdmsr(u32 msr)
{
	u32 lo, hi;

	__asm__ volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr) : "memory");
	return (u64)hi << 32 | lo;
}

static inline void native_wrmsr(u32 msr, u64 value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((u32)value),
			 "d"((u32)(value >> 32)) : "memory");
}

/* Until an interrupt that is not masked. */
static inline void native_halt(void)
{
	__asm__ volatile("hlt" ::: "memory");
}

#endif
