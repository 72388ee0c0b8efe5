/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Nested page tables: four levels, any mix of 4 KiB, 2 MiB and 1 GiB pages.
 * Document: AMD64 APM volume 2, section 15.25.
 */
#ifndef CCVM_NPT_H
#define CCVM_NPT_H

#include <fw/types.h>

#define NPT_READ	0u
#define NPT_WRITE	1u
#define NPT_NO_EXEC	2u

/** npt_new() - an empty table */
u64 *npt_new(void);

/** npt_map() - map a range, with the largest pages that fit */
void npt_map(u64 *root, u64 gpa, u64 hpa, u64 size, u32 flags);

/** npt_unmap() - unmap a range; larger pages are split */
void npt_unmap(u64 *root, u64 gpa, u64 size);

/** npt_lookup() - the entry that maps a page, 0 if none does */
u64 npt_lookup(u64 *root, u64 gpa);

/** npt_map_view() - map all of RAM and firmware, private or shared, at @bit */
void npt_map_view(u64 *root, u64 bit, bool private);

/** npt_map_devices() - map everything else below 4 GiB and above RAM at @bit */
void npt_map_devices(u64 *root, u64 bit);

#endif
