/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What a display says of itself. */
#ifndef DRIVERS_EDID_H
#define DRIVERS_EDID_H

#include <fw/video.h>

/**
 * edid_check() - whether this is EDID
 * @edid: untrusted
 * @size: bytes
 *
 * Return: how many of them are EDID: whole blocks, at most VIDEO_EDID_MAX bytes; 0 if
 * the first block is none.
 */
size_t edid_check(const u8 *edid, size_t size);

/** edid_preferred() - the resolution that the display likes best; { 0, 0 }: unknown */
struct video_mode edid_preferred(const u8 *edid, size_t size);

#endif
