/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Model-specific registers (Intel SDM volume 4; AMD APM volume 2, appendix A). */
#ifndef ASM_MSR_H
#define ASM_MSR_H

#include <fw/types.h>

#define MSR_MTRRCAP		0x0fe
#define MSR_MTRR_PHYSBASE(n)	(0x200 + 2 * (n))
#define MSR_MTRR_PHYSMASK(n)	(0x201 + 2 * (n))
#define MSR_MTRR_FIX64K_00000	0x250
#define MSR_MTRR_FIX16K_80000	0x258
#define MSR_MTRR_FIX16K_A0000	0x259
#define MSR_MTRR_FIX4K_C0000	0x268
#define MSR_MTRR_DEF_TYPE	0x2ff
#define MSR_EFER		0xc0000080

#define EFER_LME		(1u << 8)
#define EFER_NXE		(1u << 11)

static inline u64 rdmsr(u32 msr)
{
	u32 lo, hi;

	__asm__ volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr) : "memory");
	return (u64)hi << 32 | lo;
}

static inline void wrmsr(u32 msr, u64 value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((u32)value),
			 "d"((u32)(value >> 32)) : "memory");
}

#endif
