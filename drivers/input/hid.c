/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Reports of boot keyboards, brought down to scan codes, so that there is one
 * layout for all keyboards.
 * Documents: Device Class Definition for Human Interface Devices, version 1.11,
 * appendix B.1; HID Usage Tables 1.12, section 10 and its translation to scan codes.
 */
#include <fw/hid.h>
#include <fw/string.h>

#include "scancodes.h"

#define KEYS_FIRST	2	/* of a report; the first byte has the modifiers */
#define USAGE_ERROR	3	/* and below: no key */
#define USAGE_FIRST	4
#define RELEASED	0x80
#define EXTENDED	0xe0

/* In units of 100 ns, as keyboards do that repeat by themselves. */
#define REPEAT_FIRST	5000000
#define REPEAT_NEXT	330000

/* Scan codes of set 1 from the first usage on; bit 7: after the prefix. */
#define X(code)		(0x80 | (code))
static const u8 codes[] = {
	/* a to z */
	0x1e, 0x30, 0x2e, 0x20, 0x12, 0x21, 0x22, 0x23, 0x17, 0x24, 0x25, 0x26, 0x32,
	0x31, 0x18, 0x19, 0x10, 0x13, 0x1f, 0x14, 0x16, 0x2f, 0x11, 0x2d, 0x15, 0x2c,
	/* 1 to 0, Enter, Esc, Backspace, Tab, space */
	0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b,
	0x1c, 0x01, 0x0e, 0x0f, 0x39,
	/* - = [ ] \ # ; ' ` , . / Caps Lock */
	0x0c, 0x0d, 0x1a, 0x1b, 0x2b, 0x2b, 0x27, 0x28, 0x29, 0x33, 0x34, 0x35, 0x3a,
	/* F1 to F12 */
	0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x40, 0x41, 0x42, 0x43, 0x44, 0x57, 0x58,
	/* Print and Pause, which are nothing to UEFI here; Scroll Lock between them */
	0, 0x46, 0,
	/* Insert Home Page Up Delete End Page Down, right left down up */
	X(0x52), X(0x47), X(0x49), X(0x53), X(0x4f), X(0x51),
	X(0x4d), X(0x4b), X(0x50), X(0x48),
	/* the keypad: Num Lock / * - + Enter, 1 to 9, 0 and . */
	0x45, X(0x35), 0x37, 0x4a, 0x4e, X(0x1c),
	0x4f, 0x50, 0x51, 0x4b, 0x4c, 0x4d, 0x47, 0x48, 0x49, 0x52, 0x53,
};

/* By bit: Ctrl, Shift, Alt, logo, on the left and on the right. */
static const u8 modifiers[8] = {
	0x1d, 0x2a, 0x38, 0, X(0x1d), 0x36, X(0x38), 0,
};

static bool is_held(const u8 *report, u8 usage)
{
	return memchr(report + KEYS_FIRST, usage, USB_KEYBOARD_REPORT - KEYS_FIRST) != NULL;
}

static bool scan(struct hid_keyboard *kbd, u8 code, bool released, struct efi_key_data *key)
{
	struct keyboard_state state = { .shifts = kbd->shifts, .toggles = kbd->toggles };
	u8 byte = code & 0x7f;
	bool found;

	if (code == 0)
		return false;
	if (code & 0x80)
		scancode_set1(&state, EXTENDED, key);
	found = scancode_set1(&state, released ? byte | RELEASED : byte, key);
	kbd->shifts = state.shifts;
	kbd->toggles = state.toggles;
	return found;
}

static void put(struct hid_keyboard *kbd, const struct efi_key_data *key)
{
	if (kbd->head - kbd->tail < HID_QUEUE)
		kbd->queue[kbd->head++ % HID_QUEUE] = *key;
}

static void take_modifiers(struct hid_keyboard *kbd, u8 now)
{
	u8 changed = kbd->report[0] ^ now;
	struct efi_key_data key;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modifiers); i++) {
		if (changed >> i & 1)
			scan(kbd, modifiers[i], !(now >> i & 1), &key);
	}
}

static void take_key(struct hid_keyboard *kbd, u8 usage, u64 now)
{
	struct efi_key_data key;

	if (usage - USAGE_FIRST >= (int)ARRAY_SIZE(codes) ||
	    !scan(kbd, codes[usage - USAGE_FIRST], false, &key))
		return;
	put(kbd, &key);
	kbd->held = usage;
	kbd->repeat = key;
	kbd->next = now + REPEAT_FIRST;
}

void hid_keyboard_report(struct hid_keyboard *kbd, const u8 report[USB_KEYBOARD_REPORT], u64 now)
{
	unsigned int i;

	/* Too many keys at once: what is held is not known, and stays as it was. */
	if (report[KEYS_FIRST] > 0 && report[KEYS_FIRST] <= USAGE_ERROR)
		return;
	take_modifiers(kbd, report[0]);
	for (i = KEYS_FIRST; i < USB_KEYBOARD_REPORT; i++) {
		if (report[i] > USAGE_ERROR && !is_held(kbd->report, report[i]))
			take_key(kbd, report[i], now);
	}
	if (!is_held(report, kbd->held))
		kbd->held = 0;
	memcpy(kbd->report, report, USB_KEYBOARD_REPORT);
}

bool hid_keyboard_read(struct hid_keyboard *kbd, struct efi_key_data *key, u64 now)
{
	if (kbd->head != kbd->tail) {
		*key = kbd->queue[kbd->tail++ % HID_QUEUE];
		return true;
	}
	if (kbd->held == 0 || now < kbd->next)
		return false;
	kbd->next = now + REPEAT_NEXT;
	*key = kbd->repeat;
	return true;
}

void hid_keyboard_reset(struct hid_keyboard *kbd)
{
	kbd->tail = kbd->head;
	kbd->held = 0;
}
