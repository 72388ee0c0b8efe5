/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Memory and string functions. Document: ISO/IEC 9899:2011, section 7.24.
 *
 * Compilers emit calls to some of these, so none may be compiled into a call
 * of itself: bulk work is one string instruction on 8-byte units, which is
 * also what an emulator runs fastest, and the rest is done with loads and
 * stores that may overlap each other.
 */
#include <fw/byteorder.h>
#include <fw/string.h>

#define ONES	((u64)0x0101010101010101)

/* Everything is loaded before anything is stored: the buffers may overlap. */
static inline void copy_small(u8 *d, const u8 *s, size_t n)
{
	if (n >= 8) {
		u64 head = get_le64(s), tail = get_le64(s + n - 8);

		put_le64(head, d);
		put_le64(tail, d + n - 8);
	} else if (n >= 4) {
		u32 head = get_le32(s), tail = get_le32(s + n - 4);

		put_le32(head, d);
		put_le32(tail, d + n - 4);
	} else if (n > 0) {
		u8 head = s[0], middle = s[n / 2], tail = s[n - 1];

		d[0] = head;
		d[n / 2] = middle;
		d[n - 1] = tail;
	}
}

/* Also right for overlapping buffers if @dst is below @src. */
void *memcpy(void *dst, const void *src, size_t n)
{
	void *d = dst;
	size_t words = n / 8;
	u64 tail;

	if (n < 16) {
		copy_small(dst, src, n);
		return dst;
	}
	tail = get_le64((const u8 *)src + n - 8);
	__asm__ volatile("rep movsq" : "+D"(d), "+S"(src), "+c"(words) : : "memory");
	put_le64(tail, (u8 *)dst + n - 8);
	return dst;
}

static void copy_backward(u8 *dst, const u8 *src, size_t n)
{
	u64 head = get_le64(src);
	u8 *d = dst + n - 8;
	const u8 *s = src + n - 8;
	size_t words = n / 8;

	__asm__ volatile("std; rep movsq; cld"
			 : "+D"(d), "+S"(s), "+c"(words) : : "memory", "cc");
	put_le64(head, dst);
}

void *memmove(void *dst, const void *src, size_t n)
{
	/* The difference wraps to a large number if @dst is below @src. */
	if ((uintptr_t)dst - (uintptr_t)src >= n || n < 16)
		return memcpy(dst, src, n);
	copy_backward(dst, src, n);
	return dst;
}

static inline void set_small(u8 *d, u64 value, size_t n)
{
	if (n >= 8) {
		put_le64(value, d);
		put_le64(value, d + n - 8);
	} else if (n >= 4) {
		put_le32((u32)value, d);
		put_le32((u32)value, d + n - 4);
	} else if (n > 0) {
		d[0] = (u8)value;
		d[n / 2] = (u8)value;
		d[n - 1] = (u8)value;
	}
}

void *memset(void *dst, int c, size_t n)
{
	u64 value = ONES * (u8)c;
	size_t words = n / 8;
	void *d = dst;

	if (n < 16) {
		set_small(dst, value, n);
		return dst;
	}
	__asm__ volatile("rep stosq" : "+D"(d), "+c"(words) : "a"(value) : "memory");
	put_le64(value, (u8 *)dst + n - 8);
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *p = a, *q = b;

	for (; n >= 8 && get_le64(p) == get_le64(q); n -= 8) {
		p += 8;
		q += 8;
	}
	for (; n > 0; n--, p++, q++) {
		if (*p != *q)
			return *p - *q;
	}
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	const u8 *p = s;

	for (; n > 0; n--, p++) {
		if (*p == (u8)c)
			return (void *)(uintptr_t)p;
	}
	return NULL;
}

size_t strlen(const char *s)
{
	const char *end = s;

	while (*end) {
		end++;
		/* Keeps the loop from being recognized as strlen(). */
		__asm__("" : "+r"(end));
	}
	return (size_t)(end - s);
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (u8)*a - (u8)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n > 0; n--, a++, b++) {
		if (*a != *b || !*a)
			return (u8)*a - (u8)*b;
	}
	return 0;
}

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++) {
		if (!*s)
			return NULL;
	}
	return (char *)(uintptr_t)s;
}
