/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The PCI root bridge I/O protocol, on a handle for every root bus.
 * Document: UEFI 2.10, section 14.2.
 *
 * All root buses of these machines share one set of ports and one address space, so
 * that only configuration accesses and lists of resources tell them apart.
 */
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/string.h>
#include <spec/efi/pci_root_bridge_io.h>
#include <spec/pci.h>

#include "pci.h"

#define ATTRIBUTES	(EFI_PCI_ATTR_ISA_MOTHERBOARD_IO | EFI_PCI_ATTR_ISA_IO |	\
			 EFI_PCI_ATTR_VGA_PALETTE_IO | EFI_PCI_ATTR_VGA_MEMORY |	\
			 EFI_PCI_ATTR_VGA_IO | EFI_PCI_ATTR_DUAL_ADDRESS_CYCLE |	\
			 EFI_PCI_ATTR_ISA_IO_16 | EFI_PCI_ATTR_VGA_PALETTE_IO_16 |	\
			 EFI_PCI_ATTR_VGA_IO_16)

#define SPACE_SIZE	4096
#define PORTS		0x10000

/**
 * struct root - a root bus
 * @bus, @last_bus: numbers of its buses
 * @range: what is used of each space, by all that is below it; the last one is
 *         PCI_SPACE_PREF, which may be on both sides of 4 GiB
 * @list:  all that as ACPI has it; callers read it and do not free it
 */
struct root {
	struct efi_pci_root_bridge_io io;
	efi_handle_t handle;
	u8 bus, last_bus;
	u64 attributes;
	struct pci_window range[PCI_SPACES];
	struct resources {
		struct acpi_qword_address bus;
		struct acpi_qword_address range[PCI_SPACES];
		struct acpi_end_tag end;
	} __packed list;
};

static const struct pci_target memory = { .space = PCI_TARGET_MEMORY };
static const struct pci_target ports = { .space = PCI_TARGET_PORTS };

static struct root *to_root(struct efi_pci_root_bridge_io *io)
{
	return container_of(io, struct root, io);
}

/* An address in a space that has no end short of @limit, 0 for memory. */
static efi_status_t check(const struct pci_target *target, u32 width, u64 address, u64 count)
{
	u64 size = pci_width_size(target, width), span;

	if (size == 0 || !pci_width_span(width, size, count, &span))
		return EFI_INVALID_PARAMETER;
	if (target->space == PCI_TARGET_PORTS) {
		if (span > PORTS || address > PORTS - span)
			return EFI_INVALID_PARAMETER;
	} else if (!pci_memory_reachable(address, span)) {
		return EFI_INVALID_PARAMETER;
	}
	return IS_ALIGNED(address, size) ? EFI_SUCCESS : EFI_UNSUPPORTED;
}

static efi_status_t transfer(const struct pci_target *target, u32 width, u64 address, u64 count,
			     void *buffer, bool write)
{
	efi_status_t status;

	if (!buffer)
		return EFI_INVALID_PARAMETER;
	status = check(target, width, address, count);
	if (EFI_ERROR(status))
		return status;
	pci_transfer(target, width, address, count, buffer, write);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI mem_read(struct efi_pci_root_bridge_io *this __unused, u32 width,
				    u64 address, efi_uintn_t count, void *buffer)
{
	return transfer(&memory, width, address, count, buffer, false);
}

static efi_status_t EFIAPI mem_write(struct efi_pci_root_bridge_io *this __unused, u32 width,
				     u64 address, efi_uintn_t count, void *buffer)
{
	return transfer(&memory, width, address, count, buffer, true);
}

static efi_status_t EFIAPI io_read(struct efi_pci_root_bridge_io *this __unused, u32 width,
				   u64 address, efi_uintn_t count, void *buffer)
{
	return transfer(&ports, width, address, count, buffer, false);
}

static efi_status_t EFIAPI io_write(struct efi_pci_root_bridge_io *this __unused, u32 width,
				    u64 address, efi_uintn_t count, void *buffer)
{
	return transfer(&ports, width, address, count, buffer, true);
}

static efi_status_t poll(const struct pci_target *target, u32 width, u64 address,
			 const struct pci_poll *poll, u64 *result)
{
	efi_status_t status;

	if (!result || width > EFI_PCI_WIDTH_UINT64)
		return EFI_INVALID_PARAMETER;
	status = check(target, width, address, 1);
	if (EFI_ERROR(status))
		return status;
	return pci_poll(target, address, pci_width_size(target, width), poll, result);
}

static efi_status_t EFIAPI poll_mem(struct efi_pci_root_bridge_io *this __unused, u32 width,
				    u64 address, u64 mask, u64 value, u64 delay, u64 *result)
{
	return poll(&memory, width, address, &(struct pci_poll){ mask, value, delay }, result);
}

static efi_status_t EFIAPI poll_io(struct efi_pci_root_bridge_io *this __unused, u32 width,
				   u64 address, u64 mask, u64 value, u64 delay, u64 *result)
{
	return poll(&ports, width, address, &(struct pci_poll){ mask, value, delay }, result);
}

static efi_status_t config(struct efi_pci_root_bridge_io *this, u32 width, u64 address,
			   u64 count, void *buffer, bool write)
{
	u8 bus = (u8)(address >> 24), device = (u8)(address >> 16), function = (u8)(address >> 8);
	u64 offset = address >> 32 ? address >> 32 : (u8)address;
	struct pci_target target = { PCI_TARGET_CONFIG, PCI_BDF(bus, device, function) };
	u64 size = pci_width_size(&target, width), span;
	EFI_TPL_GUARD(TPL_HIGH_LEVEL);	/* an access may be of an address, then of data */

	if (size == 0 || !buffer || !pci_width_span(width, size, count, &span))
		return EFI_INVALID_PARAMETER;
	if (bus < to_root(this)->bus || bus > to_root(this)->last_bus || device > 31 ||
	    function > 7)
		return EFI_INVALID_PARAMETER;
	if (span > SPACE_SIZE || offset > SPACE_SIZE - span)
		return EFI_INVALID_PARAMETER;
	if (!IS_ALIGNED(offset, size))
		return EFI_UNSUPPORTED;
	pci_transfer(&target, width, offset, count, buffer, write);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI config_read(struct efi_pci_root_bridge_io *this, u32 width,
				       u64 address, efi_uintn_t count, void *buffer)
{
	return config(this, width, address, count, buffer, false);
}

static efi_status_t EFIAPI config_write(struct efi_pci_root_bridge_io *this, u32 width,
					u64 address, efi_uintn_t count, void *buffer)
{
	return config(this, width, address, count, buffer, true);
}

static efi_status_t EFIAPI copy_mem(struct efi_pci_root_bridge_io *this __unused, u32 width,
				    u64 to, u64 from, efi_uintn_t count)
{
	efi_status_t status;

	if (width > EFI_PCI_WIDTH_UINT64)
		return EFI_INVALID_PARAMETER;
	status = check(&memory, width, to, count);
	if (!EFI_ERROR(status))
		status = check(&memory, width, from, count);
	if (EFI_ERROR(status))
		return status;
	pci_copy_memory(to, from, pci_width_size(&memory, width), count);
	return EFI_SUCCESS;
}

/* The operations of devices with 64 bits of address come after the others, in their order. */
static efi_status_t EFIAPI map(struct efi_pci_root_bridge_io *this __unused, u32 operation,
			       void *host, efi_uintn_t *size, u64 *device, void **mapping)
{
	bool wide = operation >= EFI_PCI_BUS_MASTER_READ64;

	if (wide)
		operation -= EFI_PCI_BUS_MASTER_READ64;
	return pci_dma_map(wide, operation, host, size, device, mapping);
}

static efi_status_t EFIAPI unmap(struct efi_pci_root_bridge_io *this __unused, void *mapping)
{
	return pci_dma_unmap(mapping);
}

static efi_status_t EFIAPI allocate_buffer(struct efi_pci_root_bridge_io *this __unused,
					   u32 how __unused, u32 type, efi_uintn_t pages,
					   void **host, u64 attributes)
{
	return pci_dma_allocate(attributes & EFI_PCI_ATTR_DUAL_ADDRESS_CYCLE, type, pages, host,
				attributes);
}

static efi_status_t EFIAPI free_buffer(struct efi_pci_root_bridge_io *this __unused,
				       efi_uintn_t pages, void *host)
{
	return pci_dma_free(pages, host);
}

static efi_status_t EFIAPI flush(struct efi_pci_root_bridge_io *this __unused)
{
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI get_attributes(struct efi_pci_root_bridge_io *this, u64 *supports,
					  u64 *attributes)
{
	if (!supports && !attributes)
		return EFI_INVALID_PARAMETER;
	if (supports)
		*supports = ATTRIBUTES;
	if (attributes)
		*attributes = to_root(this)->attributes;
	return EFI_SUCCESS;
}

/* All of them are so whatever is said: the root complex forwards everything. */
static efi_status_t EFIAPI set_attributes(struct efi_pci_root_bridge_io *this, u64 attributes,
					  u64 *base __unused, u64 *length __unused)
{
	if (attributes & ~(u64)ATTRIBUTES)
		return EFI_UNSUPPORTED;
	to_root(this)->attributes = attributes;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI configuration(struct efi_pci_root_bridge_io *this, void **resources)
{
	if (!resources)
		return EFI_INVALID_PARAMETER;
	*resources = &to_root(this)->list;
	return EFI_SUCCESS;
}

static const struct efi_pci_root_bridge_io template = {
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
	.get_attributes = get_attributes,
	.set_attributes = set_attributes,
	.configuration = configuration,
};

static void widen(struct pci_window *range, u64 base, u64 size)
{
	u64 end = MAX(range->base + range->size, base + size);

	if (!range->size) {
		*range = (struct pci_window){ base, size };
		return;
	}
	range->base = MIN(range->base, base);
	range->size = end - range->base;
}

/* A prefetchable BAR that found room below 4 GiB counts as one of there. */
static void add_range(struct root *root, enum pci_space space, u64 base, u64 size)
{
	if (!size || !base)
		return;
	if (space == PCI_SPACE_PREF && base < GiB(4))
		space = PCI_SPACE_MEM;
	widen(&root->range[space], base, size);
}

static void add_device(struct root *root, const struct pci_dev *dev)
{
	unsigned int i;

	for (i = 0; i < PCI_BARS; i++)
		add_range(root, dev->bar[i].space, dev->bar[i].addr, dev->bar[i].size);
	for (i = 0; dev->is_bridge && i < PCI_SPACES; i++)
		add_range(root, i, dev->window[i].base, dev->window[i].size);
	root->last_bus = MAX(root->last_bus, PCI_BDF_BUS(dev->bdf));
	if (dev->is_bridge)
		root->last_bus = MAX(root->last_bus, dev->subordinate);
}

/* Ranges that are there, one after the other, then the end. */
static void list_resources(struct root *root)
{
	static const u8 types[PCI_SPACES] = {
		[PCI_SPACE_IO] = ACPI_RESOURCE_IO,
		[PCI_SPACE_MEM] = ACPI_RESOURCE_MEMORY,
		[PCI_SPACE_PREF] = ACPI_RESOURCE_MEMORY,
	};
	struct acpi_qword_address *next = root->list.range;
	static const struct acpi_end_tag end = { ACPI_END_TAG, 0 };
	unsigned int s;

	pci_describe(&root->list.bus, ACPI_RESOURCE_BUS, root->bus,
		     root->last_bus - root->bus + 1u);
	for (s = 0; s < PCI_SPACES; s++) {
		if (!root->range[s].size)
			continue;
		pci_describe(next, types[s], root->range[s].base, root->range[s].size);
		if (s != PCI_SPACE_IO)
			next->granularity = s == PCI_SPACE_PREF ? 64 : 32;
		next++;
	}
	memcpy(next, &end, sizeof(end));
}

/* The first node of the path of a function on the bus. */
static struct efi_device_path *root_path(const struct pci_dev *dev)
{
	struct efi_device_path *path = efi_dp_pci(dev), *root = NULL;

	if (path) {
		root = efi_dp_append_node(NULL, path);
		efi_free_pool(path);
	}
	return root;
}

static struct root *add_root(const struct pci_dev *dev)
{
	struct efi_device_path *path = root_path(dev);
	struct root *root = efi_zalloc(sizeof(*root));

	if (!path || !root)
		return NULL;
	root->io = template;
	root->bus = PCI_BDF_BUS(dev->bdf);
	root->last_bus = root->bus;
	root->attributes = ATTRIBUTES;
	if (EFI_ERROR(efi_install_multiple_protocol_interfaces(&root->handle,
						&efi_guid_device_path, path,
						&efi_guid_pci_root_bridge_io, &root->io, NULL)))
		return NULL;
	return root;
}

/* So that who connects drivers to the root and what is below it finds that. */
static int add_child(const struct root *root, const struct pci_dev *dev)
{
	efi_status_t status;
	void *unused;

	status = efi_open_protocol(root->handle, &efi_guid_pci_root_bridge_io, &unused,
				   efi_firmware_handle, efi_pci_handle(dev),
				   EFI_OPEN_BY_CHILD_CONTROLLER);
	return EFI_ERROR(status) ? -ENOMEM : 0;
}

/* A root bus and what is below it are in one piece, root buses in ascending order. */
static int pci_root_bridge_io_install(void)
{
	const struct pci_dev *dev;
	struct root *root = NULL;
	int rc = 0;

	list_for_each_entry(dev, pci_devices(), list) {
		if (!root || (!dev->parent && PCI_BDF_BUS(dev->bdf) != root->bus)) {
			if (root)
				list_resources(root);
			root = add_root(dev);
		}
		if (!root)
			return -ENOMEM;
		add_device(root, dev);
		if (!dev->parent)
			rc = add_child(root, dev);
		if (rc)
			return rc;
	}
	if (root)
		list_resources(root);
	return 0;
}
HOOK(efi, 20, common, pci_root_bridge_io_install);
