/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of pages and the memory map (efi/loader/pages.c, memory_map.c; UEFI
 * 2.10, sections 7.2.1 to 7.2.3).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <asm/paging.h>
#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/memmap.h>

#include "efi_world.h"
#include "memory.h"

#define STRIDE	48
#define CACHES	(EFI_MEMORY_UC | EFI_MEMORY_WC | EFI_MEMORY_WT | EFI_MEMORY_WB)

static u64 get(u32 how, u32 type, u64 pages, u64 address)
{
	assert_int_equal(efi_allocate_pages(how, type, pages, &address), EFI_SUCCESS);
	assert_true(IS_ALIGNED(address, PAGE_SIZE));
	assert_int_not_equal(address, 0);
	return address;
}

static u64 get_any(u32 type, u64 pages)
{
	return get(EFI_ALLOCATE_ANY_PAGES, type, pages, 0xdead);
}

static void put(u64 address, u64 pages)
{
	assert_int_equal(efi_free_pages(address, pages), EFI_SUCCESS);
}

static void test_allocate_errors(void **state)
{
	static const u32 bad[] = {
		MEM_CONVENTIONAL, MEM_PERSISTENT, MEM_UNACCEPTED, 16, 17, 0x6ffffffe, 0x6fffffff,
	};
	u64 address = 0x5000, before = efi_memory_map_key();
	size_t i;

	assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_BOOT_DATA, 1, NULL),
			 EFI_INVALID_PARAMETER);
	for (i = 3; i < 5; i++)
		assert_int_equal(efi_allocate_pages((u32)i, MEM_BOOT_DATA, 1, &address),
				 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_allocate_pages((u32)-1, MEM_BOOT_DATA, 1, &address),
			 EFI_INVALID_PARAMETER);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, bad[i], 1, &address),
				 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_BOOT_DATA,
					    WORLD_HIGH_SIZE / PAGE_SIZE + 1, &address),
			 EFI_OUT_OF_RESOURCES);
	assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_BOOT_DATA, 0, &address),
			 EFI_OUT_OF_RESOURCES);
	assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_BOOT_DATA, (u64)1 << 52,
					    &address), EFI_OUT_OF_RESOURCES);
	assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_BOOT_DATA, (u64)-1,
					    &address), EFI_OUT_OF_RESOURCES);
	assert_int_equal(address, 0x5000);
	assert_int_equal(efi_memory_map_key(), before);
}

/* Low ones of many loaders' liking, from the top. */
static void test_any(void **state)
{
	u64 a = get_any(MEM_LOADER_DATA, 10), b = get_any(MEM_LOADER_CODE, 3), big;

	assert_true(a < GiB(4));
	assert_true(b < a);
	assert_int_equal(memmap_find(&memmap, a)->type, MEM_LOADER_DATA);
	put(b, 3);
	put(a, 10);
	/* What low memory has no room for is above 4 GiB. */
	big = get_any(MEM_LOADER_DATA, WORLD_RAM_SIZE / PAGE_SIZE + 1);
	assert_true(big >= GiB(4));
	put(big, WORLD_RAM_SIZE / PAGE_SIZE + 1);
}

/* The highest acceptable last byte, as used by loaders. */
static void test_max(void **state)
{
	static const u64 max[] = {
		0xa0000, 0x3fffffff, 0x7fffffff, 0xffffffff, (u64)-1, WORLD_RAM + 0x4fff,
	};
	u64 address;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(max); i++) {
		address = get(EFI_ALLOCATE_MAX_ADDRESS, MEM_LOADER_DATA, 2, max[i]);
		assert_true(address + 2 * PAGE_SIZE - 1 <= max[i]);
		put(address, 2);
	}
	/* syslinux: below 640 KiB. */
	address = get(EFI_ALLOCATE_MAX_ADDRESS, MEM_LOADER_DATA, 1, 0xa0000);
	assert_int_equal(address, WORLD_LOW_END - PAGE_SIZE);
	put(address, 1);
	/* Exactly the end of it is enough, one byte less is not. */
	assert_int_equal(get(EFI_ALLOCATE_MAX_ADDRESS, MEM_LOADER_DATA, 1, 0x1fff), 0x1000);
	put(0x1000, 1);
	address = 0x1ffe;
	assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, MEM_LOADER_DATA, 1,
					    &address), EFI_OUT_OF_RESOURCES);
	assert_int_equal(address, 0x1ffe);
	address = 0xfff;
	assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, MEM_LOADER_DATA, 1,
					    &address), EFI_OUT_OF_RESOURCES);
}

static void test_address(void **state)
{
	u64 base = WORLD_RAM + MiB(1), address;

	assert_int_equal(get(EFI_ALLOCATE_ADDRESS, MEM_LOADER_DATA, 16, base), base);
	/* Busy, wholly or in part. */
	for (address = base - 15 * PAGE_SIZE; address < base + 16 * PAGE_SIZE;
	     address += PAGE_SIZE)
		assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ADDRESS, MEM_LOADER_DATA, 16,
						    &address), EFI_NOT_FOUND);
	/* Unaligned, nobody's, device's, not memory, page 0, nothing, and too much. */
	static const struct {
		u64 address, pages;
	} bad[] = {
		{ WORLD_RAM + MiB(2) + 1, 1 }, { WORLD_RAM + MiB(2) + 0x800, 1 }, { 0xa0000, 1 },
		{ 0xfee00000, 1 }, { 0x800000000000, 1 }, { 0, 1 }, { WORLD_RAM + MiB(2), 0 },
		{ WORLD_RAM + MiB(2), WORLD_RAM_SIZE / PAGE_SIZE },
		{ WORLD_RAM + MiB(2), (u64)1 << 52 }, { WORLD_RAM + MiB(2), (u64)-1 },
		{ (u64)-1 & ~(PAGE_SIZE - 1), 2 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		address = bad[i].address;
		assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ADDRESS, MEM_LOADER_DATA,
						    bad[i].pages, &address), EFI_NOT_FOUND);
		assert_int_equal(address, bad[i].address);
	}
	put(base, 16);
}

static void test_free_errors(void **state)
{
	u64 base = get_any(MEM_BOOT_DATA, 4);

	assert_int_equal(efi_free_pages(base + 1, 1), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pages(base, 0), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pages(base, (u64)1 << 52), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pages(base, (u64)-1), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pages((u64)-1 & ~(PAGE_SIZE - 1), 2), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pages(WORLD_RAM + MiB(3), 1), EFI_NOT_FOUND);
	assert_int_equal(efi_free_pages(0xa0000, 1), EFI_NOT_FOUND);
	assert_int_equal(efi_free_pages(0xfee00000, 1), EFI_NOT_FOUND);
	assert_int_equal(efi_free_pages(0x800000000000, 1), EFI_NOT_FOUND);
	assert_int_equal(efi_free_pages(0, 1), EFI_NOT_FOUND);
	/* A part of it is free already: nothing happens. */
	assert_int_equal(efi_free_pages(base - PAGE_SIZE, 2), EFI_NOT_FOUND);
	assert_int_equal(memmap_find(&memmap, base)->type, MEM_BOOT_DATA);
	/* From the middle. */
	put(base + PAGE_SIZE, 2);
	assert_int_equal(efi_free_pages(base, 4), EFI_NOT_FOUND);
	put(base, 1);
	put(base + 3 * PAGE_SIZE, 1);
	assert_int_equal(efi_free_pages(base, 1), EFI_NOT_FOUND);
}

/* Reserved by a program, so that the program may free it, too. */
static void test_all_types(void **state)
{
	static const u32 types[] = {
		MEM_RESERVED, MEM_LOADER_CODE, MEM_LOADER_DATA, MEM_BOOT_CODE, MEM_BOOT_DATA,
		MEM_RUNTIME_CODE, MEM_RUNTIME_DATA, MEM_UNUSABLE, MEM_ACPI_RECLAIM, MEM_ACPI_NVS,
		MEM_MMIO, MEM_MMIO_PORT, MEM_PAL, 0x70000000, 0x7fffffff, 0x80000000, 0xffffffff,
	};
	size_t i, count = memmap.count;
	u64 address;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		address = get_any(types[i], 5);
		assert_int_equal(memmap_find(&memmap, address)->type, types[i]);
		put(address, 5);
	}
	assert_int_equal(memmap.count, count);
}

/* Runtime data is at the top, and its range is full before anything else is taken. */
static void test_runtime(void **state)
{
	u64 key = efi_memory_map_key(), a, b, other;

	a = get_any(MEM_RUNTIME_DATA, 8);
	b = get_any(MEM_RUNTIME_DATA, 8);
	assert_in_range(a, WORLD_RAM_END - KiB(128), WORLD_RAM_END - 1);
	assert_in_range(b, WORLD_RAM_END - KiB(128), WORLD_RAM_END - 1);
	assert_int_equal(efi_memory_map_key(), key);
	assert_int_equal(efi_free_pages(b - PAGE_SIZE, 9), EFI_NOT_FOUND);
	assert_int_equal(efi_free_pages(WORLD_RAM_END - KiB(132), 2), EFI_NOT_FOUND);
	assert_int_equal(efi_free_pages(WORLD_RAM_END - KiB(4), 2), EFI_NOT_FOUND);
	put(a + 2 * PAGE_SIZE, 2);
	assert_int_equal(efi_free_pages(a, 8), EFI_NOT_FOUND);
	put(a, 2);
	put(a + 4 * PAGE_SIZE, 4);
	put(b, 8);
	assert_int_equal(efi_free_pages(b, 8), EFI_NOT_FOUND);
	assert_int_equal(efi_memory_map_key(), key);
	assert_int_equal(memmap_find(&memmap, b)->type, MEM_RUNTIME_DATA);

	other = get_any(MEM_RUNTIME_DATA, 33);
	assert_true(other < WORLD_RAM_END - KiB(128));
	assert_int_equal(memmap_find(&memmap, other)->type, MEM_RUNTIME_DATA);
	put(other, 33);
	/* Below something: not from there. */
	other = get(EFI_ALLOCATE_MAX_ADDRESS, MEM_RUNTIME_DATA, 1, WORLD_RAM + MiB(1));
	assert_true(other < WORLD_RAM + MiB(1));
	put(other, 1);
}

/* Loaders write code and run it; data they may make executable by the protocol. */
static void test_protection(void **state)
{
	u64 code = get_any(MEM_LOADER_CODE, 4), data = get_any(MEM_LOADER_DATA, 4), address;

	assert_int_equal(world_prot(code), MAP_OS_IMAGE);
	assert_int_equal(world_prot(code + 3 * PAGE_SIZE), MAP_OS_IMAGE);
	assert_int_not_equal(world_prot(data), MAP_OS_IMAGE);
	put(code, 4);
	assert_int_equal(world_prot(code), MAP_RW);
	put(data, 4);

	address = 0;
	world_mapping_fails = true;
	assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_LOADER_CODE, 4, &address),
			 EFI_OUT_OF_RESOURCES);
	world_mapping_fails = false;
	assert_int_equal(get_any(MEM_LOADER_CODE, 4), code);
	put(code, 4);

	/* After somebody has asked for other permissions, data gets its own back. */
	efi_memory_attributes_changed();
	data = get_any(MEM_LOADER_DATA, 4);
	assert_int_equal(paging_map(data, 4 * PAGE_SIZE, MAP_RO), 0);
	put(data, 4);
	assert_int_equal(world_prot(data), MAP_RW);
	assert_int_equal(world_prot(WORLD_HIGH), MAP_RW);
	assert_int_equal(world_prot(WORLD_HIGH + WORLD_HIGH_SIZE - 1), MAP_RW);
}

static struct efi_memory_descriptor descriptors[1024];
static size_t descriptor_count;

static void read_map(void)
{
	static u8 buffer[1024 * STRIDE];
	efi_uintn_t size = 0, key = 0, stride = 0;
	u32 version = 0;
	size_t i;

	assert_int_equal(efi_get_memory_map(&size, NULL, &key, &stride, &version),
			 EFI_BUFFER_TOO_SMALL);
	assert_int_equal(stride, STRIDE);
	assert_int_equal(version, 1);
	assert_int_equal(size % STRIDE, 0);
	assert_in_range(size, STRIDE, sizeof(buffer));
	assert_int_equal(efi_get_memory_map(&size, buffer, &key, &stride, &version),
			 EFI_SUCCESS);
	assert_int_equal(key, efi_memory_map_key());
	descriptor_count = size / STRIDE;
	for (i = 0; i < descriptor_count; i++)
		memcpy(&descriptors[i], buffer + i * STRIDE, sizeof(descriptors[i]));
}

static const struct efi_memory_descriptor *describe(u64 address)
{
	size_t i;

	for (i = 0; i < descriptor_count; i++) {
		if (address >= descriptors[i].physical_start &&
		    address < descriptors[i].physical_start + descriptors[i].pages * PAGE_SIZE)
			return &descriptors[i];
	}
	return NULL;
}

static void test_map_errors(void **state)
{
	static u8 buffer[1024 * STRIDE];
	efi_uintn_t size, key, stride, need;
	u32 version;

	assert_int_equal(efi_get_memory_map(NULL, buffer, &key, &stride, &version),
			 EFI_INVALID_PARAMETER);
	size = sizeof(buffer);
	assert_int_equal(efi_get_memory_map(&size, NULL, &key, &stride, &version),
			 EFI_INVALID_PARAMETER);
	need = size;
	size = need - 1;
	buffer[need - STRIDE] = 0x77;
	assert_int_equal(efi_get_memory_map(&size, buffer, &key, &stride, &version),
			 EFI_BUFFER_TOO_SMALL);
	assert_int_equal(size, need);
	assert_int_equal(buffer[need - STRIDE], 0x77);
	/* Nobody has to want the rest. */
	size = sizeof(buffer);
	assert_int_equal(efi_get_memory_map(&size, buffer, NULL, NULL, NULL), EFI_SUCCESS);
	assert_int_equal(size, need);
}

static void test_map(void **state)
{
	u64 end = 0, code = get_any(MEM_LOADER_CODE, 7);
	size_t i;

	read_map();
	for (i = 0; i < descriptor_count; i++) {
		assert_true(descriptors[i].physical_start >= end);
		assert_true(descriptors[i].pages > 0);
		assert_int_equal(descriptors[i].virtual_start, 0);
		end = descriptors[i].physical_start + descriptors[i].pages * PAGE_SIZE;
	}
	assert_int_equal(describe(code)->type, MEM_LOADER_CODE);
	assert_int_equal(describe(code)->pages, 7);
	assert_int_equal(describe(code)->attribute, CACHES);
	assert_int_equal(describe(WORLD_RAM)->type, MEM_CONVENTIONAL);
	assert_int_equal(describe(WORLD_RAM)->attribute, CACHES);
	assert_int_equal(describe(0x1000)->type, MEM_CONVENTIONAL);
	assert_int_equal(describe(WORLD_RAM_END - 1)->type, MEM_RUNTIME_DATA);
	assert_int_equal(describe(WORLD_RAM_END - 1)->pages, 32);
	assert_int_equal(describe(WORLD_RAM_END - 1)->attribute, CACHES | EFI_MEMORY_RUNTIME);
	assert_int_equal(describe(0xfee00000)->attribute, EFI_MEMORY_UC);
	/* Page 0 is mapped by nobody, so it is not offered. */
	assert_int_equal(describe(0)->type, MEM_BOOT_DATA);
	put(code, 7);
}

/* Flash that keeps variables is the operating system's to map; the rest is not. */
static void test_runtime_mmio(void **state)
{
	assert_int_equal(efi_memory_add_runtime_mmio(0xfee20000 + 1, 0x1000), -EINVAL);
	assert_int_equal(efi_memory_add_runtime_mmio(0xfee20000, 0x10), -EINVAL);
	assert_int_equal(efi_memory_add_runtime_mmio(0xfee20000, 0), -EINVAL);
	assert_int_equal(efi_memory_add_runtime_mmio(0xfee40000, 0x10000), 0);
	assert_int_equal(efi_memory_add_runtime_mmio(0xfee20000, 0x8000), 0);
	assert_int_equal(efi_memory_add_runtime_mmio(0xfed00000, 0x1000), 0);
	read_map();
	assert_int_equal(describe(0xfee20000)->physical_start, 0xfee20000);
	assert_int_equal(describe(0xfee20000)->pages, 8);
	assert_int_equal(describe(0xfee20000)->type, MEM_MMIO);
	assert_int_equal(describe(0xfee20000)->attribute, EFI_MEMORY_UC | EFI_MEMORY_RUNTIME);
	assert_int_equal(describe(0xfee40000)->pages, 16);
	assert_int_equal(describe(0xfee40000)->attribute, EFI_MEMORY_UC | EFI_MEMORY_RUNTIME);
	assert_int_equal(describe(0xfed00000)->attribute, EFI_MEMORY_UC | EFI_MEMORY_RUNTIME);
	assert_int_equal(describe(0xfee00000)->pages, 32);
	assert_int_equal(describe(0xfee00000)->attribute, EFI_MEMORY_UC);
	assert_int_equal(describe(0xfee28000)->pages, 24);
	assert_int_equal(describe(0xfee28000)->attribute, EFI_MEMORY_UC);
	assert_int_equal(describe(0xfee50000)->pages, 176);
	assert_int_equal(efi_memory_add_runtime_mmio(0xfed10000, 0x1000), 0);
	assert_int_equal(efi_memory_add_runtime_mmio(0xfed20000, 0x1000), -ENOSPC);
}

/* The key is for the map as it is: it changes with it, and only then. */
static void test_key(void **state)
{
	u64 key = efi_memory_map_key(), address, other;

	read_map();
	assert_int_equal(efi_memory_map_key(), key);
	address = get_any(MEM_LOADER_DATA, 1);
	assert_int_not_equal(efi_memory_map_key(), key);
	key = efi_memory_map_key();
	other = 0x1001;
	efi_allocate_pages(EFI_ALLOCATE_ADDRESS, MEM_LOADER_DATA, 1, &other);
	efi_free_pages(WORLD_RAM + MiB(3), 1);
	assert_int_equal(efi_memory_map_key(), key);
	put(address, 1);
	assert_int_not_equal(efi_memory_map_key(), key);
	/* Also by those in the firmware who do not know of services. */
	key = efi_memory_map_key();
	assert_int_equal(page_alloc(MEM_BOOT_DATA, PAGE_SIZE, PAGE_SIZE, PHYS_MAX_32, &address),
			 0);
	assert_int_not_equal(efi_memory_map_key(), key);
	page_free(address, PAGE_SIZE);
}

static unsigned int changes_seen;

static void EFIAPI on_change(efi_event_t event, void *context)
{
	changes_seen++;
}

static void test_change_event(void **state)
{
	efi_event_t event;
	u64 address;

	assert_int_equal(efi_create_event_ex(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, on_change, NULL,
					     &efi_guid_event_memory_map_change, &event),
			 EFI_SUCCESS);
	address = get_any(MEM_LOADER_DATA, 1);
	assert_int_equal(changes_seen, 1);
	put(address, 1);
	assert_int_equal(changes_seen, 2);
	read_map();
	efi_free_pages(address, 1);
	assert_int_equal(changes_seen, 2);
	efi_close_event(event);
	put(get_any(MEM_LOADER_DATA, 1), 1);
	assert_int_equal(changes_seen, 2);
}

/* A program that takes every second page to the end of the map's room is told so. */
static void test_full(void **state)
{
	u64 base = WORLD_RAM, address;
	size_t count = memmap.count, i, taken = 0;
	efi_status_t status = EFI_SUCCESS;

	for (i = 0; i < MEMMAP_MAX && status == EFI_SUCCESS; i++) {
		address = base + i * 2 * PAGE_SIZE;
		status = efi_allocate_pages(EFI_ALLOCATE_ADDRESS, MEM_LOADER_DATA, 1, &address);
		taken += status == EFI_SUCCESS;
	}
	assert_int_equal(status, EFI_OUT_OF_RESOURCES);
	assert_in_range(memmap.count, MEMMAP_MAX - 2, MEMMAP_MAX);
	for (i = 0; i < taken; i++)
		put(base + i * 2 * PAGE_SIZE, 1);
	assert_int_equal(memmap.count, count);
}

/* As a loader does: what it had and freed leaves the map as short as it was. */
static void test_fragmentation(void **state)
{
	static void *mem[200];
	u64 pages[40];
	size_t count, i;

	efi_free_pool(efi_zalloc(16));
	count = memmap.count;
	for (i = 0; i < 40; i++)
		pages[i] = get_any(i % 2 ? MEM_LOADER_DATA : MEM_LOADER_CODE, 3 + i);
	for (i = 0; i < 200; i++)
		assert_int_equal(efi_allocate_pool(MEM_LOADER_DATA, 40 + i * 5, &mem[i]),
				 EFI_SUCCESS);
	for (i = 0; i < 40; i++)
		put(pages[i], 3 + i);
	for (i = 0; i < 200; i++)
		efi_free_pool(mem[i]);
	/* One chunk is kept. */
	assert_in_range(memmap.count, count, count + 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_allocate_errors),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_max),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_free_errors),
		cmocka_unit_test(test_all_types),
		cmocka_unit_test(test_runtime),
		cmocka_unit_test(test_map_errors),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_change_event),
		cmocka_unit_test(test_fragmentation),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_runtime_mmio),
		cmocka_unit_test(test_protection),
	};

	return cmocka_run_group_tests_name("efi_pages", tests, world_start, NULL);
}
