/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * AllocatePool and FreePool. Document: UEFI 2.10, sections 7.2.4 and 7.2.5.
 *
 * Each memory type has a pool of its own, made of chunks of pages. A chunk is
 * cut into blocks that know their neighbours, so that what is freed is joined
 * at once; free blocks are in lists by size with one bit for each list, so that
 * neither needs a search. What is large gets pages of its own.
 */
#include <fw/efi.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "memory.h"
#include "tpl.h"

#define UNIT		16
#define UNITS(bytes)	((u32)(((bytes) + UNIT - 1) / UNIT))
#define SMALL_MAX	KiB(16)		/* largest block that comes from a chunk */
#define LISTS_EXACT	32		/* lists for one size each, in units */
#define LISTS		64
#define POOLS		MEM_PERSISTENT

#define MAGIC_USED	((u32)0x6c6f6f70)
#define MAGIC_FREE	((u32)0x65657266)

#define FLAG_PAGES	1	/* not in a chunk: @units are pages */
#define FLAG_END	2	/* behind the last block of a chunk; no block itself */

/* Stands before each block. */
struct block {
	u32 magic;		/* mixed with the address */
	u32 units;		/* with this header */
	u32 units_before;	/* of the block before it; 0: first of its chunk */
	u16 type;
	u16 flags;
};

/* Where a free block has its data. */
struct free_block {
	struct block head;
	struct free_block *next;
	struct free_block **link;
};

struct pool {
	u64 lists_used;
	u32 free_chunks;
	struct free_block *lists[LISTS];
};

static struct pool pools[POOLS];

static u32 magic(const struct block *block, u32 kind)
{
	return kind ^ (u32)((uintptr_t)block >> 4);
}

static struct block *block_at(const struct block *block, s64 units)
{
	return (struct block *)((uintptr_t)block + (u64)(units * UNIT));
}

static struct block *block_after(const struct block *block)
{
	return block_at(block, block->units);
}

static bool is_free(const struct block *block)
{
	return block->magic == magic(block, MAGIC_FREE);
}

/*
 * The list for free blocks of a size: one for each size, then four for each
 * power of two.
 */
static u32 list_of(u32 units)
{
	u32 log;

	if (units < LISTS_EXACT)
		return units;
	log = 31 - (u32)__builtin_clz(units);
	return LISTS_EXACT + (log - 5) * 4 + (units >> (log - 2) & 3);
}

/* The first list in which every block has at least this size. */
static u32 list_from(u32 units)
{
	if (units < LISTS_EXACT)
		return units;
	return list_of(units + (((u32)1 << (29 - (u32)__builtin_clz(units))) - 1));
}

static void list_put(struct block *block)
{
	struct free_block *free = (struct free_block *)block;
	struct pool *pool = &pools[block->type];
	u32 i = list_of(block->units);

	block->magic = magic(block, MAGIC_FREE);
	free->next = pool->lists[i];
	free->link = &pool->lists[i];
	if (free->next)
		free->next->link = &free->next;
	pool->lists[i] = free;
	pool->lists_used |= (u64)1 << i;
}

static void list_take(struct block *block)
{
	struct free_block *free = (struct free_block *)block;
	struct pool *pool = &pools[block->type];
	u32 i = list_of(block->units);

	*free->link = free->next;
	if (free->next)
		free->next->link = free->link;
	if (!pool->lists[i])
		pool->lists_used &= ~((u64)1 << i);
	block->magic = 0;
}

static void set_units(struct block *block, u32 units)
{
	block->units = units;
	block_after(block)->units_before = units;
}

static bool is_whole_chunk(const struct block *block)
{
	return block->units_before == 0 && (block_after(block)->flags & FLAG_END);
}

/* Most of the firmware's and of loaders' objects are of these types. */
static u32 chunk_pages(u32 type)
{
	return type == MEM_BOOT_DATA || type == MEM_LOADER_DATA ? 16 : 5;
}

static struct block *chunk_add(u32 type)
{
	u32 pages = chunk_pages(type), units = (u32)(pages * PAGE_SIZE / UNIT) - 1;
	struct block *block, *end;
	u64 base;

	if (efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, type, pages, &base) != EFI_SUCCESS)
		return NULL;
	block = (struct block *)(uintptr_t)base;
	memset(block, 0, sizeof(*block));
	block->type = (u16)type;
	end = block_at(block, units);
	memset(end, 0, sizeof(*end));
	end->flags = FLAG_END;
	set_units(block, units);
	return block;
}

static struct block *block_find(u32 type, u32 units)
{
	struct pool *pool = &pools[type];
	u64 fitting = pool->lists_used & ((u64)-1 << list_from(units));
	struct block *block;

	if (fitting == 0)
		return chunk_add(type);
	block = &pool->lists[__builtin_ctzll(fitting)]->head;
	list_take(block);
	if (is_whole_chunk(block))
		pool->free_chunks--;
	return block;
}

static void *pool_alloc(u32 type, u32 units)
{
	struct block *block, *rest;
	u32 left;

	block = block_find(type, units);
	if (!block)
		return NULL;
	left = block->units - units;
	if (left >= UNITS(sizeof(struct free_block))) {
		set_units(block, units);
		rest = block_after(block);
		rest->type = (u16)type;
		rest->flags = 0;
		set_units(rest, left);
		list_put(rest);
	}
	block->magic = magic(block, MAGIC_USED);
	return block + 1;
}

static void *pages_alloc(u32 type, u64 size)
{
	u64 pages = (size + sizeof(struct block) + PAGE_SIZE - 1) / PAGE_SIZE;
	struct block *block;
	u64 base;

	if (efi_allocate_pages(EFI_ALLOCATE_ANY_PAGES, type, pages, &base) != EFI_SUCCESS)
		return NULL;
	block = (struct block *)(uintptr_t)base;
	block->magic = magic(block, MAGIC_USED);
	block->units = (u32)pages;
	block->units_before = 0;
	block->type = 0;
	block->flags = FLAG_PAGES;
	return block + 1;
}

efi_status_t EFIAPI efi_allocate_pool(u32 type, efi_uintn_t size, void **buffer)
{
	efi_tpl_t tpl;
	u32 units;
	void *mem;

	if (!buffer || !efi_memory_type_allocatable(type))
		return EFI_INVALID_PARAMETER;
	if (size > ((u64)1 << 43))	/* so that pages are counted with 32 bits */
		return EFI_OUT_OF_RESOURCES;
	tpl = efi_lock();
	if (size > SMALL_MAX || type >= POOLS) {
		mem = pages_alloc(type, size);
	} else {
		units = UNITS(size + sizeof(struct block));
		mem = pool_alloc(type, MAX(units, UNITS(sizeof(struct free_block))));
	}
	efi_unlock(tpl);
	if (!mem)
		return EFI_OUT_OF_RESOURCES;
	*buffer = mem;
	return EFI_SUCCESS;
}

static void pool_free(struct block *block)
{
	struct pool *pool = &pools[block->type];
	struct block *other;

	block->magic = 0;
	other = block_after(block);
	if (is_free(other)) {
		list_take(other);
		set_units(block, block->units + other->units);
	}
	if (block->units_before != 0) {
		other = block_at(block, -(s64)block->units_before);
		if (is_free(other)) {
			list_take(other);
			set_units(other, other->units + block->units);
			block = other;
		}
	}
	/* One chunk is kept, for those who allocate and free in a loop. */
	if (is_whole_chunk(block)) {
		if (pool->free_chunks > 0) {
			efi_free_pages((uintptr_t)block, chunk_pages(block->type));
			return;
		}
		pool->free_chunks++;
	}
	list_put(block);
}

/* Programs exist that free what they never allocated, and go on when told so. */
static bool is_pool(const void *buffer)
{
	uintptr_t block = (uintptr_t)buffer - sizeof(struct block);

	if ((uintptr_t)buffer <= PAGE_SIZE || !IS_ALIGNED(block, UNIT) ||
	    !efi_memory_is_ram(block, sizeof(struct block)))
		return false;
	return ((const struct block *)block)->magic ==
	       magic((const struct block *)block, MAGIC_USED);
}

efi_status_t EFIAPI efi_free_pool(void *buffer)
{
	efi_status_t status = EFI_SUCCESS;
	struct block *block;
	efi_tpl_t tpl;

	if (!is_pool(buffer))
		return EFI_INVALID_PARAMETER;
	block = (struct block *)buffer - 1;
	tpl = efi_lock();
	if (block->flags & FLAG_PAGES) {
		block->magic = 0;
		status = efi_free_pages((uintptr_t)block, block->units);
	} else {
		pool_free(block);
	}
	efi_unlock(tpl);
	return status;
}

void *efi_zalloc(size_t size)
{
	void *mem;

	if (efi_allocate_pool(MEM_BOOT_DATA, size, &mem) != EFI_SUCCESS)
		return NULL;
	return memset(mem, 0, size);
}
