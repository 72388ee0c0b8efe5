/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of the driver model (efi/loader/connect.c, disconnect.c; UEFI 2.10,
 * sections 7.3.12 and 7.3.13), with drivers whose every call is written down.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <spec/efi/driver_binding.h>
#include <spec/efi/driver_override.h>

#include "efi_world.h"
#include "handle.h"

#define DRIVERS		4
/* Protocols: of the device, of a bus's children, and of what a driver makes. */
#define DEVICE		0
#define CHILD		1

static int device_interface;

/* s: asked, and refused; S: started; f: failed to start; X: stopped; x: children stopped. */
static char log[256];

static struct driver {
	struct efi_driver_binding binding;	/* first */
	struct efi_driver_family_override family;
	u32 family_version;
	efi_handle_t handle, image;
	char name;
	unsigned int protocol;		/* it drives handles with this one */
	unsigned int children;		/* it makes so many */
	bool fails, stop_fails, needs_other;
	efi_handle_t child[4];
} drivers[DRIVERS];

static efi_handle_t device;
static struct efi_device_path *seen_path;

static void note(char what, char name)
{
	size_t len = strlen(log);

	assert_true(len + 3 < sizeof(log));
	sprintf(log + len, "%c%c", what, name);
}

static bool has(efi_handle_t handle, unsigned int number)
{
	return efi_open_protocol(handle, world_guid(number), NULL, NULL, NULL,
				 EFI_OPEN_TEST_PROTOCOL) == EFI_SUCCESS;
}

static efi_status_t EFIAPI supported(struct efi_driver_binding *this, efi_handle_t controller,
				     struct efi_device_path *remaining)
{
	struct driver *driver = (struct driver *)this;
	efi_status_t status;
	void *interface;

	seen_path = remaining;
	if (!has(controller, driver->protocol) || (driver->needs_other && !has(controller, 9))) {
		note('s', driver->name);
		return EFI_UNSUPPORTED;
	}
	status = efi_open_protocol(controller, world_guid(driver->protocol), &interface,
				   driver->handle, controller, EFI_OPEN_BY_DRIVER);
	if (status != EFI_SUCCESS) {
		note('s', driver->name);
		return status;
	}
	efi_close_protocol(controller, world_guid(driver->protocol), driver->handle, controller);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI start(struct efi_driver_binding *this, efi_handle_t controller,
				 struct efi_device_path *remaining)
{
	struct driver *driver = (struct driver *)this;
	void *interface;
	unsigned int i;

	if (driver->fails) {
		note('f', driver->name);
		return EFI_DEVICE_ERROR;
	}
	note('S', driver->name);
	assert_int_equal(efi_open_protocol(controller, world_guid(driver->protocol), &interface,
					   driver->handle, controller, EFI_OPEN_BY_DRIVER),
			 EFI_SUCCESS);
	for (i = 0; i < driver->children; i++) {
		driver->child[i] = world_handle(CHILD, &driver->child[i]);
		assert_int_equal(efi_open_protocol(controller, world_guid(driver->protocol),
						   &interface, driver->handle, driver->child[i],
						   EFI_OPEN_BY_CHILD_CONTROLLER), EFI_SUCCESS);
	}
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI stop(struct efi_driver_binding *this, efi_handle_t controller,
				efi_uintn_t count, efi_handle_t *children)
{
	struct driver *driver = (struct driver *)this;
	efi_uintn_t i, k;

	if (driver->stop_fails)
		return EFI_DEVICE_ERROR;
	if (count == 0) {
		assert_null(children);
		note('X', driver->name);
		return efi_close_protocol(controller, world_guid(driver->protocol),
					  driver->handle, controller);
	}
	for (i = 0; i < count; i++) {
		note('x', driver->name);
		for (k = 0; driver->child[k] != children[i]; k++)
			assert_true(k < 4);
		assert_int_equal(efi_disconnect_controller(children[i], NULL, NULL), EFI_SUCCESS);
		assert_int_equal(efi_close_protocol(controller, world_guid(driver->protocol),
						    driver->handle, children[i]), EFI_SUCCESS);
		world_handle_gone(children[i], CHILD, &driver->child[k]);
		driver->child[k] = NULL;
	}
	return EFI_SUCCESS;
}

static u32 EFIAPI family_version(struct efi_driver_family_override *this)
{
	return container_of(this, struct driver, family)->family_version;
}

/* Drivers a to d, versions 1 to 4, all for the device. */
static int setup(void **state)
{
	struct driver *driver;
	unsigned int i;

	device = world_handle(DEVICE, &device_interface);
	for (i = 0; i < DRIVERS; i++) {
		driver = &drivers[i];
		memset(driver, 0, sizeof(*driver));
		driver->name = (char)('a' + i);
		driver->image = world_handle(20, driver);
		driver->binding = (struct efi_driver_binding) {
			.supported = supported, .start = start, .stop = stop,
			.version = i + 1, .image = driver->image,
		};
		driver->family.get_version = family_version;
		driver->protocol = DEVICE;
		assert_int_equal(efi_install_protocol_interface(&driver->handle,
				&efi_guid_driver_binding, EFI_NATIVE_INTERFACE,
				&driver->binding), EFI_SUCCESS);
		driver->binding.driver_binding = driver->handle;
	}
	log[0] = '\0';
	return 0;
}

static int teardown(void **state)
{
	unsigned int i;

	for (i = 0; i < DRIVERS; i++)
		drivers[i].stop_fails = false;
	efi_disconnect_controller(device, NULL, NULL);
	world_handle_gone(device, DEVICE, &device_interface);
	for (i = 0; i < DRIVERS; i++) {
		assert_int_equal(efi_uninstall_protocol_interface(drivers[i].handle,
				&efi_guid_driver_binding, &drivers[i].binding), EFI_SUCCESS);
		world_handle_gone(drivers[i].image, 20, &drivers[i]);
	}
	return 0;
}

static efi_status_t connect(void)
{
	return efi_connect_controller(device, NULL, NULL, false);
}

static void test_connect_errors(void **state)
{
	unsigned int i;

	assert_int_equal(efi_connect_controller(NULL, NULL, NULL, false), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_connect_controller((char *)device + 8, NULL, NULL, true),
			 EFI_INVALID_PARAMETER);
	for (i = 0; i < DRIVERS; i++)
		drivers[i].protocol = 8;
	assert_int_equal(connect(), EFI_NOT_FOUND);
	assert_int_equal(efi_connect_controller(device, NULL, NULL, true), EFI_NOT_FOUND);
	for (i = 0; i < DRIVERS; i++)
		drivers[i].protocol = DEVICE;
}

/* The highest version gets it; the others see that it has. */
static void test_versions(void **state)
{
	assert_int_equal(connect(), EFI_SUCCESS);
	assert_string_equal(log, "Sdscsbsa");
	log[0] = '\0';
	/* Nothing new to be done. */
	assert_int_equal(connect(), EFI_NOT_FOUND);
	assert_string_equal(log, "sdscsbsa");
	/* One that fails leaves it to the next. */
	efi_disconnect_controller(device, NULL, NULL);
	log[0] = '\0';
	drivers[3].fails = true;
	assert_int_equal(connect(), EFI_SUCCESS);
	assert_string_equal(log, "fdScsbsa");
	efi_disconnect_controller(device, NULL, NULL);
	drivers[0].fails = drivers[1].fails = drivers[2].fails = true;
	log[0] = '\0';
	assert_int_equal(connect(), EFI_NOT_FOUND);
	assert_string_equal(log, "fdfcfbfa");
	drivers[0].fails = drivers[1].fails = drivers[2].fails = false;
}

/* Given ones first, by image or by themselves. */
static void test_given(void **state)
{
	efi_handle_t first[] = { drivers[1].image, drivers[0].handle, NULL };
	efi_handle_t wrong[] = { device, NULL };
	unsigned int i;

	for (i = 0; i < DRIVERS; i++)
		drivers[i].fails = true;
	assert_int_equal(efi_connect_controller(device, first, NULL, false), EFI_NOT_FOUND);
	assert_string_equal(log, "fbfafdfc");
	log[0] = '\0';
	assert_int_equal(efi_connect_controller(device, wrong, NULL, false), EFI_NOT_FOUND);
	assert_string_equal(log, "fdfcfbfa");
	log[0] = '\0';
	first[0] = NULL;
	assert_int_equal(efi_connect_controller(device, first, NULL, false), EFI_NOT_FOUND);
	assert_string_equal(log, "fdfcfbfa");
}

static efi_handle_t overrides[3];

static efi_status_t EFIAPI next_override(efi_handle_t *image)
{
	unsigned int i = 0;

	if (*image)
		for (i = 1; overrides[i - 1] != *image; i++)
			assert_true(i < 3);
	if (i == 3 || !overrides[i])
		return EFI_NOT_FOUND;
	*image = overrides[i];
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI platform_driver(struct efi_platform_driver_override *this,
					   efi_handle_t controller, efi_handle_t *image)
{
	assert_ptr_equal(controller, device);
	return next_override(image);
}

static efi_status_t EFIAPI bus_driver(struct efi_bus_specific_driver_override *this,
				      efi_handle_t *image)
{
	return next_override(image);
}

static void test_overrides(void **state)
{
	struct efi_platform_driver_override platform = { .get_driver = platform_driver };
	struct efi_bus_specific_driver_override bus = { .get_driver = bus_driver };
	efi_handle_t handle = NULL, first[] = { drivers[3].image, NULL };
	unsigned int i;

	for (i = 0; i < DRIVERS; i++)
		drivers[i].fails = true;
	overrides[0] = drivers[0].image;
	overrides[1] = drivers[2].image;
	overrides[2] = NULL;
	efi_install_multiple_protocol_interfaces(&handle, &efi_guid_platform_driver_override,
						 &platform, NULL);
	assert_int_equal(connect(), EFI_NOT_FOUND);
	assert_string_equal(log, "fafcfdfb");
	log[0] = '\0';
	/* The caller knows better still. */
	efi_connect_controller(device, first, NULL, false);
	assert_string_equal(log, "fdfafcfb");
	efi_uninstall_multiple_protocol_interfaces(handle, &efi_guid_platform_driver_override,
						   &platform, NULL);

	log[0] = '\0';
	efi_install_multiple_protocol_interfaces(&device, &efi_guid_bus_specific_driver_override,
						 &bus, NULL);
	overrides[0] = drivers[1].image;
	overrides[1] = NULL;
	connect();
	assert_string_equal(log, "fbfdfcfa");
	/* A family comes before the bus, by the family's versions. */
	log[0] = '\0';
	drivers[0].family_version = 7;
	drivers[2].family_version = 3;
	for (i = 0; i < 3; i += 2)
		efi_install_multiple_protocol_interfaces(&drivers[i].handle,
							 &efi_guid_driver_family_override,
							 &drivers[i].family, NULL);
	connect();
	assert_string_equal(log, "fafcfbfd");
	for (i = 0; i < 3; i += 2)
		efi_uninstall_multiple_protocol_interfaces(drivers[i].handle,
							   &efi_guid_driver_family_override,
							   &drivers[i].family, NULL);
	efi_uninstall_multiple_protocol_interfaces(device, &efi_guid_bus_specific_driver_override,
						   &bus, NULL);
}

/* One driver's work is another one's ground: those that refused are asked again. */
static efi_status_t EFIAPI start_adds(struct efi_driver_binding *this, efi_handle_t controller,
				      struct efi_device_path *remaining)
{
	note('S', ((struct driver *)this)->name);
	return efi_install_protocol_interface(&controller, world_guid(9), EFI_NATIVE_INTERFACE,
					      NULL);
}

static void test_again(void **state)
{
	drivers[3].needs_other = true;
	drivers[0].binding.start = start_adds;
	drivers[1].fails = drivers[2].fails = true;
	assert_int_equal(connect(), EFI_SUCCESS);
	assert_string_equal(log, "sdfcsdfbsdSaSd");
	efi_disconnect_controller(device, NULL, NULL);
	world_handle_gone(device, 9, NULL);
}

static void test_remaining(void **state)
{
	static const u8 path[] = { 1, 1, 6, 0, 0, 1, 0x7f, 0xff, 4, 0 };
	static const u8 bad[] = { 1, 1, 2, 0, 0, 1, 0x7f, 0xff, 4, 0 };
	unsigned int i;

	assert_int_equal(efi_connect_controller(device, NULL, (void *)path, false), EFI_SUCCESS);
	/* Drivers get a copy that is aligned. */
	assert_non_null(seen_path);
	assert_true(IS_ALIGNED((uintptr_t)seen_path, 16));
	efi_disconnect_controller(device, NULL, NULL);
	for (i = 0; i < DRIVERS; i++)
		drivers[i].fails = true;
	assert_int_equal(efi_connect_controller(device, NULL, (void *)path, false),
			 EFI_NOT_FOUND);
	/* At the end of the path nothing is missing. */
	assert_int_equal(efi_connect_controller(device, NULL, (void *)(path + 6), false),
			 EFI_SUCCESS);
	assert_int_equal(efi_connect_controller(device, NULL, (void *)bad, false),
			 EFI_OUT_OF_RESOURCES);
}

static void make_bus(void)
{
	drivers[3].children = 3;
	drivers[2].protocol = CHILD;
	drivers[0].protocol = drivers[1].protocol = 8;
}

static void test_recursive(void **state)
{
	make_bus();
	assert_int_equal(efi_connect_controller(device, NULL, NULL, false), EFI_SUCCESS);
	assert_string_equal(log, "Sdscsbsa");
	log[0] = '\0';
	/* The device is done, its children are not. */
	assert_int_equal(efi_connect_controller(device, NULL, NULL, true), EFI_NOT_FOUND);
	assert_string_equal(log, "sdscsbsa" "sdScsdsbsa" "sdScsdsbsa" "sdScsdsbsa");
	log[0] = '\0';
	assert_int_equal(efi_disconnect_controller(device, NULL, NULL), EFI_SUCCESS);
	assert_string_equal(log, "xdXcxdXcxdXcXd");
}

static void test_disconnect_errors(void **state)
{
	void *invalid = (char *)device + 8;

	assert_int_equal(efi_disconnect_controller(NULL, NULL, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_disconnect_controller(invalid, NULL, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_disconnect_controller(device, invalid, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_disconnect_controller(device, NULL, invalid),
			 EFI_INVALID_PARAMETER);
	/* No driver. */
	assert_int_equal(efi_disconnect_controller(device, device, NULL), EFI_INVALID_PARAMETER);
	/* Nothing to do. */
	assert_int_equal(efi_disconnect_controller(device, NULL, NULL), EFI_SUCCESS);
	assert_int_equal(efi_disconnect_controller(device, drivers[0].handle, NULL),
			 EFI_SUCCESS);
	connect();
	drivers[3].stop_fails = true;
	assert_int_equal(efi_disconnect_controller(device, NULL, NULL), EFI_DEVICE_ERROR);
	assert_int_equal(efi_disconnect_controller(device, drivers[3].handle, NULL),
			 EFI_DEVICE_ERROR);
	assert_int_equal(efi_disconnect_controller(device, drivers[0].handle, NULL),
			 EFI_SUCCESS);
	drivers[3].stop_fails = false;
	log[0] = '\0';
	assert_int_equal(efi_disconnect_controller(device, drivers[3].handle, NULL),
			 EFI_SUCCESS);
	assert_string_equal(log, "Xd");
}

/* One child of several; with the last one its parent's driver goes. */
static void test_disconnect_child(void **state)
{
	make_bus();
	connect();
	log[0] = '\0';
	assert_int_equal(efi_disconnect_controller(device, drivers[3].handle,
						   drivers[3].child[1]), EFI_SUCCESS);
	assert_string_equal(log, "xd");
	/* Somebody else's: nothing happens. */
	assert_int_equal(efi_disconnect_controller(device, drivers[3].handle, device),
			 EFI_SUCCESS);
	assert_string_equal(log, "xd");
	assert_int_equal(efi_disconnect_controller(device, NULL, drivers[3].child[0]),
			 EFI_SUCCESS);
	assert_string_equal(log, "xdxd");
	assert_int_equal(efi_disconnect_controller(device, NULL, drivers[3].child[2]),
			 EFI_SUCCESS);
	assert_string_equal(log, "xdxdxdXd");
}

/* A driver that removes another one while they are tried. */
static efi_status_t EFIAPI start_removes(struct efi_driver_binding *this,
					 efi_handle_t controller,
					 struct efi_device_path *remaining)
{
	note('S', ((struct driver *)this)->name);
	return efi_uninstall_protocol_interface(drivers[2].handle, &efi_guid_driver_binding,
						&drivers[2].binding);
}

static void test_removed_driver(void **state)
{
	drivers[3].binding.start = start_removes;
	drivers[0].fails = drivers[1].fails = true;
	assert_int_equal(connect(), EFI_SUCCESS);
	assert_string_equal(log, "Sdfbfa");
	drivers[2].handle = NULL;
	assert_int_equal(efi_install_protocol_interface(&drivers[2].handle,
			&efi_guid_driver_binding, EFI_NATIVE_INTERFACE, &drivers[2].binding),
			 EFI_SUCCESS);
}

/* And the device itself, too. */
static efi_status_t EFIAPI start_leaves(struct efi_driver_binding *this, efi_handle_t controller,
					struct efi_device_path *remaining)
{
	struct driver *driver = (struct driver *)this;

	note('S', driver->name);
	assert_int_equal(efi_uninstall_protocol_interface(drivers[2].handle,
			&efi_guid_driver_binding, &drivers[2].binding), EFI_SUCCESS);
	world_handle_gone(device, DEVICE, &device_interface);
	return EFI_SUCCESS;
}

static void test_leaving(void **state)
{
	drivers[3].binding.start = start_leaves;
	assert_int_equal(efi_connect_controller(device, NULL, NULL, true), EFI_SUCCESS);
	assert_string_equal(log, "Sd");
	device = world_handle(DEVICE, &device_interface);
	drivers[2].handle = NULL;
	assert_int_equal(efi_install_protocol_interface(&drivers[2].handle,
			&efi_guid_driver_binding, EFI_NATIVE_INTERFACE, &drivers[2].binding),
			 EFI_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_connect_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_versions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_given, setup, teardown),
		cmocka_unit_test_setup_teardown(test_overrides, setup, teardown),
		cmocka_unit_test_setup_teardown(test_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_remaining, setup, teardown),
		cmocka_unit_test_setup_teardown(test_recursive, setup, teardown),
		cmocka_unit_test_setup_teardown(test_disconnect_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_disconnect_child, setup, teardown),
		cmocka_unit_test_setup_teardown(test_removed_driver, setup, teardown),
		cmocka_unit_test_setup_teardown(test_leaving, setup, teardown),
	};

	return cmocka_run_group_tests_name("efi_connect", tests, world_start, NULL);
}
