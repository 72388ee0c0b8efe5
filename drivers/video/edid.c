/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * EDID, as far as firmware has use for it.
 * Document: VESA E-EDID Standard, release A2, sections 3.1, 3.10.2 and 3.11.
 */
#include <fw/string.h>
#include <spec/bochs_display.h>

#include "edid.h"

size_t edid_check(const u8 *edid, size_t size)
{
	static const u8 header[8] = { 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00 };
	size_t blocks, i;
	u8 sum = 0;

	if (size < EDID_BLOCK || memcmp(edid, header, sizeof(header)) != 0)
		return 0;
	for (i = 0; i < EDID_BLOCK; i++)
		sum = (u8)(sum + edid[i]);
	if (sum != 0)
		return 0;
	blocks = MIN(edid[EDID_EXTENSIONS] + (size_t)1, (size_t)VIDEO_EDID_MAX / EDID_BLOCK);
	return MIN(blocks, size / EDID_BLOCK) * EDID_BLOCK;
}

struct video_mode edid_preferred(const u8 *edid, size_t size)
{
	const u8 *timing = edid + EDID_TIMING;
	struct video_mode none = { 0, 0 };

	/* A pixel clock of 0 makes it something else than a timing. */
	if (size < EDID_BLOCK || (timing[0] == 0 && timing[1] == 0))
		return none;
	return (struct video_mode) {
		.width = (u16)(timing[2] | (timing[4] & 0xf0) << 4),
		.height = (u16)(timing[5] | (timing[7] & 0xf0) << 4),
	};
}
