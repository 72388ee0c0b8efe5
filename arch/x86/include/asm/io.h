/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Port I/O and memory-mapped I/O. All of the firmware's device access goes
 * through these, so that a guest kind can replace them in one place.
 */
#ifndef ASM_IO_H
#define ASM_IO_H

#include <asm/cpu_ops.h>
#include <asm/native.h>
#include <fw/types.h>

#ifdef CONFIG_CC

static inline u8 inb(u16 port)
{
	return (u8)cpu_ops->io_read(port, 1);
}

static inline u16 inw(u16 port)
{
	return (u16)cpu_ops->io_read(port, 2);
}

static inline u32 inl(u16 port)
{
	return cpu_ops->io_read(port, 4);
}

static inline void outb(u8 v, u16 port)
{
	cpu_ops->io_write(port, v, 1);
}

static inline void outw(u16 v, u16 port)
{
	cpu_ops->io_write(port, v, 2);
}

static inline void outl(u32 v, u16 port)
{
	cpu_ops->io_write(port, v, 4);
}

/* One after the other where the host cannot reach the guest's memory. */
void insl(u16 port, void *buf, size_t count);
void outsb(u16 port, const void *buf, size_t len);

static inline phys_addr_t mmio_addr(const volatile void __iomem *addr)
{
	return (uintptr_t)(const volatile void __force *)addr;
}

static inline u8 readb(const volatile void __iomem *addr)
{
	return (u8)cpu_ops->mmio_read(mmio_addr(addr), 1);
}

static inline u16 readw(const volatile void __iomem *addr)
{
	return (u16)cpu_ops->mmio_read(mmio_addr(addr), 2);
}

static inline u32 readl(const volatile void __iomem *addr)
{
	return (u32)cpu_ops->mmio_read(mmio_addr(addr), 4);
}

static inline u64 readq(const volatile void __iomem *addr)
{
	return cpu_ops->mmio_read(mmio_addr(addr), 8);
}

static inline void writeb(u8 v, volatile void __iomem *addr)
{
	cpu_ops->mmio_write(mmio_addr(addr), v, 1);
}

static inline void writew(u16 v, volatile void __iomem *addr)
{
	cpu_ops->mmio_write(mmio_addr(addr), v, 2);
}

static inline void writel(u32 v, volatile void __iomem *addr)
{
	cpu_ops->mmio_write(mmio_addr(addr), v, 4);
}

static inline void writeq(u64 v, volatile void __iomem *addr)
{
	cpu_ops->mmio_write(mmio_addr(addr), v, 8);
}

#else

static inline u8 inb(u16 port) { return native_inb(port); }
static inline u16 inw(u16 port) { return native_inw(port); }
static inline u32 inl(u16 port) { return native_inl(port); }
static inline void outb(u8 v, u16 port) { native_outb(v, port); }
static inline void outw(u16 v, u16 port) { native_outw(v, port); }
static inline void outl(u32 v, u16 port) { native_outl(v, port); }

static inline void insl(u16 port, void *buf, size_t count)
{
	native_insl(port, buf, count);
}

static inline void outsb(u16 port, const void *buf, size_t len)
{
	native_outsb(port, buf, len);
}

static inline u8 readb(const volatile void __iomem *addr)
{
	return *(const volatile u8 __force *)addr;
}

static inline u16 readw(const volatile void __iomem *addr)
{
	return *(const volatile u16 __force *)addr;
}

static inline u32 readl(const volatile void __iomem *addr)
{
	return *(const volatile u32 __force *)addr;
}

static inline u64 readq(const volatile void __iomem *addr)
{
	return *(const volatile u64 __force *)addr;
}

static inline void writeb(u8 v, volatile void __iomem *addr)
{
	*(volatile u8 __force *)addr = v;
}

static inline void writew(u16 v, volatile void __iomem *addr)
{
	*(volatile u16 __force *)addr = v;
}

static inline void writel(u32 v, volatile void __iomem *addr)
{
	*(volatile u32 __force *)addr = v;
}

static inline void writeq(u64 v, volatile void __iomem *addr)
{
	*(volatile u64 __force *)addr = v;
}

#endif

/* The firmware's page tables map MMIO below 4 GiB at its physical address. */
static inline void __iomem *mmio(phys_addr_t addr)
{
	return (void __iomem __force *)(uintptr_t)addr;
}

#endif
