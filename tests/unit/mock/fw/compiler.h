/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The real header, with two changes. gcc's address sanitizer does not guard
 * what is in a section of its own, which buffers for host input are; and
 * clang's pads each global, also in named sections, which would leave gaps in
 * link-time tables.
 */
#include_next <fw/compiler.h>

#undef __noinit
#define __noinit

#ifdef __clang__
#undef __section
#define __section(s)	__attribute__((section(s), no_sanitize("address")))
#endif
