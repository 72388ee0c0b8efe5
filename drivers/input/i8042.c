/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * PS/2 keyboard behind an i8042, polled. The controller translates to scan code
 * set 1 when it is told to; QEMU's does not from reset on.
 * Document: "IBM Personal System/2 Hardware Interface Technical Reference",
 * keyboard and auxiliary device controller.
 */
#include <asm/io.h>
#include <fw/console.h>
#include <fw/host_input.h>

#include "scancodes.h"

HOST_INPUT_OTHER(i8042, common, CHECKED, 0, 0, "PS/2 keyboard");

#define DATA		0x60
#define STATUS		0x64
#define  STATUS_FULL	0x01
#define  STATUS_BUSY	0x02	/* what was written last has not been taken */
#define  STATUS_AUX	0x20	/* a byte of the mouse */
#define COMMAND		0x64
#define  WRITE_MODE	0x60
#define   MODE_SYSTEM	0x04	/* says that there is firmware */
#define   MODE_NO_AUX	0x20
#define   MODE_TRANSLATE 0x40

#define POLLS		10000

/* No key has more bytes. */
#define BYTES_MAX	16

static struct keyboard_state state;

static bool write_when_ready(u8 value, u16 port)
{
	unsigned int count;

	for (count = 0; count < POLLS; count++) {
		if (!(inb(STATUS) & STATUS_BUSY)) {
			outb(value, port);
			return true;
		}
	}
	return false;
}

static bool i8042_probe(void)
{
	return inb(STATUS) != 0xff && write_when_ready(WRITE_MODE, COMMAND) &&
	       write_when_ready(MODE_SYSTEM | MODE_NO_AUX | MODE_TRANSLATE, DATA);
}

static bool i8042_read(struct efi_key_data *key)
{
	unsigned int count;
	u8 status, byte;

	for (count = 0; count < BYTES_MAX; count++) {
		status = inb(STATUS);
		if (!(status & STATUS_FULL))
			return false;
		byte = inb(DATA);
		if (!(status & STATUS_AUX) && scancode_set1(&state, byte, key))
			return true;
	}
	return false;
}

static void i8042_reset(void)
{
	state = (struct keyboard_state) { .shifts = 0 };
}

static const struct keyboard i8042 = {
	.name = "PS/2",
	.probe = i8042_probe,
	.read = i8042_read,
	.reset = i8042_reset,
};
KEYBOARD(10, i8042);
