/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * A small heap: first fit in a list of free blocks that is sorted by address,
 * so that neighbours are found and joined when one is freed. Blocks are cut
 * from the low end, and pages that nobody asked for yet are not touched.
 */
#include <asm/irq.h>
#include <fw/alloc.h>
#include <fw/panic.h>
#include <fw/string.h>

#define HEAP_ALIGN	16
#define HEAP_CHUNK	KiB(64)
#define HEAP_MAX	GiB(1)		/* largest object */

/* Mixed with the address, so that a copied or stale header is noticed. */
#define MAGIC_USED	((u64)0x7a3c915e6bd20f48)
#define MAGIC_FREE	((u64)0x1de8b64f05c3729a)

/* Stands before each object. */
struct heap_block {
	u64 magic;
	u64 size;		/* with this header, a multiple of HEAP_ALIGN */
};

/* A free block has a link where the object would be. */
struct heap_free_block {
	struct heap_block head;
	struct heap_free_block *next;
	u64 unused;
};

static struct heap_free_block *free_list;

static u64 block_magic(const void *block, u64 kind)
{
	return kind ^ (uintptr_t)block;
}

static u64 block_end(const struct heap_free_block *block)
{
	return (uintptr_t)block + block->head.size;
}

static void block_check(const struct heap_free_block *block)
{
	fw_assert(block->head.magic == block_magic(block, MAGIC_FREE));
}

/* Join @block with @next, which follows it in the list, if they touch. */
static void block_join(struct heap_free_block *block, struct heap_free_block *next)
{
	if (!next || block_end(block) != (uintptr_t)next)
		return;
	block->head.size += next->head.size;
	block->next = next->next;
}

static void block_insert(void *mem, u64 size)
{
	struct heap_free_block *block = mem, *prev = NULL, *next;

	for (next = free_list; next && next < block; next = next->next) {
		block_check(next);
		prev = next;
	}
	block->head.magic = block_magic(block, MAGIC_FREE);
	block->head.size = size;
	block->next = next;
	block_join(block, next);
	if (prev) {
		prev->next = block;
		block_join(prev, block);
	} else {
		free_list = block;
	}
}

/* Cut @size bytes off the low end of a free block that @link points to. */
static void block_take(struct heap_free_block **link, u64 size)
{
	struct heap_free_block *block = *link, *rest;
	u64 left = block->head.size - size;

	if (left < sizeof(*rest)) {
		*link = block->next;
	} else {
		rest = (struct heap_free_block *)((uintptr_t)block + size);
		rest->head.magic = block_magic(rest, MAGIC_FREE);
		rest->head.size = left;
		rest->next = block->next;
		*link = rest;
		block->head.size = size;
	}
	block->head.magic = block_magic(block, MAGIC_USED);
}

static struct heap_block *block_find(u64 size)
{
	struct heap_free_block **link, *block;

	for (link = &free_list; (block = *link) != NULL; link = &block->next) {
		block_check(block);
		if (block->head.size >= size) {
			block_take(link, size);
			return &block->head;
		}
	}
	return NULL;
}

static int heap_grow(u64 size)
{
	u64 need = ALIGN_UP(size, PAGE_SIZE), chunk = MAX(need, HEAP_CHUNK);
	phys_addr_t base;
	int rc;

	rc = page_alloc(MEM_BOOT_DATA, chunk, PAGE_SIZE, PHYS_MAX_32, &base);
	if (rc != 0 && chunk > need) {
		chunk = need;
		rc = page_alloc(MEM_BOOT_DATA, chunk, PAGE_SIZE, PHYS_MAX_32, &base);
	}
	if (rc == 0)
		block_insert((void *)(uintptr_t)base, chunk);
	return rc;
}

void *heap_alloc(size_t size)
{
	struct heap_block *block;
	u64 whole, flags;

	if (size > HEAP_MAX)
		return NULL;
	whole = ALIGN_UP(size + sizeof(*block), (u64)HEAP_ALIGN);
	whole = MAX(whole, sizeof(struct heap_free_block));
	/* The timer interrupt may run code that allocates, too. */
	flags = irq_save();
	block = block_find(whole);
	if (!block && heap_grow(whole) == 0) {
		block = block_find(whole);
		fw_assert(block);
	}
	irq_restore(flags);
	return block ? memset(block + 1, 0, size) : NULL;
}

void heap_free(void *ptr)
{
	struct heap_block *block;
	u64 flags;

	if (!ptr)
		return;
	block = (struct heap_block *)ptr - 1;
	/* Not from heap_alloc(), freed before, or overwritten from below. */
	fw_assert(block->magic == block_magic(block, MAGIC_USED));
	flags = irq_save();
	block_insert(block, block->size);
	irq_restore(flags);
}
