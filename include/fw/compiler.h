/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Compiler attributes and small compile-time helpers. */
#ifndef FW_COMPILER_H
#define FW_COMPILER_H

#ifdef __CHECKER__
#define __bitwise	__attribute__((bitwise))
#define __force		__attribute__((force))
#define __iomem		__attribute__((noderef, address_space(__iomem)))
#else
#define __bitwise
#define __force
#define __iomem
#endif

#define __packed	__attribute__((packed))
#define __aligned(x)	__attribute__((aligned(x)))
#define __section(s)	__attribute__((section(s)))
#define __used		__attribute__((used))
#define __unused	__attribute__((unused))
#define __must_check	__attribute__((warn_unused_result))
#define __printf(f, a)	__attribute__((format(printf, f, a)))
/* Else its buffers would be in the caller's frame for all of its calls. */
#define noinline_for_stack __attribute__((noinline))
#define __cold		__attribute__((cold))
/* A buffer that is written before it is read: not cleared at start. */
#define __noinit	__attribute__((section(".bss..noinit")))
#define fallthrough	__attribute__((fallthrough))

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

#define barrier()	__asm__ volatile("" ::: "memory")

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

#define MIN(a, b)	((a) < (b) ? (a) : (b))
#define MAX(a, b)	((a) > (b) ? (a) : (b))

/* @a must be a power of two. */
#define ALIGN_DOWN(x, a)	((x) & ~((__typeof__(x))(a) - 1))
#define ALIGN_UP(x, a)		ALIGN_DOWN((x) + ((__typeof__(x))(a) - 1), a)
#define IS_ALIGNED(x, a)	(((x) & ((__typeof__(x))(a) - 1)) == 0)

#define KiB(n)	((u64)(n) << 10)
#define MiB(n)	((u64)(n) << 20)
#define GiB(n)	((u64)(n) << 30)

/*
 * IS_ENABLED(CONFIG_X) is 1 if the Kconfig option is y, else 0, so that a
 * disabled branch is still parsed and type-checked. CONFIG_X is either
 * defined to 1 or not defined at all.
 */
#define FW_ARG_PLACEHOLDER_1 0,
#define FW_SECOND_ARG(ignored, val, ...) val
#define FW_IS_DEFINED3(arg1_or_junk) FW_SECOND_ARG(arg1_or_junk 1, 0, 0)
#define FW_IS_DEFINED2(val) FW_IS_DEFINED3(FW_ARG_PLACEHOLDER_##val)
#define IS_ENABLED(option) FW_IS_DEFINED2(option)

#endif
