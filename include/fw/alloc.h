/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Memory for the firmware: pages from the memory map, and a small heap on top
 * of them. Context: from the memmap step to the hand-over.
 */
#ifndef FW_ALLOC_H
#define FW_ALLOC_H

#include <fw/memmap.h>
#include <fw/types.h>

/* Highest address for what must be reachable with 32 bits. */
#define PHYS_MAX_32	((phys_addr_t)0xffffffff)

/**
 * page_alloc() - take pages out of MEM_CONVENTIONAL, highest address first
 * @type:  the type they get
 * @size:  bytes, rounded up to whole pages
 * @align: power of two, at least PAGE_SIZE
 * @max:   highest acceptable last byte
 * @base:  where to put the address; contents are not cleared
 *
 * Return: 0, -ENOMEM, -ENOSPC, or cc_accept_on_demand()'s error.
 */
int page_alloc(enum mem_type type, u64 size, u64 align, phys_addr_t max,
	       phys_addr_t *base) __must_check;

/** page_free() - give pages back; @base and @size as they were for page_alloc() */
void page_free(phys_addr_t base, u64 size);

/**
 * heap_alloc() - allocate a small object, below 4 GiB, aligned to 16
 * @size: bytes
 *
 * Return: zeroed memory, or NULL.
 */
void *heap_alloc(size_t size) __must_check;

/** heap_free() - free what heap_alloc() returned; NULL is ignored */
void heap_free(void *ptr);

#endif
