/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Access to PCI configuration space.
 * Documents: PCI Local Bus Specification 3.0, section 3.2.2.3.2 (ports);
 * PCI Express Base Specification 5.0, section 7.2.2 (memory-mapped).
 */
#include <asm/io.h>
#include <fw/host_input.h>
#include <spec/pci.h>

#include "internal.h"

HOST_INPUT_OTHER(pci_config, common, CHECKED, 0, 0, "PCI configuration space");
HOST_INPUT_OTHER(option_roms, common, NEVER, 0, 0, "PCI option ROMs");

#define PORT_ENABLE	0x80000000u
#define SPACE_SIZE	256	/* what the ports reach */
#define SPACE_SIZE_EXT	4096

static phys_addr_t ecam_base;
static unsigned int ecam_buses;

/* What the address port holds: writing the same again would be an exit for nothing. */
static u32 port_address;

void pci_use_ecam(phys_addr_t base, unsigned int buses)
{
	ecam_base = base;
	ecam_buses = buses;
	port_address = 0;
}

static bool is_reachable(pci_bdf_t bdf, u16 offset)
{
	if (!ecam_buses)
		return offset < SPACE_SIZE;
	return PCI_BDF_BUS(bdf) < ecam_buses && offset < SPACE_SIZE_EXT;
}

static void __iomem *ecam(pci_bdf_t bdf, u16 offset)
{
	return mmio(ecam_base + ((phys_addr_t)bdf << 12) + offset);
}

/* Return: the port at which the register can be reached now. */
static u16 port_select(pci_bdf_t bdf, u16 offset)
{
	u32 address = PORT_ENABLE | (u32)bdf << 8 | (offset & 0xfc);

	if (address != port_address) {
		outl(address, PCI_CONFIG_ADDRESS);
		port_address = address;
	}
	return PCI_CONFIG_DATA + (offset & 3);
}

u8 pci_read8(pci_bdf_t bdf, u16 offset)
{
	if (!is_reachable(bdf, offset))
		return 0xff;
	if (ecam_buses)
		return readb(ecam(bdf, offset));
	return inb(port_select(bdf, offset));
}

u16 pci_read16(pci_bdf_t bdf, u16 offset)
{
	if (!is_reachable(bdf, offset))
		return 0xffff;
	if (ecam_buses)
		return readw(ecam(bdf, offset));
	return inw(port_select(bdf, offset));
}

u32 pci_read32(pci_bdf_t bdf, u16 offset)
{
	if (!is_reachable(bdf, offset))
		return 0xffffffff;
	if (ecam_buses)
		return readl(ecam(bdf, offset));
	return inl(port_select(bdf, offset));
}

void pci_write8(pci_bdf_t bdf, u16 offset, u8 value)
{
	if (!is_reachable(bdf, offset))
		return;
	if (ecam_buses)
		writeb(value, ecam(bdf, offset));
	else
		outb(value, port_select(bdf, offset));
}

void pci_write16(pci_bdf_t bdf, u16 offset, u16 value)
{
	if (!is_reachable(bdf, offset))
		return;
	if (ecam_buses)
		writew(value, ecam(bdf, offset));
	else
		outw(value, port_select(bdf, offset));
}

void pci_write32(pci_bdf_t bdf, u16 offset, u32 value)
{
	if (!is_reachable(bdf, offset))
		return;
	if (ecam_buses)
		writel(value, ecam(bdf, offset));
	else
		outl(value, port_select(bdf, offset));
}

/*
 * The specification lets a root complex refuse accesses of more than 4 bytes
 * (7.2.2.1). QEMU's takes them, and does them as two of 4 bytes.
 */
static bool is_one_access(pci_bdf_t bdf, u16 offset)
{
	return ecam_buses && is_reachable(bdf, offset) && offset % 8 == 0;
}

u64 pci_read64(pci_bdf_t bdf, u16 offset)
{
	u32 low;

	if (is_one_access(bdf, offset))
		return readq(ecam(bdf, offset));
	low = pci_read32(bdf, offset);
	return (u64)pci_read32(bdf, offset + 4) << 32 | low;
}

void pci_write64(pci_bdf_t bdf, u16 offset, u64 value)
{
	if (is_one_access(bdf, offset)) {
		writeq(value, ecam(bdf, offset));
		return;
	}
	pci_write32(bdf, offset, (u32)value);
	pci_write32(bdf, offset + 4, (u32)(value >> 32));
}

static u32 size32(pci_bdf_t bdf, u16 offset)
{
	pci_write32(bdf, offset, 0xffffffff);
	return pci_read32(bdf, offset);
}

u64 pci_size64(pci_bdf_t bdf, u16 offset)
{
	u32 low;

	if (is_one_access(bdf, offset)) {
		pci_write64(bdf, offset, ~(u64)0);
		return pci_read64(bdf, offset);
	}
	/* Register by register, since the ports stay at one between accesses. */
	low = size32(bdf, offset);
	return (u64)size32(bdf, offset + 4) << 32 | low;
}

/* Called for every place where something might be, so without detours. */
u32 pci_read_id(pci_bdf_t bdf, u32 *command)
{
	u64 value;
	u32 id;

	if (ecam_buses && PCI_BDF_BUS(bdf) < ecam_buses) {
		value = readq(ecam(bdf, PCI_VENDOR_ID));
		*command = (u32)(value >> 32);
		id = (u32)value;
	} else {
		id = pci_read32(bdf, PCI_VENDOR_ID);
	}
	if ((u16)id == 0xffff || (u16)id == 0)
		return PCI_ID_NONE;
	if (!ecam_buses)
		*command = pci_read32(bdf, PCI_COMMAND);
	return id;
}
