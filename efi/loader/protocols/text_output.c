/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Simple Text Output: one console that shows on every screen. Cursor, wrapping
 * and scrolling are the same for all of them and are kept here, so that a screen
 * only draws. A notification function may show something, too (7.1, table of levels):
 * nothing else is shown meanwhile.
 * Document: UEFI 2.10, section 12.4.
 */
#define pr_fmt(fmt) "console: " fmt

#include <fw/console.h>
#include <fw/efi.h>
#include <fw/log.h>
#include <fw/printf.h>

#include "console.h"

extern const struct text_screen *const text_screens_start[], *const text_screens_end[];

/* Runs of one row that are drawn together; also the widest mode there is. */
#define COLUMNS_MAX	240
#define ROWS_MAX	100
#define SCREENS_MAX	4
#define MODES_MAX	4
#define ATTRIBUTE_MAX	0x7f
#define ATTRIBUTE_START	EFI_TEXT_ATTR(EFI_LIGHTGRAY, EFI_BLACK)

struct text_mode {
	u16 columns, rows;	/* 0: not supported */
};

static const struct text_screen *screens[SCREENS_MAX];
static size_t screen_count;

/* 0 and 1 are what the specification says; the others are what fits. */
static struct text_mode modes[MODES_MAX] = { { 80, 25 }, { 0, 0 } };

static struct efi_simple_text_output_mode state = {
	.attribute = ATTRIBUTE_START,
	.cursor_visible = true,
};

#define for_each_screen(s)						\
	for (const struct text_screen **s = screens; s < screens + screen_count; s++)

static const struct text_mode *current_mode(void)
{
	return &modes[state.mode];
}

static void show_cursor(void)
{
	for_each_screen(s)
		(*s)->cursor((unsigned int)state.cursor_column, (unsigned int)state.cursor_row,
			     state.cursor_visible);
}

static void line_feed(void)
{
	if (state.cursor_row + 1 < current_mode()->rows) {
		state.cursor_row++;
		return;
	}
	for_each_screen(s)
		(*s)->scroll((u8)state.attribute);
}

/* @count characters that fit in the row. */
static void draw(const efi_char16_t *text, size_t count)
{
	for_each_screen(s)
		(*s)->draw((unsigned int)state.cursor_column, (unsigned int)state.cursor_row,
			   (u8)state.attribute, text, count);
	state.cursor_column += (s32)count;
	if (state.cursor_column == current_mode()->columns) {
		state.cursor_column = 0;
		line_feed();
	}
}

static bool is_control(efi_char16_t c)
{
	return c < ' ';
}

/* Characters that only say how wide others are (12.4.3). */
static bool is_width(efi_char16_t c)
{
	return c == 0xfff0 || c == 0xfff1;
}

static void control(efi_char16_t c)
{
	switch (c) {
	case '\b':
		if (state.cursor_column > 0)
			state.cursor_column--;
		break;
	case '\n':
		line_feed();
		break;
	case '\r':
		state.cursor_column = 0;
		break;
	case '\t':
		do {
			draw((const efi_char16_t[]) { ' ' }, 1);
		} while (state.cursor_column % 8 != 0);
		break;
	default:
		break;
	}
}

static bool can_show(efi_char16_t c)
{
	for_each_screen(s) {
		if ((*s)->can_show != NULL && !(*s)->can_show(c))
			return false;
	}
	return true;
}

static efi_status_t EFIAPI output_string(struct efi_simple_text_output *this __unused,
					 const efi_char16_t *text)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	efi_status_t status = EFI_SUCCESS;
	efi_char16_t run[COLUMNS_MAX];
	size_t count;

	if (text == NULL)
		return EFI_INVALID_PARAMETER;
	while (*text != 0) {
		if (is_control(*text) || is_width(*text)) {
			control(*text++);
			continue;
		}
		count = 0;
		while (!is_control(*text) && !is_width(*text) &&
		       count < (size_t)(current_mode()->columns - state.cursor_column)) {
			run[count] = *text++;
			if (!can_show(run[count])) {
				run[count] = '?';
				status = EFI_WARN_UNKNOWN_GLYPH;
			}
			count++;
		}
		draw(run, count);
	}
	show_cursor();
	return status;
}

static efi_status_t EFIAPI test_string(struct efi_simple_text_output *this __unused,
				       const efi_char16_t *text)
{
	if (text == NULL)
		return EFI_INVALID_PARAMETER;
	for (; *text != 0; text++) {
		if (!is_control(*text) && !is_width(*text) && !can_show(*text))
			return EFI_UNSUPPORTED;
	}
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI query_mode(struct efi_simple_text_output *this __unused,
				      efi_uintn_t mode, efi_uintn_t *columns, efi_uintn_t *rows)
{
	if (columns == NULL || rows == NULL)
		return EFI_INVALID_PARAMETER;
	if (mode >= (efi_uintn_t)state.max_mode || modes[mode].columns == 0)
		return EFI_UNSUPPORTED;
	*columns = modes[mode].columns;
	*rows = modes[mode].rows;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI clear_screen(struct efi_simple_text_output *this __unused)
{
	EFI_TPL_GUARD(TPL_NOTIFY);

	for_each_screen(s)
		(*s)->clear((u8)state.attribute);
	state.cursor_column = 0;
	state.cursor_row = 0;
	show_cursor();
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI set_mode(struct efi_simple_text_output *this, efi_uintn_t mode)
{
	EFI_TPL_GUARD(TPL_NOTIFY);

	if (mode >= (efi_uintn_t)state.max_mode || modes[mode].columns == 0)
		return EFI_UNSUPPORTED;
	state.mode = (s32)mode;
	for_each_screen(s)
		(*s)->resize(current_mode()->columns, current_mode()->rows);
	return clear_screen(this);
}

static efi_status_t EFIAPI set_attribute(struct efi_simple_text_output *this __unused,
					 efi_uintn_t attribute)
{
	if (attribute > ATTRIBUTE_MAX)
		return EFI_UNSUPPORTED;
	state.attribute = (s32)attribute;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI set_cursor_position(struct efi_simple_text_output *this __unused,
					       efi_uintn_t column, efi_uintn_t row)
{
	EFI_TPL_GUARD(TPL_NOTIFY);

	if (column >= current_mode()->columns || row >= current_mode()->rows)
		return EFI_UNSUPPORTED;
	state.cursor_column = (s32)column;
	state.cursor_row = (s32)row;
	show_cursor();
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI enable_cursor(struct efi_simple_text_output *this __unused,
					 efi_bool_t visible)
{
	EFI_TPL_GUARD(TPL_NOTIFY);

	state.cursor_visible = visible != 0;
	show_cursor();
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI reset(struct efi_simple_text_output *this,
				 efi_bool_t extended __unused)
{
	EFI_TPL_GUARD(TPL_NOTIFY);

	state.attribute = ATTRIBUTE_START;
	state.cursor_visible = true;
	return set_mode(this, 0);
}

static struct efi_simple_text_output text_output = {
	.reset = reset,
	.output_string = output_string,
	.test_string = test_string,
	.query_mode = query_mode,
	.set_mode = set_mode,
	.set_attribute = set_attribute,
	.clear_screen = clear_screen,
	.set_cursor_position = set_cursor_position,
	.enable_cursor = enable_cursor,
	.mode = &state,
};

void console_print(const char *fmt, ...)
{
	efi_char16_t line[COLUMNS_MAX];
	char text[COLUMNS_MAX];
	size_t i, count = 0;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	for (i = 0; text[i] != 0 && count < COLUMNS_MAX - 2; i++) {
		if (text[i] == '\n')
			line[count++] = '\r';
		line[count++] = (u8)text[i];
	}
	line[count] = 0;
	output_string(&text_output, line);
}

/* Larger than 80 x 25: 100 x 31, and all that fits if that is larger still. */
static void find_modes(void)
{
	unsigned int columns = COLUMNS_MAX, rows = ROWS_MAX, c, r;
	bool limited = false;

	for_each_screen(s) {
		if ((*s)->limits == NULL)
			continue;
		(*s)->limits(&c, &r);
		columns = MIN(columns, c);
		rows = MIN(rows, r);
		limited = true;
	}
	state.max_mode = 1;
	if (columns < 100 || rows < 31)
		return;
	modes[2] = (struct text_mode) { 100, 31 };
	state.max_mode = 3;
	if (!limited || (columns == 100 && rows == 31))
		return;
	modes[3] = (struct text_mode) { (u16)columns, (u16)rows };
	state.max_mode = 4;
}

struct efi_simple_text_output *console_find_screens(void)
{
	const struct text_screen *const *s;

	for (s = text_screens_start; s < text_screens_end && screen_count < SCREENS_MAX; s++) {
		if ((*s)->probe())
			screens[screen_count++] = *s;
	}
	find_modes();
	for_each_screen(it)
		(*it)->resize(current_mode()->columns, current_mode()->rows);
	return &text_output;
}
