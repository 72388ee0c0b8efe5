/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Sum of bytes modulo 256, 8 bytes at a time. Documents: ACPI 6.5, section
 * 5.2.6 (Checksum field); SMBIOS 3.6, section 5.2.
 */
#include <fw/byteorder.h>
#include <fw/crc.h>

#define EVEN	((u64)0x00ff00ff00ff00ff)

/* Words at a time: a 16-bit lane has room for 257 bytes of 255 each. */
#define BLOCK	((size_t)256)

/* Sum of the lowest byte of each 16-bit lane, in the low byte. */
static u8 fold(u64 lanes)
{
	lanes &= EVEN;
	lanes += lanes >> 32;
	lanes += lanes >> 16;
	return (u8)lanes;
}

/*
 * Masking the even bytes is enough: the sum of whole words less the sum of the
 * even bytes is the sum of the odd bytes, in lanes that begin at bit 8.
 */
static u8 sum_words(const u8 *p, size_t words)
{
	u64 all = 0, even = 0, w;

	for (; words >= 4; words -= 4, p += 32) {
		w = get_le64(p);
		all += w;
		even += w & EVEN;
		w = get_le64(p + 8);
		all += w;
		even += w & EVEN;
		w = get_le64(p + 16);
		all += w;
		even += w & EVEN;
		w = get_le64(p + 24);
		all += w;
		even += w & EVEN;
	}
	for (; words > 0; words--, p += 8) {
		w = get_le64(p);
		all += w;
		even += w & EVEN;
	}
	return (u8)(fold(even) + fold((all - even) >> 8));
}

u8 sum8(const void *data, size_t len)
{
	const u8 *p = data;
	u8 sum = 0;
	size_t words;

	for (; len >= 8; len -= words * 8, p += words * 8) {
		words = MIN(len / 8, BLOCK);
		sum = (u8)(sum + sum_words(p, words));
	}
	for (; len > 0; len--)
		sum = (u8)(sum + *p++);
	return sum;
}
