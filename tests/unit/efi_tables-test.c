/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of the tables and small services (efi/loader/tables.c, config_table.c,
 * misc.c, status.c; UEFI 2.10, chapter 4 and section 7.5).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/crc.h>
#include <fw/errno.h>

#include "efi_world.h"
#include "misc.h"

static void check_header(const struct efi_table_header *header, const char *signature, u32 size)
{
	static u8 copy[1024];
	struct efi_table_header *zeroed = (struct efi_table_header *)copy;

	assert_memory_equal(&header->signature, signature, 8);
	assert_int_equal(header->revision, 2 << 16 | 70);
	assert_int_equal(header->header_size, size);
	assert_int_equal(header->reserved, 0);
	assert_true(size <= sizeof(copy));
	memcpy(copy, header, size);
	zeroed->crc32 = 0;
	assert_int_equal(crc32(0, copy, size), header->crc32);
	assert_int_not_equal(header->crc32, 0);
}

static void check_tables(void)
{
	/* Sizes as in the specification, 4.3.1 and 4.4.1. */
	check_header(&efi_system_table->header, "IBI SYST", 120);
	check_header(&efi_boot_services.header, "BOOTSERV", 376);
}

static void test_tables(void **state)
{
	void **slot = (void **)(&efi_boot_services.header + 1);
	size_t i, len;

	check_tables();
	assert_ptr_equal(efi_system_table->boot, &efi_boot_services);
	assert_int_equal(memmap_find(&memmap, (uintptr_t)efi_system_table)->type,
			 MEM_RUNTIME_DATA);
	assert_int_equal(memmap_find(&memmap, (uintptr_t)efi_system_table->vendor)->type,
			 MEM_RUNTIME_DATA);
	/* Loaders compare a dozen characters of it without asking how many there are. */
	len = ucs2_len(efi_system_table->vendor);
	assert_in_range(len, 12, 100);
	for (i = 0; i < 44; i++) {
		if (&slot[i] == &efi_boot_services.reserved)
			assert_null(slot[i]);
		else
			assert_non_null(slot[i]);
	}
	efi_system_table->console_in_handle = efi_firmware_handle;
	efi_system_table_changed();
	check_tables();
}

/* Loaded software calls through the table: each function is where it belongs. */
static void test_calls(void **state)
{
	struct efi_boot_services *boot = &efi_boot_services;
	efi_handle_t handle = NULL;
	void *mem = NULL;
	u64 page = 0;
	u32 crc = 0;
	u8 data[4] = { 1, 2, 3, 4 };

	assert_int_equal(boot->raise_tpl(TPL_NOTIFY), TPL_APPLICATION);
	boot->restore_tpl(TPL_APPLICATION);
	assert_int_equal(boot->allocate_pages(EFI_ALLOCATE_ANY_PAGES, MEM_LOADER_DATA, 1, &page),
			 EFI_SUCCESS);
	assert_int_equal(boot->free_pages(page, 1), EFI_SUCCESS);
	assert_int_equal(boot->allocate_pool(MEM_LOADER_DATA, 1, &mem), EFI_SUCCESS);
	assert_int_equal(boot->free_pool(mem), EFI_SUCCESS);
	assert_int_equal(boot->install_multiple_protocol_interfaces(&handle, world_guid(0), NULL,
								    world_guid(1), NULL,
								    NULL), EFI_SUCCESS);
	assert_int_equal(boot->locate_protocol(world_guid(1), NULL, &mem), EFI_SUCCESS);
	assert_int_equal(boot->uninstall_multiple_protocol_interfaces(handle, world_guid(0),
								      NULL, world_guid(1), NULL,
								      NULL), EFI_SUCCESS);
	assert_int_equal(boot->calculate_crc32(data, 4, &crc), EFI_SUCCESS);
	assert_int_equal(crc, 0xb63cfbcd);
	boot->copy_mem(data + 1, data, 3);
	assert_int_equal(data[3], 3);
	boot->set_mem(data, 3, 0xaa);
	assert_int_equal(data[2], 0xaa);
	assert_int_equal(data[3], 3);
	assert_int_equal(boot->stall(1), EFI_SUCCESS);
}

static void test_crc_errors(void **state)
{
	u32 crc = 7;

	assert_int_equal(efi_calculate_crc32(NULL, 4, &crc), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_calculate_crc32(&crc, 0, &crc), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_calculate_crc32(&crc, 4, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(crc, 7);
}

static unsigned int told;

static void EFIAPI on_table(efi_event_t event, void *context)
{
	told++;
}

static void *table_of(unsigned int number)
{
	efi_uintn_t i;

	check_tables();
	for (i = 0; i < efi_system_table->tables; i++) {
		if (efi_guid_equal(&efi_system_table->table[i].guid, world_guid(number)))
			return efi_system_table->table[i].table;
	}
	return NULL;
}

static void test_config_tables(void **state)
{
	efi_uintn_t before = efi_system_table->tables;
	efi_event_t event;
	unsigned int i;
	char table[64];

	assert_int_equal(efi_create_event_ex(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, on_table, NULL,
					     world_guid(0), &event), EFI_SUCCESS);
	assert_int_equal(efi_install_configuration_table(NULL, table), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_install_configuration_table(world_guid(0), NULL), EFI_NOT_FOUND);
	assert_int_equal(told, 0);
	assert_int_equal(efi_install_configuration_table(world_guid(0), &table[0]), EFI_SUCCESS);
	assert_int_equal(told, 1);
	assert_ptr_equal(table_of(0), &table[0]);
	assert_int_equal(memmap_find(&memmap, (uintptr_t)efi_system_table->table)->type,
			 MEM_RUNTIME_DATA);
	/* Another one in its place. */
	assert_int_equal(efi_install_configuration_table(world_guid(0), &table[1]), EFI_SUCCESS);
	assert_ptr_equal(table_of(0), &table[1]);
	assert_int_equal(efi_system_table->tables, before + 1);
	assert_int_equal(told, 2);
	/* More than there is room for at first. */
	for (i = 1; i < 50; i++)
		assert_int_equal(efi_install_configuration_table(world_guid(i), &table[i]),
				 EFI_SUCCESS);
	for (i = 1; i < 50; i++)
		assert_ptr_equal(table_of(i), &table[i]);
	/* By the name that is in the table itself. */
	assert_int_equal(efi_install_configuration_table(&efi_system_table->table[before].guid,
							 NULL), EFI_SUCCESS);
	assert_int_equal(told, 3);
	assert_null(table_of(0));
	assert_ptr_equal(table_of(1), &table[1]);
	for (i = 49; i > 0; i--)
		assert_int_equal(efi_install_configuration_table(world_guid(i), NULL),
				 EFI_SUCCESS);
	assert_int_equal(efi_system_table->tables, before);
	check_tables();
	efi_close_event(event);
}

static u32 high;
static unsigned int highs;

u32 efi_high_count(void)
{
	return high;
}

static efi_status_t EFIAPI next_high(u32 *count)
{
	highs++;
	*count = high = high ? high + 1 : 5;
	return EFI_SUCCESS;
}

static void test_monotonic_count(void **state)
{
	struct efi_runtime_services runtime = { .get_next_high_monotonic_count = next_high };
	u64 first = 0, second = 0;
	u32 next = 0;

	assert_int_equal(efi_get_next_monotonic_count(NULL), EFI_INVALID_PARAMETER);
	efi_system_table->runtime = &runtime;
	assert_int_equal(highs, 0);
	assert_int_equal(efi_get_next_monotonic_count(&first), EFI_SUCCESS);
	assert_int_equal(efi_get_next_monotonic_count(&second), EFI_SUCCESS);
	assert_int_equal(first >> 32, 5);
	assert_int_equal(second, first + 1);
	assert_int_equal(highs, 1);
	/* The runtime service counts the same counter. */
	assert_int_equal(efi_system_table->runtime->get_next_high_monotonic_count(&next),
			 EFI_SUCCESS);
	assert_int_equal(next, (second >> 32) + 1);
	assert_int_equal(efi_get_next_monotonic_count(&first), EFI_SUCCESS);
	assert_int_equal(first >> 32, next);
	assert_int_equal((u32)first, (u32)second + 1);
	efi_system_table->runtime = NULL;
}

static void test_status(void **state)
{
	assert_int_equal(efi_status(0), EFI_SUCCESS);
	assert_int_equal(efi_status(3), EFI_SUCCESS);
	assert_int_equal(efi_status(-ENOENT), EFI_NOT_FOUND);
	assert_int_equal(efi_status(-ENOMEM), EFI_OUT_OF_RESOURCES);
	assert_int_equal(efi_status(-EINVAL), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_status(-ENOSPC), EFI_VOLUME_FULL);
	assert_int_equal(efi_status(-ETIMEDOUT), EFI_TIMEOUT);
	assert_int_equal(efi_status(-EBADMSG), EFI_VOLUME_CORRUPTED);
	assert_int_equal(efi_status(-EOPNOTSUPP), EFI_UNSUPPORTED);
	assert_int_equal(efi_status(-12345), EFI_DEVICE_ERROR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_crc_errors),
		cmocka_unit_test(test_config_tables),
		cmocka_unit_test(test_monotonic_count),
		cmocka_unit_test(test_status),
	};

	return cmocka_run_group_tests_name("efi_tables", tests, world_start, NULL);
}
