/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Strings of 16-bit characters, NUL-terminated. Document: UEFI 2.10, 2.3.1 (CHAR16). */
#ifndef FW_UCS2_H
#define FW_UCS2_H

#include <fw/types.h>

/** ucs2_len() - characters before the NUL */
size_t ucs2_len(const u16 *text);

/** ucs2_nlen() - the same, but at most @max */
size_t ucs2_nlen(const u16 *text, size_t max);

/** ucs2_cmp() - less than, equal to or greater than 0, by the first that differs */
int ucs2_cmp(const u16 *a, const u16 *b);

/** ucs2_from_ascii() - @text, cut to @max characters with the NUL */
void ucs2_from_ascii(u16 *to, const char *text, size_t max);

/** ucs2_to_ascii() - other characters become '?'; cut to @max with the NUL */
void ucs2_to_ascii(char *to, const u16 *text, size_t max);

#endif
