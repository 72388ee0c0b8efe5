/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Finding the flash that has variables, among whatever lies below the image. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <asm/paging.h>
#include <fw/cc.h>
#include <fw/errno.h>
#include <spec/efi/variable_store.h>

#include "find_flash.h"
#include "vars_fixture.h"

#define IMAGE	(0x100000000ull - CONFIG_FLASH_SIZE)

static bool encrypted, with_integrity;
static u64 shared_base, shared_size;

bool cc_has(enum cc_attr attr)
{
	switch (attr) {
	case CC_ATTR_HOST_UNTRUSTED:
	case CC_ATTR_MEM_ENCRYPT:
		return encrypted || with_integrity;
	case CC_ATTR_MEM_INTEGRITY:
		return with_integrity;
	default:
		return false;
	}
}

int paging_map(phys_addr_t base, u64 size, u64 prot)
{
	assert_true(prot == MAP_MMIO);
	assert_int_equal(flash_sim.reads + flash_sim.writes, 0);
	shared_base = base;
	shared_size = size;
	return 0;
}

static int setup(void **state)
{
	encrypted = with_integrity = false;
	shared_base = shared_size = 0;
	vars_format(0x84000);
	flash_sim.base = IMAGE - 0x84000;
	return 0;
}

static void check_found(bool writable)
{
	struct efi_flash flash;

	assert_int_equal(efi_flash_find(&flash), 0);
	assert_true(flash.base == IMAGE - flash_sim.size);
	assert_int_equal(flash.size, flash_sim.size);
	assert_int_equal(flash.writable, writable);
	assert_true(flash_sim_is_array());
}

static void test_found(void **state)
{
	static u8 before[FLASH_SIM_MAX];

	memcpy(before, flash_sim.data, sizeof(before));
	check_found(true);
	assert_memory_equal(before, flash_sim.data, sizeof(before));
	/* Exits to the host, of which every boot has a part. */
	assert_true(flash_sim.writes + flash_sim.reads < 20);
	flash_sim.read_only = true;
	check_found(false);
	vars_format(0x20000);
	flash_sim.base = IMAGE - 0x20000;
	check_found(true);
}

/* A copy of the header in the spare blocks is not the store. */
static void test_spare(void **state)
{
	memcpy(flash_sim.data + 0x42000, flash_sim.data, 0x40000);
	check_found(true);
	/* The store's own is erased: it was being written. */
	memset(flash_sim.data, 0xff, 0x1000);
	check_found(true);
	memset(flash_sim.data + 0x42000, 0xff, 0x1000);
	assert_int_equal(efi_flash_find(&(struct efi_flash) { 0 }), -ENODEV);
}

static void test_not_flash(void **state)
{
	struct efi_flash flash;

	flash_sim.absent = true;
	assert_int_equal(efi_flash_find(&flash), -ENODEV);
	flash_sim.absent = false;
	flash_sim.rom = true;	/* a flash whose commands need more privilege */
	check_found(false);
	memset(flash_sim.data, 0, sizeof(flash_sim.data));
	assert_int_equal(efi_flash_find(&flash), -ENODEV);
}

static void test_other_contents(void **state)
{
	struct efi_flash flash;
	u64 length;

	memset(flash_sim.data, 0, sizeof(flash_sim.data));
	assert_int_equal(efi_flash_find(&flash), -ENODEV);
	setup(state);
	for (length = 0; length < 64; length++) {
		u64 lie = (u64)1 << length;

		memcpy(flash_sim.data + 0x20, &lie, sizeof(lie));
		assert_int_equal(efi_flash_find(&flash), -ENODEV);
	}
}

/* Whose memory the host could change, anyway: what is below the image is no secret. */
static void test_encrypted(void **state)
{
	check_found(true);
	assert_int_equal(shared_size, 0);
	setup(state);
	encrypted = true;
	check_found(true);
	assert_true(shared_base == 0xff000000 && shared_base + shared_size == IMAGE);
}

static void test_integrity(void **state)
{
	struct efi_flash flash;

	with_integrity = true;
	assert_int_equal(efi_flash_find(&flash), -EPERM);
	assert_int_equal(flash_sim.writes + flash_sim.reads, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_found, setup),
		cmocka_unit_test_setup(test_spare, setup),
		cmocka_unit_test_setup(test_not_flash, setup),
		cmocka_unit_test_setup(test_other_contents, setup),
		cmocka_unit_test_setup(test_encrypted, setup),
		cmocka_unit_test_setup(test_integrity, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
