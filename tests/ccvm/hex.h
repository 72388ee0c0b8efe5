/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Bytes as hexadecimal text. */
#ifndef CCVM_HEX_H
#define CCVM_HEX_H

#include <fw/types.h>

/* hex_string() - 2 * @len digits and a NUL */
static inline void hex_string(const u8 *data, size_t len, char *text)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < len; i++) {
		*text++ = digits[data[i] >> 4];
		*text++ = digits[data[i] & 15];
	}
	*text = '\0';
}

#endif
