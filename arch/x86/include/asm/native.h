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

/* String input: one exit for a page or so in a plain virtual machine. */
static inline void native_insl(u16 port, void *buf, size_t count)
{
	__asm__ volatile("rep insl" : "+D"(buf), "+c"(count) : "d"(port) : "memory");
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

/*
 * Memory of devices: one plain move each, which is what handlers that stand in
 * for the host decode.
 */
static inline u8 native_readb(const volatile void __iomem *addr)
{
	u8 v;

	__asm__ volatile("movb %1, %0" : "=q"(v) : "m"(*(const volatile u8 __force *)addr));
	return v;
}

static inline void native_writeb(u8 v, volatile void __iomem *addr)
{
	__asm__ volatile("movb %1, %0" : "=m"(*(volatile u8 __force *)addr) : "q"(v) : "memory");
}

static inline void native_writew(u16 v, volatile void __iomem *addr)
{
	__asm__ volatile("movw %1, %0" : "=m"(*(volatile u16 __force *)addr) : "r"(v) : "memory");
}

static inline void native_writel(u32 v, volatile void __iomem *addr)
{
	__asm__ volatile("movl %1, %0" : "=m"(*(volatile u32 __force *)addr) : "r"(v) : "memory");
}

/* From a device whose memory reads like any other. */
static inline void native_copy_from(void *to, const volatile void __iomem *from, size_t len)
{
	const void *f = (const void __force *)from;
	size_t words = len / 8;

	len %= 8;
	__asm__ volatile("rep movsq" : "+D"(to), "+S"(f), "+c"(words) : : "memory");
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(f), "+c"(len) : : "memory");
}

/* Interrupts off; returns what native_irq_restore() wants. */
static inline u64 native_irq_save(void)
{
	u64 flags;

	__asm__ volatile("pushfq; popq %0; cli" : "=r"(flags) : : "memory");
	return flags;
}

static inline void native_irq_restore(u64 flags)
{
	__asm__ volatile("pushq %0; popfq" : : "r"(flags) : "memory", "cc");
}

/* An exception without an interrupt descriptor table: the chipset resets the machine. */
static inline void native_triple_fault(void)
{
	static const struct {
		u16 limit;
		u64 base;
	} __packed no_idt;

	__asm__ volatile("lidt %0; int3" : : "m"(no_idt) : "memory");
}

/* Until an interrupt that is not masked. */
static inline void native_halt(void)
{
	__asm__ volatile("hlt" ::: "memory");
}

#endif
