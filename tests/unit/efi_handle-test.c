/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of the handle database (efi/loader/handle.c, protocol.c, locate.c,
 * notify.c; UEFI 2.10, section 7.3).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "efi_world.h"
#include "handle.h"

static int one, two, three;

static void *interface_of(efi_handle_t handle, unsigned int number)
{
	void *interface = (void *)1;

	if (efi_handle_protocol(handle, world_guid(number), &interface) != EFI_SUCCESS) {
		assert_null(interface);
		return (void *)-1;
	}
	return interface;
}

/* Handles that have a protocol, counted. */
static efi_uintn_t count_of(unsigned int number)
{
	efi_uintn_t size = 0;

	if (efi_locate_handle(EFI_LOCATE_BY_PROTOCOL, world_guid(number), NULL, &size, NULL) ==
	    EFI_NOT_FOUND)
		return 0;
	return size / sizeof(efi_handle_t);
}

static void test_install(void **state)
{
	efi_handle_t handle = NULL, other = (void *)((char *)efi_firmware_handle + 8);

	assert_int_equal(efi_install_protocol_interface(NULL, world_guid(0), EFI_NATIVE_INTERFACE,
							&one), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_install_protocol_interface(&handle, NULL, EFI_NATIVE_INTERFACE,
							&one), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_install_protocol_interface(&handle, world_guid(0), 1, &one),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_install_protocol_interface(&other, world_guid(0),
							EFI_NATIVE_INTERFACE, &one),
			 EFI_INVALID_PARAMETER);
	other = (void *)0xdeadbeefdeadbeef;
	assert_int_equal(efi_install_protocol_interface(&other, world_guid(0),
							EFI_NATIVE_INTERFACE, &one),
			 EFI_INVALID_PARAMETER);
	assert_null(handle);

	handle = world_handle(0, &one);
	assert_ptr_equal(interface_of(handle, 0), &one);
	assert_ptr_equal(interface_of(handle, 1), (void *)-1);
	/* Once on each handle. */
	other = handle;
	assert_int_equal(efi_install_protocol_interface(&other, world_guid(0),
							EFI_NATIVE_INTERFACE, &two),
			 EFI_INVALID_PARAMETER);
	assert_ptr_equal(other, handle);
	assert_ptr_equal(interface_of(handle, 0), &one);
	/* Without an interface it is a tag. */
	assert_int_equal(efi_install_protocol_interface(&other, world_guid(1),
							EFI_NATIVE_INTERFACE, NULL),
			 EFI_SUCCESS);
	assert_ptr_equal(interface_of(handle, 1), NULL);
	world_handle_gone(handle, 0, &one);
	world_handle_gone(handle, 1, NULL);
	assert_int_equal(efi_handle_protocol(handle, world_guid(1), (void **)&other),
			 EFI_INVALID_PARAMETER);
}

static void test_handle_protocol_errors(void **state)
{
	efi_handle_t handle = world_handle(0, &one);
	void *interface = &two;

	assert_int_equal(efi_handle_protocol(NULL, world_guid(0), &interface),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_handle_protocol((void *)8, world_guid(0), &interface),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_handle_protocol(handle, NULL, &interface), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_handle_protocol(handle, world_guid(0), NULL),
			 EFI_INVALID_PARAMETER);
	assert_ptr_equal(interface, &two);
	assert_int_equal(efi_handle_protocol(handle, world_guid(1), &interface),
			 EFI_UNSUPPORTED);
	world_handle_gone(handle, 0, &one);
}

/* A name that lies anywhere, and differs in one byte only. */
static void test_names(void **state)
{
	struct {
		u8 odd;
		u8 guid[16];
	} __packed at;
	efi_handle_t handle[20];
	void *interface;
	unsigned int i;

	for (i = 0; i < 20; i++)
		handle[i] = world_handle(i, (char *)&one + i);
	for (i = 0; i < 20; i++) {
		memcpy(at.guid, world_guid(i), 16);
		assert_int_equal(efi_locate_protocol((void *)at.guid, NULL, &interface),
				 EFI_SUCCESS);
		assert_ptr_equal(interface, (char *)&one + i);
		assert_int_equal(count_of(i), 1);
	}
	for (i = 0; i < 20; i++)
		world_handle_gone(handle[i], i, (char *)&one + i);
}

static void test_uninstall(void **state)
{
	efi_handle_t handle = world_handle(0, &one);

	assert_int_equal(efi_uninstall_protocol_interface(handle, NULL, &one),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_uninstall_protocol_interface(NULL, world_guid(0), &one),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_uninstall_protocol_interface((char *)handle + 8, world_guid(0),
							  &one), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_uninstall_protocol_interface(handle, world_guid(1), &one),
			 EFI_NOT_FOUND);
	assert_int_equal(efi_uninstall_protocol_interface(handle, world_guid(0), &two),
			 EFI_NOT_FOUND);
	assert_int_equal(efi_uninstall_protocol_interface(handle, world_guid(0), &one),
			 EFI_SUCCESS);
	assert_int_equal(efi_uninstall_protocol_interface(handle, world_guid(0), &one),
			 EFI_INVALID_PARAMETER);
}

static void test_reinstall(void **state)
{
	efi_handle_t a = world_handle(0, &one), b = world_handle(0, &two), found[2];
	efi_uintn_t size = sizeof(found);

	assert_int_equal(efi_reinstall_protocol_interface(NULL, world_guid(0), &one, &three),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_reinstall_protocol_interface(a, NULL, &one, &three),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_reinstall_protocol_interface(a, world_guid(0), &two, &three),
			 EFI_NOT_FOUND);
	assert_int_equal(efi_reinstall_protocol_interface(a, world_guid(1), NULL, NULL),
			 EFI_NOT_FOUND);
	assert_int_equal(efi_reinstall_protocol_interface(a, world_guid(0), &one, &three),
			 EFI_SUCCESS);
	assert_ptr_equal(interface_of(a, 0), &three);
	/* As if it were new. */
	assert_int_equal(efi_locate_handle(EFI_LOCATE_BY_PROTOCOL, world_guid(0), NULL, &size,
					   found), EFI_SUCCESS);
	assert_ptr_equal(found[0], b);
	assert_ptr_equal(found[1], a);
	assert_int_equal(efi_reinstall_protocol_interface(a, world_guid(0), &three, &three),
			 EFI_SUCCESS);
	world_handle_gone(a, 0, &three);
	world_handle_gone(b, 0, &two);
}

static void test_multiple(void **state)
{
	efi_handle_t handle = NULL, other = NULL;

	assert_int_equal(efi_install_multiple_protocol_interfaces(NULL, world_guid(0), &one,
								  NULL), EFI_INVALID_PARAMETER);
	/* As many as iPXE has. */
	assert_int_equal(efi_install_multiple_protocol_interfaces(&handle,
			world_guid(0), &one, world_guid(1), &two, world_guid(2), &three,
			world_guid(3), NULL, world_guid(4), &one, NULL), EFI_SUCCESS);
	assert_ptr_equal(interface_of(handle, 0), &one);
	assert_ptr_equal(interface_of(handle, 2), &three);
	assert_ptr_equal(interface_of(handle, 4), &one);

	/* All or none: on the same handle, and on a new one. */
	assert_int_equal(efi_install_multiple_protocol_interfaces(&handle,
			world_guid(5), &one, world_guid(6), &two, world_guid(1), &two, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(count_of(5), 0);
	assert_int_equal(count_of(6), 0);
	assert_int_equal(count_of(1), 1);
	assert_int_equal(efi_install_multiple_protocol_interfaces(&other,
			world_guid(5), &one, world_guid(5), &two, NULL), EFI_INVALID_PARAMETER);
	assert_null(other);
	assert_int_equal(count_of(5), 0);
	other = (char *)handle + 8;
	assert_int_equal(efi_install_multiple_protocol_interfaces(&other,
			world_guid(5), &one, world_guid(6), &two, NULL), EFI_INVALID_PARAMETER);
	assert_ptr_equal(other, (char *)handle + 8);
	assert_int_equal(count_of(5), 0);

	assert_int_equal(efi_uninstall_multiple_protocol_interfaces(NULL, world_guid(0), &one,
								    NULL), EFI_INVALID_PARAMETER);
	/* The last one is not there: the others come back. */
	assert_int_equal(efi_uninstall_multiple_protocol_interfaces(handle,
			world_guid(0), &one, world_guid(1), &two, world_guid(7), NULL, NULL),
			 EFI_INVALID_PARAMETER);
	assert_ptr_equal(interface_of(handle, 0), &one);
	assert_ptr_equal(interface_of(handle, 1), &two);
	assert_int_equal(efi_uninstall_multiple_protocol_interfaces(handle,
			world_guid(1), &two, world_guid(2), &three, world_guid(3), NULL,
			world_guid(4), &one, NULL), EFI_SUCCESS);
	/* Also if the handle has nothing else. */
	assert_int_equal(efi_uninstall_multiple_protocol_interfaces(handle,
			world_guid(0), &one, world_guid(1), &two, NULL), EFI_INVALID_PARAMETER);
	assert_ptr_equal(interface_of(handle, 0), &one);
	assert_int_equal(efi_uninstall_multiple_protocol_interfaces(handle, world_guid(0), &one,
								    NULL), EFI_SUCCESS);
	assert_int_equal(efi_uninstall_multiple_protocol_interfaces(handle, world_guid(0), &one,
								    NULL), EFI_INVALID_PARAMETER);
}

/* One path is one handle. */
static void test_multiple_path(void **state)
{
	static const u8 path[2][14] = {
		{ 1, 4, 10, 0, 1, 2, 3, 4, 5, 6, 0x7f, 0xff, 4, 0 },
		{ 1, 4, 10, 0, 1, 2, 3, 4, 5, 7, 0x7f, 0xff, 4, 0 },
	};
	u8 same[14];
	efi_handle_t a = NULL, b = NULL;

	memcpy(same, path[0], sizeof(same));
	assert_int_equal(efi_install_multiple_protocol_interfaces(&a, &efi_guid_device_path,
								  path[0], NULL), EFI_SUCCESS);
	assert_int_equal(efi_install_multiple_protocol_interfaces(&b, world_guid(0), NULL,
			&efi_guid_device_path, same, NULL), EFI_ALREADY_STARTED);
	assert_null(b);
	assert_int_equal(count_of(0), 0);
	assert_int_equal(efi_install_multiple_protocol_interfaces(&b, &efi_guid_device_path,
								  path[1], NULL), EFI_SUCCESS);
	assert_int_equal(efi_uninstall_multiple_protocol_interfaces(a, &efi_guid_device_path,
								    path[0], NULL), EFI_SUCCESS);
	assert_int_equal(efi_uninstall_multiple_protocol_interfaces(b, &efi_guid_device_path,
								    path[1], NULL), EFI_SUCCESS);
}

static void test_protocols_per_handle(void **state)
{
	efi_handle_t handle = world_handle(0, &one);
	struct efi_guid **guids = NULL;
	efi_uintn_t count = 0;

	assert_int_equal(efi_install_multiple_protocol_interfaces(&handle, world_guid(1), &two,
								  NULL), EFI_SUCCESS);
	assert_int_equal(efi_protocols_per_handle(NULL, &guids, &count), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_protocols_per_handle((char *)handle + 8, &guids, &count),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_protocols_per_handle(handle, NULL, &count), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_protocols_per_handle(handle, &guids, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_protocols_per_handle(handle, &guids, &count), EFI_SUCCESS);
	assert_int_equal(count, 2);
	assert_true(efi_guid_equal(guids[0], world_guid(0)));
	assert_true(efi_guid_equal(guids[1], world_guid(1)));
	assert_int_equal(efi_free_pool(guids), EFI_SUCCESS);
	world_handle_gone(handle, 0, &one);
	world_handle_gone(handle, 1, &two);
}

static void test_locate_handle(void **state)
{
	efi_handle_t a = world_handle(0, &one), b = world_handle(0, &two), found[8];
	efi_uintn_t size, all;

	assert_int_equal(efi_locate_handle(EFI_LOCATE_BY_PROTOCOL, world_guid(0), NULL, NULL,
					   found), EFI_INVALID_PARAMETER);
	size = sizeof(found);
	assert_int_equal(efi_locate_handle(EFI_LOCATE_BY_PROTOCOL, world_guid(0), NULL, &size,
					   NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_handle(EFI_LOCATE_BY_PROTOCOL, NULL, NULL, &size, found),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_handle(EFI_LOCATE_BY_REGISTER_NOTIFY, world_guid(0), NULL,
					   &size, found), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_handle(EFI_LOCATE_BY_REGISTER_NOTIFY, world_guid(0), &one,
					   &size, found), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_handle(3, world_guid(0), NULL, &size, found),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_handle((u32)-1, world_guid(0), NULL, &size, found),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_handle(EFI_LOCATE_BY_PROTOCOL, world_guid(9), NULL, &size,
					   found), EFI_NOT_FOUND);
	assert_int_equal(size, sizeof(found));

	/* In two steps, as everybody does. */
	size = 0;
	assert_int_equal(efi_locate_handle(EFI_LOCATE_BY_PROTOCOL, world_guid(0), NULL, &size,
					   NULL), EFI_BUFFER_TOO_SMALL);
	assert_int_equal(size, 16);
	size = 15;
	assert_int_equal(efi_locate_handle(EFI_LOCATE_BY_PROTOCOL, world_guid(0), NULL, &size,
					   found), EFI_BUFFER_TOO_SMALL);
	assert_int_equal(size, 16);
	assert_int_equal(efi_locate_handle(EFI_LOCATE_BY_PROTOCOL, world_guid(0), NULL, &size,
					   found), EFI_SUCCESS);
	assert_ptr_equal(found[0], a);
	assert_ptr_equal(found[1], b);

	size = 0;
	assert_int_equal(efi_locate_handle(EFI_LOCATE_ALL_HANDLES, NULL, NULL, &size, NULL),
			 EFI_BUFFER_TOO_SMALL);
	all = size;
	world_handle_gone(b, 0, &two);
	size = sizeof(found);
	assert_int_equal(efi_locate_handle(EFI_LOCATE_ALL_HANDLES, NULL, NULL, &size, found),
			 EFI_SUCCESS);
	assert_int_equal(size, all - 8);
	world_handle_gone(a, 0, &one);
}

static void test_locate_handle_buffer(void **state)
{
	efi_handle_t a = world_handle(0, &one), b = world_handle(0, &two), *found = (void *)1;
	efi_uintn_t count = 7;

	assert_int_equal(efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, world_guid(0), NULL,
						  NULL, &found), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, world_guid(0), NULL,
						  &count, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_handle_buffer(3, world_guid(0), NULL, &count, &found),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, NULL, NULL, &count,
						  &found), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, world_guid(9), NULL,
						  &count, &found), EFI_NOT_FOUND);
	assert_int_equal(count, 0);
	assert_null(found);
	assert_int_equal(efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, world_guid(0), NULL,
						  &count, &found), EFI_SUCCESS);
	assert_int_equal(count, 2);
	assert_ptr_equal(found[0], a);
	assert_ptr_equal(found[1], b);
	assert_int_equal(efi_free_pool(found), EFI_SUCCESS);
	assert_int_equal(efi_locate_handle_buffer(EFI_LOCATE_ALL_HANDLES, NULL, NULL, &count,
						  &found), EFI_SUCCESS);
	assert_int_equal(efi_free_pool(found), EFI_SUCCESS);
	world_handle_gone(a, 0, &one);
	world_handle_gone(b, 0, &two);
}

static void test_locate_protocol(void **state)
{
	efi_handle_t a = world_handle(0, &one), b = world_handle(0, &two);
	void *interface = &three;

	assert_int_equal(efi_locate_protocol(NULL, NULL, &interface), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_protocol(world_guid(0), NULL, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_protocol(world_guid(0), NULL, &interface), EFI_SUCCESS);
	assert_ptr_equal(interface, &one);
	world_handle_gone(a, 0, &one);
	assert_int_equal(efi_locate_protocol(world_guid(0), NULL, &interface), EFI_SUCCESS);
	assert_ptr_equal(interface, &two);
	world_handle_gone(b, 0, &two);
	/* Was there, was never there. */
	assert_int_equal(efi_locate_protocol(world_guid(0), NULL, &interface), EFI_NOT_FOUND);
	assert_null(interface);
	interface = &three;
	assert_int_equal(efi_locate_protocol(world_guid(40), NULL, &interface), EFI_NOT_FOUND);
	assert_null(interface);
}

static unsigned int told;

static void EFIAPI on_install(efi_event_t event, void *context)
{
	told++;
}

static efi_handle_t next_new(void *registration)
{
	efi_handle_t handle = NULL;
	efi_uintn_t size = sizeof(handle);

	if (efi_locate_handle(EFI_LOCATE_BY_REGISTER_NOTIFY, NULL, registration, &size,
			      &handle) != EFI_SUCCESS)
		return NULL;
	assert_int_equal(size, sizeof(handle));
	return handle;
}

static void test_notify(void **state)
{
	efi_handle_t old = world_handle(0, &one), a, b, c;
	void *registration, *second, *interface;
	efi_uintn_t size = 0;
	efi_event_t event;

	assert_int_equal(efi_create_event(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, on_install, NULL,
					  &event), EFI_SUCCESS);
	assert_int_equal(efi_register_protocol_notify(NULL, event, &registration),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_register_protocol_notify(world_guid(0), NULL, &registration),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_register_protocol_notify(world_guid(0), event, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_register_protocol_notify(world_guid(0), event, &registration),
			 EFI_SUCCESS);
	/* For what nobody has heard of, too. */
	assert_int_equal(efi_register_protocol_notify(world_guid(41), event, &second),
			 EFI_SUCCESS);
	assert_ptr_not_equal(registration, second);

	/* What was there is not new. */
	assert_null(next_new(registration));
	assert_int_equal(efi_locate_protocol(world_guid(0), registration, &interface),
			 EFI_NOT_FOUND);
	assert_int_equal(told, 0);
	a = world_handle(0, &two);
	assert_int_equal(told, 1);
	b = world_handle(0, &three);
	assert_int_equal(told, 2);
	world_handle_gone(world_handle(1, &one), 1, &one);
	assert_int_equal(told, 2);
	/* One each time; to ask for the size takes none. */
	assert_int_equal(efi_locate_handle(EFI_LOCATE_BY_REGISTER_NOTIFY, NULL, registration,
					   &size, NULL), EFI_BUFFER_TOO_SMALL);
	assert_int_equal(size, sizeof(efi_handle_t));
	assert_ptr_equal(next_new(registration), a);
	assert_int_equal(efi_locate_protocol(world_guid(0), registration, &interface),
			 EFI_SUCCESS);
	assert_ptr_equal(interface, &three);
	assert_null(next_new(registration));
	assert_null(next_new(second));

	/* The place is kept when the last one seen goes. */
	world_handle_gone(b, 0, &three);
	c = world_handle(0, &three);
	assert_ptr_equal(next_new(registration), c);
	world_handle_gone(a, 0, &two);
	world_handle_gone(old, 0, &one);
	assert_null(next_new(registration));
	told = 0;
	assert_int_equal(efi_reinstall_protocol_interface(c, world_guid(0), &three, &two),
			 EFI_SUCCESS);
	assert_int_equal(told, 1);
	assert_ptr_equal(next_new(registration), c);
	assert_null(next_new(registration));

	/* The registration ends with its event. */
	efi_close_event(event);
	a = world_handle(0, &one);
	assert_int_equal(told, 1);
	assert_int_equal(efi_locate_handle(EFI_LOCATE_BY_REGISTER_NOTIFY, NULL, registration,
					   &size, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_locate_protocol(world_guid(0), registration, &interface),
			 EFI_NOT_FOUND);
	world_handle_gone(a, 0, &one);
	world_handle_gone(c, 0, &two);
}

/* Nothing is left of handles that have gone. */
static void test_many(void **state)
{
	static efi_handle_t handle[2000];
	efi_uintn_t before, after;
	unsigned int i, k;

	before = 0;
	efi_locate_handle(EFI_LOCATE_ALL_HANDLES, NULL, NULL, &before, NULL);
	for (k = 0; k < 2; k++) {
		for (i = 0; i < ARRAY_SIZE(handle); i++)
			handle[i] = world_handle(i % 8, &one);
		assert_int_equal(count_of(3), ARRAY_SIZE(handle) / 8);
		for (i = 0; i < ARRAY_SIZE(handle); i++)
			assert_ptr_equal(interface_of(handle[i], i % 8), &one);
		for (i = 0; i < ARRAY_SIZE(handle); i++)
			world_handle_gone(handle[(i * 7) % ARRAY_SIZE(handle)],
					  (i * 7) % ARRAY_SIZE(handle) % 8, &one);
	}
	after = 0;
	efi_locate_handle(EFI_LOCATE_ALL_HANDLES, NULL, NULL, &after, NULL);
	assert_int_equal(after, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_install),
		cmocka_unit_test(test_handle_protocol_errors),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_uninstall),
		cmocka_unit_test(test_reinstall),
		cmocka_unit_test(test_multiple),
		cmocka_unit_test(test_multiple_path),
		cmocka_unit_test(test_protocols_per_handle),
		cmocka_unit_test(test_locate_handle),
		cmocka_unit_test(test_locate_handle_buffer),
		cmocka_unit_test(test_locate_protocol),
		cmocka_unit_test(test_notify),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("efi_handle", tests, world_start, NULL);
}
