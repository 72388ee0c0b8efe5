/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of who may open what (efi/loader/open.c; UEFI 2.10, sections 7.3.9 to
 * 7.3.11).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <spec/efi/driver_binding.h>

#include "efi_world.h"
#include "handle.h"

#define HANDLE		EFI_OPEN_BY_HANDLE_PROTOCOL
#define GET		EFI_OPEN_GET_PROTOCOL
#define TEST		EFI_OPEN_TEST_PROTOCOL
#define CHILD		EFI_OPEN_BY_CHILD_CONTROLLER
#define DRIVER		EFI_OPEN_BY_DRIVER
#define EXCLUSIVE	EFI_OPEN_EXCLUSIVE

static int value, other_value;

/* The device with protocol 0, two agents, and another handle. */
static efi_handle_t device, agent, agent2, child;

static struct efi_driver_binding binding, binding2;
static unsigned int stops;
static efi_status_t stop_status;
static bool stop_closes;

static efi_status_t EFIAPI on_stop(struct efi_driver_binding *this, efi_handle_t controller,
				   efi_uintn_t children, efi_handle_t *list)
{
	efi_handle_t self = this == &binding ? agent : agent2;

	stops++;
	assert_ptr_equal(controller, device);
	assert_int_equal(children, 0);
	if (stop_closes)
		assert_int_equal(efi_close_protocol(device, world_guid(0), self, device),
				 EFI_SUCCESS);
	return stop_status;
}

static efi_status_t EFIAPI on_supported(struct efi_driver_binding *this, efi_handle_t controller,
					struct efi_device_path *remaining)
{
	return EFI_UNSUPPORTED;
}

static int setup(void **state)
{
	device = world_handle(0, &value);
	agent = world_handle(1, NULL);
	agent2 = world_handle(2, NULL);
	child = world_handle(3, NULL);
	binding.stop = binding2.stop = on_stop;
	binding.supported = binding2.supported = on_supported;
	assert_int_equal(efi_install_multiple_protocol_interfaces(&agent,
				&efi_guid_driver_binding, &binding, NULL), EFI_SUCCESS);
	assert_int_equal(efi_install_multiple_protocol_interfaces(&agent2,
				&efi_guid_driver_binding, &binding2, NULL), EFI_SUCCESS);
	stops = 0;
	stop_status = EFI_SUCCESS;
	stop_closes = true;
	return 0;
}

static void close_all_of(efi_handle_t who)
{
	efi_close_protocol(device, world_guid(0), who, NULL);
	efi_close_protocol(device, world_guid(0), who, device);
	efi_close_protocol(device, world_guid(0), who, child);
}

static int teardown(void **state)
{
	close_all_of(agent);
	close_all_of(agent2);
	world_handle_gone(device, 0, &value);
	assert_int_equal(efi_uninstall_multiple_protocol_interfaces(agent, world_guid(1), NULL,
				&efi_guid_driver_binding, &binding, NULL), EFI_SUCCESS);
	assert_int_equal(efi_uninstall_multiple_protocol_interfaces(agent2, world_guid(2), NULL,
				&efi_guid_driver_binding, &binding2, NULL), EFI_SUCCESS);
	world_handle_gone(child, 3, NULL);
	return 0;
}

static efi_handle_t controller_for(u32 attributes)
{
	return attributes == CHILD ? child : attributes & DRIVER ? device : NULL;
}

static efi_status_t open_as(efi_handle_t who, u32 attributes)
{
	void *interface = &other_value;
	efi_status_t status;

	status = efi_open_protocol(device, world_guid(0), &interface, who,
				   controller_for(attributes), attributes);
	if (attributes == TEST)
		assert_ptr_equal(interface, &other_value);
	else if (status == EFI_SUCCESS || status == EFI_ALREADY_STARTED)
		assert_ptr_equal(interface, &value);
	else
		assert_ptr_equal(interface, &other_value);
	return status;
}

static void test_errors(void **state)
{
	static const u32 bad[] = {
		0, HANDLE | GET, GET | TEST, CHILD | DRIVER, CHILD | EXCLUSIVE, DRIVER | GET, 0x40,
		DRIVER | 0x40, 0xffffffff,
	};
	static const u32 with_agent[] = { CHILD, DRIVER, DRIVER | EXCLUSIVE, EXCLUSIVE };
	void *interface = &other_value, *invalid = (char *)device + 8;
	size_t i;

	assert_int_equal(efi_open_protocol(NULL, world_guid(0), &interface, agent, NULL, TEST),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_open_protocol(invalid, world_guid(0), &interface, agent, NULL, TEST),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_open_protocol(device, NULL, &interface, agent, NULL, TEST),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_open_protocol(device, world_guid(0), NULL, agent, NULL, GET),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_open_protocol(device, world_guid(0), NULL, agent, NULL, TEST),
			 EFI_SUCCESS);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(efi_open_protocol(device, world_guid(0), &interface, agent,
						   device, bad[i]), EFI_INVALID_PARAMETER);
	for (i = 0; i < ARRAY_SIZE(with_agent); i++) {
		assert_int_equal(efi_open_protocol(device, world_guid(0), &interface, NULL, child,
						   with_agent[i]), EFI_INVALID_PARAMETER);
		assert_int_equal(efi_open_protocol(device, world_guid(0), &interface, invalid,
						   child, with_agent[i]),
				 EFI_INVALID_PARAMETER);
	}
	for (i = 0; i < 3; i++) {
		assert_int_equal(efi_open_protocol(device, world_guid(0), &interface, agent, NULL,
						   with_agent[i]), EFI_INVALID_PARAMETER);
		assert_int_equal(efi_open_protocol(device, world_guid(0), &interface, agent,
						   invalid, with_agent[i]),
				 EFI_INVALID_PARAMETER);
	}
	assert_int_equal(efi_open_protocol(device, world_guid(0), &interface, agent, device,
					   CHILD), EFI_INVALID_PARAMETER);
	assert_ptr_equal(interface, &other_value);
	/* What the handle does not have. */
	assert_int_equal(efi_open_protocol(device, world_guid(9), &interface, agent, NULL, TEST),
			 EFI_UNSUPPORTED);
	assert_ptr_equal(interface, &other_value);
	assert_int_equal(efi_open_protocol(device, world_guid(9), &interface, agent, NULL, GET),
			 EFI_UNSUPPORTED);
	assert_null(interface);
	/* These do not care who asks. */
	assert_int_equal(efi_open_protocol(device, world_guid(0), &interface, NULL, NULL, GET),
			 EFI_SUCCESS);
	assert_int_equal(efi_open_protocol(device, world_guid(0), &interface, agent, device,
					   EXCLUSIVE), EFI_SUCCESS);
}

/*
 * What the second of two may, by how each opens: O success, A ACCESS_DENIED,
 * S ALREADY_STARTED, D the driver is disconnected first.
 */
static const u32 ways[] = { HANDLE, GET, TEST, CHILD, DRIVER, DRIVER | EXCLUSIVE, EXCLUSIVE };

static const char *const second_agent[] = {
	/* first:	H G T C D X E	the second is: */
	/* HANDLE */	"OOOOOOO",
	/* GET */	"OOOOOOO",
	/* TEST */	"OOOOOOO",
	/* CHILD */	"OOOOOOO",
	/* DRIVER */	"OOOOAAA",
	/* DRIVER|EXCL */ "OOOODAA",
	/* EXCLUSIVE */	"OOOODAA",
};

static const char *const same_agent[] = {
	/* HANDLE */	"OOOOOOO",
	/* GET */	"OOOOOOO",
	/* TEST */	"OOOOOOO",
	/* CHILD */	"OOOOOOO",
	/* DRIVER */	"OOOOSAA",
	/* DRIVER|EXCL */ "OOOODSA",
	/* EXCLUSIVE */	"OOOODAA",
};

static void check_pair(size_t first, size_t second, bool same)
{
	char want = (same ? same_agent : second_agent)[second][first];
	efi_handle_t who = same ? agent : agent2;
	efi_status_t status;

	stops = 0;
	assert_int_equal(open_as(agent, ways[first]), EFI_SUCCESS);
	status = open_as(who, ways[second]);
	if (status != (want == 'A' ? EFI_ACCESS_DENIED : want == 'S' ? EFI_ALREADY_STARTED :
		       EFI_SUCCESS) || stops != (want == 'D'))
		fail_msg("%#x then %#x by %s agent: status %llx, %u stops", ways[first],
			 ways[second], same ? "the same" : "another", (unsigned long long)status,
			 stops);
	close_all_of(agent);
	close_all_of(agent2);
}

static void test_pairs(void **state)
{
	size_t first, second;

	for (first = 0; first < ARRAY_SIZE(ways); first++) {
		for (second = 0; second < ARRAY_SIZE(ways); second++) {
			check_pair(first, second, false);
			check_pair(first, second, true);
		}
	}
}

static void check_entry(const struct efi_open_protocol_information *entry, efi_handle_t who,
			efi_handle_t controller, u32 attributes, u32 count)
{
	assert_ptr_equal(entry->agent, who);
	assert_ptr_equal(entry->controller, controller);
	assert_int_equal(entry->attributes, attributes);
	assert_int_equal(entry->open_count, count);
}

static void test_information(void **state)
{
	struct efi_open_protocol_information *entries = NULL;
	efi_uintn_t count = 99;

	assert_int_equal(efi_open_protocol_information(device, world_guid(9), &entries, &count),
			 EFI_NOT_FOUND);
	assert_int_equal(efi_open_protocol_information(NULL, world_guid(0), &entries, &count),
			 EFI_NOT_FOUND);
	assert_int_equal(efi_open_protocol_information(device, NULL, &entries, &count),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_open_protocol_information(device, world_guid(0), NULL, &count),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_open_protocol_information(device, world_guid(0), &entries, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_open_protocol_information(device, world_guid(0), &entries, &count),
			 EFI_SUCCESS);
	assert_int_equal(count, 0);
	assert_int_equal(efi_free_pool(entries), EFI_SUCCESS);

	open_as(agent, GET);
	open_as(agent, GET);
	open_as(agent, GET);
	open_as(agent2, GET);
	open_as(agent, DRIVER);
	open_as(agent, CHILD);
	/* Nobody has it open that did not say who it is. */
	open_as(NULL, GET);
	assert_int_equal(efi_open_protocol_information(device, world_guid(0), &entries, &count),
			 EFI_SUCCESS);
	assert_int_equal(count, 4);
	check_entry(&entries[0], agent, NULL, GET, 3);
	check_entry(&entries[1], agent2, NULL, GET, 1);
	check_entry(&entries[2], agent, device, DRIVER, 1);
	check_entry(&entries[3], agent, child, CHILD, 1);
	efi_free_pool(entries);
}

/* HandleProtocol is the firmware, which opens by handle. */
static void test_handle_protocol(void **state)
{
	struct efi_open_protocol_information *entries;
	efi_uintn_t count;
	void *interface;
	int i;

	for (i = 0; i < 5; i++)
		assert_int_equal(efi_handle_protocol(device, world_guid(0), &interface),
				 EFI_SUCCESS);
	assert_int_equal(efi_open_protocol_information(device, world_guid(0), &entries, &count),
			 EFI_SUCCESS);
	assert_int_equal(count, 1);
	check_entry(&entries[0], efi_firmware_handle, NULL, HANDLE, 5);
	efi_free_pool(entries);
}

static void test_close(void **state)
{
	void *invalid = (char *)device + 8;

	open_as(agent, DRIVER);
	open_as(agent, GET);
	assert_int_equal(efi_close_protocol(NULL, world_guid(0), agent, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_close_protocol(invalid, world_guid(0), agent, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_close_protocol(device, NULL, agent, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(efi_close_protocol(device, world_guid(0), NULL, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_close_protocol(device, world_guid(0), invalid, NULL),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_close_protocol(device, world_guid(0), agent, invalid),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi_close_protocol(device, world_guid(9), agent, NULL), EFI_NOT_FOUND);
	assert_int_equal(efi_close_protocol(device, world_guid(0), agent2, NULL), EFI_NOT_FOUND);
	assert_int_equal(efi_close_protocol(device, world_guid(0), agent, child), EFI_NOT_FOUND);
	assert_int_equal(efi_close_protocol(device, world_guid(0), agent, device), EFI_SUCCESS);
	assert_int_equal(efi_close_protocol(device, world_guid(0), agent, device),
			 EFI_NOT_FOUND);
	/* However often it was opened. */
	open_as(agent, GET);
	assert_int_equal(efi_close_protocol(device, world_guid(0), agent, NULL), EFI_SUCCESS);
	assert_int_equal(efi_close_protocol(device, world_guid(0), agent, NULL), EFI_NOT_FOUND);
	open_as(agent, DRIVER);
	open_as(agent2, GET);
	efi_close_agent(agent);
	assert_int_equal(efi_close_protocol(device, world_guid(0), agent, device),
			 EFI_NOT_FOUND);
	assert_int_equal(efi_close_protocol(device, world_guid(0), agent2, NULL), EFI_SUCCESS);
}

/* A driver that does not let go, in one way or another. */
static void test_exclusive_refused(void **state)
{
	open_as(agent, DRIVER);
	stop_closes = false;
	assert_int_equal(open_as(agent2, EXCLUSIVE), EFI_ACCESS_DENIED);
	assert_in_range(stops, 1, 100);
	stop_status = EFI_DEVICE_ERROR;
	stops = 0;
	assert_int_equal(open_as(agent2, DRIVER | EXCLUSIVE), EFI_ACCESS_DENIED);
	assert_int_equal(stops, 1);
	/* An agent that is no driver. */
	close_all_of(agent);
	assert_int_equal(efi_uninstall_protocol_interface(agent, &efi_guid_driver_binding,
							  &binding), EFI_SUCCESS);
	open_as(agent, DRIVER);
	assert_int_equal(open_as(agent2, EXCLUSIVE), EFI_ACCESS_DENIED);
	close_all_of(agent);
	assert_int_equal(efi_install_protocol_interface(&agent, &efi_guid_driver_binding,
							EFI_NATIVE_INTERFACE, &binding),
			 EFI_SUCCESS);
}

/* Who merely looked is not asked; a driver is; others keep the interface there. */
static void test_uninstall(void **state)
{
	efi_handle_t keep = device;

	assert_int_equal(efi_install_protocol_interface(&keep, world_guid(7),
							EFI_NATIVE_INTERFACE, NULL),
			 EFI_SUCCESS);
	open_as(agent, GET);
	open_as(agent2, HANDLE);
	open_as(agent2, DRIVER);
	assert_int_equal(efi_uninstall_protocol_interface(device, world_guid(0), &value),
			 EFI_SUCCESS);
	assert_int_equal(stops, 1);
	assert_int_equal(open_as(agent, TEST), EFI_UNSUPPORTED);
	assert_int_equal(efi_install_protocol_interface(&keep, world_guid(0),
							EFI_NATIVE_INTERFACE, &value),
			 EFI_SUCCESS);

	open_as(agent, CHILD);
	assert_int_equal(efi_uninstall_protocol_interface(device, world_guid(0), &value),
			 EFI_ACCESS_DENIED);
	assert_int_equal(efi_reinstall_protocol_interface(device, world_guid(0), &value, &value),
			 EFI_ACCESS_DENIED);
	close_all_of(agent);
	open_as(agent, EXCLUSIVE);
	assert_int_equal(efi_uninstall_protocol_interface(device, world_guid(0), &value),
			 EFI_ACCESS_DENIED);
	close_all_of(agent);
	open_as(agent, DRIVER);
	stop_status = EFI_DEVICE_ERROR;
	stop_closes = false;
	assert_int_equal(efi_uninstall_protocol_interface(device, world_guid(0), &value),
			 EFI_ACCESS_DENIED);
	assert_int_equal(open_as(agent, TEST), EFI_SUCCESS);
	stop_status = EFI_SUCCESS;
	stop_closes = true;
	assert_int_equal(efi_reinstall_protocol_interface(device, world_guid(0), &value, &value),
			 EFI_SUCCESS);
	world_handle_gone(device, 7, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pairs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_information, setup, teardown),
		cmocka_unit_test_setup_teardown(test_handle_protocol, setup, teardown),
		cmocka_unit_test_setup_teardown(test_close, setup, teardown),
		cmocka_unit_test_setup_teardown(test_exclusive_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_uninstall, setup, teardown),
	};

	return cmocka_run_group_tests_name("efi_open", tests, world_start, NULL);
}
