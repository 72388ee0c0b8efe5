/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The page in which the reset vector leaves word for C code (fw/layout.def).
 * arch/x86/reset/hookpoints.inc knows the offsets, too.
 */
#ifndef FW_WORK_AREA_H
#define FW_WORK_AREA_H

#include <fw/layout.h>

#define WORK_AREA_SIZE		4096
#define WORK_AREA_OWNER		64	/* offset of what belongs to the guest kind */
#define WORK_AREA_OWNER_SIZE	(WORK_AREA_SIZE - WORK_AREA_OWNER)

/**
 * struct work_area - what the reset vector has found out
 * @machine: 0 in a plain machine, else the value of the guest kind that found
 *	     itself; each kind has a value of its own
 * @owner:   as that guest kind defines it, in a type of at most
 *	     WORK_AREA_OWNER_SIZE bytes
 */
struct work_area {
	u8 machine;
	u8 reserved[WORK_AREA_OWNER - 1];
	u8 owner[WORK_AREA_OWNER_SIZE];
};
_Static_assert(sizeof(struct work_area) == WORK_AREA_SIZE, "one page");

/* One kind's view of the owner's part. */
#define work_area_of(type)						\
({									\
	_Static_assert(sizeof(type) <= WORK_AREA_OWNER_SIZE, "does not fit the work area"); \
	(type *)(void *)((struct work_area *)(void *)layout_work_area)->owner; \
})

#endif
