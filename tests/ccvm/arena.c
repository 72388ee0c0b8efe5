/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* A heap inside one buffer: blocks one after the other, each with a header. */
#include <fw/compiler.h>
#include <fw/panic.h>
#include <fw/string.h>

#include "arena.h"

struct block {
	size_t size;	/* with this header, multiple of 16 */
	size_t used;	/* 0 or USED_MAGIC */
};

#define ALIGNMENT	16
#define USED_MAGIC	0x64657375u

_Static_assert(sizeof(struct block) == ALIGNMENT, "payload stays aligned");

static struct block *first(struct arena *a)
{
	return (struct block *)a->base;
}

static struct block *next(struct arena *a, struct block *b)
{
	u8 *p = (u8 *)b + b->size;

	return p < a->base + a->size ? (struct block *)p : NULL;
}

void arena_init(struct arena *a, void *base, size_t size)
{
	fw_assert(IS_ALIGNED((uintptr_t)base, ALIGNMENT) && IS_ALIGNED(size, ALIGNMENT));
	fw_assert(size >= sizeof(struct block));
	*a = (struct arena){ .base = base, .size = size };
	*first(a) = (struct block){ .size = size };
}

/* Free neighbours become one block when somebody comes by. */
static void join_next(struct arena *a, struct block *b)
{
	struct block *n;

	for (n = next(a, b); n && !n->used; n = next(a, b))
		b->size += n->size;
}

static void split(struct block *b, size_t size)
{
	if (b->size - size <= sizeof(*b))
		return;
	*(struct block *)((u8 *)b + size) = (struct block){ .size = b->size - size };
	b->size = size;
}

void *arena_alloc(struct arena *a, size_t len)
{
	struct block *b;
	size_t size;

	if (len > a->size)
		return NULL;
	size = ALIGN_UP(len, ALIGNMENT) + sizeof(*b);
	for (b = first(a); b; b = next(a, b)) {
		if (b->used)
			continue;
		join_next(a, b);
		if (b->size < size)
			continue;
		split(b, size);
		b->used = USED_MAGIC;
		a->used += b->size;
		a->peak = MAX(a->peak, a->used);
		return memset(b + 1, 0, len);
	}
	return NULL;
}

void arena_free(struct arena *a, void *p)
{
	struct block *b;

	if (!p)
		return;
	b = (struct block *)p - 1;
	fw_assert((u8 *)p > a->base && (u8 *)p < a->base + a->size && b->used == USED_MAGIC);
	b->used = 0;
	a->used -= b->size;
}
