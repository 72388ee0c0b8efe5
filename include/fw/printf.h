/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Formatted output to a buffer. */
#ifndef FW_PRINTF_H
#define FW_PRINTF_H

#include <stdarg.h>

#include <fw/types.h>

/**
 * vsnprintf() - format into a bounded buffer
 * @buf:  destination; always NUL-terminated if @size > 0
 * @size: size of @buf in bytes
 * @fmt:  %c %s %d %i %u %x %X %p %%, flags '0' '-' '#', width and precision
 *        (also '*'), length modifiers hh h l ll z
 * @args: arguments
 *
 * Return: number of characters the whole result needs, without the NUL, as
 * ISO C has it. An unknown conversion is copied as it stands.
 */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args) __printf(3, 0);

/** snprintf() - format into a bounded buffer; see vsnprintf() */
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

#endif
