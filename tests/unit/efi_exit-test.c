/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* ExitBootServices: UEFI 2.10, section 7.4.6. One run, since it ends everything. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <asm/image_call.h>
#include <asm/paging.h>
#include <fw/crc.h>
#include <fw/hooks.h>
#include <fw/memmap.h>

#include "efi_world.h"
#include "support.h"

/* What happened, a letter each. */
static char order[20];

static void note(char what)
{
	order[strlen(order)] = what;
}

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
	note('p');
}

static int on_exit_hook(void)
{
	assert_true(world_armed == 0);
	note('h');
	return 0;
}
HOOK(efi_exit, 50, common, on_exit_hook);

static int on_enter(void)
{
	note('o');
	return 0;
}
HOOK(os_enter_pre, 50, common, on_enter);

static void EFIAPI on_before(efi_event_t event, void *context)
{
	void *pool;

	/* The last time that memory can be had. */
	assert_int_equal(efi_allocate_pool(MEM_LOADER_DATA, KiB(64), &pool), EFI_SUCCESS);
	assert_non_null(efi_system_table->boot);
	note('b');
}

static void EFIAPI on_end(efi_event_t event, void *context)
{
	assert_true(world_armed == 0);
	note('e');
}

static void EFIAPI on_tick(efi_event_t event, void *context)
{
	note('t');
}

static efi_uintn_t current_key(void)
{
	static u8 map[16384];
	efi_uintn_t size = sizeof(map), key, stride;
	u32 version;

	assert_int_equal(efi_get_memory_map(&size, map, &key, &stride, &version), EFI_SUCCESS);
	return key;
}

static bool crc_is_right(struct efi_table_header *header)
{
	u32 was = header->crc32, is;

	header->crc32 = 0;
	is = crc32(0, header, header->header_size);
	header->crc32 = was;
	return was == is;
}

static void test_exit(void **state)
{
	struct efi_system_table *st = efi_system_table;
	efi_event_t before, end, old_end, tick;
	efi_uintn_t key;
	void *pool;

	assert_int_equal(efi_create_event_ex(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, on_before, NULL,
				&efi_guid_event_before_exit_boot_services, &before), EFI_SUCCESS);
	assert_int_equal(efi_create_event_ex(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, on_end, NULL,
				&efi_guid_event_exit_boot_services, &end), EFI_SUCCESS);
	assert_int_equal(efi_create_event(EVT_SIGNAL_EXIT_BOOT_SERVICES, TPL_NOTIFY, on_end,
					  NULL, &old_end), EFI_SUCCESS);
	assert_int_equal(efi_create_event(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_NOTIFY, on_tick,
					  NULL, &tick), EFI_SUCCESS);
	assert_int_equal(efi_set_timer(tick, EFI_TIMER_PERIODIC, 100000), EFI_SUCCESS);
	key = current_key();
	assert_true(efi_exit_boot_services(NULL, key) == EFI_INVALID_PARAMETER);
	assert_string_equal(order, "");
	st->con_in = (void *)&order;
	st->con_out = (void *)&order;
	st->console_in_handle = &order;
	st->standard_error_handle = &order;

	/* Somebody took memory at the last moment: the key is stale. */
	assert_true(efi_exit_boot_services(&order, key) == EFI_INVALID_PARAMETER);
	assert_string_equal(order, "b");
	assert_non_null(st->boot);
	assert_non_null(st->con_in);
	assert_int_equal(world_armed, 0);
	/* Memory services go on, and so the key can be stale again. */
	key = current_key();
	assert_int_equal(efi_allocate_pool(MEM_LOADER_DATA, KiB(64), &pool), EFI_SUCCESS);
	assert_true(efi_exit_boot_services(&order, key) == EFI_INVALID_PARAMETER);
	assert_string_equal(order, "b");

	key = current_key();
	assert_int_equal(efi_exit_boot_services(&order, key), EFI_SUCCESS);
	assert_string_equal(order, "beehop");
	assert_false(world_irqs);
	assert_null(st->boot);
	assert_null(st->con_in);
	assert_null(st->con_out);
	assert_null(st->std_err);
	assert_null(st->console_in_handle);
	assert_null(st->console_out_handle);
	assert_null(st->standard_error_handle);
	assert_true(crc_is_right(&st->header));
	assert_int_equal(efi_boot_services.header.signature, 0);
	assert_null(efi_boot_services.allocate_pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exit),
	};

	return cmocka_run_group_tests(tests, world_start, NULL);
}
