/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Defaults for tests/unit/mock/asm: hardware that a test did not provide is an error. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>

#include <asm/cpu.h>
#include <asm/io.h>
#include <asm/irq.h>
#include <asm/msr.h>
#include <asm/paging.h>

#include "support.h"

#define DEFAULT	__attribute__((weak))

DEFAULT u32 mock_io_read(u16 port, unsigned int width)
{
	mock_fail("unexpected %u-byte read from port %#x", width, port);
}

DEFAULT void mock_io_write(u16 port, u32 value, unsigned int width)
{
	mock_fail("unexpected %u-byte write of %#x to port %#x", width, value, port);
}

DEFAULT u32 mock_mmio_read(phys_addr_t addr, unsigned int width)
{
	mock_fail("unexpected %u-byte read from MMIO %#" PRIx64, width, addr);
}

DEFAULT void mock_mmio_write(phys_addr_t addr, u32 value, unsigned int width)
{
	mock_fail("unexpected %u-byte write of %#x to MMIO %#" PRIx64, width, value, addr);
}

DEFAULT u64 mock_mmio_read64(phys_addr_t addr)
{
	u32 low = mock_mmio_read(addr, 4);

	return (u64)mock_mmio_read(addr + 4, 4) << 32 | low;
}

DEFAULT void mock_mmio_write64(phys_addr_t addr, u64 value)
{
	mock_mmio_write(addr, (u32)value, 4);
	mock_mmio_write(addr + 4, (u32)(value >> 32), 4);
}

DEFAULT struct cpuid_regs mock_cpuid(u32 leaf, u32 subleaf)
{
	mock_fail("unexpected CPUID %#x/%#x", leaf, subleaf);
}

DEFAULT u64 mock_read_cr(unsigned int cr)
{
	mock_fail("unexpected read of CR%u", cr);
}

DEFAULT void mock_write_cr(unsigned int cr, u64 value)
{
	mock_fail("unexpected write of %#" PRIx64 " to CR%u", value, cr);
}

DEFAULT u64 mock_rdtsc(void)
{
	static u64 ticks;

	return ++ticks;
}

DEFAULT void mock_invlpg(phys_addr_t addr __unused)
{
}

DEFAULT void irq_enable(void)
{
}

DEFAULT void irq_disable(void)
{
}

DEFAULT u64 irq_save(void)
{
	return 0;
}

DEFAULT void irq_restore(u64 flags __unused)
{
}

DEFAULT void irq_wait(void)
{
	mock_fail("unexpected wait for an interrupt");
}

DEFAULT u64 mock_rdmsr(u32 msr)
{
	mock_fail("unexpected read of MSR %#x", msr);
}

DEFAULT void mock_wrmsr(u32 msr, u64 value)
{
	mock_fail("unexpected write of %#" PRIx64 " to MSR %#x", value, msr);
}

DEFAULT int paging_map(phys_addr_t base, u64 size, u64 prot)
{
	mock_fail("unexpected paging_map(%#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 ")",
		  base, size, prot);
}

void *mock_ram(uint64_t base, size_t size)
{
	static struct { uint64_t base; size_t size; } mapped[16];
	unsigned int i;
	void *p;

	for (i = 0; i < 16 && mapped[i].size; i++) {
		if (mapped[i].base == base && mapped[i].size == size) {
			munmap((void *)(uintptr_t)base, size);
			break;
		}
	}
	if (i == 16)
		mock_fail("mock_ram: more than 16 ranges");
	p = mmap((void *)(uintptr_t)base, size, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (p != (void *)(uintptr_t)base)
		mock_fail("mock_ram: no room at %#" PRIx64, base);
	mapped[i].base = base;
	mapped[i].size = size;
	return p;
}
