/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Finding the glyph of a character in what scripts/mkfont has made. */
#include <fw/byteorder.h>

#include "font.h"

/* font_data.asm: a number of ranges, the ranges, and the glyphs of all of them. */
extern const u8 font_data[];

#define RANGES		(font_data + 2)
#define RANGE_SIZE	4

const u8 *font_glyph(u16 c)
{
	unsigned int count = get_le16(font_data);
	const u8 *range, *end = RANGES + RANGE_SIZE * count;
	const u8 *glyph = end;

	for (range = RANGES; range < end; range += RANGE_SIZE) {
		u16 offset = (u16)(c - get_le16(range));

		if (offset < get_le16(range + 2))
			return glyph + offset * FONT_HEIGHT;
		glyph += get_le16(range + 2) * FONT_HEIGHT;
	}
	return NULL;
}
