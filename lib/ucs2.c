/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Strings of 16-bit characters. Document: UEFI 2.10, section 2.3.1 (CHAR16). */
#include <fw/ucs2.h>

size_t ucs2_nlen(const u16 *text, size_t max)
{
	size_t len = 0;

	while (len < max && text[len] != 0)
		len++;
	return len;
}

size_t ucs2_len(const u16 *text)
{
	return ucs2_nlen(text, SIZE_MAX);
}

int ucs2_cmp(const u16 *a, const u16 *b)
{
	while (*a != 0 && *a == *b) {
		a++;
		b++;
	}
	return (int)*a - (int)*b;
}

void ucs2_from_ascii(u16 *to, const char *text, size_t max)
{
	size_t i;

	if (max == 0)
		return;
	for (i = 0; i + 1 < max && text[i] != '\0'; i++)
		to[i] = (u8)text[i];
	to[i] = 0;
}

void ucs2_to_ascii(char *to, const u16 *text, size_t max)
{
	size_t i;

	if (max == 0)
		return;
	for (i = 0; i + 1 < max && text[i] != 0; i++)
		to[i] = text[i] >= 0x20 && text[i] < 0x7f ? (char)text[i] : '?';
	to[i] = '\0';
}
