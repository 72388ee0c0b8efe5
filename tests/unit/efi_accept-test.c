/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * RAM that is accepted when it is asked for (cc/accept.c), as seen through boot
 * services: UEFI 2.10, sections 7.2 and 7.4.6. The operating system of this test does
 * not know of such memory; see efi_accept_left for one that does.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <asm/image_call.h>
#include <asm/paging.h>
#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/memmap.h>
#include <spec/efi/memory_accept.h>

#include "accept_world.h"
#include "efi_world.h"
#include "memory.h"
#include "support.h"

#define UNIT	MiB(2)
#define AHEAD	MiB(CONFIG_EFI_ACCEPT_MIB)

u64 image_call(struct image_frame *frame, u64 entry, void *first, void *second)
{
	fail();
	return 0;
}

void image_return(const struct image_frame *frame, u64 status)
{
	abort();
}

void paging_release(void)
{
}

static u8 map_bytes[16384];
static efi_uintn_t map_size, map_stride;

static efi_uintn_t read_map(void)
{
	efi_uintn_t key;
	u32 version;

	map_size = sizeof(map_bytes);
	assert_int_equal(efi_get_memory_map(&map_size, map_bytes, &key, &map_stride, &version),
			 EFI_SUCCESS);
	return key;
}

/* Pages of a type, and in how many pieces. */
static u64 shown(u32 type, unsigned int *pieces)
{
	struct efi_memory_descriptor *d;
	u64 pages = 0;
	size_t at;

	*pieces = 0;
	for (at = 0; at < map_size; at += map_stride) {
		d = (void *)(map_bytes + at);
		if (d->type == type) {
			pages += d->pages;
			++*pieces;
		}
	}
	return pages;
}

static void test_start(void **state)
{
	unsigned int pieces;

	/* What lies below the image, and what runtime services keep at the top. */
	assert_int_equal(world_accepted(0, WORLD_LOW_END), WORLD_LOW_END / PAGE_SIZE);
	assert_int_equal(world_accepted(WORLD_RAM_END - AHEAD, AHEAD), AHEAD / PAGE_SIZE);
	assert_int_equal(world_accepted_all(), (WORLD_LOW_END + AHEAD) / PAGE_SIZE);
	assert_true(memmap_has_type(&memmap, WORLD_RAM, WORLD_RAM_SIZE - AHEAD, MEM_UNACCEPTED));

	/* Shown as free, one piece each but for what is in use. */
	read_map();
	assert_int_equal(shown(MEM_UNACCEPTED, &pieces), 0);
	assert_in_range(shown(MEM_CONVENTIONAL, &pieces),
			(WORLD_RAM_SIZE + WORLD_HIGH_SIZE - MiB(1)) / PAGE_SIZE,
			(WORLD_LOW_END + WORLD_RAM_SIZE + WORLD_HIGH_SIZE) / PAGE_SIZE);
	assert_in_range(pieces, 3, 5);
	assert_int_equal(world_accepted_all(), (WORLD_LOW_END + AHEAD) / PAGE_SIZE);
}

static u64 take(u32 how, u64 pages, u64 address)
{
	assert_int_equal(efi_allocate_pages(how, MEM_LOADER_DATA, pages, &address), EFI_SUCCESS);
	return address;
}

static void give(u64 address, u64 pages)
{
	assert_int_equal(efi_free_pages(address, pages), EFI_SUCCESS);
}

static void test_top_down(void **state)
{
	u64 before = world_accepted_all(), base, more;
	unsigned int asked = world_asked;

	/* What is accepted already comes first. */
	base = take(EFI_ALLOCATE_ANY_PAGES, 4, 0);
	assert_in_range(base, WORLD_RAM_END - AHEAD, WORLD_RAM_END);
	assert_int_equal(world_accepted_all(), before);
	/* Then whatever is missing below it, and some more. */
	more = take(EFI_ALLOCATE_ANY_PAGES, AHEAD / PAGE_SIZE, 0);
	assert_in_range(more, WORLD_RAM_END - 2 * AHEAD, WORLD_RAM_END - AHEAD);
	memset((void *)more, 0x77, AHEAD);
	assert_int_equal(world_accepted_all(), before + AHEAD / PAGE_SIZE);
	assert_int_equal(world_asked, asked + 1);
	give(more, AHEAD / PAGE_SIZE);
	give(base, 4);
	assert_true(memmap_has_type(&memmap, WORLD_RAM_END - 2 * AHEAD, AHEAD, MEM_CONVENTIONAL));
	/* Not twice. */
	give(take(EFI_ALLOCATE_ANY_PAGES, AHEAD / PAGE_SIZE, 0), AHEAD / PAGE_SIZE);
	assert_int_equal(world_asked, asked + 1);
}

static void test_address(void **state)
{
	u64 before = world_accepted_all(), at = WORLD_RAM + 3 * UNIT + 5 * PAGE_SIZE, base;

	/* Nobody touches what was not allocated. */
	assert_int_equal(efi_free_pool((void *)(at + 16)), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_free_pages(at, 1), EFI_NOT_FOUND);
	assert_int_equal(world_accepted_all(), before);

	/* Its large page and no other. */
	take(EFI_ALLOCATE_ADDRESS, 2, at);
	memset((void *)at, 0x77, 2 * PAGE_SIZE);
	assert_int_equal(world_accepted(WORLD_RAM + 3 * UNIT, UNIT), UNIT / PAGE_SIZE);
	assert_int_equal(world_accepted_all(), before + UNIT / PAGE_SIZE);
	/* Partly accepted, partly in use, over the end. */
	base = WORLD_RAM + 3 * UNIT - PAGE_SIZE;
	take(EFI_ALLOCATE_ADDRESS, 2, base);
	memset((void *)base, 0x77, 2 * PAGE_SIZE);
	give(base, 2);
	assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ADDRESS, MEM_LOADER_DATA, 16, &base),
			 EFI_NOT_FOUND);
	base = WORLD_RAM - PAGE_SIZE;
	assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ADDRESS, MEM_LOADER_DATA, 2, &base),
			 EFI_NOT_FOUND);
	base = WORLD_HIGH + WORLD_HIGH_SIZE - PAGE_SIZE;
	assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ADDRESS, MEM_LOADER_DATA, 2, &base),
			 EFI_NOT_FOUND);
	give(at, 2);

	/* A maximum finds what it always finds. */
	base = take(EFI_ALLOCATE_MAX_ADDRESS, 3, WORLD_RAM + 7 * UNIT - 1);
	assert_int_equal(base, WORLD_RAM + 7 * UNIT - 3 * PAGE_SIZE);
	memset((void *)base, 0x77, 3 * PAGE_SIZE);
	give(base, 3);
}

/* What low memory has no room for is mapped when it is accepted. */
static void test_high(void **state)
{
	u64 base = WORLD_HIGH + WORLD_HIGH_SIZE - PAGE_SIZE;

	assert_int_equal(world_prot(base), 0);
	take(EFI_ALLOCATE_ADDRESS, 1, base);
	assert_int_equal(world_accepted(WORLD_HIGH, WORLD_HIGH_SIZE), AHEAD / PAGE_SIZE);
	assert_true(world_prot(base) == MAP_RW);
	assert_true(world_prot(base + PAGE_SIZE - AHEAD) == MAP_RW);
	assert_int_equal(world_prot(base - AHEAD), 0);
	give(base, 1);
}

static efi_status_t accept(u64 start, u64 size)
{
	static struct efi_memory_accept *protocol;

	if (!protocol)
		assert_int_equal(efi_locate_protocol(&efi_guid_memory_accept, NULL,
						     (void **)&protocol), EFI_SUCCESS);
	return protocol->accept_memory(protocol, start, size);
}

static void test_protocol(void **state)
{
	static const struct {
		u64 start, size;
	} bad[] = {
		{ WORLD_RAM, 0 }, { WORLD_RAM + 1, PAGE_SIZE }, { WORLD_RAM, PAGE_SIZE + 1 },
		{ WORLD_RAM, (u64)-1 & ~(PAGE_SIZE - 1) }, { WORLD_RAM - PAGE_SIZE, 2 * PAGE_SIZE },
		{ WORLD_RAM_END - PAGE_SIZE, 2 * PAGE_SIZE }, { 0xfee00000, PAGE_SIZE },
		{ 0xa0000, PAGE_SIZE }, { (u64)-1 & ~(PAGE_SIZE - 1), PAGE_SIZE },
		{ 0x800000000000, PAGE_SIZE },
	};
	u64 before = world_accepted_all(), key = read_map();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_true(accept(bad[i].start, bad[i].size) == EFI_INVALID_PARAMETER);
	assert_int_equal(world_accepted_all(), before);
	assert_int_equal(efi_memory_map_key(), key);

	assert_int_equal(accept(WORLD_RAM + UNIT, UNIT), EFI_SUCCESS);
	assert_true(memmap_has_type(&memmap, WORLD_RAM + UNIT, UNIT, MEM_CONVENTIONAL));
	memset((void *)(WORLD_RAM + UNIT), 0x77, UNIT);
	assert_int_not_equal(efi_memory_map_key(), key);
	/* In use, or done: nothing is lost and nothing is done twice. */
	assert_int_equal(accept(WORLD_RAM_END - UNIT, UNIT), EFI_SUCCESS);
	assert_int_equal(accept(WORLD_RAM + UNIT, UNIT), EFI_SUCCESS);
	assert_int_equal(*(u8 *)(WORLD_RAM + UNIT), 0x77);
}

/* Nobody knows how much of it was accepted, so that it is not tried again. */
static void test_failure(void **state)
{
	u64 at = WORLD_RAM + 8 * UNIT + 3 * PAGE_SIZE, base = at;

	world_accept_fails = at;
	assert_true(accept(at, PAGE_SIZE) == EFI_DEVICE_ERROR);
	world_accept_fails = ~(u64)0;
	assert_non_null(strstr(mock_log_last(), "cannot be accepted"));
	assert_int_equal(mock_log_errors(), 1);
	assert_true(memmap_has_type(&memmap, ALIGN_DOWN(at, UNIT), UNIT, MEM_UNUSABLE));
	assert_true(accept(at, PAGE_SIZE) == EFI_DEVICE_ERROR);
	assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ADDRESS, MEM_LOADER_DATA, 1, &base),
			 EFI_NOT_FOUND);
	assert_int_equal(efi_free_pages(at, 1), EFI_NOT_FOUND);
	assert_int_equal(efi_free_pool((void *)(at + 16)), EFI_INVALID_PARAMETER);
}

/* All of it, once, with everybody's help; the loader has to look again. */
static void test_exit(void **state)
{
	efi_uintn_t key = read_map();
	unsigned int pieces;
	size_t i;

	assert_true(efi_exit_boot_services(&key, key) == EFI_INVALID_PARAMETER);
	assert_int_equal(world_parallel, 1);	/* of the ranges one is large enough */
	for (i = 0; i < memmap.count; i++)
		assert_int_not_equal(memmap.entry[i].type, MEM_UNACCEPTED);
	/* But for what failed. */
	assert_int_equal(world_accepted_all(),
			 (WORLD_LOW_END + WORLD_RAM_SIZE + WORLD_HIGH_SIZE - UNIT) / PAGE_SIZE + 3);
	assert_true(efi_exit_boot_services(&key, key) == EFI_INVALID_PARAMETER);
	key = read_map();
	assert_int_equal(shown(MEM_UNUSABLE, &pieces), UNIT / PAGE_SIZE);
	assert_int_equal(efi_exit_boot_services(&key, key), EFI_SUCCESS);
	assert_int_equal(world_parallel, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_top_down),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_high),
		cmocka_unit_test(test_protocol),
		cmocka_unit_test(test_failure),
		cmocka_unit_test(test_exit),
	};

	return cmocka_run_group_tests(tests, accept_world_start, NULL);
}
