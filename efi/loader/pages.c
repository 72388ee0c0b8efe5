/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * AllocatePages and FreePages. Document: UEFI 2.10, sections 7.2.1 and 7.2.2.
 *
 * The memory map is the record of who has what. A range at the top of low RAM has
 * the type of runtime data from the start and is given out from within, so that
 * what the operating system has to keep is in one place, and the same one in each
 * boot.
 */
#define pr_fmt(fmt) "efi: " fmt

#include <asm/paging.h>
#include <fw/alloc.h>
#include <fw/cc.h>
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/memmap.h>

#include "memory.h"
#include "tpl.h"

#define TYPE_OEM_FIRST	((u32)0x70000000)	/* OEM's, then the OS's from 0x80000000 */
#define PAGES_MAX	((u64)1 << (64 - PAGE_SHIFT))
#define RAM_RANGES	32
#define BIN_PAGES_MAX	256

/* Runtime data, kept apart. One bit for each page: it is given out. */
static struct {
	u32 pages;
	phys_addr_t base;	/* 0: there is none */
	u64 used[BIN_PAGES_MAX / 64];
} bin = { .pages = CONFIG_EFI_RUNTIME_DATA_KIB / 4 };

/* RAM, as page numbers, before anything was taken out of it. */
static struct {
	u64 start, end;
} ram[RAM_RANGES];
static size_t ram_count;

static bool attributes_changed;

static phys_addr_t bin_end(void)
{
	return bin.base + bin.pages * PAGE_SIZE;
}

static bool bin_page_used(u32 page)
{
	return bin.used[page / 64] >> (page % 64) & 1;
}

static void bin_mark(u32 first, u32 count, bool used)
{
	u32 i;

	for (i = first; i < first + count; i++) {
		if (used)
			bin.used[i / 64] |= (u64)1 << (i % 64);
		else
			bin.used[i / 64] &= ~((u64)1 << (i % 64));
	}
}

/* Highest room first. */
static bool bin_alloc(u64 pages, phys_addr_t max, phys_addr_t *base)
{
	u32 page = bin.pages;
	u64 run = 0;

	if (bin.base == 0 || max < bin_end() - 1)
		return false;
	while (page > 0 && run < pages) {
		page--;
		run = bin_page_used(page) ? 0 : run + 1;
	}
	if (run < pages)
		return false;
	bin_mark(page, (u32)pages, true);
	*base = bin.base + page * PAGE_SIZE;
	return true;
}

/* Whether a range is in the bin; if so @status says how freeing it ends. */
static bool bin_free(phys_addr_t base, u64 pages, efi_status_t *status)
{
	phys_addr_t end = base + pages * PAGE_SIZE;
	u32 first, i;

	if (bin.base == 0 || base >= bin_end() || end <= bin.base)
		return false;
	*status = EFI_NOT_FOUND;
	if (base < bin.base || end > bin_end())
		return true;
	first = (u32)((base - bin.base) >> PAGE_SHIFT);
	for (i = first; i < first + pages; i++) {
		if (!bin_page_used(i))
			return true;
	}
	bin_mark(first, (u32)pages, false);
	*status = EFI_SUCCESS;
	return true;
}

static int bin_reserve(void)
{
	int rc;

	rc = page_alloc(MEM_RUNTIME_DATA, bin.pages * PAGE_SIZE, PAGE_SIZE, PHYS_MAX_32,
			&bin.base);
	if (rc != 0)
		pr_err("no room for %u pages of runtime data: %d", bin.pages, rc);
	return rc;
}

/* RAM is known and nothing is taken out of it yet: see what is RAM, and be first. */
static int memory_start(struct memmap *map)
{
	const struct memmap_entry *entry;
	size_t i;
	int rc;

	for (i = 0; i < map->count; i++) {
		entry = &map->entry[i];
		if (!memmap_type_is_ram(entry->type) && entry->type != MEM_UNACCEPTED)
			continue;
		if (ram_count > 0 && ram[ram_count - 1].end == entry->base >> PAGE_SHIFT) {
			ram[ram_count - 1].end += entry->pages;
			continue;
		}
		/* More of it is usable, but not freed when it was allocated. */
		if (ram_count == RAM_RANGES)
			break;
		ram[ram_count].start = entry->base >> PAGE_SHIFT;
		ram[ram_count++].end = (entry->base >> PAGE_SHIFT) + entry->pages;
	}
	rc = bin_reserve();
	/* Never mapped, so that a null pointer is noticed; the OS may have it. */
	if (rc == 0 && memmap_has_type(map, 0, PAGE_SIZE, MEM_CONVENTIONAL))
		rc = memmap_set(map, 0, PAGE_SIZE, MEM_BOOT_DATA);
	return rc;
}

HOOK(memmap_ram, 05, common, memory_start);

/*
 * All RAM is mapped one to one (2.3.4), also what the firmware itself does not use;
 * where it must be accepted, by who does that.
 */
static int map_high_ram(void)
{
	phys_addr_t base;
	size_t i;
	int rc;

	if (cc_has(CC_ATTR_MEM_ACCEPT))
		return 0;
	for (i = 0; i < ram_count; i++) {
		base = MAX(ram[i].start << PAGE_SHIFT, GiB(4));
		if (ram[i].end << PAGE_SHIFT <= base)
			continue;
		rc = paging_map(base, (ram[i].end << PAGE_SHIFT) - base, MAP_RW);
		if (rc != 0) {
			pr_err("RAM at 0x%llx cannot be mapped: %d", (unsigned long long)base, rc);
			return rc;
		}
	}
	return 0;
}

HOOK(efi_pre, 10, common, map_high_ram);

/* A look at RAM that is not accepted, or could not be, ends the machine. */
static bool is_accepted(phys_addr_t base, u64 size)
{
	const struct memmap_entry *entry;
	phys_addr_t addr = base;

	while (IS_ENABLED(CONFIG_ACCEPT_ON_DEMAND) && addr < base + size) {
		entry = memmap_find(&memmap, addr);
		if (!entry || entry->type == MEM_UNACCEPTED || entry->type == MEM_UNUSABLE)
			return false;
		addr = entry->base + entry->pages * PAGE_SIZE;
	}
	return true;
}

static bool was_ram(phys_addr_t base, u64 size)
{
	u64 start = base >> PAGE_SHIFT, end = ((base + size - 1) >> PAGE_SHIFT) + 1;
	size_t i;

	for (i = 0; i < ram_count; i++) {
		if (start >= ram[i].start && end <= ram[i].end)
			return true;
	}
	return false;
}

bool efi_memory_is_ram(phys_addr_t base, u64 size)
{
	return was_ram(base, size) && is_accepted(base, size);
}

bool efi_memory_type_allocatable(u32 type)
{
	if (type >= TYPE_OEM_FIRST)
		return true;
	return type < MEM_PERSISTENT && type != MEM_CONVENTIONAL;
}

void efi_memory_attributes_changed(void)
{
	attributes_changed = true;
}

/* Whether what has been loaded knows of no permissions at all. */
static bool suits_old_images;

/*
 * syslinux writes through a null pointer, and executes modules in data of its own; the
 * firmware that it was made for lets it.
 */
int efi_memory_suit_old_images(void)
{
	int rc = suits_old_images ? 0 : paging_map(0, PAGE_SIZE, MAP_RW);

	suits_old_images = rc == 0;
	return rc;
}

/*
 * How pages of a type are mapped. Code is written and then run, by loaders that
 * know of no permissions; those who do may ask for less by the protocol.
 */
static u64 type_protection(u32 type)
{
	switch (type) {
	case MEM_LOADER_CODE:
	case MEM_BOOT_CODE:
	case MEM_RUNTIME_CODE:
		return MAP_OS_IMAGE;
	case MEM_LOADER_DATA:
		if (suits_old_images)
			return MAP_OS_IMAGE;
		fallthrough;
	case MEM_BOOT_DATA:
		/* Without the protocol nobody could make such pages executable. */
		return IS_ENABLED(CONFIG_EFI_MEMORY_ATTRIBUTE) ? MAP_RW : MAP_OS_IMAGE;
	default:
		return MAP_RW;
	}
}

static efi_status_t protect(phys_addr_t base, u64 pages, u32 type, bool allocated)
{
	u64 prot = type_protection(type);

	if (prot == MAP_RW && (allocated || !attributes_changed))
		return EFI_SUCCESS;
	if (paging_map(base, pages * PAGE_SIZE, allocated ? prot : MAP_RW) != 0)
		return EFI_OUT_OF_RESOURCES;
	return EFI_SUCCESS;
}

void efi_memory_map_changed(void)
{
	efi_signal_group(&efi_guid_event_memory_map_change);
}

static efi_status_t take_anywhere(u32 type, u64 pages, phys_addr_t max, u64 *address)
{
	phys_addr_t base;

	if (pages == 0 || pages >= PAGES_MAX)
		return EFI_OUT_OF_RESOURCES;
	if (type == MEM_RUNTIME_DATA && bin_alloc(pages, max, address))
		return EFI_SUCCESS;
	/* Loaders exist that cannot use memory above 4 GiB. */
	if (memmap_find_free(&memmap, pages * PAGE_SIZE, PAGE_SIZE, 0,
			     MIN(max, PHYS_MAX_32), &base) != 0 &&
	    (max <= PHYS_MAX_32 ||
	     memmap_find_free(&memmap, pages * PAGE_SIZE, PAGE_SIZE, 0, max, &base) != 0))
		return EFI_OUT_OF_RESOURCES;
	if (cc_accept_on_demand(base, pages * PAGE_SIZE) != 0)
		return EFI_OUT_OF_RESOURCES;
	if (memmap_set(&memmap, base, pages * PAGE_SIZE, type) != 0)
		return EFI_OUT_OF_RESOURCES;
	*address = base;
	return EFI_SUCCESS;
}

static efi_status_t take_address(u32 type, u64 pages, u64 address)
{
	/* Page 0 is for null pointers. */
	if (pages == 0 || pages >= PAGES_MAX || address == 0 || !IS_ALIGNED(address, PAGE_SIZE))
		return EFI_NOT_FOUND;
	if (!memmap_is_free(&memmap, address, pages * PAGE_SIZE))
		return EFI_NOT_FOUND;
	if (cc_accept_on_demand(address, pages * PAGE_SIZE) != 0)
		return EFI_OUT_OF_RESOURCES;
	if (memmap_set(&memmap, address, pages * PAGE_SIZE, type) != 0)
		return EFI_OUT_OF_RESOURCES;
	return EFI_SUCCESS;
}

static efi_status_t take(u32 how, u32 type, u64 pages, u64 *address)
{
	phys_addr_t max = how == EFI_ALLOCATE_MAX_ADDRESS ? *address : (u64)-1;
	efi_status_t status;

	if (how == EFI_ALLOCATE_ADDRESS)
		status = take_address(type, pages, *address);
	else
		status = take_anywhere(type, pages, max, address);
	if (EFI_ERROR(status))
		return status;
	status = protect(*address, pages, type, true);
	if (EFI_ERROR(status) && !bin_free(*address, pages, &(efi_status_t){ 0 }))
		page_free(*address, pages * PAGE_SIZE);
	return status;
}

efi_status_t EFIAPI efi_allocate_pages(u32 how, u32 type, efi_uintn_t pages, u64 *address)
{
	efi_status_t status;
	efi_tpl_t tpl;
	u64 before;

	if (how >= EFI_MAX_ALLOCATE_TYPE || !address || !efi_memory_type_allocatable(type))
		return EFI_INVALID_PARAMETER;
	tpl = efi_lock();
	before = memmap.changes;
	status = take(how, type, pages, address);
	if (memmap.changes != before)
		efi_memory_map_changed();
	efi_unlock(tpl);
	return status;
}

/* Pages of several types may be freed at once, but each must be somebody's. */
static efi_status_t give_back(phys_addr_t base, u64 pages)
{
	const struct memmap_entry *entry;
	phys_addr_t end = base + pages * PAGE_SIZE, addr = base;
	efi_status_t status;

	if (base == 0 || !efi_memory_is_ram(base, pages * PAGE_SIZE))
		return EFI_NOT_FOUND;
	if (bin_free(base, pages, &status))
		return status;
	while (addr < end) {
		entry = memmap_find(&memmap, addr);
		if (!entry || entry->type == MEM_CONVENTIONAL)
			return EFI_NOT_FOUND;
		addr = entry->base + entry->pages * PAGE_SIZE;
	}
	for (addr = base; addr < end; addr = entry->base + entry->pages * PAGE_SIZE) {
		entry = memmap_find(&memmap, addr);
		status = protect(addr, (MIN(end, entry->base + entry->pages * PAGE_SIZE) - addr) /
				 PAGE_SIZE, entry->type, false);
		if (EFI_ERROR(status))
			return status;
		/* Mapping may take a page for a table. */
		entry = memmap_find(&memmap, addr);
	}
	return memmap_set(&memmap, base, pages * PAGE_SIZE, MEM_CONVENTIONAL) == 0 ?
	       EFI_SUCCESS : EFI_OUT_OF_RESOURCES;
}

efi_status_t EFIAPI efi_free_pages(u64 address, efi_uintn_t pages)
{
	efi_status_t status;
	efi_tpl_t tpl;
	u64 before;

	if (!IS_ALIGNED(address, PAGE_SIZE) || pages == 0 || pages >= PAGES_MAX ||
	    address + pages * PAGE_SIZE <= address)
		return EFI_INVALID_PARAMETER;
	tpl = efi_lock();
	before = memmap.changes;
	status = give_back(address, pages);
	if (memmap.changes != before)
		efi_memory_map_changed();
	efi_unlock(tpl);
	return status;
}

/* Around the range more may be accepted, and what is accepted stays so. */
efi_status_t efi_memory_accept(u64 base, u64 size)
{
	efi_status_t status = EFI_SUCCESS;
	efi_tpl_t tpl;
	u64 before;

	if (size == 0 || !IS_ALIGNED(base | size, PAGE_SIZE) || base + (size - 1) < base ||
	    !was_ram(base, size))
		return EFI_INVALID_PARAMETER;
	tpl = efi_lock();
	before = memmap.changes;
	(void)cc_accept_on_demand(base, size);
	if (memmap.changes != before)
		efi_memory_map_changed();
	if (!is_accepted(base, size))
		status = EFI_DEVICE_ERROR;
	efi_unlock(tpl);
	return status;
}
