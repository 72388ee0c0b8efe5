/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The replaceable part of port I/O, memory-mapped I/O, CPUID, MSRs and HLT: a
 * guest kind that must ask its host in another way than by being intercepted
 * installs its own functions, and firmware code never takes the exception.
 */
#ifndef ASM_CPU_OPS_H
#define ASM_CPU_OPS_H

#include <fw/types.h>

struct cpuid_regs;

/**
 * struct cpu_ops - one slot for each kind of access; none is NULL
 * @io_read:	@width bytes (1, 2 or 4) from a port
 * @io_write:	to a port
 * @mmio_read:	@width bytes (1, 2, 4 or 8) from a device's memory; aligned
 * @mmio_write:	to a device's memory
 * @cpuid:	as the instruction
 * @rdmsr:	as the instruction; an MSR that is not there ends the boot
 * @wrmsr:	as the instruction
 * @halt:	as HLT, with interrupts as they are
 *
 * What they return is the host's word unless the guest kind knows better. A
 * host that breaks the protocol ends the boot inside of them.
 */
struct cpu_ops {
	u32 (*io_read)(u16 port, unsigned int width);
	void (*io_write)(u16 port, u32 value, unsigned int width);
	u64 (*mmio_read)(phys_addr_t addr, unsigned int width);
	void (*mmio_write)(phys_addr_t addr, u64 value, unsigned int width);
	struct cpuid_regs (*cpuid)(u32 leaf, u32 subleaf);
	u64 (*rdmsr)(u32 msr);
	void (*wrmsr)(u32 msr, u64 value);
	void (*halt)(void);
};

/* What accessors go through; the instructions themselves at first. */
extern const struct cpu_ops *cpu_ops;

/* The instructions, for the slots that a guest kind leaves as they are. */
u32 cpu_native_io_read(u16 port, unsigned int width);
void cpu_native_io_write(u16 port, u32 value, unsigned int width);
u64 cpu_native_mmio_read(phys_addr_t addr, unsigned int width);
void cpu_native_mmio_write(phys_addr_t addr, u64 value, unsigned int width);
struct cpuid_regs cpu_native_cpuid(u32 leaf, u32 subleaf);
u64 cpu_native_rdmsr(u32 msr);
void cpu_native_wrmsr(u32 msr, u64 value);
void cpu_native_halt(void);

#endif
