/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * EDKII_IOMMU_PROTOCOL: what drivers and boot loaders that were written for edk2 ask
 * for memory that devices reach. In no edition of UEFI.
 * Document: edk2, MdeModulePkg/Include/Protocol/IoMmu.h, section
 * "EDKII_IOMMU_PROTOCOL" (revision 0x00010000).
 */
#ifndef SPEC_EFI_IOMMU_H
#define SPEC_EFI_IOMMU_H

#include <spec/efi/types.h>

#define EFI_IOMMU_REVISION	0x00010000

/* Of SetAttribute(): what the device does. */
#define EFI_IOMMU_ACCESS_READ	((u64)1 << 0)
#define EFI_IOMMU_ACCESS_WRITE	((u64)1 << 1)

/* Of Map(); those from READ64 on are for devices with 64 bits of address. */
enum efi_iommu_operation {
	EFI_IOMMU_READ,
	EFI_IOMMU_WRITE,
	EFI_IOMMU_COMMON,
	EFI_IOMMU_READ64,
	EFI_IOMMU_WRITE64,
	EFI_IOMMU_COMMON64,
	EFI_IOMMU_OPERATIONS
};

struct efi_iommu {
	u64 revision;
	efi_status_t (EFIAPI *set_attribute)(struct efi_iommu *this, efi_handle_t device,
					     void *mapping, u64 access);
	efi_status_t (EFIAPI *map)(struct efi_iommu *this, u32 operation, void *host,
				   efi_uintn_t *size, u64 *device, void **mapping);
	efi_status_t (EFIAPI *unmap)(struct efi_iommu *this, void *mapping);
	efi_status_t (EFIAPI *allocate_buffer)(struct efi_iommu *this, u32 how, u32 type,
					       efi_uintn_t pages, void **host, u64 attributes);
	efi_status_t (EFIAPI *free_buffer)(struct efi_iommu *this, efi_uintn_t pages,
					   void *host);
};

#endif
