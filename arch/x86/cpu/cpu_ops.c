/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The instructions themselves, as the accessors' first slots. */
#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/cc.h>

u32 cpu_native_io_read(u16 port, unsigned int width)
{
	switch (width) {
	case 1:
		return native_inb(port);
	case 2:
		return native_inw(port);
	default:
		return native_inl(port);
	}
}

void cpu_native_io_write(u16 port, u32 value, unsigned int width)
{
	switch (width) {
	case 1:
		native_outb((u8)value, port);
		break;
	case 2:
		native_outw((u16)value, port);
		break;
	default:
		native_outl(value, port);
		break;
	}
}

u64 cpu_native_mmio_read(phys_addr_t addr, unsigned int width)
{
	uintptr_t at = addr;

	switch (width) {
	case 1:
		return *(const volatile u8 *)at;
	case 2:
		return *(const volatile u16 *)at;
	case 4:
		return *(const volatile u32 *)at;
	default:
		return *(const volatile u64 *)at;
	}
}

void cpu_native_mmio_write(phys_addr_t addr, u64 value, unsigned int width)
{
	uintptr_t at = addr;

	switch (width) {
	case 1:
		*(volatile u8 *)at = (u8)value;
		break;
	case 2:
		*(volatile u16 *)at = (u16)value;
		break;
	case 4:
		*(volatile u32 *)at = (u32)value;
		break;
	default:
		*(volatile u64 *)at = value;
		break;
	}
}

struct cpuid_regs cpu_native_cpuid(u32 leaf, u32 subleaf)
{
	return native_cpuid(leaf, subleaf);
}

u64 cpu_native_rdmsr(u32 msr)
{
	return native_rdmsr(msr);
}

void cpu_native_wrmsr(u32 msr, u64 value)
{
	native_wrmsr(msr, value);
}

void cpu_native_halt(void)
{
	native_halt();
}

static const struct cpu_ops native_ops = {
	.io_read = cpu_native_io_read,
	.io_write = cpu_native_io_write,
	.mmio_read = cpu_native_mmio_read,
	.mmio_write = cpu_native_mmio_write,
	.cpuid = cpu_native_cpuid,
	.rdmsr = cpu_native_rdmsr,
	.wrmsr = cpu_native_wrmsr,
	.halt = cpu_native_halt,
};

const struct cpu_ops *cpu_ops = &native_ops;

void outsb(u16 port, const void *buf, size_t len)
{
	const u8 *byte = buf;

	if (cc_active() == NULL) {
		native_outsb(port, buf, len);
		return;
	}
	while (len--)
		outb(*byte++, port);
}
