/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The PCI I/O protocol, and what it has in common with that of root bridges.
 * Document: UEFI 2.10, sections 14.2 and 14.4.
 */
#ifndef SPEC_EFI_PCI_IO_H
#define SPEC_EFI_PCI_IO_H

#include <spec/efi/types.h>

/* Widths: 1 << (width & 3) bytes. */
#define EFI_PCI_WIDTH_UINT8		0
#define EFI_PCI_WIDTH_UINT16		1
#define EFI_PCI_WIDTH_UINT32		2
#define EFI_PCI_WIDTH_UINT64		3
#define EFI_PCI_WIDTH_FIFO_UINT8	4	/* to 7: one address, a buffer */
#define EFI_PCI_WIDTH_FILL_UINT8	8	/* to 11: many addresses, one value */
#define EFI_PCI_WIDTH_MAXIMUM		12

#define EFI_PCI_PASS_THROUGH_BAR	0xff

/* Who reads and writes memory; "bus master" is the device. */
enum efi_pci_operation {
	EFI_PCI_BUS_MASTER_READ,
	EFI_PCI_BUS_MASTER_WRITE,
	EFI_PCI_BUS_MASTER_COMMON_BUFFER,
	EFI_PCI_BUS_MASTER_READ64,		/* these for root bridges only */
	EFI_PCI_BUS_MASTER_WRITE64,
	EFI_PCI_BUS_MASTER_COMMON_BUFFER64,
};

#define EFI_PCI_ATTR_ISA_MOTHERBOARD_IO	0x0001
#define EFI_PCI_ATTR_ISA_IO		0x0002
#define EFI_PCI_ATTR_VGA_PALETTE_IO	0x0004
#define EFI_PCI_ATTR_VGA_MEMORY		0x0008
#define EFI_PCI_ATTR_VGA_IO		0x0010
#define EFI_PCI_ATTR_MEMORY_WRITE_COMBINE 0x0080
#define EFI_PCI_ATTR_IO			0x0100
#define EFI_PCI_ATTR_MEMORY		0x0200
#define EFI_PCI_ATTR_BUS_MASTER		0x0400
#define EFI_PCI_ATTR_MEMORY_CACHED	0x0800
#define EFI_PCI_ATTR_DUAL_ADDRESS_CYCLE	0x8000
#define EFI_PCI_ATTR_ISA_IO_16		0x10000
#define EFI_PCI_ATTR_VGA_PALETTE_IO_16	0x20000
#define EFI_PCI_ATTR_VGA_IO_16		0x40000

enum efi_pci_attribute_operation {
	EFI_PCI_ATTR_GET,
	EFI_PCI_ATTR_SET,
	EFI_PCI_ATTR_ENABLE,
	EFI_PCI_ATTR_DISABLE,
	EFI_PCI_ATTR_SUPPORTED,
};

struct efi_pci_io;

struct efi_pci_io_access {
	efi_status_t (EFIAPI *read)(struct efi_pci_io *this, u32 width, u8 bar, u64 offset,
				    efi_uintn_t count, void *buffer);
	efi_status_t (EFIAPI *write)(struct efi_pci_io *this, u32 width, u8 bar, u64 offset,
				     efi_uintn_t count, void *buffer);
};

struct efi_pci_io_config_access {
	efi_status_t (EFIAPI *read)(struct efi_pci_io *this, u32 width, u32 offset,
				    efi_uintn_t count, void *buffer);
	efi_status_t (EFIAPI *write)(struct efi_pci_io *this, u32 width, u32 offset,
				     efi_uintn_t count, void *buffer);
};

struct efi_pci_io {
	efi_status_t (EFIAPI *poll_mem)(struct efi_pci_io *this, u32 width, u8 bar, u64 offset,
					u64 mask, u64 value, u64 delay, u64 *result);
	efi_status_t (EFIAPI *poll_io)(struct efi_pci_io *this, u32 width, u8 bar, u64 offset,
				       u64 mask, u64 value, u64 delay, u64 *result);
	struct efi_pci_io_access mem;
	struct efi_pci_io_access io;
	struct efi_pci_io_config_access pci;
	efi_status_t (EFIAPI *copy_mem)(struct efi_pci_io *this, u32 width, u8 to_bar,
					u64 to_offset, u8 from_bar, u64 from_offset,
					efi_uintn_t count);
	efi_status_t (EFIAPI *map)(struct efi_pci_io *this, u32 operation, void *host,
				   efi_uintn_t *size, u64 *device, void **mapping);
	efi_status_t (EFIAPI *unmap)(struct efi_pci_io *this, void *mapping);
	efi_status_t (EFIAPI *allocate_buffer)(struct efi_pci_io *this, u32 how, u32 type,
					       efi_uintn_t pages, void **host, u64 attributes);
	efi_status_t (EFIAPI *free_buffer)(struct efi_pci_io *this, efi_uintn_t pages,
					   void *host);
	efi_status_t (EFIAPI *flush)(struct efi_pci_io *this);
	efi_status_t (EFIAPI *get_location)(struct efi_pci_io *this, efi_uintn_t *segment,
					    efi_uintn_t *bus, efi_uintn_t *device,
					    efi_uintn_t *function);
	efi_status_t (EFIAPI *attributes)(struct efi_pci_io *this, u32 operation, u64 attributes,
					  u64 *result);
	efi_status_t (EFIAPI *get_bar_attributes)(struct efi_pci_io *this, u8 bar,
						  u64 *supports, void **resources);
	efi_status_t (EFIAPI *set_bar_attributes)(struct efi_pci_io *this, u64 attributes,
						  u8 bar, u64 *offset, u64 *length);
	u64 rom_size;
	void *rom_image;
};

/*
 * What lists of resources consist of, and end with.
 * Document: ACPI 6.5, sections 6.4.3.5.1 (QWord address space) and 6.4.2.9 (end tag).
 */
#define ACPI_QWORD_ADDRESS	0x8a
#define ACPI_RESOURCE_MEMORY	0
#define ACPI_RESOURCE_IO	1
#define ACPI_RESOURCE_BUS	2
#define ACPI_MEMORY_PREFETCHABLE 0x06
#define ACPI_END_TAG		0x79

struct acpi_qword_address {
	u8 tag;
	u16 length;		/* of what follows */
	u8 type;
	u8 general_flags;
	u8 specific_flags;
	u64 granularity;	/* memory: bits of an address, 32 or 64 */
	u64 min;
	u64 max;
	u64 translation;
	u64 size;
} __packed;

struct acpi_end_tag {
	u8 tag;
	u8 checksum;		/* 0: none */
} __packed;

#endif
