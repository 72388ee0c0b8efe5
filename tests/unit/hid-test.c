/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of reports of boot keyboards. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/hid.h>

#define SECOND	10000000

static struct hid_keyboard kbd;
static u64 now;

static void report(u8 modifiers, u8 k0, u8 k1)
{
	const u8 data[USB_KEYBOARD_REPORT] = { modifiers, 0xff, k0, k1 };

	hid_keyboard_report(&kbd, data, now);
}

static bool read_key(struct efi_key_data *key)
{
	return hid_keyboard_read(&kbd, key, now);
}

static void assert_key(u16 scan_code, efi_char16_t unicode)
{
	struct efi_key_data key;

	assert_true(read_key(&key));
	assert_int_equal(key.key.scan_code, scan_code);
	assert_int_equal(key.key.unicode, unicode);
}

static void assert_no_key(void)
{
	struct efi_key_data key;

	assert_false(read_key(&key));
}

static void press(u8 modifiers, u8 usage)
{
	report(modifiers, usage, 0);
	report(modifiers, 0, 0);
}

static int begin(void **state)
{
	kbd = (struct hid_keyboard) { .held = 0 };
	now = 1000;
	return 0;
}

static void test_layout(void **state)
{
	static const struct {
		u8 usage, modifiers;
		u16 scan_code;
		efi_char16_t unicode;
	} keys[] = {
		{ 0x04, 0, 0, 'a' }, { 0x1d, 0, 0, 'z' }, { 0x04, 0x02, 0, 'A' },
		{ 0x04, 0x20, 0, 'A' }, { 0x1e, 0, 0, '1' }, { 0x27, 0, 0, '0' },
		{ 0x1e, 0x02, 0, '!' }, { 0x28, 0, 0, '\r' }, { 0x29, 0, EFI_SCAN_ESC, 0 },
		{ 0x2a, 0, 0, '\b' }, { 0x2b, 0, 0, '\t' }, { 0x2c, 0, 0, ' ' },
		{ 0x2d, 0x02, 0, '_' }, { 0x31, 0, 0, '\\' }, { 0x33, 0x02, 0, ':' },
		{ 0x38, 0, 0, '/' }, { 0x3a, 0, EFI_SCAN_F1, 0 }, { 0x43, 0, EFI_SCAN_F10, 0 },
		{ 0x45, 0, EFI_SCAN_F12, 0 }, { 0x49, 0, EFI_SCAN_INSERT, 0 },
		{ 0x4a, 0, EFI_SCAN_HOME, 0 }, { 0x4b, 0, EFI_SCAN_PAGE_UP, 0 },
		{ 0x4c, 0, EFI_SCAN_DELETE, 0 }, { 0x4d, 0, EFI_SCAN_END, 0 },
		{ 0x4e, 0, EFI_SCAN_PAGE_DOWN, 0 }, { 0x4f, 0, EFI_SCAN_RIGHT, 0 },
		{ 0x50, 0, EFI_SCAN_LEFT, 0 }, { 0x51, 0, EFI_SCAN_DOWN, 0 },
		{ 0x52, 0, EFI_SCAN_UP, 0 }, { 0x54, 0, 0, '/' }, { 0x55, 0, 0, '*' },
		{ 0x57, 0, 0, '+' }, { 0x58, 0, 0, '\r' },
		{ 0x60, 0, EFI_SCAN_UP, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		press(keys[i].modifiers, keys[i].usage);
		assert_key(keys[i].scan_code, keys[i].unicode);
		assert_no_key();
	}
	/* Arrows stay arrows whatever Num Lock says, and the keypad does not. */
	press(0, 0x53);
	press(0, 0x52);
	assert_key(EFI_SCAN_UP, 0);
	press(0, 0x60);
	assert_key(0, '8');
}

static void test_state(void **state)
{
	struct efi_key_data key;

	report(0x11, 0, 0);
	report(0x11, 0x06, 0);
	assert_true(read_key(&key));
	assert_int_equal(key.key.unicode, 'c');
	assert_int_equal(key.shift_state, EFI_SHIFT_STATE_VALID | EFI_LEFT_CONTROL_PRESSED |
			 EFI_RIGHT_CONTROL_PRESSED);
	report(0x40, 0, 0);
	press(0x40, 0x06);
	assert_true(read_key(&key));
	assert_int_equal(key.shift_state, EFI_SHIFT_STATE_VALID | EFI_RIGHT_ALT_PRESSED);
	press(0, 0x39);
	press(0, 0x04);
	assert_true(read_key(&key));
	assert_int_equal(key.key.unicode, 'A');
	assert_int_equal(key.toggle_state, EFI_TOGGLE_STATE_VALID | EFI_CAPS_LOCK_ACTIVE);
	assert_int_equal(key.shift_state, EFI_SHIFT_STATE_VALID);
}

static void test_several(void **state)
{
	report(0, 0x04, 0);
	report(0, 0x04, 0x05);
	report(0, 0x05, 0);
	report(0, 0x05, 0x06);
	assert_key(0, 'a');
	assert_key(0, 'b');
	assert_key(0, 'c');
	assert_no_key();
	/* Too many at once says nothing of which. */
	report(0, 1, 1);
	report(0, 0x05, 0x06);
	assert_no_key();
}

static void test_repeat(void **state)
{
	unsigned int i;

	report(0, 0x51, 0);
	assert_key(EFI_SCAN_DOWN, 0);
	now += SECOND / 2 - 1;
	assert_no_key();
	now += 1;
	for (i = 0; i < 3; i++) {
		assert_key(EFI_SCAN_DOWN, 0);
		assert_no_key();
		now += 330000;
	}
	report(0, 0, 0);
	now += SECOND;
	assert_no_key();
	/* The last one pressed is repeated. */
	report(0, 0x51, 0);
	report(0, 0x51, 0x52);
	assert_key(EFI_SCAN_DOWN, 0);
	assert_key(EFI_SCAN_UP, 0);
	now += SECOND;
	assert_key(EFI_SCAN_UP, 0);
	hid_keyboard_reset(&kbd);
	now += SECOND;
	assert_no_key();
}

static void test_overflow(void **state)
{
	unsigned int i;

	for (i = 0; i < 2 * HID_QUEUE; i++)
		press(0, (u8)(4 + i % 26));
	for (i = 0; i < HID_QUEUE; i++)
		assert_key(0, (efi_char16_t)('a' + i % 26));
	assert_no_key();
	press(0, 0x04);
	hid_keyboard_reset(&kbd);
	assert_no_key();
	press(0, 0x05);
	assert_key(0, 'b');
}

/* Every usage there is, and reports that nobody would send. */
static void test_any_report(void **state)
{
	u8 data[USB_KEYBOARD_REPORT];
	struct efi_key_data key;
	unsigned int i, j;

	for (i = 0; i < 256; i++) {
		for (j = 0; j < sizeof(data); j++)
			data[j] = (u8)(i * (j + 1));
		hid_keyboard_report(&kbd, data, now);
		press((u8)i, (u8)i);
		while (read_key(&key))
			assert_true(key.key.scan_code != 0 || key.key.unicode != 0);
		now += SECOND;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_layout, begin),
		cmocka_unit_test_setup(test_state, begin),
		cmocka_unit_test_setup(test_several, begin),
		cmocka_unit_test_setup(test_repeat, begin),
		cmocka_unit_test_setup(test_overflow, begin),
		cmocka_unit_test_setup(test_any_report, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
