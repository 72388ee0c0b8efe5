/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Bare instructions for tests: each calls a function that the test defines. */
#ifndef ASM_NATIVE_H
#define ASM_NATIVE_H

#include <fw/types.h>

struct cpuid_regs {
	u32 eax, ebx, ecx, edx;
};

/* The defaults of these fail the test; support.h tells more. */
struct cpuid_regs mock_cpuid(u32 leaf, u32 subleaf);
u32 mock_io_read(u16 port, unsigned int width);
void mock_io_write(u16 port, u32 value, unsigned int width);
u64 mock_rdmsr(u32 msr);
void mock_wrmsr(u32 msr, u64 value);
void mock_halt(void) __attribute__((noreturn));

static inline u8 native_inb(u16 port) { return (u8)mock_io_read(port, 1); }
static inline u16 native_inw(u16 port) { return (u16)mock_io_read(port, 2); }
static inline u32 native_inl(u16 port) { return mock_io_read(port, 4); }
static inline void native_outb(u8 v, u16 port) { mock_io_write(port, v, 1); }
static inline void native_outw(u16 v, u16 port) { mock_io_write(port, v, 2); }
static inline void native_outl(u32 v, u16 port) { mock_io_write(port, v, 4); }

static inline struct cpuid_regs native_cpuid(u32 leaf, u32 subleaf)
{
	return mock_cpuid(leaf, subleaf);
}

static inline u64 native_rdmsr(u32 msr) { return mock_rdmsr(msr); }
static inline void native_wrmsr(u32 msr, u64 value) { mock_wrmsr(msr, value); }
/* As asm/io.h's; a copy is made in pieces of 4 bytes and 1. */
u32 mock_mmio_read(phys_addr_t addr, unsigned int width);
void mock_mmio_write(phys_addr_t addr, u32 value, unsigned int width);

static inline u8 native_readb(const volatile void __iomem *addr)
{
	return (u8)mock_mmio_read((uintptr_t)addr, 1);
}

static inline void native_writeb(u8 v, volatile void __iomem *addr)
{
	mock_mmio_write((uintptr_t)addr, v, 1);
}

static inline void native_writew(u16 v, volatile void __iomem *addr)
{
	mock_mmio_write((uintptr_t)addr, v, 2);
}

static inline void native_writel(u32 v, volatile void __iomem *addr)
{
	mock_mmio_write((uintptr_t)addr, v, 4);
}

static inline void native_copy_from(void *to, const volatile void __iomem *from, size_t len)
{
	uintptr_t p = (uintptr_t)from;
	u8 *t = to;

	for (; len >= 4; len -= 4, t += 4, p += 4) {
		u32 v = mock_mmio_read(p, 4);

		__builtin_memcpy(t, &v, 4);
	}
	for (; len > 0; len--)
		*t++ = (u8)mock_mmio_read(p++, 1);
}

static inline u64 native_irq_save(void) { return 0; }
static inline void native_irq_restore(u64 flags) { (void)flags; }
static inline void native_triple_fault(void) { }

static inline void native_halt(void) { mock_halt(); }

#endif
