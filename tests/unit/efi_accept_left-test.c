/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * RAM that is not accepted, and an operating system that says that it does so itself
 * (efi/loader/protocols/memory_acceptance.c): UEFI 2.10, sections 7.2.3 and 7.4.6.
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
#include <fw/memmap.h>
#include <spec/efi/memory_accept.h>

#include "accept_world.h"
#include "efi_world.h"

#define STRIDE	48

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

static efi_uintn_t read_map(efi_uintn_t *size)
{
	efi_uintn_t key, stride;
	u32 version;

	*size = sizeof(map_bytes);
	assert_int_equal(efi_get_memory_map(size, map_bytes, &key, &stride, &version),
			 EFI_SUCCESS);
	assert_int_equal(stride, STRIDE);
	return key;
}

static void test_left(void **state)
{
	struct efi_memory_acceptance *protocol;
	u64 before = world_accepted_all(), left = 0, base, room = 0;
	efi_uintn_t key, size, at;

	key = read_map(&room);
	assert_int_equal(efi_locate_protocol(&efi_guid_memory_acceptance, NULL,
					     (void **)&protocol), EFI_SUCCESS);
	assert_int_equal(protocol->allow_unaccepted_memory(protocol), EFI_SUCCESS);
	/* Who has read the map before has to read it again; twice is once. */
	assert_true(efi_exit_boot_services(&key, key) == EFI_INVALID_PARAMETER);
	key = read_map(&size);
	assert_int_equal(protocol->allow_unaccepted_memory(protocol), EFI_SUCCESS);
	/* Fits where the size was asked for before, with a loader's usual reserve. */
	assert_true(size <= room + 4 * STRIDE);

	for (at = 0; at < size; at += STRIDE) {
		struct efi_memory_descriptor *d = (void *)(map_bytes + at);
		u64 accepted;

		if (d->type != MEM_UNACCEPTED && d->type != MEM_CONVENTIONAL)
			continue;
		accepted = world_accepted(d->physical_start, d->pages * PAGE_SIZE);
		assert_int_equal(accepted, d->type == MEM_UNACCEPTED ? 0 : d->pages);
		if (d->type != MEM_UNACCEPTED)
			continue;
		left += d->pages;
		/* As the operating system's record wants them, and with what memory can. */
		assert_true(IS_ALIGNED(d->physical_start, MiB(2)));
		assert_true(IS_ALIGNED(d->pages * PAGE_SIZE, MiB(2)));
		assert_int_equal(d->attribute, EFI_MEMORY_UC | EFI_MEMORY_WC | EFI_MEMORY_WT |
				 EFI_MEMORY_WB);
	}
	assert_int_equal(left + before,
			 (WORLD_LOW_END + WORLD_RAM_SIZE + WORLD_HIGH_SIZE) / PAGE_SIZE);

	/* What it allocates is accepted all the same. */
	base = WORLD_RAM + MiB(8);
	assert_int_equal(efi_allocate_pages(EFI_ALLOCATE_ADDRESS, MEM_LOADER_DATA, 1, &base),
			 EFI_SUCCESS);
	memset((void *)base, 0x77, PAGE_SIZE);
	assert_int_equal(world_accepted_all(), before + MiB(2) / PAGE_SIZE);
	assert_true(efi_exit_boot_services(&key, key) == EFI_INVALID_PARAMETER);
	key = read_map(&size);
	assert_int_equal(efi_exit_boot_services(&key, key), EFI_SUCCESS);
	assert_int_equal(world_accepted_all(), before + MiB(2) / PAGE_SIZE);
	assert_int_equal(world_parallel, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_left),
	};

	return cmocka_run_group_tests(tests, accept_world_start, NULL);
}
