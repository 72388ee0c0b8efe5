/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What keys mean that are known by the number of a key, not by a character. */
#ifndef DRIVERS_SCANCODES_H
#define DRIVERS_SCANCODES_H

#include <spec/efi/simple_text.h>

/** struct key_state - which keys are held, and what they have switched on */
struct keyboard_state {
	u32 shifts;		/* EFI_*_PRESSED */
	u8 toggles;		/* EFI_*_ACTIVE */
	bool extended;		/* set 1: 0xe0 has come */
	u8 skip;		/* set 1: bytes of the pause key */
};

/**
 * scancode_set1() - take one more byte of scan code set 1
 *
 * Return: true if @key is now a key that was pressed.
 */
bool scancode_set1(struct keyboard_state *state, u8 byte, struct efi_key_data *key);

#endif
