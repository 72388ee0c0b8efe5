/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of AllocatePool and FreePool (efi/loader/pool.c; UEFI 2.10, 7.2.4, 7.2.5). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fw/memmap.h>

#include "efi_world.h"
#include "memory.h"

static void *get(u32 type, u64 size)
{
	void *mem = NULL;

	assert_int_equal(efi_allocate_pool(type, size, &mem), EFI_SUCCESS);
	assert_non_null(mem);
	assert_true(IS_ALIGNED((uintptr_t)mem, 16));
	return mem;
}

static void test_errors(void **state)
{
	static const u32 bad[] = {
		MEM_CONVENTIONAL, MEM_PERSISTENT, MEM_UNACCEPTED, 16, 17, 0x6ffffffe, 0x6fffffff,
	};
	void *mem = (void *)1;
	size_t i;

	assert_int_equal(efi_allocate_pool(MEM_BOOT_DATA, 1000, NULL), EFI_INVALID_PARAMETER);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(efi_allocate_pool(bad[i], 1, &mem), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_allocate_pool(MEM_BOOT_DATA, WORLD_RAM_SIZE + WORLD_HIGH_SIZE, &mem),
			 EFI_OUT_OF_RESOURCES);
	assert_int_equal(efi_allocate_pool(MEM_BOOT_DATA, (u64)-1, &mem), EFI_OUT_OF_RESOURCES);
	assert_int_equal(efi_allocate_pool(MEM_BOOT_DATA, (u64)-16, &mem), EFI_OUT_OF_RESOURCES);
	assert_int_equal(efi_allocate_pool(MEM_BOOT_DATA, (u64)1 << 44, &mem),
			 EFI_OUT_OF_RESOURCES);
	assert_ptr_equal(mem, (void *)1);
}

/* Every type that may be asked for is what the map then says. */
static void test_types(void **state)
{
	static const u32 types[] = {
		MEM_RESERVED, MEM_LOADER_CODE, MEM_LOADER_DATA, MEM_BOOT_CODE, MEM_BOOT_DATA,
		MEM_RUNTIME_CODE, MEM_RUNTIME_DATA, MEM_UNUSABLE, MEM_ACPI_RECLAIM, MEM_ACPI_NVS,
		MEM_MMIO, MEM_MMIO_PORT, MEM_PAL, 0x70000000, 0x7fffffff, 0x80000000, 0xffffffff,
	};
	static const u64 sizes[] = { 0, 1, 15, 16, 17, 100, 4095, 4096, 16384, 16385, 100000 };
	const struct memmap_entry *entry;
	size_t i, k;
	void *mem;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		for (k = 0; k < ARRAY_SIZE(sizes); k++) {
			mem = get(types[i], sizes[k]);
			memset(mem, 0x5a, sizes[k]);
			entry = memmap_find(&memmap, (uintptr_t)mem);
			assert_int_equal(entry->type, types[i]);
			assert_true((uintptr_t)mem + sizes[k] <=
				    entry->base + entry->pages * PAGE_SIZE);
			assert_int_equal(efi_free_pool(mem), EFI_SUCCESS);
		}
	}
}

/* shim, rEFInd and syslinux each free something that is no pool. */
static void test_wild_pointers(void **state)
{
	char *mem = get(MEM_LOADER_DATA, 400), *large = get(MEM_LOADER_DATA, 50000);
	u64 page;

	assert_int_equal(efi_free_pool(NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool((void *)8), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool((void *)16), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool((void *)0x1000), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool((void *)0xfee00010), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool((void *)0xdeadbeefdeadbee0), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool((void *)~(uintptr_t)0xf), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool(&page), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool(mem + 16), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool(mem + 1), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool(mem - 16), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool(large + 4096), EFI_INVALID_PARAMETER);
	/* A copy of a block is none. */
	memcpy(mem, mem - 16, 16);
	assert_int_equal(efi_free_pool(mem + 16), EFI_INVALID_PARAMETER);

	assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_LOADER_DATA, 1, &page),
			 EFI_SUCCESS);
	assert_int_equal(efi_free_pool((void *)(uintptr_t)page), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool((void *)(uintptr_t)(page + 16)), EFI_INVALID_PARAMETER);
	efi_free_pages(page, 1);

	assert_int_equal(efi_free_pool(mem), EFI_SUCCESS);
	assert_int_equal(efi_free_pool(mem), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool(large), EFI_SUCCESS);
	assert_int_equal(efi_free_pool(large), EFI_INVALID_PARAMETER);
}

/* What is freed beside each other is one piece again, in whatever order. */
static void test_join(void **state)
{
	static const int orders[][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	char *mem[3], *big, *last;
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		for (k = 0; k < 3; k++)
			mem[k] = get(MEM_ACPI_NVS, 4000);
		last = get(MEM_ACPI_NVS, 4000);
		for (k = 0; k < 3; k++)
			assert_int_equal(efi_free_pool(mem[orders[i][k]]), EFI_SUCCESS);
		big = get(MEM_ACPI_NVS, 10000);
		assert_ptr_equal(big, mem[0]);
		efi_free_pool(big);
		efi_free_pool(last);
	}
}

/* A block that was joined with the one before it is none any more. */
static void test_double_free(void **state)
{
	void *a = get(MEM_ACPI_NVS, 100), *b = get(MEM_ACPI_NVS, 100);
	void *c = get(MEM_ACPI_NVS, 100);

	assert_int_equal(efi_free_pool(a), EFI_SUCCESS);
	assert_int_equal(efi_free_pool(b), EFI_SUCCESS);
	assert_int_equal(efi_free_pool(b), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool(c), EFI_SUCCESS);
	assert_int_equal(efi_free_pool(c), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pool(a), EFI_INVALID_PARAMETER);
}

/* Small objects do not touch the map; a chunk that is empty goes, but for one. */
static void test_chunks(void **state)
{
	static void *mem[4000];
	u64 key, changes;
	size_t i, before;

	efi_free_pool(get(MEM_LOADER_DATA, 100));
	before = memmap.count;
	key = efi_memory_map_key();
	for (i = 0; i < 100; i++)
		mem[i] = get(MEM_LOADER_DATA, 64);
	for (i = 0; i < 100; i++)
		efi_free_pool(mem[i]);
	assert_int_equal(efi_memory_map_key(), key);

	for (i = 0; i < ARRAY_SIZE(mem); i++)
		mem[i] = get(MEM_LOADER_DATA, 200);
	changes = efi_memory_map_key() - key;
	/* 216 bytes each, from chunks of 64 KiB. */
	assert_in_range(changes, 12, 16);
	for (i = 0; i < ARRAY_SIZE(mem); i++)
		assert_int_equal(efi_free_pool(mem[i]), EFI_SUCCESS);
	assert_in_range(memmap.count, before - 2, before + 2);

	key = efi_memory_map_key();
	for (i = 0; i < 1000; i++)
		efi_free_pool(get(MEM_LOADER_DATA, 8000));
	assert_int_equal(efi_memory_map_key(), key);
}

static u32 next_random(u32 *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* No two objects overlap, and all that was taken comes back. */
static void test_random(void **state)
{
	static const u32 types[] = { MEM_LOADER_DATA, MEM_LOADER_CODE, MEM_RUNTIME_DATA };
	static struct {
		u8 *mem;
		u32 size;
		u8 fill;
	} slot[500];
	u32 seed = 7, i, k, n;

	for (n = 0; n < 60000; n++) {
		i = next_random(&seed) % ARRAY_SIZE(slot);
		if (slot[i].mem) {
			for (k = 0; k < slot[i].size; k += 7)
				assert_int_equal(slot[i].mem[k], slot[i].fill);
			assert_int_equal(efi_free_pool(slot[i].mem), EFI_SUCCESS);
			slot[i].mem = NULL;
			continue;
		}
		slot[i].size = next_random(&seed) % (1u << (next_random(&seed) % 15 + 1));
		slot[i].fill = (u8)n;
		slot[i].mem = get(types[next_random(&seed) % 3], slot[i].size);
		memset(slot[i].mem, slot[i].fill, slot[i].size);
	}
	for (i = 0; i < ARRAY_SIZE(slot); i++) {
		if (slot[i].mem)
			assert_int_equal(efi_free_pool(slot[i].mem), EFI_SUCCESS);
	}
}

/* Runtime data stays in its range, which the map shows as one. */
static void test_runtime(void **state)
{
	u64 key = efi_memory_map_key();
	void *mem[3];
	size_t i;

	for (i = 0; i < 3; i++) {
		mem[i] = get(MEM_RUNTIME_DATA, 20000);
		assert_in_range((uintptr_t)mem[i], WORLD_RAM_END - KiB(128), WORLD_RAM_END);
	}
	for (i = 0; i < 3; i++)
		efi_free_pool(mem[i]);
	assert_int_equal(efi_memory_map_key(), key);
}

static void test_zalloc(void **state)
{
	u8 *mem = get(MEM_BOOT_DATA, 300);
	size_t i;

	memset(mem, 0xff, 300);
	efi_free_pool(mem);
	mem = efi_zalloc(300);
	for (i = 0; i < 300; i++)
		assert_int_equal(mem[i], 0);
	efi_free_pool(mem);
	assert_null(efi_zalloc((size_t)1 << 40));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_wild_pointers),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_double_free),
		cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_runtime),
		cmocka_unit_test(test_zalloc),
	};

	return cmocka_run_group_tests_name("efi_pool", tests, world_start, NULL);
}
