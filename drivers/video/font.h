/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Glyphs of 8 x 16 pixels. */
#ifndef DRIVERS_FONT_H
#define DRIVERS_FONT_H

#include <fw/types.h>

#define FONT_WIDTH	8
#define FONT_HEIGHT	16

/** font_glyph() - FONT_HEIGHT bytes, one for a row, the highest bit left; or NULL */
const u8 *font_glyph(u16 c);

#endif
