/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What a library that Debian has built expects of its surroundings: it was
 * compiled with the stack protector and with fortified string functions.
 * Documents: GCC 12, "Instrumentation Options" (-fstack-protector-strong);
 * Linux Standard Base 4.0, "__memcpy_chk".
 */
#include <fw/panic.h>
#include <fw/string.h>

/* Called by the library's code only, under these names. */
void __stack_chk_fail(void) __attribute__((noreturn));
void *__memcpy_chk(void *dst, const void *src, size_t len, size_t dst_len);

void __stack_chk_fail(void)
{
	panic("library: the stack is damaged");
}

void *__memcpy_chk(void *dst, const void *src, size_t len, size_t dst_len)
{
	if (len > dst_len)
		panic("library: a copy of %zu bytes into %zu", len, dst_len);
	return memcpy(dst, src, len);
}
