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
static inline void native_halt(void) { mock_halt(); }

#endif
