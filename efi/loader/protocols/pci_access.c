/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Accesses to registers and configuration space for loaded drivers.
 * Document: UEFI 2.10, sections 14.2 and 14.4 (widths).
 */
#define pr_fmt(fmt) "efi-pci: " fmt

#include <asm/io.h>
#include <asm/paging.h>
#include <fw/log.h>
#include <fw/string.h>

#include "pci.h"

u64 pci_width_size(const struct pci_target *target, u32 width)
{
	u64 size = (u64)1 << (width & 3);

	if (width >= EFI_PCI_WIDTH_MAXIMUM)
		return 0;
	/* Neither ports nor configuration space have such accesses. */
	return size == 8 && target->space != PCI_TARGET_MEMORY ? 0 : size;
}

bool pci_width_span(u32 width, u64 size, u64 count, u64 *span)
{
	*span = size;
	return !pci_width_steps(width) || !__builtin_mul_overflow(size, count, span);
}

static u64 config_read(pci_bdf_t bdf, u16 offset, u64 size)
{
	switch (size) {
	case 1:
		return pci_read8(bdf, offset);
	case 2:
		return pci_read16(bdf, offset);
	default:
		return pci_read32(bdf, offset);
	}
}

static void config_write(pci_bdf_t bdf, u16 offset, u64 value, u64 size)
{
	switch (size) {
	case 1:
		pci_write8(bdf, offset, (u8)value);
		break;
	case 2:
		pci_write16(bdf, offset, (u16)value);
		break;
	default:
		pci_write32(bdf, offset, (u32)value);
	}
}

static u64 port_read(u16 port, u64 size)
{
	switch (size) {
	case 1:
		return inb(port);
	case 2:
		return inw(port);
	default:
		return inl(port);
	}
}

static void port_write(u16 port, u64 value, u64 size)
{
	switch (size) {
	case 1:
		outb((u8)value, port);
		break;
	case 2:
		outw((u16)value, port);
		break;
	default:
		outl((u32)value, port);
	}
}

static u64 memory_read(u64 address, u64 size)
{
	switch (size) {
	case 1:
		return readb(mmio(address));
	case 2:
		return readw(mmio(address));
	case 4:
		return readl(mmio(address));
	default:
		return readq(mmio(address));
	}
}

static void memory_write(u64 address, u64 value, u64 size)
{
	switch (size) {
	case 1:
		writeb((u8)value, mmio(address));
		break;
	case 2:
		writew((u16)value, mmio(address));
		break;
	case 4:
		writel((u32)value, mmio(address));
		break;
	default:
		writeq(value, mmio(address));
	}
}

u64 pci_target_read(const struct pci_target *target, u64 address, u64 size)
{
	switch (target->space) {
	case PCI_TARGET_CONFIG:
		return config_read(target->bdf, (u16)address, size);
	case PCI_TARGET_PORTS:
		return port_read((u16)address, size);
	default:
		return memory_read(address, size);
	}
}

static void target_write(const struct pci_target *target, u64 address, u64 value, u64 size)
{
	switch (target->space) {
	case PCI_TARGET_CONFIG:
		config_write(target->bdf, (u16)address, value, size);
		break;
	case PCI_TARGET_PORTS:
		port_write((u16)address, value, size);
		break;
	default:
		memory_write(address, value, size);
	}
}

void pci_transfer(const struct pci_target *target, u32 width, u64 address, u64 count,
		  void *buffer, bool write)
{
	u64 size = pci_width_size(target, width);
	u64 step = pci_width_steps(width) ? size : 0;
	u64 buffer_step = width < EFI_PCI_WIDTH_FILL_UINT8 ? size : 0;
	u8 *p = buffer;
	u64 value = 0;

	for (; count > 0; count--, address += step, p += buffer_step) {
		if (write) {
			memcpy(&value, p, size);
			target_write(target, address, value, size);
		} else {
			value = pci_target_read(target, address, size);
			memcpy(p, &value, size);
		}
	}
}

efi_status_t pci_poll(const struct pci_target *target, u64 address, u64 size,
		      const struct pci_poll *poll, u64 *result)
{
	u64 start;

	*result = pci_target_read(target, address, size);
	/* With no time to wait, what is there is the answer, whatever it is. */
	if (poll->delay == 0 || (*result & poll->mask) == poll->value)
		return EFI_SUCCESS;
	start = efi_time_100ns();
	do {
		efi_stall(1);
		*result = pci_target_read(target, address, size);
		if ((*result & poll->mask) == poll->value)
			return EFI_SUCCESS;
	} while (efi_time_100ns() - start < poll->delay);
	return EFI_TIMEOUT;
}

void pci_copy_memory(u64 to, u64 from, u64 size, u64 count)
{
	u64 i, offset;

	for (i = 0; i < count; i++) {
		/* From the end if the start of what is read would be overwritten. */
		offset = (to > from ? count - 1 - i : i) * size;
		memory_write(to + offset, memory_read(from + offset, size), size);
	}
}

static bool bar_contains(const struct pci_bar *bar, u64 address, u64 span)
{
	return bar->addr && bar->space != PCI_SPACE_IO && address >= bar->addr &&
	       address - bar->addr < bar->size && span <= bar->size - (address - bar->addr);
}

bool pci_memory_reachable(u64 address, u64 span)
{
	const struct pci_dev *dev;
	unsigned int i;

	if (span > GiB(4) || address <= GiB(4) - span)
		return span <= GiB(4);
	list_for_each_entry(dev, pci_devices(), list) {
		for (i = 0; i < PCI_BARS; i++) {
			if (bar_contains(&dev->bar[i], address, span))
				return true;
		}
	}
	return false;
}

void pci_map_high_bars(const struct pci_dev *dev)
{
	const struct pci_bar *bar;
	u64 base, end;

	for (bar = dev->bar; bar < dev->bar + PCI_BARS; bar++) {
		end = ALIGN_UP(bar->addr + bar->size, PAGE_SIZE);
		if (!bar->addr || bar->space == PCI_SPACE_IO || end <= GiB(4))
			continue;
		base = ALIGN_DOWN(bar->addr, PAGE_SIZE);
		if (paging_map(base, end - base, MAP_MMIO) != 0)
			pr_warn("%02x:%02x.%x: BAR at 0x%llx cannot be mapped",
				PCI_BDF_BUS(dev->bdf), PCI_BDF_DEV(dev->bdf),
				PCI_BDF_FN(dev->bdf), (unsigned long long)bar->addr);
	}
}

void pci_describe(struct acpi_qword_address *desc, u8 type, u64 base, u64 size)
{
	*desc = (struct acpi_qword_address) {
		.tag = ACPI_QWORD_ADDRESS,
		.length = sizeof(*desc) - offsetof(struct acpi_qword_address, type),
		.type = type,
		.min = base,
		.max = base + size - 1,
		.size = size,
	};
}
