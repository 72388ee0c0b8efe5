/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What the PCI I/O protocols of functions and of root bridges have in common. */
#ifndef EFI_PROTOCOLS_PCI_H
#define EFI_PROTOCOLS_PCI_H

#include <fw/dma.h>
#include <fw/efi.h>
#include <fw/pci.h>
#include <spec/efi/pci_io.h>

/** struct pci_target - where accesses go; @bdf: configuration space only */
struct pci_target {
	enum { PCI_TARGET_MEMORY, PCI_TARGET_PORTS, PCI_TARGET_CONFIG } space;
	pci_bdf_t bdf;
};

/** pci_width_size() - bytes of a width, 0 if there is no such one in the space */
u64 pci_width_size(const struct pci_target *target, u32 width);

/**
 * pci_width_span() - bytes from the first address that an access touches
 *
 * Return: false if that is not a number.
 */
bool pci_width_span(u32 width, u64 size, u64 count, u64 *span);

/** pci_width_steps() - whether the address goes on from one access to the next */
static inline bool pci_width_steps(u32 width)
{
	return width < EFI_PCI_WIDTH_FIFO_UINT8 || width >= EFI_PCI_WIDTH_FILL_UINT8;
}

/* Return: the value at @address, which is aligned to @size. */
u64 pci_target_read(const struct pci_target *target, u64 address, u64 size);

/**
 * pci_transfer() - access addresses that have been checked
 * @buffer: any alignment
 */
void pci_transfer(const struct pci_target *target, u32 width, u64 address, u64 count,
		  void *buffer, bool write);

/** struct pci_poll - what is waited for, at most @delay * 100 ns */
struct pci_poll {
	u64 mask;
	u64 value;
	u64 delay;
};

/** pci_poll() - read until what is read is what is waited for */
efi_status_t pci_poll(const struct pci_target *target, u64 address, u64 size,
		      const struct pci_poll *poll, u64 *result);

/** pci_copy_memory() - from one address that has been checked to another, which may overlap */
void pci_copy_memory(u64 to, u64 from, u64 size, u64 count);

/**
 * pci_memory_reachable() - whether registers at a range can be accessed
 *
 * Above 4 GiB that is so for BARs only: page tables have them, see
 * pci_map_high_bars().
 */
bool pci_memory_reachable(u64 address, u64 span);

/** pci_map_high_bars() - make a function's BARs reachable, by software of others, too */
void pci_map_high_bars(const struct pci_dev *dev);

/**
 * pci_dma_map() - Map()
 * @wide: whether the device reaches addresses from 4 GiB on
 */
efi_status_t pci_dma_map(bool wide, u32 operation, void *host, efi_uintn_t *size, u64 *device,
			 void **mapping);
efi_status_t pci_dma_unmap(void *mapping);

/** pci_dma_allows() - whether @mapping is one, made for all of @dir */
bool pci_dma_allows(const void *mapping, enum dma_dir dir);

efi_status_t pci_dma_allocate(bool wide, u32 type, efi_uintn_t pages, void **host,
			      u64 attributes);
efi_status_t pci_dma_free(efi_uintn_t pages, void *host);

/** pci_describe() - fill in a descriptor of a range of addresses */
void pci_describe(struct acpi_qword_address *desc, u8 type, u64 base, u64 size);

/* pci_attributes.c */
struct efi_pci_function;
efi_status_t EFIAPI pci_io_attributes(struct efi_pci_io *this, u32 operation, u64 attributes,
				      u64 *result);
efi_status_t EFIAPI pci_io_get_bar_attributes(struct efi_pci_io *this, u8 bar, u64 *supports,
					      void **resources);
efi_status_t EFIAPI pci_io_set_bar_attributes(struct efi_pci_io *this, u64 attributes, u8 bar,
					      u64 *offset, u64 *length);

/** struct efi_pci_function - a function's protocol; @attributes: those that are no bits of it */
struct efi_pci_function {
	struct efi_pci_io io;
	const struct pci_dev *dev;
	u64 attributes;
};

static inline struct efi_pci_function *to_function(struct efi_pci_io *io)
{
	return container_of(io, struct efi_pci_function, io);
}

#endif
