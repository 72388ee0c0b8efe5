/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Memory that devices reach, for software that does not ask PCI I/O for it. Only where
 * there is something to it: in a guest with encrypted memory.
 * Document: edk2, MdeModulePkg/Include/Protocol/IoMmu.h.
 */
#include <fw/dma.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <spec/efi/iommu.h>

#include "pci.h"

#define ACCESS_ALL	(EFI_IOMMU_ACCESS_READ | EFI_IOMMU_ACCESS_WRITE)

static efi_status_t EFIAPI set_attribute(struct efi_iommu *this __unused, efi_handle_t device,
					 void *mapping, u64 access)
{
	enum dma_dir dir = 0;

	if (device == NULL || access & ~ACCESS_ALL)
		return EFI_INVALID_PARAMETER;
	if (access & EFI_IOMMU_ACCESS_READ)
		dir |= DMA_TO_DEVICE;
	if (access & EFI_IOMMU_ACCESS_WRITE)
		dir |= DMA_FROM_DEVICE;
	return pci_dma_allows(mapping, dir) ? EFI_SUCCESS : EFI_INVALID_PARAMETER;
}

static efi_status_t EFIAPI map(struct efi_iommu *this __unused, u32 operation, void *host,
			       efi_uintn_t *size, u64 *device, void **mapping)
{
	static const struct {
		bool wide;
		u32 operation;
	} meaning[EFI_IOMMU_OPERATIONS] = {
		[EFI_IOMMU_READ] = { false, EFI_PCI_BUS_MASTER_READ },
		[EFI_IOMMU_WRITE] = { false, EFI_PCI_BUS_MASTER_WRITE },
		[EFI_IOMMU_COMMON] = { false, EFI_PCI_BUS_MASTER_COMMON_BUFFER },
		[EFI_IOMMU_READ64] = { true, EFI_PCI_BUS_MASTER_READ },
		[EFI_IOMMU_WRITE64] = { true, EFI_PCI_BUS_MASTER_WRITE },
		[EFI_IOMMU_COMMON64] = { true, EFI_PCI_BUS_MASTER_COMMON_BUFFER },
	};

	if (operation >= EFI_IOMMU_OPERATIONS)
		return EFI_INVALID_PARAMETER;
	return pci_dma_map(meaning[operation].wide, meaning[operation].operation, host, size,
			   device, mapping);
}

static efi_status_t EFIAPI unmap(struct efi_iommu *this __unused, void *mapping)
{
	return pci_dma_unmap(mapping);
}

static efi_status_t EFIAPI allocate_buffer(struct efi_iommu *this __unused, u32 how __unused,
					   u32 type, efi_uintn_t pages, void **host,
					   u64 attributes)
{
	return pci_dma_allocate(attributes & EFI_PCI_ATTR_DUAL_ADDRESS_CYCLE, type, pages, host,
				attributes);
}

static efi_status_t EFIAPI free_buffer(struct efi_iommu *this __unused, efi_uintn_t pages,
				       void *host)
{
	return pci_dma_free(pages, host);
}

static struct efi_iommu protocol = {
	.revision = EFI_IOMMU_REVISION,
	.set_attribute = set_attribute,
	.map = map,
	.unmap = unmap,
	.allocate_buffer = allocate_buffer,
	.free_buffer = free_buffer,
};

static int iommu_install(void)
{
	efi_handle_t handle = NULL;

	if (!dma_is_bounced())
		return 0;
	return efi_install_protocol_interface(&handle, &efi_guid_iommu, EFI_NATIVE_INTERFACE,
					      &protocol) == EFI_SUCCESS ? 0 : -ENOMEM;
}

HOOK(efi, 78, common, iommu_install);
