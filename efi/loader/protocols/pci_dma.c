/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Memory of loaded drivers that devices reach: as fw/dma.h has it, and copied where
 * the device has no more than 32 bits of address.
 * Document: UEFI 2.10, sections 14.2 and 14.4 (Map to FreeBuffer).
 */
#include <fw/alloc.h>
#include <fw/dma.h>
#include <fw/string.h>

#include "pci.h"

#define BUFFER_ATTRIBUTES	(EFI_PCI_ATTR_MEMORY_WRITE_COMBINE |	\
				 EFI_PCI_ATTR_MEMORY_CACHED | EFI_PCI_ATTR_DUAL_ADDRESS_CYCLE)

/**
 * struct mapping - what Map() gives
 * @dma:    the buffer as the device sees it, or a copy of it
 * @host:   the caller's buffer
 * @low:    copy below 4 GiB, 0 if there is none
 * @common: used by both sides at once, nothing to be done for it
 */
struct mapping {
	struct list_head list;
	struct dma_mapping dma;
	u8 *host;
	u64 low;
	bool common;
};

/** struct buffer - memory that AllocateBuffer() gave in a guest with encrypted memory */
struct buffer {
	struct list_head list;
	u8 *host;
	u64 device;
	efi_uintn_t pages;
};

static LIST_HEAD(mappings);
static LIST_HEAD(buffers);

static u64 pages_of(u64 size)
{
	return (size + PAGE_SIZE - 1) >> PAGE_SHIFT;
}

/* Whether the device sees the memory at its own address; without that there is no sharing. */
static bool is_common(bool wide, const u8 *host, u64 size, u64 *device)
{
	const struct buffer *pos;

	*device = (uintptr_t)host;
	if (!dma_is_bounced())
		return wide || (uintptr_t)host + size <= GiB(4);
	list_for_each_entry(pos, &buffers, list) {
		if (host >= pos->host && size <= pos->pages << PAGE_SHIFT &&
		    (u64)(host - pos->host) <= (pos->pages << PAGE_SHIFT) - size) {
			*device = pos->device + (u64)(host - pos->host);
			return true;
		}
	}
	return false;
}

static efi_status_t map_low(struct mapping *m, u64 size, enum dma_dir dir)
{
	u64 low = GiB(4) - 1;

	if (efi_allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, MEM_BOOT_DATA, pages_of(size), &low) !=
	    EFI_SUCCESS)
		return EFI_OUT_OF_RESOURCES;
	m->low = low;
	m->dma = (struct dma_mapping){ .addr = low, .len = size, .dir = dir };
	if (dir & DMA_TO_DEVICE)
		memcpy((void *)(uintptr_t)low, m->host, size);
	return EFI_SUCCESS;
}

static efi_status_t map_once(struct mapping *m, bool wide, u64 size, enum dma_dir dir)
{
	/* What is bounced is below 4 GiB. */
	if (!dma_is_bounced() && !wide && (uintptr_t)m->host + size > GiB(4))
		return map_low(m, size, dir);
	return dma_map(&m->dma, (uintptr_t)m->host, size, dir) ? EFI_OUT_OF_RESOURCES
							       : EFI_SUCCESS;
}

static efi_status_t map(struct mapping *m, bool wide, u32 operation, u64 size)
{
	switch (operation) {
	case EFI_PCI_BUS_MASTER_READ:
		return map_once(m, wide, size, DMA_TO_DEVICE);
	case EFI_PCI_BUS_MASTER_WRITE:
		return map_once(m, wide, size, DMA_FROM_DEVICE);
	default:
		m->common = true;
		m->dma.len = size;
		return is_common(wide, m->host, size, &m->dma.addr) ? EFI_SUCCESS
								    : EFI_UNSUPPORTED;
	}
}

efi_status_t pci_dma_map(bool wide, u32 operation, void *host, efi_uintn_t *size, u64 *device,
			 void **mapping)
{
	efi_status_t status;
	struct mapping *m;
	efi_tpl_t tpl;

	if (!host || !size || !device || !mapping || operation > EFI_PCI_BUS_MASTER_COMMON_BUFFER)
		return EFI_INVALID_PARAMETER;
	if (*size == 0 || (uintptr_t)host + *size < (uintptr_t)host)
		return EFI_INVALID_PARAMETER;
	m = efi_zalloc(sizeof(*m));
	if (!m)
		return EFI_OUT_OF_RESOURCES;
	m->host = host;
	tpl = efi_raise_tpl(TPL_HIGH_LEVEL);
	status = map(m, wide, operation, *size);
	if (EFI_ERROR(status)) {
		efi_restore_tpl(tpl);
		efi_free_pool(m);
		return status;
	}
	list_add_tail(&m->list, &mappings);
	efi_restore_tpl(tpl);
	*size = m->dma.len;
	*device = m->dma.addr;
	*mapping = m;
	return EFI_SUCCESS;
}

static void unmap(const struct mapping *m)
{
	if (m->common)
		return;
	if (!m->low) {
		dma_unmap(&m->dma);
		return;
	}
	if (m->dma.dir & DMA_FROM_DEVICE)
		memcpy(m->host, (const void *)(uintptr_t)m->low, m->dma.len);
	efi_free_pages(m->low, pages_of(m->dma.len));
}

efi_status_t pci_dma_unmap(void *mapping)
{
	struct mapping *m, *found = NULL;
	efi_tpl_t tpl = efi_raise_tpl(TPL_HIGH_LEVEL);

	list_for_each_entry(m, &mappings, list) {
		if (m == mapping)
			found = m;
	}
	if (found) {
		list_del(&found->list);
		unmap(found);
	}
	efi_restore_tpl(tpl);
	if (!found)
		return EFI_INVALID_PARAMETER;
	efi_free_pool(found);
	return EFI_SUCCESS;
}

bool pci_dma_allows(const void *mapping, enum dma_dir dir)
{
	efi_tpl_t tpl = efi_raise_tpl(TPL_HIGH_LEVEL);
	const struct mapping *m;
	bool allows = false;

	list_for_each_entry(m, &mappings, list) {
		if (m == mapping)
			allows = m->common || (m->dma.dir & dir) == dir;
	}
	efi_restore_tpl(tpl);
	return allows;
}

static efi_status_t allocate_shared(efi_uintn_t pages, void **host)
{
	struct buffer *buffer;
	efi_tpl_t tpl;

	if (pages == 0 || pages > SIZE_MAX >> PAGE_SHIFT)
		return EFI_INVALID_PARAMETER;
	buffer = efi_zalloc(sizeof(*buffer));
	if (!buffer)
		return EFI_OUT_OF_RESOURCES;
	tpl = efi_raise_tpl(TPL_HIGH_LEVEL);
	buffer->host = dma_alloc(pages << PAGE_SHIFT, &buffer->device);
	buffer->pages = pages;
	if (buffer->host)
		list_add_tail(&buffer->list, &buffers);
	efi_restore_tpl(tpl);
	*host = buffer->host;
	if (*host)
		return EFI_SUCCESS;
	efi_free_pool(buffer);
	return EFI_OUT_OF_RESOURCES;
}

efi_status_t pci_dma_allocate(bool wide, u32 type, efi_uintn_t pages, void **host,
			      u64 attributes)
{
	efi_status_t status;
	u64 address = wide ? ~(u64)0 : GiB(4) - 1;

	if (!host || (type != MEM_BOOT_DATA && type != MEM_RUNTIME_DATA))
		return EFI_INVALID_PARAMETER;
	if (attributes & ~(u64)BUFFER_ATTRIBUTES)
		return EFI_UNSUPPORTED;
	if (dma_is_bounced())
		return allocate_shared(pages, host);
	status = efi_allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, type, pages, &address);
	if (EFI_ERROR(status))
		return status == EFI_INVALID_PARAMETER ? status : EFI_OUT_OF_RESOURCES;
	*host = (void *)(uintptr_t)address;
	return EFI_SUCCESS;
}

static efi_status_t free_shared(efi_uintn_t pages, const u8 *host)
{
	struct buffer *pos, *found = NULL;
	efi_tpl_t tpl = efi_raise_tpl(TPL_HIGH_LEVEL);

	list_for_each_entry(pos, &buffers, list) {
		if (pos->host == host && pos->pages == pages)
			found = pos;
	}
	if (found) {
		list_del(&found->list);
		dma_free(found->host, pages << PAGE_SHIFT);
	}
	efi_restore_tpl(tpl);
	if (!found)
		return EFI_INVALID_PARAMETER;
	efi_free_pool(found);
	return EFI_SUCCESS;
}

efi_status_t pci_dma_free(efi_uintn_t pages, void *host)
{
	if (dma_is_bounced())
		return free_shared(pages, host);
	return EFI_ERROR(efi_free_pages((uintptr_t)host, pages)) ? EFI_INVALID_PARAMETER
								 : EFI_SUCCESS;
}
