/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Port and memory-mapped I/O for tests: every access calls a function that the
 * test defines. MMIO is looked up by physical address, nothing is mapped.
 */
#ifndef ASM_IO_H
#define ASM_IO_H

#include <fw/types.h>

/* @width is in bytes. The defaults fail the test. */
u32 mock_io_read(u16 port, unsigned int width);
void mock_io_write(u16 port, u32 value, unsigned int width);
u32 mock_mmio_read(phys_addr_t addr, unsigned int width);
void mock_mmio_write(phys_addr_t addr, u32 value, unsigned int width);
/* Unless the test defines them, two accesses of 4 bytes, the lower one first. */
u64 mock_mmio_read64(phys_addr_t addr);
void mock_mmio_write64(phys_addr_t addr, u64 value);

static inline u8 inb(u16 port) { return (u8)mock_io_read(port, 1); }
static inline u16 inw(u16 port) { return (u16)mock_io_read(port, 2); }
static inline u32 inl(u16 port) { return mock_io_read(port, 4); }

static inline void outb(u8 v, u16 port) { mock_io_write(port, v, 1); }
static inline void outw(u16 v, u16 port) { mock_io_write(port, v, 2); }
static inline void outl(u32 v, u16 port) { mock_io_write(port, v, 4); }

static inline void insl(u16 port, void *buf, size_t count)
{
	u32 *p = buf;

	while (count--)
		*p++ = mock_io_read(port, 4);
}

static inline void outsb(u16 port, const void *buf, size_t len)
{
	const u8 *p = buf;

	while (len--)
		mock_io_write(port, *p++, 1);
}

static inline u8 readb(const volatile void __iomem *addr)
{
	return (u8)mock_mmio_read((uintptr_t)addr, 1);
}

static inline u16 readw(const volatile void __iomem *addr)
{
	return (u16)mock_mmio_read((uintptr_t)addr, 2);
}

static inline u32 readl(const volatile void __iomem *addr)
{
	return mock_mmio_read((uintptr_t)addr, 4);
}

static inline u64 readq(const volatile void __iomem *addr)
{
	return mock_mmio_read64((uintptr_t)addr);
}

static inline void writeb(u8 v, volatile void __iomem *addr)
{
	mock_mmio_write((uintptr_t)addr, v, 1);
}

static inline void writew(u16 v, volatile void __iomem *addr)
{
	mock_mmio_write((uintptr_t)addr, v, 2);
}

static inline void writel(u32 v, volatile void __iomem *addr)
{
	mock_mmio_write((uintptr_t)addr, v, 4);
}

static inline void writeq(u64 v, volatile void __iomem *addr)
{
	mock_mmio_write64((uintptr_t)addr, v);
}

static inline void __iomem *mmio(phys_addr_t addr)
{
	return (void __iomem __force *)(uintptr_t)addr;
}

#endif
