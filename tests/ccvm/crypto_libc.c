/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What libmbedcrypto.a expects of a C library and of pthreads.
 *
 * Documents: ISO/IEC 9899:2011; LSB 5.0 for the _chk functions.
 *
 * Debian's build of the library has everything enabled, so its objects also
 * name what only self-tests, files and drawing of randomness need: those
 * functions exist and fail. Nothing else may call them.
 */
#include <fw/compiler.h>
#include <fw/panic.h>
#include <fw/string.h>

#include "arena.h"

/* Measured need: signing and verifying with P-384 takes 7 KiB. */
#define HEAP_SIZE	(64 * 1024)

static struct arena heap;
static u8 heap_memory[HEAP_SIZE] __aligned(16) __noinit;

typedef unsigned __int128 u128;

void *calloc(size_t count, size_t size);
void free(void *p);
void __stack_chk_fail(void);
void *__memcpy_chk(void *dst, const void *src, size_t n, size_t room);
void *__memset_chk(void *dst, int c, size_t n, size_t room);
u128 __udivti3(u128 n, u128 d);
int __printf_chk(int flag, const char *fmt, ...);
int puts(const char *s);
int putchar(int c);
void *fopen(const char *path, const char *mode);
int fclose(void *file);
int ferror(void *file);
char *fgets(char *s, int n, void *file);
size_t fread(void *p, size_t size, size_t count, void *file);
size_t fwrite(const void *p, size_t size, size_t count, void *file);
void *gmtime_r(const void *time, void *tm);
int pthread_mutex_init(void *mutex, const void *attr);
int pthread_mutex_destroy(void *mutex);
int pthread_mutex_lock(void *mutex);
int pthread_mutex_unlock(void *mutex);

void *calloc(size_t count, size_t size)
{
	size_t len;

	if (!heap.base)
		arena_init(&heap, heap_memory, sizeof(heap_memory));
	if (__builtin_mul_overflow(count, size, &len))
		return NULL;
	return arena_alloc(&heap, len);
}

void free(void *p)
{
	arena_free(&heap, p);
}

void __stack_chk_fail(void)
{
	panic("crypto: stack overwritten in Mbed TLS");
}

void *__memcpy_chk(void *dst, const void *src, size_t n, size_t room)
{
	fw_assert(n <= room);
	return memcpy(dst, src, n);
}

void *__memset_chk(void *dst, int c, size_t n, size_t room)
{
	fw_assert(n <= room);
	return memset(dst, c, n);
}

/* The compiler's helper for 128-bit division, without its library. */
u128 __udivti3(u128 n, u128 d)
{
	u64 high = (u64)(n >> 64), low = (u64)n, divisor = (u64)d, rest;
	u128 q = 0;
	int bit;

	if (d >> 64 == 0) {
		rest = high % divisor;
		__asm__("divq %2" : "+a"(low), "+d"(rest) : "r"(divisor) : "cc");
		return (u128)(high / divisor) << 64 | low;
	}
	/* The quotient has at most 64 bits. */
	for (bit = 63; bit >= 0; bit--) {
		if (n >> bit >= d) {
			n -= d << bit;
			q |= (u128)1 << bit;
		}
	}
	return q;
}

int __printf_chk(int flag __unused, const char *fmt __unused, ...)
{
	return -1;
}

int puts(const char *s __unused)
{
	return -1;
}

int putchar(int c __unused)
{
	return -1;
}

void *fopen(const char *path __unused, const char *mode __unused)
{
	return NULL;
}

int fclose(void *file __unused)
{
	return -1;
}

int ferror(void *file __unused)
{
	return 1;
}

char *fgets(char *s __unused, int n __unused, void *file __unused)
{
	return NULL;
}

size_t fread(void *p __unused, size_t size __unused, size_t count __unused, void *file __unused)
{
	return 0;
}

size_t fwrite(const void *p __unused, size_t size __unused, size_t count __unused,
	      void *file __unused)
{
	return 0;
}

void *gmtime_r(const void *time __unused, void *tm __unused)
{
	return NULL;
}

/* The caller of the library holds a lock already: see digest_begin_lib(). */
int pthread_mutex_init(void *mutex __unused, const void *attr __unused)
{
	return 0;
}

int pthread_mutex_destroy(void *mutex __unused)
{
	return 0;
}

int pthread_mutex_lock(void *mutex __unused)
{
	return 0;
}

int pthread_mutex_unlock(void *mutex __unused)
{
	return 0;
}
