/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Keyboards that report which keys are held, as USB's do. They have no repetition
 * of their own: a key that is held is repeated here.
 */
#ifndef FW_HID_H
#define FW_HID_H

#include <fw/types.h>
#include <spec/efi/simple_text.h>
#include <spec/usb.h>

#define HID_QUEUE	16	/* a power of two */

/**
 * struct hid_keyboard - a keyboard; all zeroes at first
 * @report: the last one
 * @shifts, @toggles: as in struct efi_key_data
 * @queue:  keys that nobody has read yet
 * @head, @tail: of the queue, counted without end
 * @held:   usage of the key that is repeated, or 0
 * @repeat: the key
 * @next:   when it comes again, in efi_time_100ns()
 */
struct hid_keyboard {
	u8 report[USB_KEYBOARD_REPORT];
	u32 shifts;
	u8 toggles;
	struct efi_key_data queue[HID_QUEUE];
	unsigned int head, tail;
	u8 held;
	struct efi_key_data repeat;
	u64 next;
};

/**
 * hid_keyboard_report() - take a report
 * @kbd:    keyboard
 * @report: untrusted
 * @now:    efi_time_100ns()
 */
void hid_keyboard_report(struct hid_keyboard *kbd, const u8 report[USB_KEYBOARD_REPORT],
			 u64 now);

/** hid_keyboard_read() - the next key; false if there is none at @now */
bool hid_keyboard_read(struct hid_keyboard *kbd, struct efi_key_data *key, u64 now);

/** hid_keyboard_reset() - forget what was pressed */
void hid_keyboard_reset(struct hid_keyboard *kbd);

#endif
