/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The firmware's page tables: identity, 4 or 5 levels, no page both writable
 * and executable. Document: Intel SDM volume 3, chapter 4.
 */
#ifndef ASM_PAGING_H
#define ASM_PAGING_H

#include <fw/types.h>

#define PTE_PRESENT	((u64)1 << 0)
#define PTE_WRITE	((u64)1 << 1)
#define PTE_PCD		((u64)1 << 4)
#define PTE_ACCESSED	((u64)1 << 5)
#define PTE_DIRTY	((u64)1 << 6)
#define PTE_LARGE	((u64)1 << 7)
#define PTE_SHARED	((u64)1 << 9)	/* ours: the host sees this memory, too */
/* Ours: mapped, and not present, so that nobody reads it; keeps its permissions. */
#define PTE_HIDDEN	(IS_ENABLED(CONFIG_EFI) ? (u64)1 << 10 : (u64)0)
#define PTE_NX		((u64)1 << 63)
#define PTE_ADDR_MASK	((u64)0x000ffffffffff000)

/* Permissions of a mapping, for paging_map(). */
#define MAP_NONE	((u64)0)
#define MAP_RO		(PTE_PRESENT | PTE_NX)
#define MAP_RX		(PTE_PRESENT)
#define MAP_RW		(PTE_PRESENT | PTE_WRITE | PTE_NX)
#define MAP_MMIO	(PTE_PRESENT | PTE_WRITE | PTE_NX | PTE_PCD | PTE_SHARED)
#define MAP_RW_SHARED	(MAP_RW | PTE_SHARED)
/*
 * Writable and executable: only for a loaded operating system's own image,
 * whose boot protocol says that it runs and writes there.
 */
#define MAP_OS_IMAGE	(PTE_PRESENT | PTE_WRITE)

/**
 * paging_set_masks() - say how page tables mark memory in this guest
 * @private_mask: bits of an entry for memory that only the guest can read, and
 *		  of every entry that refers to a table
 * @shared_mask:  bits of an entry for memory that the host sees, too
 *
 * The bits lie in PTE_ADDR_MASK; at most one of the masks is not 0.
 *
 * Context: before paging_init(); without a call both are 0.
 */
void paging_set_masks(u64 private_mask, u64 shared_mask);

/* What paging_set_masks() was told. */
u64 paging_private_mask(void);
u64 paging_shared_mask(void);

/**
 * paging_init() - replace the reset vector's tables
 *
 * Maps the image by section, RAM and MMIO below 4 GiB as data, and leaves
 * page 0 and the guard pages out.
 *
 * Context: once, first thing in RAM.
 */
void paging_init(void);

/**
 * paging_map() - identity-map a range, splitting or replacing what was there
 * @base: multiple of 4 KiB
 * @size: multiple of 4 KiB
 * @prot: one of MAP_*
 *
 * Return: 0, -EINVAL if not aligned or beyond the processor's reach, -ENOMEM.
 * Context: before memory: only as far as the fixed pool of tables goes.
 */
int paging_map(phys_addr_t base, u64 size, u64 prot) __must_check;

/* What paging_get() and paging_change() are about. */
#define PAGING_ACCESS	(PTE_PRESENT | PTE_HIDDEN | PTE_WRITE | PTE_NX)

/**
 * paging_get() - ask how a range is mapped
 * @base: multiple of 4 KiB
 * @size: multiple of 4 KiB, not 0
 * @prot: bits of PAGING_ACCESS, the same for all of the range
 *
 * Return: 0, -ENOENT if part of it is not mapped or mapped otherwise, -EINVAL as
 * for paging_map().
 */
int paging_get(phys_addr_t base, u64 size, u64 *prot);

/**
 * paging_change() - change how a range is mapped, whatever else is true of it
 * @base:  multiple of 4 KiB
 * @size:  multiple of 4 KiB, not 0
 * @clear: bits of PAGING_ACCESS to clear
 * @set:   bits of PAGING_ACCESS to set after that
 *
 * Return: 0, -ENOENT if part of it is not mapped; -EINVAL or -ENOMEM as for
 * paging_map().
 */
int paging_change(phys_addr_t base, u64 size, u64 clear, u64 set) __must_check;

/**
 * paging_release() - let memory that can be written be executed, too
 *
 * For loaders that put the OS's first code anywhere after the firmware has gone.
 * No table is added.
 */
void paging_release(void);

#endif
