/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The part of the C string functions that the firmware uses; ISO C semantics. */
#ifndef FW_STRING_H
#define FW_STRING_H

#include <fw/types.h>

void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);

/**
 * str_copy() - copy a string into a fixed buffer, always NUL-terminated
 * @dst:  destination
 * @src:  NUL-terminated source
 * @size: size of @dst in bytes, at least 1
 *
 * Return: length of the copy, or -E2BIG if @src did not fit and was cut.
 */
int str_copy(char *dst, const char *src, size_t size);

#endif
