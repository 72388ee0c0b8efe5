/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of displays: their modes, EDID, and text that is read back glyph by glyph. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <fw/alloc.h>
#include <fw/console.h>
#include <fw/errno.h>
#include <fw/memmap.h>
#include <fw/video.h>

#include "edid.h"
#include "support.h"

#define WIDTH	640
#define HEIGHT	480
#define MEMORY	(1024 * 768 * 4)
#define GLYPHS	(0x7f - 0x20)
#define COLUMNS	40
#define ROWS	5
#define LEFT	160	/* of 640 pixels, 40 characters take half */
#define TOP	200
#define PLAIN	EFI_TEXT_ATTR(EFI_LIGHTGRAY, EFI_BLACK)
#define GRAY	0xaaaaaa

extern const struct text_screen *const text_screen__10__video_text;
#define screen	text_screen__10__video_text

/* ASCII, and an arrow; each glyph says which one it is, and differs from its inverse. */
u8 font_data[2 + 8 + (GLYPHS + 1) * 16];

static u32 frame[MEMORY / 4];
static unsigned int flushes;
static u32 flushed[4];

static int fake_set_mode(struct video_device *dev, const struct video_mode *mode)
{
	return 0;
}

static void fake_flush(struct video_device *dev, u32 x, u32 y, u32 width, u32 height)
{
	const u32 rect[4] = { x, y, width, height };

	memcpy(flushed, rect, sizeof(rect));
	flushes++;
}

static const struct video_ops ops = { .set_mode = fake_set_mode, .flush = fake_flush };
static struct video_device display = { .name = "display", .ops = &ops, .frame = frame };

static void make_font(void)
{
	static const u16 head[] = { 2, 0x20, GLYPHS, 0x2191, 1 };
	u8 *glyph = font_data + sizeof(head);
	unsigned int i, y;

	memcpy(font_data, head, sizeof(head));
	for (i = 0; i <= GLYPHS; i++, glyph += 16) {
		for (y = 0; y < 16 && i > 0; y++)
			glyph[y] = y == 0 ? 0x81 : y % 2 ? (u8)i : (u8)~i;
	}
}

/* What is in a cell, with its colours; 0 if it is no glyph in two colours. */
static unsigned int read_cell(unsigned int column, unsigned int row, u32 *fore, u32 *back)
{
	const u32 *at = frame + (TOP + 16 * row) * WIDTH + LEFT + 8 * column;
	unsigned int i, x, y;

	*back = at[1];
	*fore = at[0];
	for (i = 0; i <= GLYPHS; i++) {
		const u8 *glyph = font_data + 10 + 16 * i;
		bool same = true;

		for (y = 0; y < 16 && same; y++) {
			for (x = 0; x < 8 && same; x++)
				same = at[y * WIDTH + x] ==
				       (glyph[y] << x & 0x80 ? *fore : *back);
		}
		if (same)
			return i == GLYPHS ? 0x2191 : i + 0x20;
	}
	return 0;
}

static void assert_row(unsigned int row, const char *expected)
{
	char text[COLUMNS + 1] = "";
	u32 fore, back;
	unsigned int i;

	for (i = 0; i < COLUMNS; i++) {
		text[i] = (char)read_cell(i, row, &fore, &back);
		if (text[i] == 0)
			text[i] = '\1';
	}
	for (i = COLUMNS; i > 0 && text[i - 1] == ' '; i--)
		text[i - 1] = 0;
	assert_string_equal(text, expected);
}

static void draw(unsigned int column, unsigned int row, u8 attribute, const char *text)
{
	efi_char16_t wide[COLUMNS];
	size_t i, len = strlen(text);

	for (i = 0; i < len; i++)
		wide[i] = (u8)text[i];
	screen->draw(column, row, attribute, wide, len);
}

static void show(void)
{
	screen->cursor(0, ROWS - 1, false);
}

static u32 *marked(unsigned int column, unsigned int row)
{
	return frame + (TOP + 16 * row) * WIDTH + LEFT + 8 * column;
}

static int start(void **state)
{
	make_font();
	mock_ram(0x10000000, MiB(4));
	memmap_add(&memmap, 0x10000000, MiB(4), MEM_CONVENTIONAL);
	assert_false(screen->probe());
	assert_int_equal(video_register(&display, MEMORY,
					(struct video_mode) { WIDTH, HEIGHT }), 0);
	/* Not before it has a mode. */
	assert_false(screen->probe());
	assert_int_equal(video_set_mode(&display, 0), 0);
	assert_true(screen->probe());
	return 0;
}

static int begin(void **state)
{
	video_set_mode(&display, 0);
	display.foreign = false;
	screen->resize(COLUMNS, ROWS);
	screen->clear(PLAIN);
	show();
	flushes = 0;
	mock_log_reset();
	return 0;
}

static void test_limits(void **state)
{
	unsigned int columns, rows;

	screen->limits(&columns, &rows);
	assert_int_equal(columns, 80);
	assert_int_equal(rows, 30);
	assert_true(screen->can_show('A'));
	assert_true(screen->can_show(0x2191));
	assert_false(screen->can_show(0x2192));
	assert_false(screen->can_show(0x1f));
	assert_false(screen->can_show(0x7f));
	assert_false(screen->can_show(0xffff));
}

static void test_golden(void **state)
{
	u32 fore, back;

	draw(0, 0, PLAIN, "Cloister: boot menu");
	draw(2, 2, EFI_TEXT_ATTR(EFI_BLACK, EFI_LIGHTGRAY), " Setup page ");
	draw(COLUMNS - 3, ROWS - 1, EFI_TEXT_ATTR(0xe, 1), "end");
	/* Nothing is drawn before a piece of output is complete. */
	assert_row(0, "");
	show();
	assert_row(0, "Cloister: boot menu");
	assert_row(1, "");
	assert_row(2, "   Setup page");
	assert_row(3, "");
	assert_row(4, "                                     end");
	assert_int_equal(read_cell(0, 0, &fore, &back), 'C');
	assert_int_equal(fore, GRAY);
	assert_int_equal(back, 0);
	assert_int_equal(read_cell(3, 2, &fore, &back), 'S');
	assert_int_equal(fore, 0);
	assert_int_equal(back, GRAY);
	assert_int_equal(read_cell(COLUMNS - 1, 4, &fore, &back), 'd');
	assert_int_equal(fore, 0xffff55);
	assert_int_equal(back, 0x0000aa);
	/* Nothing outside the text. */
	assert_int_equal(frame[TOP * WIDTH + LEFT - 1], 0);
	assert_int_equal(frame[(TOP - 1) * WIDTH + LEFT], 0);
	assert_int_equal(frame[(TOP + 16 * ROWS) * WIDTH + LEFT + 8 * COLUMNS - 1], 0);
}

static void test_unknown_character(void **state)
{
	const efi_char16_t text[] = { 0x2191, 0x4e00 };
	u32 fore, back;

	screen->draw(0, 0, PLAIN, text, 2);
	show();
	assert_int_equal(read_cell(0, 0, &fore, &back), 0x2191);
	assert_int_equal(read_cell(1, 0, &fore, &back), '?');
}

static void test_scroll(void **state)
{
	draw(0, 0, PLAIN, "one");
	draw(0, 1, PLAIN, "two same");
	draw(0, 2, PLAIN, "six same");
	show();
	/* What is the same before and after is not drawn again. */
	*marked(4, 1) = 0x123456;
	screen->scroll(PLAIN);
	draw(0, ROWS - 1, PLAIN, "last");
	show();
	assert_int_equal(*marked(4, 1), 0x123456);
	*marked(4, 1) = GRAY;
	assert_row(0, "two same");
	assert_row(1, "six same");
	assert_row(2, "");
	assert_row(4, "last");
}

/* More than the screen has, in one go: rows go round. */
static void test_scroll_far(void **state)
{
	char text[COLUMNS];
	unsigned int i;

	for (i = 0; i < 3 * ROWS + 2; i++) {
		screen->scroll(PLAIN);
		snprintf(text, sizeof(text), "line %u", i);
		draw(0, ROWS - 1, PLAIN, text);
	}
	show();
	assert_row(0, "line 12");
	assert_row(3, "line 15");
	assert_row(4, "line 16");
	assert_int_equal(flushes, 1);
}

static void test_cursor(void **state)
{
	u32 fore, back;
	unsigned int x, y;

	draw(3, 1, PLAIN, "X");
	screen->cursor(3, 1, true);
	for (y = 14; y < 16; y++) {
		for (x = 0; x < 8; x++)
			assert_int_equal(marked(3, 1)[y * WIDTH + x], GRAY);
	}
	assert_int_equal(read_cell(3, 1, &fore, &back), 0);
	screen->cursor(4, 1, true);
	assert_int_equal(read_cell(3, 1, &fore, &back), 'X');
	/* It is seen where nothing else is. */
	assert_int_equal(marked(4, 1)[15 * WIDTH], GRAY);
	screen->cursor(4, 1, false);
	assert_row(1, "   X");
	screen->cursor(3, 1, true);
	screen->cursor(0, 3, true);
	assert_row(1, "   X");
}

static void test_flush(void **state)
{
	const u32 expected[4] = { LEFT + 8 * 2, TOP + 16, 8 * 6, 16 * 2 };

	draw(5, 1, PLAIN, "abc");
	draw(2, 2, PLAIN, "d");
	show();
	assert_int_equal(flushes, 1);
	assert_memory_equal(flushed, expected, sizeof(expected));
	draw(5, 1, PLAIN, "abc");
	show();
	assert_int_equal(flushes, 1);
}

static void test_clear(void **state)
{
	u32 fore, back;

	draw(0, 0, PLAIN, "text");
	show();
	screen->clear(EFI_TEXT_ATTR(0xf, 4));
	show();
	assert_row(0, "");
	assert_int_equal(read_cell(0, 0, &fore, &back), ' ');
	assert_int_equal(back, 0xaa0000);
}

/* Somebody draws over the text, and then text is shown again. */
static void test_foreign(void **state)
{
	u32 fore, back;
	unsigned int i;

	draw(0, 0, PLAIN, "text");
	draw(0, 1, PLAIN, "more");
	show();
	video_fill(&display, 0, 0, WIDTH, HEIGHT, 0x123456);
	display.foreign = true;
	draw(0, 0, PLAIN, "text");
	show();
	for (i = 0; i < 4; i++)
		assert_int_equal(read_cell(i, 0, &fore, &back), "text"[i]);
	screen->clear(PLAIN);
	show();
	assert_row(0, "");
	assert_row(1, "");
	assert_int_equal(frame[0], 0);
	assert_int_equal(frame[WIDTH * HEIGHT - 1], 0);
	assert_false(display.foreign);
}

static void test_mode_of_others(void **state)
{
	u32 fore = 0, back = 0;

	draw(0, 0, PLAIN, "old");
	show();
	assert_int_equal(video_set_mode(&display, 1), 0);
	draw(0, 1, PLAIN, "new");
	show();
	/* In the middle of 800 x 600, and nothing of what was there before. */
	assert_int_equal(frame[(260 + 16) * 800 + 240], GRAY);
	assert_int_equal(frame[260 * 800 + 240], 0);
	/* The next text mode takes its own. */
	screen->resize(COLUMNS, ROWS);
	assert_int_equal(display.current, 0);
	screen->clear(PLAIN);
	show();
	assert_row(0, "");
	assert_int_equal(read_cell(0, 0, &fore, &back), ' ');
}

/* A mode that is too small for the text shows what fits. */
static void test_small_frame(void **state)
{
	static struct video_mode saved;

	screen->resize(80, 30);
	saved = display.mode[1];
	display.mode[1] = (struct video_mode) { 320, 64 };
	memset(frame, 0, sizeof(frame));
	assert_int_equal(video_set_mode(&display, 1), 0);
	draw(39, 3, PLAIN, "ab");
	draw(0, 4, PLAIN, "c");
	show();
	assert_int_equal(frame[48 * 320 + 39 * 8], GRAY);
	assert_int_equal(frame[64 * 320], 0);
	display.mode[1] = saved;
}

static void assert_modes(struct video_device *dev, const char *expected)
{
	char text[200] = "";
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < dev->modes; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%ux%u%s", i ? " " : "",
					dev->mode[i].width, dev->mode[i].height,
					i == dev->preferred ? "*" : "");
	assert_string_equal(text, expected);
}

static void test_modes(void **state)
{
	static struct video_device dev[9];
	const struct video_mode none = { 0, 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dev); i++)
		dev[i] = (struct video_device) { .name = "other", .ops = &ops };
	assert_int_equal(video_register(&dev[0], MiB(16), none), 0);
	assert_modes(&dev[0], "640x480 800x600 1024x768 1280x800* 1280x1024 1920x1080");
	assert_int_equal(video_register(&dev[1], MiB(16), (struct video_mode) { 1440, 900 }), 0);
	assert_modes(&dev[1], "640x480 800x600 1024x768 1280x800 1440x900* 1280x1024 1920x1080");
	assert_int_equal(video_register(&dev[2], MiB(32), (struct video_mode) { 2560, 1440 }), 0);
	assert_modes(&dev[2], "640x480 800x600 1024x768 1280x800 1280x1024 1920x1080 2560x1440*");
	/* Not in characters, too large, too small. */
	assert_int_equal(video_register(&dev[8], MiB(16), (struct video_mode) { 1366, 768 }), 0);
	assert_modes(&dev[8], "640x480 800x600 1024x768 1280x800* 1280x1024 1920x1080");
	assert_int_equal(video_register(&dev[3], MiB(4), (struct video_mode) { 1920, 1080 }), 0);
	assert_modes(&dev[3], "640x480 800x600 1024x768 1280x800*");
	assert_int_equal(video_register(&dev[4], MiB(16), (struct video_mode) { 320, 200 }), 0);
	assert_modes(&dev[4], "640x480 800x600 1024x768 1280x800* 1280x1024 1920x1080");
	assert_int_equal(video_register(&dev[5], MiB(2), (struct video_mode) { 1366, 768 }), 0);
	assert_modes(&dev[5], "640x480* 800x600");
	assert_int_equal(video_register(&dev[6], MiB(64), (struct video_mode) { 65528, 600 }), 0);
	assert_modes(&dev[6], "640x480 800x600 1024x768 1280x800* 1280x1024 1920x1080");
	assert_int_equal(video_register(&dev[7], MiB(1), none), -EINVAL);
	assert_int_equal(mock_log_errors(), 1);
	assert_ptr_equal(video_primary(), &display);
}

static void test_edid(void **state)
{
	static struct video_device dev = { .name = "edid", .ops = &ops };
	u8 edid[256] = { 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0 };
	struct video_mode mode;
	unsigned int i;
	u8 sum = 0;

	/* 1600 x 1200 */
	edid[54] = 1;
	edid[56] = 0x40;
	edid[58] = 0x60;
	edid[59] = 0xb0;
	edid[61] = 0x40;
	edid[126] = 1;
	for (i = 0; i < 127; i++)
		sum = (u8)(sum + edid[i]);
	edid[127] = (u8)-sum;
	assert_int_equal(edid_check(edid, 256), 256);
	assert_int_equal(edid_check(edid, 255), 128);
	assert_int_equal(edid_check(edid, 127), 0);
	mode = edid_preferred(edid, 256);
	assert_int_equal(mode.width, 1600);
	assert_int_equal(mode.height, 1200);
	memcpy(dev.edid, edid, 256);
	dev.edid_size = 256;
	assert_int_equal(video_register(&dev, MiB(16), (struct video_mode) { 0, 0 }), 0);
	assert_int_equal(dev.mode[dev.preferred].width, 1600);
	/* No timing. */
	edid[54] = 0;
	assert_int_equal(edid_preferred(edid, 256).width, 0);
	assert_int_equal(edid_check(edid, 256), 0);
	edid[127]++;
	assert_int_equal(edid_check(edid, 256), 256);
	edid[0] = 1;
	edid[127]--;
	assert_int_equal(edid_check(edid, 256), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_limits, begin),
		cmocka_unit_test_setup(test_golden, begin),
		cmocka_unit_test_setup(test_unknown_character, begin),
		cmocka_unit_test_setup(test_scroll, begin),
		cmocka_unit_test_setup(test_scroll_far, begin),
		cmocka_unit_test_setup(test_cursor, begin),
		cmocka_unit_test_setup(test_flush, begin),
		cmocka_unit_test_setup(test_clear, begin),
		cmocka_unit_test_setup(test_foreign, begin),
		cmocka_unit_test_setup(test_mode_of_others, begin),
		cmocka_unit_test_setup(test_small_frame, begin),
		cmocka_unit_test_setup(test_modes, begin),
		cmocka_unit_test_setup(test_edid, begin),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
