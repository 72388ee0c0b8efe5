/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of the text console: two screens that keep what they are told. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <fw/console.h>
#include <fw/efi.h>

#include "console.h"

#define COLUMNS	80
#define ROWS	25

/* The level, which is that of notification functions while a screen is used. */
static efi_tpl_t tpl = TPL_APPLICATION;

efi_tpl_t EFIAPI efi_raise_tpl(efi_tpl_t to)
{
	efi_tpl_t old = tpl;

	assert_true(to >= old);
	tpl = to;
	return old;
}

void EFIAPI efi_restore_tpl(efi_tpl_t to)
{
	assert_true(to <= tpl);
	tpl = to;
}

struct grid {
	efi_char16_t text[ROWS][COLUMNS];
	u8 attribute[ROWS][COLUMNS];
	unsigned int column, row;
	bool visible;
};

static struct grid grid[2];

static void grid_draw(struct grid *g, unsigned int column, unsigned int row, u8 attribute,
		      const efi_char16_t *text, size_t count)
{
	assert_int_equal(tpl, TPL_NOTIFY);
	assert_true(row < ROWS && column + count <= COLUMNS && count > 0);
	memcpy(&g->text[row][column], text, count * sizeof(*text));
	memset(&g->attribute[row][column], attribute, count);
}

static void grid_scroll(struct grid *g)
{
	assert_int_equal(tpl, TPL_NOTIFY);
	memmove(g->text[0], g->text[1], sizeof(g->text[0]) * (ROWS - 1));
	memset(g->text[ROWS - 1], 0, sizeof(g->text[0]));
}

static void grid_cursor(struct grid *g, unsigned int column, unsigned int row, bool visible)
{
	assert_int_equal(tpl, TPL_NOTIFY);
	g->column = column;
	g->row = row;
	g->visible = visible;
}

static bool ascii_only(efi_char16_t c)
{
	return c < 0x80;
}

static void limits(unsigned int *columns, unsigned int *rows)
{
	*columns = 128;
	*rows = 48;
}

static unsigned int columns_now;

#define SCREEN(n, characters)						\
static bool probe##n(void) { return true; }				\
static void resize##n(unsigned int columns, unsigned int rows) { columns_now = columns; } \
static void draw##n(unsigned int column, unsigned int row, u8 attribute,	\
		    const efi_char16_t *text, size_t count)		\
{									\
	grid_draw(&grid[n], column, row, attribute, text, count);	\
}									\
static void scroll##n(u8 attribute) { grid_scroll(&grid[n]); }		\
static void clear##n(u8 attribute)					\
{									\
	assert_int_equal(tpl, TPL_NOTIFY);				\
	memset(grid[n].text, 0, sizeof(grid[n].text));			\
}									\
static void cursor##n(unsigned int column, unsigned int row, bool visible) \
{									\
	grid_cursor(&grid[n], column, row, visible);			\
}									\
static const struct text_screen screen##n = {				\
	.name = #n, .probe = probe##n, .limits = limits, .resize = resize##n, \
	.draw = draw##n, .scroll = scroll##n, .clear = clear##n, .cursor = cursor##n, \
	.can_show = characters,						\
};									\
TEXT_SCREEN(n##0, screen##n)

SCREEN(0, NULL);
SCREEN(1, ascii_only);

static struct efi_simple_text_output *out;

static efi_status_t print(const char *text)
{
	efi_char16_t wide[8192];
	size_t i;

	for (i = 0; text[i] != 0; i++)
		wide[i] = (u8)text[i];
	wide[i] = 0;
	return out->output_string(out, wide);
}

static void assert_row(unsigned int row, const char *text)
{
	char is[COLUMNS + 1];
	unsigned int n, i;

	for (n = 0; n < ARRAY_SIZE(grid); n++) {
		for (i = 0; i < COLUMNS; i++)
			is[i] = (char)grid[n].text[row][i];
		is[COLUMNS] = 0;
		assert_string_equal(is, text);
	}
}

static void assert_cursor(unsigned int column, unsigned int row)
{
	assert_int_equal(out->mode->cursor_column, column);
	assert_int_equal(out->mode->cursor_row, row);
	assert_int_equal(grid[1].column, column);
	assert_int_equal(grid[1].row, row);
}

static int setup(void **state)
{
	if (out == NULL)
		out = console_find_screens();
	return out->reset(out, false) == EFI_SUCCESS ? 0 : -1;
}

static void test_text(void **state)
{
	assert_int_equal(print("one\r\ntwo\nthree\rT\b\bX"), EFI_SUCCESS);
	assert_row(0, "one");
	assert_row(1, "two");
	assert_int_equal(grid[0].text[2][0], 'X');
	assert_int_equal(grid[0].text[2][3], 't');
	assert_cursor(1, 2);
	/* A backspace does not leave the row. */
	assert_int_equal(print("\r\b\bA"), EFI_SUCCESS);
	assert_cursor(1, 2);
}

static void test_wrap_and_scroll(void **state)
{
	char line[COLUMNS + 2];
	int i;

	memset(line, 'x', COLUMNS + 1);
	line[COLUMNS + 1] = 0;
	assert_int_equal(print(line), EFI_SUCCESS);
	assert_int_equal(grid[0].text[0][COLUMNS - 1], 'x');
	assert_row(1, "x");
	assert_cursor(1, 1);
	assert_int_equal(print("\r\n"), EFI_SUCCESS);
	for (i = 2; i < ROWS + 3; i++) {
		char number[16];

		snprintf(number, sizeof(number), "%d\r\n", i);
		assert_int_equal(print(number), EFI_SUCCESS);
	}
	assert_row(ROWS - 2, "27");
	assert_row(ROWS - 1, "");
	assert_row(0, "4");
	assert_cursor(0, ROWS - 1);
}

static void test_cursor(void **state)
{
	assert_int_equal(out->set_cursor_position(out, COLUMNS - 1, ROWS - 1), EFI_SUCCESS);
	assert_cursor(COLUMNS - 1, ROWS - 1);
	assert_int_equal(out->set_cursor_position(out, COLUMNS, 0), EFI_UNSUPPORTED);
	assert_int_equal(out->set_cursor_position(out, 0, ROWS), EFI_UNSUPPORTED);
	assert_int_equal(out->set_cursor_position(out, (u64)-1, 0), EFI_UNSUPPORTED);
	assert_cursor(COLUMNS - 1, ROWS - 1);
	assert_int_equal(out->enable_cursor(out, false), EFI_SUCCESS);
	assert_false(grid[0].visible);
	assert_int_equal(out->mode->cursor_visible, 0);
	assert_int_equal(out->clear_screen(out), EFI_SUCCESS);
	assert_cursor(0, 0);
}

static void test_attribute(void **state)
{
	assert_int_equal(out->mode->attribute, EFI_TEXT_ATTR(EFI_LIGHTGRAY, EFI_BLACK));
	assert_int_equal(out->set_attribute(out, 0x80), EFI_UNSUPPORTED);
	assert_int_equal(out->set_attribute(out, EFI_TEXT_ATTR(EFI_WHITE, 1)), EFI_SUCCESS);
	print("a");
	assert_int_equal(grid[0].attribute[0][0], 0x1f);
	assert_int_equal(out->mode->attribute, 0x1f);
}

static void test_modes(void **state)
{
	efi_uintn_t columns, rows;

	assert_int_equal(out->query_mode(out, 0, &columns, &rows), EFI_SUCCESS);
	assert_int_equal(columns, 80);
	assert_int_equal(rows, 25);
	assert_int_equal(out->query_mode(out, 1, &columns, &rows), EFI_UNSUPPORTED);
	assert_int_equal(out->query_mode(out, 2, &columns, &rows), EFI_SUCCESS);
	assert_int_equal(columns, 100);
	assert_int_equal(out->query_mode(out, 3, &columns, &rows), EFI_SUCCESS);
	assert_int_equal(columns, 128);
	assert_int_equal(rows, 48);
	assert_int_equal(out->mode->max_mode, 4);
	assert_int_equal(out->query_mode(out, 4, &columns, &rows), EFI_UNSUPPORTED);
	assert_int_equal(out->query_mode(out, 0, NULL, &rows), EFI_INVALID_PARAMETER);
	assert_int_equal(out->set_mode(out, 1), EFI_UNSUPPORTED);
	assert_int_equal(out->set_mode(out, 3), EFI_SUCCESS);
	assert_int_equal(columns_now, 128);
	assert_int_equal(out->mode->mode, 3);
	assert_int_equal(out->set_cursor_position(out, 127, 47), EFI_SUCCESS);
}

static void test_unknown_glyphs(void **state)
{
	static const efi_char16_t text[] = { 'a', 0x2500, 'b', 0 };

	assert_int_equal(out->test_string(out, text), EFI_UNSUPPORTED);
	assert_int_equal(out->test_string(out, text + 2), EFI_SUCCESS);
	assert_int_equal(out->output_string(out, text), EFI_WARN_UNKNOWN_GLYPH);
	assert_row(0, "a?b");
	assert_int_equal(out->output_string(out, NULL), EFI_INVALID_PARAMETER);
	assert_int_equal(out->test_string(out, NULL), EFI_INVALID_PARAMETER);
}

static void test_print(void **state)
{
	console_print("%s %d\nnext", "number", 5);
	assert_row(0, "number 5");
	assert_row(1, "next");
	assert_int_equal(tpl, TPL_APPLICATION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_text, setup),
		cmocka_unit_test_setup(test_wrap_and_scroll, setup),
		cmocka_unit_test_setup(test_cursor, setup),
		cmocka_unit_test_setup(test_attribute, setup),
		cmocka_unit_test_setup(test_modes, setup),
		cmocka_unit_test_setup(test_unknown_glyphs, setup),
		cmocka_unit_test_setup(test_print, setup),
	};

	return cmocka_run_group_tests_name("text_output", tests, NULL, NULL);
}
