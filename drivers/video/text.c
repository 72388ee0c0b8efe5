/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Text on the first display. What should be seen and what is seen are kept as
 * characters, and only the cells that differ are drawn, when a piece of output is
 * complete: a frame is never read, and what scrolls away at once is never drawn.
 * Document: UEFI 2.10, section 12.4 (attributes).
 */
#define pr_fmt(fmt) "video: " fmt

#include <fw/alloc.h>
#include <fw/console.h>
#include <fw/log.h>
#include <fw/string.h>
#include <fw/video.h>

#include "font.h"

#define ROWS_MAX	128

/* A cell: a character, its attribute from bit 16 on, and whether the cursor is there. */
#define CELL(c, attribute)	((u32)(c) | (u32)(attribute) << 16)
#define CELL_CURSOR		0x01000000u
#define CELL_UNKNOWN		0xffffffffu
#define CELL_BLACK		CELL(' ', 0)

#define CURSOR_ROWS		2

/**
 * struct text_state - the text and what is seen of it
 * @columns, @rows: of the text mode
 * @left, @top:   pixels beside and above it
 * @changes:      of the device, when these were computed
 * @wanted:       cells; the first row is @first, others follow in a circle
 * @shown:        cells of the frame
 * @dirty:        rows whose cells may differ
 * @touched:      the frame is not all black
 * @cursor_column, @cursor_row, @cursor_visible: the cursor
 */
struct text_state {
	struct video_device *dev;
	unsigned int columns, rows;
	unsigned int left, top;
	unsigned int changes;
	unsigned int first;
	u32 *wanted;
	u32 *shown;
	bool dirty[ROWS_MAX];
	bool touched;
	unsigned int cursor_column, cursor_row;
	bool cursor_visible;
};

static struct text_state text;

/* The colours of the VGA, which is where the numbers come from. */
static const u32 palette[16] = {
	0x000000, 0x0000aa, 0x00aa00, 0x00aaaa, 0xaa0000, 0xaa00aa, 0xaa5500, 0xaaaaaa,
	0x555555, 0x5555ff, 0x55ff55, 0x55ffff, 0xff5555, 0xff55ff, 0xffff55, 0xffffff,
};

/* What has no foreground is the same in all of them. */
static u32 make_cell(efi_char16_t c, u8 attribute)
{
	return CELL(c, c == ' ' ? attribute & 0x70 : attribute & 0x7f);
}

static u32 *wanted_row(unsigned int row)
{
	return text.wanted + (text.first + row) % text.rows * text.columns;
}

static u32 *shown_row(unsigned int row)
{
	return text.shown + row * text.columns;
}

static void set_cells(u32 *cells, size_t count, u32 cell)
{
	while (count--)
		*cells++ = cell;
}

static void set_dirty(unsigned int first, unsigned int count)
{
	memset(text.dirty + first, true, count);
}

static void draw_cell(unsigned int column, unsigned int row, u32 cell)
{
	u32 back = palette[cell >> 20 & 7], fore = palette[cell >> 16 & 0xf];
	size_t pitch = video_width(text.dev) / 2;
	const u8 *glyph = font_glyph((u16)cell);
	u64 pair[4], *to;
	unsigned int y, bits;

	if (!glyph)
		glyph = font_glyph('?');
	if ((u16)cell == ' ')
		fore = palette[back == palette[EFI_LIGHTGRAY] ? EFI_BLACK : EFI_LIGHTGRAY];
	pair[0] = (u64)back << 32 | back;
	pair[1] = (u64)fore << 32 | back;
	pair[2] = (u64)back << 32 | fore;
	pair[3] = (u64)fore << 32 | fore;
	to = (u64 *)text.dev->frame + (text.top + row * FONT_HEIGHT) * pitch +
	     (text.left + column * FONT_WIDTH) / 2;
	for (y = 0; y < FONT_HEIGHT; y++, to += pitch) {
		bits = glyph[y];
		if (cell & CELL_CURSOR && y >= FONT_HEIGHT - CURSOR_ROWS)
			bits = 0xff;
		to[0] = pair[bits >> 6];
		to[1] = pair[bits >> 4 & 3];
		to[2] = pair[bits >> 2 & 3];
		to[3] = pair[bits & 3];
	}
}

/* Somebody may have chosen a mode in which not all of the text is seen. */
static unsigned int visible_columns(void)
{
	return MIN(text.columns, (unsigned int)video_width(text.dev) / FONT_WIDTH);
}

static unsigned int visible_rows(void)
{
	return MIN(text.rows, (unsigned int)video_height(text.dev) / FONT_HEIGHT);
}

/* What has been drawn, in cells; nothing if @first > @last. */
struct span {
	unsigned int first, last;
};

static struct span show_row(unsigned int row)
{
	const u32 *wanted = wanted_row(row);
	u32 *shown = shown_row(row);
	struct span drawn = { text.columns, 0 };
	unsigned int column;

	for (column = 0; column < visible_columns(); column++) {
		u32 cell = wanted[column];

		if (text.cursor_visible && row == text.cursor_row && column == text.cursor_column)
			cell |= CELL_CURSOR;
		if (cell == shown[column])
			continue;
		draw_cell(column, row, cell);
		shown[column] = cell;
		drawn.first = MIN(drawn.first, column);
		drawn.last = column;
	}
	text.dirty[row] = false;
	return drawn;
}

static void flush_cells(struct span columns, struct span rows)
{
	video_flush(text.dev, text.left + columns.first * FONT_WIDTH,
		    text.top + rows.first * FONT_HEIGHT,
		    (columns.last - columns.first + 1) * FONT_WIDTH,
		    (rows.last - rows.first + 1) * FONT_HEIGHT);
}

/* A piece of output is complete. */
static void show_text(void)
{
	struct span columns = { text.columns, 0 }, rows = { text.rows, 0 }, drawn;
	unsigned int row;

	for (row = 0; row < visible_rows(); row++) {
		if (!text.dirty[row])
			continue;
		drawn = show_row(row);
		if (drawn.first > drawn.last)
			continue;
		columns.first = MIN(columns.first, drawn.first);
		columns.last = MAX(columns.last, drawn.last);
		rows.first = MIN(rows.first, row);
		rows.last = row;
	}
	if (rows.first > rows.last)
		return;
	text.touched = true;
	flush_cells(columns, rows);
}

/* The frame is black, and perhaps of another size than it was. */
static void start_frame(void)
{
	text.left = (video_width(text.dev) - visible_columns() * FONT_WIDTH) / 2 & ~7u;
	text.top = (video_height(text.dev) - visible_rows() * FONT_HEIGHT) / 2;
	text.changes = text.dev->changes;
	text.touched = false;
	set_cells(text.wanted, text.columns * text.rows, CELL_BLACK);
	set_cells(text.shown, text.columns * text.rows, CELL_BLACK);
	set_dirty(0, text.rows);
}

static void blacken_frame(void)
{
	u32 width = video_width(text.dev), height = video_height(text.dev);

	if (text.touched || text.dev->foreign) {
		video_fill(text.dev, 0, 0, width, height, 0);
		video_flush(text.dev, 0, 0, width, height);
	}
	text.dev->foreign = false;
	start_frame();
}

/* Text of the mode before is not brought back into somebody's picture. */
static void check_frame(void)
{
	if (text.changes != text.dev->changes)
		start_frame();
}

static void text_draw(unsigned int column, unsigned int row, u8 attribute,
		      const efi_char16_t *chars, size_t count)
{
	u32 *cell;
	size_t i;

	check_frame();
	cell = wanted_row(row) + column;
	for (i = 0; i < count; i++)
		cell[i] = make_cell(chars[i], attribute);
	/* Nobody knows what is there. */
	if (text.dev->foreign)
		set_cells(shown_row(row) + column, count, CELL_UNKNOWN);
	set_dirty(row, 1);
}

static void text_scroll(u8 attribute)
{
	check_frame();
	text.first = (text.first + 1) % text.rows;
	set_cells(wanted_row(text.rows - 1), text.columns, make_cell(' ', attribute));
	if (text.dev->foreign)
		set_cells(text.shown, text.columns * text.rows, CELL_UNKNOWN);
	set_dirty(0, text.rows);
}

static void text_clear(u8 attribute)
{
	check_frame();
	if (text.dev->foreign)
		blacken_frame();
	set_cells(text.wanted, text.columns * text.rows, make_cell(' ', attribute));
	set_dirty(0, text.rows);
}

static void text_cursor(unsigned int column, unsigned int row, bool visible)
{
	check_frame();
	set_dirty(text.cursor_row, 1);
	set_dirty(row, 1);
	text.cursor_column = column;
	text.cursor_row = row;
	text.cursor_visible = visible;
	show_text();
}

static void text_limits(unsigned int *columns, unsigned int *rows)
{
	*columns = video_width(text.dev) / FONT_WIDTH;
	*rows = MIN(video_height(text.dev) / FONT_HEIGHT, (u32)ROWS_MAX);
}

static void text_resize(unsigned int columns, unsigned int rows)
{
	/* Modes are promised as they fit into the mode that the display started with. */
	if (text.dev->current != text.dev->preferred)
		video_set_mode(text.dev, text.dev->preferred);
	text.columns = columns;
	text.rows = rows;
	text.first = 0;
	text.cursor_column = 0;
	text.cursor_row = 0;
	text.cursor_visible = false;
	if (text.changes != text.dev->changes)
		start_frame();
	else
		blacken_frame();
}

static bool text_can_show(efi_char16_t c)
{
	return font_glyph(c) != NULL;
}

/* Screens start after displays, which have a mode then. */
static bool text_probe(void)
{
	unsigned int columns, rows;
	phys_addr_t cells;

	text.dev = video_primary();
	if (!text.dev || text.dev->changes == 0)
		return false;
	text_limits(&columns, &rows);
	if (page_alloc(MEM_BOOT_DATA, 2 * sizeof(u32) * columns * rows, PAGE_SIZE, PHYS_MAX_32,
		       &cells) != 0) {
		pr_err("no memory for text");
		return false;
	}
	text.wanted = (void *)(uintptr_t)cells;
	text.shown = text.wanted + columns * rows;
	return true;
}

static const struct text_screen video_text = {
	.name = "video",
	.probe = text_probe,
	.limits = text_limits,
	.resize = text_resize,
	.draw = text_draw,
	.scroll = text_scroll,
	.clear = text_clear,
	.cursor = text_cursor,
	.can_show = text_can_show,
};
TEXT_SCREEN(10, video_text);
