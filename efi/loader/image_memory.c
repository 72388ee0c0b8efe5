/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Images in memory, and how it is mapped.
 * Document: UEFI 2.10, section 2.3.6 (mapping), 7.2 (memory types).
 */
#include <asm/paging.h>
#include <fw/errno.h>
#include <fw/memmap.h>
#include <fw/string.h>
#include <spec/pe.h>

#include "image.h"
#include "memory.h"
#include "pe.h"

static const struct {
	u8 code, data;
} memory_types[] = {
	[PE_SUBSYSTEM_APPLICATION - PE_SUBSYSTEM_APPLICATION] = {
		MEM_LOADER_CODE, MEM_LOADER_DATA
	},
	[PE_SUBSYSTEM_BOOT_DRIVER - PE_SUBSYSTEM_APPLICATION] = {
		MEM_BOOT_CODE, MEM_BOOT_DATA
	},
	[PE_SUBSYSTEM_RUNTIME_DRIVER - PE_SUBSYSTEM_APPLICATION] = {
		MEM_RUNTIME_CODE, MEM_RUNTIME_DATA
	},
};

static u64 pages_of(u64 size)
{
	return (size >> PAGE_SHIFT) + !IS_ALIGNED(size, PAGE_SIZE);
}

/* More than needed, and what is before and behind the aligned part given back. */
static efi_status_t alloc_aligned(u32 type, u64 pages, u64 align, u64 *address)
{
	u64 extra = align > PAGE_SIZE ? pages_of(align) - 1 : 0, base;
	efi_status_t status;

	status = efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, type, pages + extra, &base);
	if (status != EFI_SUCCESS)
		return status;
	*address = ALIGN_UP(base, MAX(align, PAGE_SIZE));
	if (*address > base)
		efi_free_pages(base, (*address - base) >> PAGE_SHIFT);
	extra -= (*address - base) >> PAGE_SHIFT;
	if (extra != 0)
		efi_free_pages(*address + (pages << PAGE_SHIFT), extra);
	return EFI_SUCCESS;
}

static int alloc_image(struct efi_image *image, const struct pe_image *pe, const char **why)
{
	u32 type = image->loaded.code_type;

	image->pages = pages_of(pe->size);
	*why = "there is no memory for it";
	if (!pe->is_fixed)
		return alloc_aligned(type, image->pages, pe->alignment, &image->memory) ==
		       EFI_SUCCESS ? 0 : -ENOMEM;
	*why = "it cannot be relocated, and its place is not free";
	image->memory = pe->base;
	return IS_ALIGNED(pe->base, PAGE_SIZE) &&
	       efi_allocate_pages(EFI_ALLOCATE_ADDRESS, type, image->pages, &image->memory) ==
	       EFI_SUCCESS ? 0 : -ENOMEM;
}

/*
 * Pages of such types can be written and executed from the start, as loaders in use
 * need it. What no section covers can be read.
 */
static int map_sections(const struct efi_image *image, const struct pe_image *pe)
{
	u64 end = image->pages << PAGE_SHIFT;
	u32 i, base, size;
	u64 prot;
	int rc;

	efi_memory_attributes_changed();
	rc = paging_map(image->memory, end, MAP_RO);
	for (i = 0; rc == 0 && i <= pe->section_count; i++) {
		prot = pe_section_map(pe, i, &base, &size);
		rc = paging_map(image->memory + base, MIN((u64)size, end - base), prot);
	}
	return rc;
}

int image_memory_load(struct efi_image *image, const struct pe_image *pe, const char **why)
{
	u32 subsystem = pe->subsystem - PE_SUBSYSTEM_APPLICATION;
	u8 *memory;
	int rc;

	image->is_application = pe->subsystem == PE_SUBSYSTEM_APPLICATION;
	image->loaded.code_type = memory_types[subsystem].code;
	image->loaded.data_type = memory_types[subsystem].data;
	rc = alloc_image(image, pe, why);
	if (rc) {
		image->memory = 0;
		return rc;
	}
	memory = (u8 *)(uintptr_t)image->memory;
	rc = pe_load(pe, memory, why);
	if (rc == 0) {
		memset(memory + pe->size, 0, (image->pages << PAGE_SHIFT) - pe->size);
		*why = "its memory cannot be mapped";
		rc = pe->is_nx ? map_sections(image, pe) : efi_memory_suit_old_images();
	}
	if (rc) {
		image_memory_free(image);
		return rc;
	}
	image->entry = image->memory + pe->entry;
	image->loaded.image_base = memory;
	image->loaded.image_size = pe->size;
	return 0;
}

void image_memory_free(struct efi_image *image)
{
	if (image->memory != 0)
		efi_free_pages(image->memory, image->pages);
	image->memory = 0;
}
