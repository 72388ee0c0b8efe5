/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What the operating system is told of runtime memory: entries that Linux takes
 * (drivers/firmware/efi/memattr.c), and none that is writable and executable.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/memmap.h>
#include <spec/efi/memory_tables.h>

#include "runtime_tables.h"

#define IMAGE	0x1ff00000ull

struct memmap memmap;

static struct efi_memory_attributes_table *attributes;
static struct efi_rt_properties_table *properties;
static bool no_memory;

efi_status_t EFIAPI efi_allocate_pool(u32 type, efi_uintn_t size, void **buffer)
{
	assert_int_equal(type, MEM_RUNTIME_DATA);
	*buffer = malloc(size);
	return no_memory ? EFI_OUT_OF_RESOURCES : EFI_SUCCESS;
}

efi_status_t EFIAPI efi_install_configuration_table(const struct efi_guid *guid, void *table)
{
	if (memcmp(guid, &efi_guid_memory_attributes_table, sizeof(*guid)) == 0)
		attributes = table;
	else if (memcmp(guid, &efi_guid_rt_properties_table, sizeof(*guid)) == 0)
		properties = table;
	else
		fail();
	return EFI_SUCCESS;
}

static void range(u64 base, u64 pages, enum mem_type type)
{
	memmap.entry[memmap.count++] = (struct memmap_entry) { base, pages, type };
}

static const struct efi_memory_descriptor *entry(u32 i)
{
	return (const void *)((const u8 *)(attributes + 1) + i * attributes->descriptor_size);
}

static void check_entry(u32 i, u32 type, u64 base, u64 pages, u64 attribute)
{
	assert_true(i < attributes->entries);
	assert_int_equal(entry(i)->type, type);
	assert_true(entry(i)->physical_start == base);
	assert_int_equal(entry(i)->pages, pages);
	assert_true(entry(i)->attribute == (attribute | EFI_MEMORY_RUNTIME));
}

static void install(void)
{
	static const struct efi_runtime_header header = {
		.rodata = 0x3000, .data = 0x4000, .end = 0x75000,
	};

	no_memory = false;
	assert_int_equal(runtime_tables_install(IMAGE, &header, 0x1234), 0);
}

static int setup(void **state)
{
	memmap.count = 0;
	return 0;
}

static void test_image(void **state)
{
	range(0x100000, 0x1000, MEM_CONVENTIONAL);
	range(IMAGE, 3, MEM_RUNTIME_CODE);
	range(IMAGE + 0x3000, 0x72, MEM_RUNTIME_DATA);
	install();
	assert_int_equal(attributes->version, 1);
	assert_int_equal(attributes->descriptor_size, 48);
	assert_int_equal(attributes->entries, 3);
	check_entry(0, MEM_RUNTIME_CODE, IMAGE, 3, EFI_MEMORY_RO);
	check_entry(1, MEM_RUNTIME_DATA, IMAGE + 0x3000, 1, EFI_MEMORY_RO | EFI_MEMORY_XP);
	check_entry(2, MEM_RUNTIME_DATA, IMAGE + 0x4000, 0x71, EFI_MEMORY_XP);
	assert_int_equal(properties->version, 1);
	assert_int_equal(properties->length, 8);
	assert_int_equal(properties->supported, 0x1234);
}

/* Ranges that the map has joined with the image's, or that are elsewhere. */
static void test_joined(void **state)
{
	range(0x200000, 2, MEM_RUNTIME_CODE);
	range(0x300000, 2, MEM_RUNTIME_DATA);
	range(IMAGE - 0x5000, 8, MEM_RUNTIME_CODE);
	range(IMAGE + 0x3000, 0x80, MEM_RUNTIME_DATA);
	range(0x20000000, 4, MEM_RUNTIME_DATA);
	install();
	check_entry(0, MEM_RUNTIME_DATA, 0x300000, 2, EFI_MEMORY_XP);
	check_entry(1, MEM_RUNTIME_CODE, IMAGE, 3, EFI_MEMORY_RO);
	check_entry(2, MEM_RUNTIME_DATA, IMAGE + 0x3000, 1, EFI_MEMORY_RO | EFI_MEMORY_XP);
	check_entry(3, MEM_RUNTIME_DATA, IMAGE + 0x4000, 0x71, EFI_MEMORY_XP);
	check_entry(4, MEM_RUNTIME_DATA, IMAGE + 0x75000, 0x0e, EFI_MEMORY_XP);
	check_entry(5, MEM_RUNTIME_DATA, 0x20000000, 4, EFI_MEMORY_XP);
	assert_int_equal(attributes->entries, 6);
}

/* More than there is room for: what is there stays right. */
static void test_many(void **state)
{
	u64 i;

	for (i = 0; i < 100; i++)
		range(0x100000 + i * 0x2000, 1, MEM_RUNTIME_DATA);
	install();
	assert_int_equal(attributes->entries, 64);
	memmap.count = 1;
	runtime_tables_update();
	assert_int_equal(attributes->entries, 1);
	assert_int_equal(properties->length, 8);
}

static void test_no_memory(void **state)
{
	const struct efi_runtime_header header = { .end = 0x1000 };

	no_memory = true;
	assert_int_equal(runtime_tables_install(IMAGE, &header, 0), -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_image, setup),
		cmocka_unit_test_setup(test_joined, setup),
		cmocka_unit_test_setup(test_many, setup),
		cmocka_unit_test_setup(test_no_memory, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
