/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The PCI root bridge I/O protocol. Document: UEFI 2.10, section 14.2. */
#ifndef SPEC_EFI_PCI_ROOT_BRIDGE_IO_H
#define SPEC_EFI_PCI_ROOT_BRIDGE_IO_H

#include <spec/efi/pci_io.h>

struct efi_pci_root_bridge_io;

struct efi_pci_root_bridge_io_access {
	efi_status_t (EFIAPI *read)(struct efi_pci_root_bridge_io *this, u32 width, u64 address,
				    efi_uintn_t count, void *buffer);
	efi_status_t (EFIAPI *write)(struct efi_pci_root_bridge_io *this, u32 width, u64 address,
				     efi_uintn_t count, void *buffer);
};

/*
 * A configuration address: register in bits 7:0, function 15:8, device 23:16, bus
 * 31:24; a register above 255 in bits 63:32.
 */
struct efi_pci_root_bridge_io {
	efi_handle_t parent;
	efi_status_t (EFIAPI *poll_mem)(struct efi_pci_root_bridge_io *this, u32 width,
					u64 address, u64 mask, u64 value, u64 delay,
					u64 *result);
	efi_status_t (EFIAPI *poll_io)(struct efi_pci_root_bridge_io *this, u32 width,
				       u64 address, u64 mask, u64 value, u64 delay,
				       u64 *result);
	struct efi_pci_root_bridge_io_access mem;
	struct efi_pci_root_bridge_io_access io;
	struct efi_pci_root_bridge_io_access pci;
	efi_status_t (EFIAPI *copy_mem)(struct efi_pci_root_bridge_io *this, u32 width, u64 to,
					u64 from, efi_uintn_t count);
	efi_status_t (EFIAPI *map)(struct efi_pci_root_bridge_io *this, u32 operation,
				   void *host, efi_uintn_t *size, u64 *device, void **mapping);
	efi_status_t (EFIAPI *unmap)(struct efi_pci_root_bridge_io *this, void *mapping);
	efi_status_t (EFIAPI *allocate_buffer)(struct efi_pci_root_bridge_io *this, u32 how,
					       u32 type, efi_uintn_t pages, void **host,
					       u64 attributes);
	efi_status_t (EFIAPI *free_buffer)(struct efi_pci_root_bridge_io *this,
					   efi_uintn_t pages, void *host);
	efi_status_t (EFIAPI *flush)(struct efi_pci_root_bridge_io *this);
	efi_status_t (EFIAPI *get_attributes)(struct efi_pci_root_bridge_io *this,
					      u64 *supports, u64 *attributes);
	efi_status_t (EFIAPI *set_attributes)(struct efi_pci_root_bridge_io *this,
					      u64 attributes, u64 *base, u64 *length);
	efi_status_t (EFIAPI *configuration)(struct efi_pci_root_bridge_io *this,
					     void **resources);
	u32 segment;
};

#endif
