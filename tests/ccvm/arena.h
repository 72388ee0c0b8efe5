/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Memory of the cryptographic library: a heap inside one buffer, first fit. */
#ifndef CCVM_ARENA_H
#define CCVM_ARENA_H

#include <fw/types.h>

/**
 * struct arena - heap
 * @base: the buffer, aligned to 16
 * @size: its size, a multiple of 16
 * @used: bytes in use now, headers included
 * @peak: the most that ever were
 *
 * Context: callers serialize.
 */
struct arena {
	u8 *base;
	size_t size;
	size_t used;
	size_t peak;
};

void arena_init(struct arena *a, void *base, size_t size);

/** arena_alloc() - zeroed memory aligned to 16, or NULL */
void *arena_alloc(struct arena *a, size_t len);

/** arena_free() - give back what arena_alloc() returned; NULL does nothing */
void arena_free(struct arena *a, void *p);

#endif
