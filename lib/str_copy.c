/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Bounded string copy. */
#include <fw/errno.h>
#include <fw/string.h>

int str_copy(char *dst, const char *src, size_t size)
{
	size_t len = strnlen(src, size);
	bool cut = len == size;

	if (cut)
		len--;
	memcpy(dst, src, len);
	dst[len] = '\0';
	return cut ? -E2BIG : (int)len;
}
