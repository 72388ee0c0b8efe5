/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What a function decodes, and where its BARs are.
 * Document: UEFI 2.10, sections 14.4.14 to 14.4.16.
 */
#include <spec/pci.h>

#include "pci.h"

#define COMMAND_ATTRIBUTES	(EFI_PCI_ATTR_IO | EFI_PCI_ATTR_MEMORY | EFI_PCI_ATTR_BUS_MASTER)
/* The old addresses of a VGA; they go with its BARs, and cannot be chosen. */
#define VGA_ATTRIBUTES		(EFI_PCI_ATTR_VGA_MEMORY | EFI_PCI_ATTR_VGA_IO)

/* The command register's bits in their order are those of the attributes. */
#define COMMAND_SHIFT		8
_Static_assert(EFI_PCI_ATTR_IO == PCI_COMMAND_IO << COMMAND_SHIFT &&
	       EFI_PCI_ATTR_MEMORY == PCI_COMMAND_MEMORY << COMMAND_SHIFT &&
	       EFI_PCI_ATTR_BUS_MASTER == PCI_COMMAND_MASTER << COMMAND_SHIFT,
	       "attributes are bits of the command register");

static u64 supported(const struct pci_dev *dev)
{
	u64 attributes = COMMAND_ATTRIBUTES | EFI_PCI_ATTR_DUAL_ADDRESS_CYCLE;

	if (dev->class_rev >> 16 == PCI_CLASS_DISPLAY_VGA)
		attributes |= VGA_ATTRIBUTES;
	return attributes;
}

static u64 current(const struct efi_pci_function *function)
{
	u64 command = pci_read16(function->dev->bdf, PCI_COMMAND);

	return function->attributes | (command << COMMAND_SHIFT & COMMAND_ATTRIBUTES);
}

static void set(struct efi_pci_function *function, u64 attributes)
{
	pci_bdf_t bdf = function->dev->bdf;
	u16 mask = COMMAND_ATTRIBUTES >> COMMAND_SHIFT;
	u16 old = pci_read16(bdf, PCI_COMMAND);
	u16 new = (u16)((old & ~mask) | (attributes >> COMMAND_SHIFT & mask));

	if (new != old)
		pci_write16(bdf, PCI_COMMAND, new);
	function->attributes = attributes & ~(u64)COMMAND_ATTRIBUTES;
}

efi_status_t EFIAPI pci_io_attributes(struct efi_pci_io *this, u32 operation, u64 attributes,
				      u64 *result)
{
	struct efi_pci_function *function = to_function(this);
	u64 all = supported(function->dev);
	EFI_TPL_GUARD(TPL_HIGH_LEVEL);

	switch (operation) {
	case EFI_PCI_ATTR_GET:
	case EFI_PCI_ATTR_SUPPORTED:
		if (!result)
			return EFI_INVALID_PARAMETER;
		*result = operation == EFI_PCI_ATTR_GET ? current(function) : all;
		return EFI_SUCCESS;
	case EFI_PCI_ATTR_SET:
	case EFI_PCI_ATTR_ENABLE:
	case EFI_PCI_ATTR_DISABLE:
		break;
	default:
		return EFI_INVALID_PARAMETER;
	}
	if (attributes & ~all)
		return EFI_UNSUPPORTED;
	if (operation == EFI_PCI_ATTR_ENABLE)
		attributes |= current(function);
	else if (operation == EFI_PCI_ATTR_DISABLE)
		attributes = current(function) & ~attributes;
	set(function, attributes);
	return EFI_SUCCESS;
}

static const struct pci_bar *find_bar(const struct efi_pci_function *function, u8 bar)
{
	const struct pci_bar *b = bar < PCI_BARS ? &function->dev->bar[bar] : NULL;

	return b && b->size && b->addr ? b : NULL;
}

static efi_status_t describe_bar(const struct pci_bar *bar, void **resources)
{
	struct list {
		struct acpi_qword_address bar;
		struct acpi_end_tag end;
	} __packed *list = efi_zalloc(sizeof(*list));

	if (!list)
		return EFI_OUT_OF_RESOURCES;
	pci_describe(&list->bar,
		     bar->space == PCI_SPACE_IO ? ACPI_RESOURCE_IO : ACPI_RESOURCE_MEMORY,
		     bar->addr, bar->size);
	if (bar->space != PCI_SPACE_IO)
		list->bar.granularity = bar->is_64bit ? 64 : 32;
	if (bar->space == PCI_SPACE_PREF)
		list->bar.specific_flags = ACPI_MEMORY_PREFETCHABLE;
	list->end.tag = ACPI_END_TAG;
	*resources = list;
	return EFI_SUCCESS;
}

efi_status_t EFIAPI pci_io_get_bar_attributes(struct efi_pci_io *this, u8 bar, u64 *supports,
					      void **resources)
{
	const struct pci_bar *b = find_bar(to_function(this), bar);

	if (!supports && !resources)
		return EFI_INVALID_PARAMETER;
	if (!b)
		return EFI_UNSUPPORTED;
	/* How a BAR is cached cannot be chosen. */
	if (supports)
		*supports = 0;
	return resources ? describe_bar(b, resources) : EFI_SUCCESS;
}

efi_status_t EFIAPI pci_io_set_bar_attributes(struct efi_pci_io *this, u64 attributes, u8 bar,
					      u64 *offset, u64 *length)
{
	const struct pci_bar *b = find_bar(to_function(this), bar);

	if (!offset || !length)
		return EFI_INVALID_PARAMETER;
	if (!b || attributes != 0 || *offset > b->size || *length > b->size - *offset)
		return EFI_UNSUPPORTED;
	return EFI_SUCCESS;
}
