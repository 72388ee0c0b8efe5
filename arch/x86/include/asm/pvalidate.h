/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Pages that the guest itself must say are its own.
 * Document: AMD64 APM volume 3 (24594, revision 3.36), PVALIDATE and RMPADJUST.
 */
#ifndef ASM_PVALIDATE_H
#define ASM_PVALIDATE_H

#include <fw/types.h>

#define PAGE_OP_OK		0
#define PAGE_OP_SIZE_MISMATCH	6
#define PAGE_OP_NO_CHANGE	0x100	/* ours: the carry flag of PVALIDATE */

/**
 * pvalidate() - make a private page valid, or no longer so
 * @addr:     linear address, mapped private
 * @large:    2 MiB instead of 4 KiB
 * @validate: which
 *
 * Return: 0, PAGE_OP_NO_CHANGE if it was in that state already, or the
 * instruction's own code.
 */
static inline unsigned int pvalidate(u64 addr, bool large, bool validate)
{
	u8 carry;

	__asm__ volatile(".byte 0xf2, 0x0f, 0x01, 0xff; setc %1"
			 : "+a"(addr), "=qm"(carry)
			 : "c"((u32)large), "d"((u32)validate)
			 : "memory", "cc");
	if ((u32)addr != PAGE_OP_OK)
		return (u32)addr;
	return carry ? PAGE_OP_NO_CHANGE : PAGE_OP_OK;
}

#define PAGE_ATTR_LEVEL(n)	((u64)(n))	/* whose rights: a privilege level */
#define PAGE_ATTR_STATE		((u64)1 << 16)	/* holds a processor's state */

/**
 * rmpadjust() - set what a less privileged level may do with a 4 KiB page
 * @addr:  linear address, mapped private
 * @attrs: PAGE_ATTR_*
 *
 * Return: 0, or the instruction's own code.
 */
static inline unsigned int rmpadjust(u64 addr, u64 attrs)
{
	__asm__ volatile(".byte 0xf3, 0x0f, 0x01, 0xfe"
			 : "+a"(addr)
			 : "c"((u64)0), "d"(attrs)
			 : "memory", "cc");
	return (u32)addr;
}

#endif
