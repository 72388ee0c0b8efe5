/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The real header, with one change: clang's address sanitizer pads each
 * global, also in named sections, which would leave gaps in link-time tables.
 */
#include_next <fw/compiler.h>

#ifdef __clang__
#undef __section
#define __section(s)	__attribute__((section(s), no_sanitize("address")))
#endif
