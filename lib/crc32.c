/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * CRC-32, four bits at a time: the table is small, and so is the data.
 * Documents: IEEE 802.3-2018, section 3.2.9; UEFI 2.10, section 4.2.
 */
#include <fw/crc.h>

/* Remainders of the reflected polynomial 0xedb88320. */
static const u32 crc32_table[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
	0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
	0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

u32 crc32(u32 seed, const void *data, size_t len)
{
	const u8 *p = data;
	u32 crc = ~seed;

	for (; len > 0; len--, p++) {
		crc ^= *p;
		crc = crc >> 4 ^ crc32_table[crc & 0xf];
		crc = crc >> 4 ^ crc32_table[crc & 0xf];
	}
	return ~crc;
}
