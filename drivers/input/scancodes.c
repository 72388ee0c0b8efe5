/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Scan code set 1 with the layout of the United States.
 * Documents: "IBM Personal System/2 Hardware Interface Technical Reference",
 * keyboard section; UEFI 2.10, table 12.2 and section 12.2.3 (key state).
 */
#include "scancodes.h"

#define RELEASED	0x80
#define EXTENDED	0xe0
#define PAUSE		0xe1
#define PAUSE_REST	2	/* 1d 45, and the same for its release */

#define SHIFTS		(EFI_LEFT_SHIFT_PRESSED | EFI_RIGHT_SHIFT_PRESSED)

/* Characters by code, without and with shift; 0 is no character. */
static const char normal[] =
	"\0\0331234567890-=\b\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] =
	"\0\033!@#$%^&*()_+\b\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

#define KEYPAD_FIRST	0x47
#define KEYPAD_LAST	0x53

/* The keypad and, extended, the keys beside it. */
static const struct {
	char digit;
	u8 scan;
} keypad[] = {
	{ '7', EFI_SCAN_HOME }, { '8', EFI_SCAN_UP }, { '9', EFI_SCAN_PAGE_UP },
	{ '-', 0 }, { '4', EFI_SCAN_LEFT }, { '5', 0 }, { '6', EFI_SCAN_RIGHT },
	{ '+', 0 }, { '1', EFI_SCAN_END }, { '2', EFI_SCAN_DOWN },
	{ '3', EFI_SCAN_PAGE_DOWN }, { '0', EFI_SCAN_INSERT }, { '.', EFI_SCAN_DELETE },
};
_Static_assert(ARRAY_SIZE(keypad) == KEYPAD_LAST - KEYPAD_FIRST + 1, "one for each code");

static u32 shift_of(u8 code, bool extended)
{
	switch (code) {
	case 0x2a:
		return extended ? 0 : EFI_LEFT_SHIFT_PRESSED;
	case 0x36:
		return extended ? 0 : EFI_RIGHT_SHIFT_PRESSED;
	case 0x1d:
		return extended ? EFI_RIGHT_CONTROL_PRESSED : EFI_LEFT_CONTROL_PRESSED;
	case 0x38:
		return extended ? EFI_RIGHT_ALT_PRESSED : EFI_LEFT_ALT_PRESSED;
	default:
		return 0;
	}
}

static u8 toggle_of(u8 code)
{
	switch (code) {
	case 0x3a:
		return EFI_CAPS_LOCK_ACTIVE;
	case 0x45:
		return EFI_NUM_LOCK_ACTIVE;
	case 0x46:
		return EFI_SCROLL_LOCK_ACTIVE;
	default:
		return 0;
	}
}

static bool keypad_key(const struct keyboard_state *state, u8 code, bool extended,
		       struct efi_input_key *key)
{
	unsigned int i = code - KEYPAD_FIRST;
	bool digit = !extended && (state->toggles & EFI_NUM_LOCK_ACTIVE);

	if (digit || keypad[i].scan == 0) {
		if (extended)
			return false;
		key->unicode = (u8)keypad[i].digit;
	} else {
		key->scan_code = keypad[i].scan;
	}
	return true;
}

static bool character_key(const struct keyboard_state *state, u8 code, struct efi_input_key *key)
{
	bool shift = state->shifts & SHIFTS;
	char c = normal[code];

	if (state->toggles & EFI_CAPS_LOCK_ACTIVE && c >= 'a' && c <= 'z')
		shift = !shift;
	if (shift)
		c = shifted[code];
	if (c == '\033')
		key->scan_code = EFI_SCAN_ESC;
	else
		key->unicode = (u8)c;
	return c != 0;
}

static bool pressed(const struct keyboard_state *state, u8 code, bool extended,
		    struct efi_input_key *key)
{
	if (code >= KEYPAD_FIRST && code <= KEYPAD_LAST)
		return keypad_key(state, code, extended, key);
	/* Enter and / of the keypad are the only characters among these. */
	if (extended && code != 0x1c && code != 0x35)
		return false;
	if (code >= 0x3b && code <= 0x44)
		key->scan_code = (u16)(EFI_SCAN_F1 + code - 0x3b);
	else if (code == 0x57 || code == 0x58)
		key->scan_code = (u16)(EFI_SCAN_F11 + code - 0x57);
	else if (code < sizeof(normal) - 1)
		return character_key(state, code, key);
	else
		return false;
	return true;
}

bool scancode_set1(struct keyboard_state *state, u8 byte, struct efi_key_data *key)
{
	bool extended = state->extended;
	u8 code = byte & 0x7f;
	u32 shift;

	if (state->skip > 0) {
		state->skip--;
		return false;
	}
	state->extended = byte == EXTENDED;
	if (byte == PAUSE)
		state->skip = PAUSE_REST;
	if (byte == EXTENDED || byte == PAUSE)
		return false;
	shift = shift_of(code, extended);
	if (byte & RELEASED) {
		state->shifts &= ~shift;
		return false;
	}
	state->shifts |= shift;
	if (!extended)
		state->toggles ^= toggle_of(code);
	*key = (struct efi_key_data) {
		.shift_state = EFI_SHIFT_STATE_VALID | state->shifts,
		.toggle_state = EFI_TOGGLE_STATE_VALID | state->toggles,
	};
	return pressed(state, code, extended, &key->key);
}
