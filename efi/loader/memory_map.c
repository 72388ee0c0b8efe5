/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * GetMemoryMap. Document: UEFI 2.10, section 7.2.3.
 *
 * Attributes say what memory can do, not how it is mapped.
 */
#include <fw/cc.h>
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "memory.h"
#include "tpl.h"

/* Not the size of the structure, so that everybody uses what is returned. */
#define DESCRIPTOR_SIZE		48
#define DESCRIPTOR_VERSION	1
#define RUNTIME_MMIO_MAX	4

#define CACHE_ALL	(EFI_MEMORY_UC | EFI_MEMORY_WC | EFI_MEMORY_WT | EFI_MEMORY_WB)

/* Page numbers; sorted is not needed, there are so few. */
static struct {
	u64 start, end;
} runtime_mmio[RUNTIME_MMIO_MAX];
static size_t runtime_mmio_count;

/* Where descriptors go, as many as fit. */
struct view {
	u8 *next;
	size_t room, count;
	struct efi_memory_descriptor last;
};

int efi_memory_add_runtime_mmio(phys_addr_t base, u64 size)
{
	int rc;

	if (!IS_ALIGNED(base | size, PAGE_SIZE) || size == 0)
		return -EINVAL;
	if (runtime_mmio_count == RUNTIME_MMIO_MAX)
		return -ENOSPC;
	rc = memmap_set(&memmap, base, size, MEM_MMIO);
	if (rc != 0)
		return rc;
	runtime_mmio[runtime_mmio_count].start = base >> PAGE_SHIFT;
	runtime_mmio[runtime_mmio_count++].end = (base + size) >> PAGE_SHIFT;
	return 0;
}

u64 efi_memory_map_key(void)
{
	return memmap.changes;
}

static u64 type_attributes(u32 type)
{
	switch (type) {
	case MEM_RUNTIME_CODE:
	case MEM_RUNTIME_DATA:
		return CACHE_ALL | EFI_MEMORY_RUNTIME;
	case MEM_MMIO:
	case MEM_MMIO_PORT:
		return EFI_MEMORY_UC;
	default:
		return CACHE_ALL;
	}
}

/* Whether a range goes on where the last descriptor ends; if so it is longer now. */
static bool put_more(struct view *view, u32 type, u64 start, u64 end, u64 attributes)
{
	struct efi_memory_descriptor *last = &view->last;

	if (view->count == 0 || last->type != type || last->attribute != attributes ||
	    (last->physical_start >> PAGE_SHIFT) + last->pages != start)
		return false;
	last->pages += end - start;
	if (view->count <= view->room)
		memcpy(view->next - DESCRIPTOR_SIZE, last, sizeof(*last));
	return true;
}

static void put(struct view *view, u32 type, u64 start, u64 end, u64 attributes)
{
	if (start == end || put_more(view, type, start, end, attributes))
		return;
	view->last = (struct efi_memory_descriptor) {
		.type = type,
		.physical_start = start << PAGE_SHIFT,
		.pages = end - start,
		.attribute = attributes,
	};
	if (view->count++ >= view->room)
		return;
	memset(view->next, 0, DESCRIPTOR_SIZE);
	memcpy(view->next, &view->last, sizeof(view->last));
	view->next += DESCRIPTOR_SIZE;
}

/* MMIO for the runtime services has descriptors of its own. */
static void put_mmio(struct view *view, u64 start, u64 end)
{
	u64 from, to;
	size_t i, first;

	while (start < end) {
		first = runtime_mmio_count;
		for (i = 0; i < runtime_mmio_count; i++) {
			if (runtime_mmio[i].end > start && runtime_mmio[i].start < end &&
			    (first == runtime_mmio_count ||
			     runtime_mmio[i].start < runtime_mmio[first].start))
				first = i;
		}
		if (first == runtime_mmio_count) {
			put(view, MEM_MMIO, start, end, EFI_MEMORY_UC);
			return;
		}
		from = MAX(start, runtime_mmio[first].start);
		to = MIN(end, runtime_mmio[first].end);
		put(view, MEM_MMIO, start, from, EFI_MEMORY_UC);
		put(view, MEM_MMIO, from, to, EFI_MEMORY_UC | EFI_MEMORY_RUNTIME);
		start = to;
	}
}

/*
 * Loaders that never heard of unaccepted memory make lists of what is free, for
 * themselves and for the operating system, and leave the rest out. Whatever they
 * allocate is accepted, and all of it is when boot services end.
 */
static u32 shown_type(const struct memmap_entry *entry)
{
	if (IS_ENABLED(CONFIG_ACCEPT_ON_DEMAND) && entry->type == MEM_UNACCEPTED &&
	    !cc_accept_is_left())
		return MEM_CONVENTIONAL;
	return entry->type;
}

static void put_all(struct view *view)
{
	const struct memmap_entry *entry;
	u64 start;
	size_t i;

	for (i = 0; i < memmap.count; i++) {
		entry = &memmap.entry[i];
		start = entry->base >> PAGE_SHIFT;
		if (entry->type == MEM_MMIO)
			put_mmio(view, start, start + entry->pages);
		else
			put(view, shown_type(entry), start, start + entry->pages,
			    type_attributes(entry->type));
	}
}

efi_status_t EFIAPI efi_get_memory_map(efi_uintn_t *size, void *map, efi_uintn_t *key,
				       efi_uintn_t *descriptor_size, u32 *version)
{
	struct view view = { .next = map };
	efi_status_t status = EFI_SUCCESS;
	efi_tpl_t tpl;

	if (!size)
		return EFI_INVALID_PARAMETER;
	tpl = efi_lock();
	view.room = map ? *size / DESCRIPTOR_SIZE : 0;
	put_all(&view);
	if (*size < view.count * DESCRIPTOR_SIZE)
		status = EFI_BUFFER_TOO_SMALL;
	else if (!map)
		status = EFI_INVALID_PARAMETER;
	*size = view.count * DESCRIPTOR_SIZE;
	if (key)
		*key = efi_memory_map_key();
	if (descriptor_size)
		*descriptor_size = DESCRIPTOR_SIZE;
	if (version)
		*version = DESCRIPTOR_VERSION;
	efi_unlock(tpl);
	return status;
}
