/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of keys: a serial terminal's bytes, and scan codes of a PS/2 keyboard. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fw/types.h>

#include "keys.h"
#include "scancodes.h"
#include "uart.h"

bool uart_probe(void) { return true; }

static const char *incoming = "";

bool uart_receive(u8 *byte)
{
	if (*incoming == 0)
		return false;
	*byte = (u8)*incoming++;
	return true;
}

u64 mock_ticks;
u64 timer_ticks(void) { return mock_ticks; }
u64 timer_frequency(void) { return 1000; }

/* All keys of @bytes, as scan code or character, one number each. */
static unsigned int parse(const char *bytes, u32 *keys, unsigned int max)
{
	struct key_parser parser = { .state = KEYS_GROUND };
	struct efi_key_data key;
	unsigned int count = 0;

	for (; *bytes != 0; bytes++) {
		if (!keys_parse(&parser, (u8)*bytes, &key))
			continue;
		assert_true(count < max);
		keys[count++] = (u32)key.key.scan_code << 16 | key.key.unicode;
	}
	return count;
}

static void assert_key(const char *bytes, u16 scan, efi_char16_t unicode)
{
	u32 keys[4];

	assert_int_equal(parse(bytes, keys, 4), 1);
	assert_int_equal(keys[0], (u32)scan << 16 | unicode);
}

static void test_characters(void **state)
{
	assert_key("a", 0, 'a');
	assert_key("\r", 0, '\r');
	assert_key("\n", 0, '\r');
	assert_key("\x7f", 0, '\b');
	assert_key("\b", 0, '\b');
	assert_key("\x01", 0, 1);
	assert_key("\xc3\xa9", 0, 0xe9);
	assert_key("\xe2\x82\xac", 0, 0x20ac);
	/* A character that is cut off is lost, the next one is not. */
	assert_key("\xe2\x82" "z", 0, 'z');
	assert_key("\xff" "z", 0, 'z');
}

static void test_sequences(void **state)
{
	assert_key("\033[A", EFI_SCAN_UP, 0);
	assert_key("\033OB", EFI_SCAN_DOWN, 0);
	assert_key("\033[5~", EFI_SCAN_PAGE_UP, 0);
	assert_key("\033[24~", EFI_SCAN_F12, 0);
	assert_key("\033OP", EFI_SCAN_F1, 0);
	/* VT-UTF8 */
	assert_key("\0331", EFI_SCAN_F1, 0);
	assert_key("\0330", EFI_SCAN_F10, 0);
	assert_key("\033@", EFI_SCAN_F12, 0);
	assert_key("\033h", EFI_SCAN_HOME, 0);
	assert_key("\033?", EFI_SCAN_PAGE_UP, 0);
}

static void test_unknown_sequences_are_dropped(void **state)
{
	u32 keys[4];

	assert_int_equal(parse("\033[99~", keys, 4), 0);
	assert_int_equal(parse("\033[Z", keys, 4), 0);
	assert_int_equal(parse("\033x", keys, 4), 0);
	assert_key("\033[1;5A", EFI_SCAN_UP, 0);
	/* However long a number is, it is one sequence. */
	assert_key("\033[99999999999999999999Zz", 0, 'z');
}

static void test_two_escapes(void **state)
{
	u32 keys[4];

	assert_int_equal(parse("\033\033[A", keys, 4), 2);
	assert_int_equal(keys[0], (u32)EFI_SCAN_ESC << 16);
	assert_int_equal(keys[1], (u32)EFI_SCAN_UP << 16);
}

extern const struct keyboard *const keyboard__20__serial_keys;

#include <fw/console.h>

static void test_escape_alone(void **state)
{
	const struct keyboard *serial = keyboard__20__serial_keys;
	struct efi_key_data key;

	incoming = "\033";
	mock_ticks = 100;
	assert_false(serial->read(&key));
	mock_ticks = 110;
	assert_false(serial->read(&key));
	mock_ticks = 121;
	assert_true(serial->read(&key));
	assert_int_equal(key.key.scan_code, EFI_SCAN_ESC);
	assert_false(serial->read(&key));
	/* And with the rest of a sequence in time. */
	incoming = "\033";
	assert_false(serial->read(&key));
	incoming = "[D";
	mock_ticks += 10;
	assert_true(serial->read(&key));
	assert_int_equal(key.key.scan_code, EFI_SCAN_LEFT);
}

/* --- scan codes ----------------------------------------------------------- */

static unsigned int scan(struct keyboard_state *state, const char *codes, size_t count,
			 struct efi_key_data *last)
{
	unsigned int keys = 0;
	struct efi_key_data key;
	size_t i;

	for (i = 0; i < count; i++) {
		if (scancode_set1(state, (u8)codes[i], &key)) {
			*last = key;
			keys++;
		}
	}
	return keys;
}

#define SCAN(codes)	scan(&keyboard, codes, sizeof(codes) - 1, &key)

static void test_scan_codes(void **unused)
{
	struct keyboard_state keyboard = { .shifts = 0 };
	struct efi_key_data key;

	assert_int_equal(SCAN("\x1e\x9e"), 1);
	assert_int_equal(key.key.unicode, 'a');
	assert_int_equal(key.key.scan_code, 0);
	assert_int_equal(key.shift_state, EFI_SHIFT_STATE_VALID);
	assert_int_equal(SCAN("\x2a\x1e\x9e\xaa"), 1);
	assert_int_equal(key.key.unicode, 'A');
	assert_int_equal(key.shift_state, EFI_SHIFT_STATE_VALID | EFI_LEFT_SHIFT_PRESSED);
	assert_int_equal(SCAN("\x02"), 1);
	assert_int_equal(key.key.unicode, '1');
	assert_int_equal(SCAN("\x36\x0d\xb6"), 1);
	assert_int_equal(key.key.unicode, '+');
	assert_int_equal(SCAN("\x01"), 1);
	assert_int_equal(key.key.scan_code, EFI_SCAN_ESC);
	assert_int_equal(key.key.unicode, 0);
	assert_int_equal(SCAN("\x39"), 1);
	assert_int_equal(key.key.unicode, ' ');
	assert_int_equal(SCAN("\x2b"), 1);
	assert_int_equal(key.key.unicode, '\\');
	assert_int_equal(SCAN("\x1d\x2e\xae\x9d"), 1);
	assert_int_equal(key.key.unicode, 'c');
	assert_int_equal(key.shift_state, EFI_SHIFT_STATE_VALID | EFI_LEFT_CONTROL_PRESSED);
}

static void test_extended_scan_codes(void **unused)
{
	struct keyboard_state keyboard = { .shifts = 0 };
	struct efi_key_data key;

	assert_int_equal(SCAN("\xe0\x48\xe0\xc8"), 1);
	assert_int_equal(key.key.scan_code, EFI_SCAN_UP);
	assert_int_equal(SCAN("\xe0\x53"), 1);
	assert_int_equal(key.key.scan_code, EFI_SCAN_DELETE);
	assert_int_equal(SCAN("\xe0\x1c"), 1);
	assert_int_equal(key.key.unicode, '\r');
	/* Shifts that the keyboard makes up around them. */
	assert_int_equal(SCAN("\xe0\x2a\xe0\x4b"), 1);
	assert_int_equal(key.key.scan_code, EFI_SCAN_LEFT);
	assert_int_equal(key.shift_state, EFI_SHIFT_STATE_VALID);
	/* Pause */
	assert_int_equal(SCAN("\xe1\x1d\x45\xe1\x9d\xc5"), 0);
	assert_int_equal(SCAN("\x1e"), 1);
	assert_int_equal(key.shift_state, EFI_SHIFT_STATE_VALID);
	assert_int_equal(key.toggle_state, EFI_TOGGLE_STATE_VALID);
	assert_int_equal(SCAN("\x3b\x44\x57\x58"), 4);
	assert_int_equal(key.key.scan_code, EFI_SCAN_F12);
	assert_int_equal(SCAN("\x7f\x59\x54"), 0);
}

static void test_locks(void **unused)
{
	struct keyboard_state keyboard = { .shifts = 0 };
	struct efi_key_data key;

	assert_int_equal(SCAN("\x47"), 1);
	assert_int_equal(key.key.scan_code, EFI_SCAN_HOME);
	assert_int_equal(SCAN("\x45\xc5\x47"), 1);
	assert_int_equal(key.key.unicode, '7');
	assert_int_equal(key.toggle_state, EFI_TOGGLE_STATE_VALID | EFI_NUM_LOCK_ACTIVE);
	assert_int_equal(SCAN("\x4a"), 1);
	assert_int_equal(key.key.unicode, '-');
	assert_int_equal(SCAN("\x3a\xba\x1e"), 1);
	assert_int_equal(key.key.unicode, 'A');
	assert_int_equal(SCAN("\x2a\x1e\xaa"), 1);
	assert_int_equal(key.key.unicode, 'a');
	assert_int_equal(SCAN("\x02"), 1);
	assert_int_equal(key.key.unicode, '1');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_sequences),
		cmocka_unit_test(test_unknown_sequences_are_dropped),
		cmocka_unit_test(test_two_escapes),
		cmocka_unit_test(test_escape_alone),
		cmocka_unit_test(test_scan_codes),
		cmocka_unit_test(test_extended_scan_codes),
		cmocka_unit_test(test_locks),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
