/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A terminal on the serial port as a screen: each character is an exit to the
 * host, so that nothing is sent which the terminal knows already.
 * Documents: ECMA-48, 5th edition, section 8.3 (CUP, ED, SGR); UEFI 2.10, section
 * 12.4 (attributes); RFC 3629 (UTF-8).
 */
#include <fw/console.h>
#include <fw/printf.h>
#include <fw/string.h>

#include "uart.h"

#define UNKNOWN		(-1)
#define BOLD		8	/* of a foreground colour */

static struct {
	int column, row;	/* where the terminal's cursor is, from 0 */
	int attribute;
	bool hidden;
} term = { UNKNOWN, UNKNOWN, UNKNOWN, false };

/* Colours are numbered as in the VGA there, as in ECMA-48 here. */
static const u8 colors[8] = { 0, 4, 2, 6, 1, 5, 3, 7 };

static void send(const char *text)
{
	uart_send(text, strlen(text));
}

static void set_attribute(u8 attribute)
{
	char text[16];

	if (term.attribute == attribute)
		return;
	if (attribute == EFI_TEXT_ATTR(EFI_LIGHTGRAY, EFI_BLACK))
		send("\033[m");
	else if (snprintf(text, sizeof(text), "\033[0%s;%u;%um", attribute & BOLD ? ";1" : "",
			  30u + colors[attribute & 7], 40u + colors[attribute >> 4 & 7]) > 0)
		send(text);
	term.attribute = attribute;
}

static void go_to(unsigned int column, unsigned int row)
{
	char text[16];

	if (term.column == (int)column && term.row == (int)row)
		return;
	if (term.row == (int)row && column == 0) {
		send("\r");
	} else if (term.row != UNKNOWN && term.row + 1 == (int)row && column == 0) {
		send("\r\n");
	} else {
		snprintf(text, sizeof(text), "\033[%u;%uH", row + 1, column + 1);
		send(text);
	}
	term.column = (int)column;
	term.row = (int)row;
}

static size_t put_utf8(char *to, efi_char16_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	to[0] = (char)(0xe0 | c >> 12);
	to[1] = (char)(0x80 | (c >> 6 & 0x3f));
	to[2] = (char)(0x80 | (c & 0x3f));
	return 3;
}

static unsigned int columns_now;

static void terminal_draw(unsigned int column, unsigned int row, u8 attribute,
			  const efi_char16_t *text, size_t count)
{
	char utf8[3 * 16];
	size_t i, used = 0;

	go_to(column, row);
	set_attribute(attribute);
	for (i = 0; i < count; i++) {
		if (used > sizeof(utf8) - 3) {
			uart_send(utf8, used);
			used = 0;
		}
		used += put_utf8(utf8 + used, text[i]);
	}
	uart_send(utf8, used);
	term.column += (int)count;
	/* Terminals differ in where the cursor is after the last column. */
	if (term.column >= (int)columns_now)
		term.column = UNKNOWN;
}

static void terminal_resize(unsigned int columns, unsigned int rows __unused)
{
	columns_now = columns;
}

/* The row below the last one: every terminal scrolls then. */
static void terminal_scroll(u8 attribute)
{
	set_attribute(attribute);
	send("\r\n");
	term.column = 0;
}

static void terminal_clear(u8 attribute)
{
	set_attribute(attribute);
	send("\033[2J\033[H");
	term.column = 0;
	term.row = 0;
}

static void terminal_cursor(unsigned int column, unsigned int row, bool visible)
{
	if (term.hidden == visible)
		send(visible ? "\033[?25h" : "\033[?25l");
	term.hidden = !visible;
	/* Where it starts nobody knows; text is sent from there. */
	if (term.row == UNKNOWN) {
		term.column = (int)column;
		term.row = (int)row;
	}
	go_to(column, row);
}

static bool terminal_can_show(efi_char16_t c)
{
	/* Halves of pairs are no characters. */
	return c < 0xd800 || c > 0xdfff;
}

static const struct text_screen serial_terminal = {
	.name = "serial",
	.probe = uart_probe,
	.resize = terminal_resize,
	.draw = terminal_draw,
	.scroll = terminal_scroll,
	.clear = terminal_clear,
	.cursor = terminal_cursor,
	.can_show = terminal_can_show,
};
TEXT_SCREEN(20, serial_terminal);
