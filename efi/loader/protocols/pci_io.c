/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The PCI I/O protocol, on a handle for every function.
 * Document: UEFI 2.10, section 14.4.
 *
 * Which part of a BAR is meant, and how much of it, is checked for every access. A
 * driver that gives an address of its own (EFI_PCI_PASS_THROUGH_BAR) is believed, as
 * it could use that address itself.
 */
#include <fw/errno.h>
#include <fw/hooks.h>
#include <spec/pci.h>

#include "pci.h"

#define SPACE_SIZE	256
#define SPACE_SIZE_EXP	4096
#define PORTS		0x10000

static const struct pci_target memory = { .space = PCI_TARGET_MEMORY };
static const struct pci_target ports = { .space = PCI_TARGET_PORTS };

/* An access as it was asked for; @address is what comes out. */
struct access {
	const struct pci_target *target;
	u32 width;
	u8 bar;
	u64 offset;
	u64 count;
	u64 address;
};

static efi_status_t check_bar(const struct pci_dev *dev, struct access *a, u64 span)
{
	const struct pci_bar *bar;
	bool is_port = a->target->space == PCI_TARGET_PORTS;

	if (a->bar == EFI_PCI_PASS_THROUGH_BAR) {
		a->address = a->offset;
		if (is_port)
			return span <= PORTS && a->offset <= PORTS - span ? EFI_SUCCESS
									  : EFI_UNSUPPORTED;
		return pci_memory_reachable(a->offset, span) ? EFI_SUCCESS : EFI_UNSUPPORTED;
	}
	if (a->bar >= PCI_BARS)
		return EFI_UNSUPPORTED;
	bar = &dev->bar[a->bar];
	if (!bar->addr || (bar->space == PCI_SPACE_IO) != is_port)
		return EFI_UNSUPPORTED;
	if (span > bar->size || a->offset > bar->size - span)
		return EFI_UNSUPPORTED;
	a->address = bar->addr + a->offset;
	return EFI_SUCCESS;
}

static efi_status_t check(struct efi_pci_io *this, struct access *a)
{
	u64 size = pci_width_size(a->target, a->width), span;
	efi_status_t status;

	if (size == 0)
		return EFI_INVALID_PARAMETER;
	if (!pci_width_span(a->width, size, a->count, &span))
		return EFI_UNSUPPORTED;
	status = check_bar(to_function(this)->dev, a, span);
	if (EFI_ERROR(status))
		return status;
	return IS_ALIGNED(a->address, size) ? EFI_SUCCESS : EFI_UNSUPPORTED;
}

static efi_status_t transfer(struct efi_pci_io *this, struct access a, void *buffer, bool write)
{
	efi_status_t status;

	if (!buffer)
		return EFI_INVALID_PARAMETER;
	status = check(this, &a);
	if (EFI_ERROR(status))
		return status;
	pci_transfer(a.target, a.width, a.address, a.count, buffer, write);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI mem_read(struct efi_pci_io *this, u32 width, u8 bar, u64 offset,
				    efi_uintn_t count, void *buffer)
{
	return transfer(this, (struct access){ &memory, width, bar, offset, count, 0 }, buffer,
			false);
}

static efi_status_t EFIAPI mem_write(struct efi_pci_io *this, u32 width, u8 bar, u64 offset,
				     efi_uintn_t count, void *buffer)
{
	return transfer(this, (struct access){ &memory, width, bar, offset, count, 0 }, buffer,
			true);
}

static efi_status_t EFIAPI io_read(struct efi_pci_io *this, u32 width, u8 bar, u64 offset,
				   efi_uintn_t count, void *buffer)
{
	return transfer(this, (struct access){ &ports, width, bar, offset, count, 0 }, buffer,
			false);
}

static efi_status_t EFIAPI io_write(struct efi_pci_io *this, u32 width, u8 bar, u64 offset,
				    efi_uintn_t count, void *buffer)
{
	return transfer(this, (struct access){ &ports, width, bar, offset, count, 0 }, buffer,
			true);
}

static efi_status_t poll(struct efi_pci_io *this, struct access a, const struct pci_poll *poll,
			 u64 *result)
{
	efi_status_t status;

	/* One register; neither a buffer nor a value to fill with is there. */
	if (!result || a.width > EFI_PCI_WIDTH_UINT64)
		return EFI_INVALID_PARAMETER;
	status = check(this, &a);
	if (EFI_ERROR(status))
		return status;
	return pci_poll(a.target, a.address, pci_width_size(a.target, a.width), poll, result);
}

static efi_status_t EFIAPI poll_mem(struct efi_pci_io *this, u32 width, u8 bar, u64 offset,
				    u64 mask, u64 value, u64 delay, u64 *result)
{
	return poll(this, (struct access){ &memory, width, bar, offset, 1, 0 },
		    &(struct pci_poll){ mask, value, delay }, result);
}

static efi_status_t EFIAPI poll_io(struct efi_pci_io *this, u32 width, u8 bar, u64 offset,
				   u64 mask, u64 value, u64 delay, u64 *result)
{
	return poll(this, (struct access){ &ports, width, bar, offset, 1, 0 },
		    &(struct pci_poll){ mask, value, delay }, result);
}

static efi_status_t config(struct efi_pci_io *this, u32 width, u32 offset, u64 count,
			   void *buffer, bool write)
{
	const struct pci_dev *dev = to_function(this)->dev;
	struct pci_target target = { PCI_TARGET_CONFIG, dev->bdf };
	u64 size = pci_width_size(&target, width), limit = SPACE_SIZE, span;
	EFI_TPL_GUARD(TPL_HIGH_LEVEL);	/* an access may be of an address, then of data */

	if (size == 0 || !buffer)
		return EFI_INVALID_PARAMETER;
	if (!pci_width_span(width, size, count, &span) || !IS_ALIGNED(offset, size))
		return EFI_UNSUPPORTED;
	/* Only a PCI Express function has more. */
	if ((offset >= limit || span > limit - offset) && pci_find_cap(dev, PCI_CAP_ID_EXP, 0))
		limit = SPACE_SIZE_EXP;
	if (offset >= limit || span > limit - offset)
		return EFI_UNSUPPORTED;
	pci_transfer(&target, width, offset, count, buffer, write);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI config_read(struct efi_pci_io *this, u32 width, u32 offset,
				       efi_uintn_t count, void *buffer)
{
	return config(this, width, offset, count, buffer, false);
}

static efi_status_t EFIAPI config_write(struct efi_pci_io *this, u32 width, u32 offset,
					efi_uintn_t count, void *buffer)
{
	return config(this, width, offset, count, buffer, true);
}

static efi_status_t EFIAPI copy_mem(struct efi_pci_io *this, u32 width, u8 to_bar,
				    u64 to_offset, u8 from_bar, u64 from_offset,
				    efi_uintn_t count)
{
	struct access to = { &memory, width, to_bar, to_offset, count, 0 };
	struct access from = { &memory, width, from_bar, from_offset, count, 0 };
	efi_status_t status;

	if (width > EFI_PCI_WIDTH_UINT64)
		return EFI_INVALID_PARAMETER;
	status = check(this, &to);
	if (!EFI_ERROR(status))
		status = check(this, &from);
	if (EFI_ERROR(status))
		return status;
	pci_copy_memory(to.address, from.address, pci_width_size(&memory, width), count);
	return EFI_SUCCESS;
}

static bool is_wide(struct efi_pci_io *this)
{
	return to_function(this)->attributes & EFI_PCI_ATTR_DUAL_ADDRESS_CYCLE;
}

static efi_status_t EFIAPI map(struct efi_pci_io *this, u32 operation, void *host,
			       efi_uintn_t *size, u64 *device, void **mapping)
{
	return pci_dma_map(is_wide(this), operation, host, size, device, mapping);
}

static efi_status_t EFIAPI unmap(struct efi_pci_io *this __unused, void *mapping)
{
	return pci_dma_unmap(mapping);
}

static efi_status_t EFIAPI allocate_buffer(struct efi_pci_io *this, u32 how __unused, u32 type,
					   efi_uintn_t pages, void **host, u64 attributes)
{
	return pci_dma_allocate(is_wide(this), type, pages, host, attributes);
}

static efi_status_t EFIAPI free_buffer(struct efi_pci_io *this __unused, efi_uintn_t pages,
				       void *host)
{
	return pci_dma_free(pages, host);
}

/* Writes of a device reach memory in order; there is nothing on the way. */
static efi_status_t EFIAPI flush(struct efi_pci_io *this __unused)
{
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI get_location(struct efi_pci_io *this, efi_uintn_t *segment,
					efi_uintn_t *bus, efi_uintn_t *device,
					efi_uintn_t *function)
{
	pci_bdf_t bdf = to_function(this)->dev->bdf;

	if (!segment || !bus || !device || !function)
		return EFI_INVALID_PARAMETER;
	*segment = 0;
	*bus = PCI_BDF_BUS(bdf);
	*device = PCI_BDF_DEV(bdf);
	*function = PCI_BDF_FN(bdf);
	return EFI_SUCCESS;
}

static const struct efi_pci_io template = {
	.poll_mem = poll_mem,
	.poll_io = poll_io,
	.mem = { mem_read, mem_write },
	.io = { io_read, io_write },
	.pci = { config_read, config_write },
	.copy_mem = copy_mem,
	.map = map,
	.unmap = unmap,
	.allocate_buffer = allocate_buffer,
	.free_buffer = free_buffer,
	.flush = flush,
	.get_location = get_location,
	.attributes = pci_io_attributes,
	.get_bar_attributes = pci_io_get_bar_attributes,
	.set_bar_attributes = pci_io_set_bar_attributes,
};

/* A function hangs below the bridge above it; see pci_root_bridge_io.c for the others. */
static efi_status_t add_to_parent(const struct pci_dev *dev, efi_handle_t handle)
{
	void *unused;

	if (!dev->parent)
		return EFI_SUCCESS;
	return efi_open_protocol(efi_pci_handle(dev->parent), &efi_guid_pci_io, &unused,
				 efi_firmware_handle, handle, EFI_OPEN_BY_CHILD_CONTROLLER);
}

static int add_function(const struct pci_dev *dev)
{
	struct efi_pci_function *function = efi_zalloc(sizeof(*function));
	efi_handle_t handle = efi_pci_handle(dev);

	if (!function || !handle)
		return -ENOMEM;
	function->io = template;
	function->dev = dev;
	if (dev->class_rev >> 16 == PCI_CLASS_DISPLAY_VGA)
		function->attributes = EFI_PCI_ATTR_VGA_MEMORY | EFI_PCI_ATTR_VGA_IO;
	pci_map_high_bars(dev);
	if (EFI_ERROR(efi_install_protocol_interface(&handle, &efi_guid_pci_io,
						     EFI_NATIVE_INTERFACE, &function->io)) ||
	    EFI_ERROR(add_to_parent(dev, handle)))
		return -ENOMEM;
	return 0;
}

static int pci_io_install(void)
{
	const struct pci_dev *dev;
	int rc;

	list_for_each_entry(dev, pci_devices(), list) {
		rc = add_function(dev);
		if (rc)
			return rc;
	}
	return 0;
}
HOOK(efi, 21, common, pci_io_install);
