/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Keys of a terminal on the serial port: characters in UTF-8, and the sequences
 * of VT100, xterm and VT-UTF8 for the others.
 * Documents: ECMA-48, 5th edition, section 5.4; "VT100 User Guide", chapter 3;
 * UEFI 2.10, table 12.2 (scan codes) and section 12.1.2 (VT-UTF8).
 */
#include <asm/timer.h>
#include <fw/console.h>
#include <fw/host_input.h>

#include "keys.h"
#include "uart.h"

HOST_INPUT_OTHER(keys, common, CHECKED, 0, 0, "serial port: keys");

#define ESC		0x1b
#define DEL		0x7f
#define NUMBER_MAX	99

/* The rest of a sequence comes at once; a key that is pressed next does not. */
#define ESC_WAIT_MS	20

/* No key has more bytes; what sends more without a key is no terminal. */
#define BYTES_MAX	16

/* After ESC [ or ESC O: final bytes. */
static const struct {
	char final;
	u8 scan;
} letters[] = {
	{ 'A', EFI_SCAN_UP }, { 'B', EFI_SCAN_DOWN }, { 'C', EFI_SCAN_RIGHT },
	{ 'D', EFI_SCAN_LEFT }, { 'H', EFI_SCAN_HOME }, { 'F', EFI_SCAN_END },
	{ 'P', EFI_SCAN_F1 }, { 'Q', EFI_SCAN_F1 + 1 }, { 'R', EFI_SCAN_F1 + 2 },
	{ 'S', EFI_SCAN_F1 + 3 },
};

/* ESC [ number ~ */
static const struct {
	u8 number;
	u8 scan;
} numbers[] = {
	{ 1, EFI_SCAN_HOME }, { 2, EFI_SCAN_INSERT }, { 3, EFI_SCAN_DELETE },
	{ 4, EFI_SCAN_END }, { 5, EFI_SCAN_PAGE_UP }, { 6, EFI_SCAN_PAGE_DOWN },
	{ 7, EFI_SCAN_HOME }, { 8, EFI_SCAN_END },
	{ 11, EFI_SCAN_F1 }, { 12, EFI_SCAN_F1 + 1 }, { 13, EFI_SCAN_F1 + 2 },
	{ 14, EFI_SCAN_F1 + 3 }, { 15, EFI_SCAN_F1 + 4 }, { 17, EFI_SCAN_F1 + 5 },
	{ 18, EFI_SCAN_F1 + 6 }, { 19, EFI_SCAN_F1 + 7 }, { 20, EFI_SCAN_F1 + 8 },
	{ 21, EFI_SCAN_F10 }, { 23, EFI_SCAN_F11 }, { 24, EFI_SCAN_F12 },
};

/* VT-UTF8: ESC and one character. */
static const struct {
	char c;
	u8 scan;
} plain[] = {
	{ '1', EFI_SCAN_F1 }, { '2', EFI_SCAN_F1 + 1 }, { '3', EFI_SCAN_F1 + 2 },
	{ '4', EFI_SCAN_F1 + 3 }, { '5', EFI_SCAN_F1 + 4 }, { '6', EFI_SCAN_F1 + 5 },
	{ '7', EFI_SCAN_F1 + 6 }, { '8', EFI_SCAN_F1 + 7 }, { '9', EFI_SCAN_F1 + 8 },
	{ '0', EFI_SCAN_F10 }, { '!', EFI_SCAN_F11 }, { '@', EFI_SCAN_F12 },
	{ 'h', EFI_SCAN_HOME }, { 'k', EFI_SCAN_END }, { '+', EFI_SCAN_INSERT },
	{ '-', EFI_SCAN_DELETE }, { '?', EFI_SCAN_PAGE_UP }, { '/', EFI_SCAN_PAGE_DOWN },
};

/* Looks @value up in one of the tables above. */
#define SCAN_OF(table, field, value)					\
({									\
	u16 scan_ = EFI_SCAN_NULL;					\
	size_t i_;							\
									\
	for (i_ = 0; i_ < ARRAY_SIZE(table); i_++) {			\
		if (table[i_].field == (value))				\
			scan_ = table[i_].scan;				\
	}								\
	scan_;								\
})

static bool found_scan(struct efi_key_data *key, u16 scan)
{
	key->key.scan_code = scan;
	return scan != EFI_SCAN_NULL;
}

static bool found_char(struct efi_key_data *key, efi_char16_t c)
{
	key->key.unicode = c;
	return true;
}

static void begin_utf8(struct key_parser *p, unsigned int left, unsigned int bits)
{
	p->state = KEYS_UTF8;
	p->left = left;
	p->number = bits;
}

static bool first_byte(struct key_parser *p, struct efi_key_data *key, u8 byte)
{
	if (byte == DEL)
		return found_char(key, '\b');
	if (byte == '\n')
		return found_char(key, '\r');
	if (byte == ESC)
		p->state = KEYS_ESC;
	else if (byte < 0x80)
		return byte != 0 && found_char(key, byte);
	else if ((byte & 0xe0) == 0xc0)
		begin_utf8(p, 1, byte & 0x1f);
	else if ((byte & 0xf0) == 0xe0)
		begin_utf8(p, 2, byte & 0xf);
	return false;
}

static bool after_esc(struct key_parser *p, struct efi_key_data *key, u8 byte)
{
	p->number = 0;
	p->more = false;
	if (byte == ESC) {
		p->state = KEYS_ESC;
		return keys_timeout_key(key);
	}
	if (byte == '[' || byte == 'O') {
		p->state = KEYS_CSI;
		return false;
	}
	return found_scan(key, SCAN_OF(plain, c, (char)byte));
}

/* ECMA-48, 5.4: parameters, then one final byte. Only the first number counts. */
static bool after_csi(struct key_parser *p, struct efi_key_data *key, u8 byte)
{
	if (byte >= ' ' && byte < '@') {
		if (byte < '0' || byte > '9')
			p->more = true;
		else if (!p->more && p->number <= NUMBER_MAX)
			p->number = p->number * 10 + (byte - '0');
		p->state = KEYS_CSI;
		return false;
	}
	if (byte == '~')
		return found_scan(key, SCAN_OF(numbers, number, p->number));
	return found_scan(key, SCAN_OF(letters, final, (char)byte));
}

static bool inside_utf8(struct key_parser *p, struct efi_key_data *key, u8 byte)
{
	if ((byte & 0xc0) != 0x80)
		return first_byte(p, key, byte);
	p->number = p->number << 6 | (byte & 0x3f);
	if (--p->left == 0)
		return found_char(key, (efi_char16_t)p->number);
	p->state = KEYS_UTF8;
	return false;
}

bool keys_parse(struct key_parser *p, u8 byte, struct efi_key_data *key)
{
	enum key_state state = p->state;

	*key = (struct efi_key_data) { .toggle_state = 0 };
	p->state = KEYS_GROUND;
	switch (state) {
	case KEYS_ESC:
		return after_esc(p, key, byte);
	case KEYS_CSI:
		return after_csi(p, key, byte);
	case KEYS_UTF8:
		return inside_utf8(p, key, byte);
	case KEYS_GROUND:
		break;
	}
	return first_byte(p, key, byte);
}

bool keys_timeout_key(struct efi_key_data *key)
{
	*key = (struct efi_key_data) { .key.scan_code = EFI_SCAN_ESC };
	return true;
}

static struct key_parser parser;
static u64 esc_since;

static bool serial_read(struct efi_key_data *key)
{
	unsigned int count;
	u8 byte;

	for (count = 0; count < BYTES_MAX && uart_receive(&byte); count++) {
		if (keys_parse(&parser, byte, key))
			return true;
		esc_since = timer_ticks();
	}
	if (parser.state != KEYS_ESC ||
	    timer_ticks() - esc_since < timer_frequency() * ESC_WAIT_MS / 1000)
		return false;
	parser.state = KEYS_GROUND;
	return keys_timeout_key(key);
}

/* What a user has typed ahead is kept: pipes and test harnesses do. */
static void serial_reset(void)
{
	parser.state = KEYS_GROUND;
}

static const struct keyboard serial_keys = {
	.name = "serial",
	.probe = uart_probe,
	.read = serial_read,
	.reset = serial_reset,
};
KEYBOARD(20, serial_keys);
