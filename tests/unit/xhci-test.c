/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of USB keyboards behind a simulated controller, good and hostile. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <asm/cpu.h>
#include <fw/alloc.h>
#include <fw/console.h>
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/pci.h>

#include "support.h"
#include "usb.h"
#include "xhci_sim.h"

extern const struct keyboard *const keyboard__20__usb_keyboard;
extern const struct pci_driver *const pci_driver__60__xhci_driver;
#define keyboard	keyboard__20__usb_keyboard

static u64 ticks, now;

/* Waiting takes no time here. */
u64 mock_rdtsc(void)
{
	ticks += 500000;
	return ticks;
}

u64 efi_time_100ns(void)
{
	return now;
}

static struct sim_usb kbd, hub, other;

static int begin(void **state)
{
	xhci_sim_reset();
	kbd = xhci_sim_keyboard();
	hub = xhci_sim_hub();
	other = xhci_sim_keyboard();
	now = 1000;
	mock_log_reset();
	assert_int_equal(pci_driver__60__xhci_driver->probe(&xhci_sim_pci), 0);
	/* Nothing happens before somebody looks for keyboards. */
	assert_int_equal(xhci_sim_accesses, 0);
	return 0;
}

/* Each test has a controller of its own. */
static int end(void **state)
{
	struct list_head *list = (struct list_head *)xhci_list();
	struct xhci *x, *next;

	list_for_each_entry_safe(x, next, list, list) {
		for (unsigned int i = 1; i <= XHCI_SLOTS; i++)
			heap_free(x->device[i]);
		list_del(&x->list);
		heap_free(x);
	}
	return 0;
}

static struct xhci *controller(void)
{
	return list_entry(xhci_list()->next, struct xhci, list);
}

static unsigned int devices(void)
{
	unsigned int i, count = 0;

	for (i = 1; i <= XHCI_SLOTS; i++)
		count += controller()->device[i] != NULL;
	return count;
}

static void press(unsigned int slot, u8 usage)
{
	const u8 down[8] = { 0, 0, usage }, up[8] = { 0 };
	struct efi_key_data key;

	assert_true(xhci_sim_report(slot, down, 8, TRB_SUCCESS));
	while (keyboard->read(&key))
		assert_int_equal(key.key.unicode, 'a' + usage - 4);
	assert_true(xhci_sim_report(slot, up, 8, TRB_SUCCESS));
	assert_false(keyboard->read(&key));
}

static void assert_types(unsigned int slot, u8 usage)
{
	const u8 down[8] = { 0, 0, usage }, up[8] = { 0 };
	struct efi_key_data key;

	assert_true(xhci_sim_report(slot, down, 8, TRB_SUCCESS));
	assert_true(keyboard->read(&key));
	assert_int_equal(key.key.unicode, 'a' + usage - 4);
	assert_true(xhci_sim_report(slot, up, 8, TRB_SHORT));
	assert_false(keyboard->read(&key));
}

static void test_keyboard(void **state)
{
	struct efi_key_data key;
	unsigned int accesses, i;

	xhci_sim_plug(2, &kbd);
	assert_true(keyboard->probe());
	assert_int_equal(kbd.configured, 1);
	assert_true(kbd.boot_protocol);
	assert_true(kbd.idle);
	assert_false(keyboard->read(&key));
	/* Looking for a key costs nothing. */
	accesses = xhci_sim_accesses;
	for (i = 0; i < 1000; i++)
		assert_false(keyboard->read(&key));
	assert_int_equal(xhci_sim_accesses, accesses);
	assert_types(1, 0x04);
	/* Rings go round. */
	for (i = 0; i < 200; i++)
		press(1, (u8)(4 + i % 26));
	assert_types(1, 0x05);
	assert_int_equal(mock_log_errors(), 0);
	assert_true(accesses < 100);
}

static void test_no_device(void **state)
{
	struct efi_key_data key;

	assert_true(keyboard->probe());
	assert_false(keyboard->read(&key));
	assert_true(xhci_sim_accesses < 40);
}

static void test_hub(void **state)
{
	kbd.speed = USB_SPEED_LOW;
	kbd.device[7] = 8;
	hub.speed = USB_SPEED_HIGH;
	hub.device[7] = 64;
	hub.behind[2] = &kbd;
	xhci_sim_plug(1, &hub);
	assert_true(keyboard->probe());
	assert_int_equal(devices(), 2);
	assert_int_equal(controller()->device[2]->place.route, 3);
	assert_int_equal(controller()->device[2]->place.tt_slot, 1);
	assert_int_equal(controller()->device[2]->place.tt_port, 3);
	assert_types(2, 0x06);
	/* The hub takes what is behind it along. */
	xhci_sim_plug(1, NULL);
	keyboard->read(&(struct efi_key_data) { .shift_state = 0 });
	assert_int_equal(devices(), 0);
	assert_int_equal(xhci_sim_allocations(), 1);
}

/* Hubs behind hubs, more than a route has room for: no device is reached, no loop. */
static void test_hub_depth(void **state)
{
	static struct sim_usb hubs[8];
	unsigned int i;

	for (i = 0; i < 8; i++)
		hubs[i] = xhci_sim_hub();
	for (i = 0; i < 7; i++)
		hubs[i].behind[0] = &hubs[i + 1];
	hubs[7].behind[0] = &kbd;
	xhci_sim_plug(1, &hubs[0]);
	assert_true(keyboard->probe());
	assert_int_equal(devices(), USB_DEPTH_MAX);
	/* One that has itself behind it. */
	hubs[0].behind[0] = &hubs[0];
	xhci_sim_plug(2, &hubs[0]);
	keyboard->read(&(struct efi_key_data) { .shift_state = 0 });
	assert_true(devices() <= XHCI_SLOTS);
}

static void test_plugging(void **state)
{
	struct efi_key_data key;
	unsigned int i;

	assert_true(keyboard->probe());
	for (i = 0; i < 20; i++) {
		xhci_sim_plug(3, &kbd);
		assert_false(keyboard->read(&key));
		assert_int_equal(devices(), 1);
		press(1, 0x04);
		xhci_sim_plug(3, NULL);
		assert_false(keyboard->read(&key));
		assert_int_equal(devices(), 0);
		assert_int_equal(xhci_sim_allocations(), 1);
	}
	xhci_sim_plug(1, &kbd);
	xhci_sim_plug(4, &other);
	assert_false(keyboard->read(&key));
	assert_types(1, 0x04);
	assert_types(2, 0x05);
}

/* Held when the keyboard is pulled out. */
static void test_pulled_while_held(void **state)
{
	const u8 down[8] = { 0, 0, 0x04 };
	struct efi_key_data key;

	xhci_sim_plug(1, &kbd);
	assert_true(keyboard->probe());
	xhci_sim_report(1, down, 8, TRB_SUCCESS);
	assert_true(keyboard->read(&key));
	now += 10000000;
	assert_true(keyboard->read(&key));
	xhci_sim_plug(1, NULL);
	now += 10000000;
	assert_false(keyboard->read(&key));
}

static void test_other_devices(void **state)
{
	/* A mouse, and a disk that is no HID at all. */
	other.config[9 + 7] = 2;
	kbd.config[9 + 5] = 8;
	xhci_sim_plug(1, &other);
	xhci_sim_plug(2, &kbd);
	assert_true(keyboard->probe());
	assert_int_equal(devices(), 0);
	assert_int_equal(mock_log_errors(), 0);
	assert_false(mock_log_has("not used"));
}

static void test_stalls(void **state)
{
	/* It need not know this one. */
	kbd.stall = USB_HID_SET_IDLE;
	xhci_sim_plug(1, &kbd);
	other.stall = USB_SET_CONFIGURATION;
	xhci_sim_plug(2, &other);
	assert_true(keyboard->probe());
	assert_types(1, 0x04);
	assert_int_equal(devices(), 1);
	assert_true(mock_log_has("not used"));
}

static void test_late_address(void **state)
{
	kbd.address_errors = 1;
	other.address_errors = 2;
	xhci_sim_plug(1, &kbd);
	xhci_sim_plug(2, &other);
	assert_true(keyboard->probe());
	assert_int_equal(devices(), 1);
	assert_types(1, 0x04);
	assert_true(mock_log_has("no address"));
}

static void test_report_errors(void **state)
{
	const u8 report[8] = { 0 };
	struct efi_key_data key;
	unsigned int i;

	xhci_sim_plug(1, &kbd);
	assert_true(keyboard->probe());
	for (i = 0; i < 3; i++) {
		assert_true(xhci_sim_report(1, report, 8, TRB_TRANSACTION_ERROR));
		assert_false(keyboard->read(&key));
	}
	assert_types(1, 0x04);
	for (i = 0; i < 4; i++) {
		assert_true(xhci_sim_report(1, report, 8, TRB_TRANSACTION_ERROR));
		assert_false(keyboard->read(&key));
	}
	/* Then nothing more is asked of it. */
	assert_false(xhci_sim_report(1, report, 8, TRB_SUCCESS));
}

static void test_quiet_at_exit(void **state)
{
	xhci_sim_plug(1, &kbd);
	assert_true(keyboard->probe());
	assert_true(xhci_sim_running);
	assert_int_equal(hook_run(efi_exit), 0);
	assert_false(xhci_sim_running);
	assert_false(keyboard->read(&(struct efi_key_data) { .shift_state = 0 }));
	assert_int_equal(mock_log_errors(), 0);
}

static void test_bad_registers(void **state)
{
	static const struct sim_lies lies[] = {
		{ .params1 = SIM_PORTS << 24 },
		{ .params1 = SIM_SLOTS },
		{ .doorbells = SIM_XHCI_SIZE - 4 },
		{ .doorbells = 0xfffffffc },
		{ .runtime = SIM_XHCI_SIZE - 0x20 },
		{ .runtime = 0xffffffe0 },
		{ .params2 = 0x1fu << 27 | 3 << 21 },
		{ .never_ready = true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		end(state);
		begin(state);
		sim_lies = lies[i];
		assert_false(keyboard->probe());
		assert_int_equal(mock_log_errors(), 1);
		assert_false(xhci_sim_running);
	}
}

static void test_small_bar(void **state)
{
	const u64 sizes[] = { 0, 0x10, 0x40, 0x43f };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		xhci_sim_pci.bar[0].size = sizes[i];
		assert_false(keyboard->probe());
	}
	xhci_sim_pci.bar[0].size = SIM_XHCI_SIZE;
}

static void test_hostile_controller(void **state)
{
	static const struct sim_lies lies[] = {
		{ .no_answers = true },
		{ .no_transfers = true },
		{ .slot = 9 },
		{ .slot = 255 },
		{ .wrong_pointers = true },
		{ .wrong_slots = true },
	};
	struct efi_key_data key;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		end(state);
		begin(state);
		xhci_sim_plug(1, &kbd);
		sim_lies = lies[i];
		keyboard->probe();
		assert_false(keyboard->read(&key));
		assert_int_equal(devices(), 0);
		assert_true(mock_log_errors() >= 1);
	}
}

static void test_same_slot_twice(void **state)
{
	xhci_sim_plug(1, &kbd);
	assert_true(keyboard->probe());
	sim_lies.slot = 1;
	xhci_sim_plug(2, &other);
	keyboard->read(&(struct efi_key_data) { .shift_state = 0 });
	assert_int_equal(mock_log_errors(), 1);
	assert_int_equal(devices(), 1);
}

static void test_events_about_nothing(void **state)
{
	struct efi_key_data key;
	unsigned int type, i, accesses;

	xhci_sim_plug(1, &kbd);
	assert_true(keyboard->probe());
	for (type = 0; type < 64; type++) {
		for (i = 0; i < 8; i++)
			xhci_sim_event(0x0123456789abcdefull << i, 0xffffffffu >> i,
				       TRB_TYPE(type) | TRB_SLOT(37 * i) | TRB_ENDPOINT(i));
		assert_false(keyboard->read(&key));
	}
	/* Of the right endpoint, and not what is waited for: no report is asked for. */
	accesses = xhci_sim_accesses;
	xhci_sim_event(0x20000000, TRB_SUCCESS << 24, TRB_TYPE(TRB_TRANSFER_EVENT) | TRB_SLOT(1) |
		       TRB_ENDPOINT(3));
	assert_false(keyboard->read(&key));
	assert_int_equal(xhci_sim_accesses, accesses + 1);
	sim_lies.flood = 20;
	assert_types(1, 0x04);
}

static void test_config(void **state)
{
	struct usb_keyboard_config found;
	u8 config[64];
	size_t i;

	memcpy(config, kbd.config, kbd.config_size);
	for (i = 0; i < kbd.config_size; i++) {
		u8 *exact = malloc(i + 1);

		memcpy(exact, config, i);
		assert_int_equal(usb_find_keyboard(exact, i, &found), -ENOENT);
		free(exact);
	}
	assert_int_equal(usb_find_keyboard(config, kbd.config_size, &found), 0);
	assert_int_equal(found.configuration, 1);
	assert_int_equal(found.endpoint, 1);
	assert_int_equal(found.packet, 8);
	assert_int_equal(found.interval, 7);
	/* A descriptor of no length would never end. */
	config[18] = 0;
	assert_int_equal(usb_find_keyboard(config, kbd.config_size, &found), -ENOENT);
	config[18] = 9;
	/* Packets that a report does not fit in, or that do not fit here. */
	config[31] = 7;
	assert_int_equal(usb_find_keyboard(config, kbd.config_size, &found), -ENOENT);
	config[31] = 65;
	assert_int_equal(usb_find_keyboard(config, kbd.config_size, &found), -ENOENT);
	config[31] = 64;
	assert_int_equal(usb_find_keyboard(config, kbd.config_size, &found), 0);
	config[29] = 0x80;
	assert_int_equal(usb_find_keyboard(config, kbd.config_size, &found), -ENOENT);
	config[29] = 0x01;
	assert_int_equal(usb_find_keyboard(config, kbd.config_size, &found), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_keyboard, begin, end),
		cmocka_unit_test_setup_teardown(test_no_device, begin, end),
		cmocka_unit_test_setup_teardown(test_hub, begin, end),
		cmocka_unit_test_setup_teardown(test_hub_depth, begin, end),
		cmocka_unit_test_setup_teardown(test_plugging, begin, end),
		cmocka_unit_test_setup_teardown(test_pulled_while_held, begin, end),
		cmocka_unit_test_setup_teardown(test_other_devices, begin, end),
		cmocka_unit_test_setup_teardown(test_stalls, begin, end),
		cmocka_unit_test_setup_teardown(test_late_address, begin, end),
		cmocka_unit_test_setup_teardown(test_report_errors, begin, end),
		cmocka_unit_test_setup_teardown(test_quiet_at_exit, begin, end),
		cmocka_unit_test_setup_teardown(test_bad_registers, begin, end),
		cmocka_unit_test_setup_teardown(test_small_bar, begin, end),
		cmocka_unit_test_setup_teardown(test_hostile_controller, begin, end),
		cmocka_unit_test_setup_teardown(test_same_slot_twice, begin, end),
		cmocka_unit_test_setup_teardown(test_events_about_nothing, begin, end),
		cmocka_unit_test_setup_teardown(test_config, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
