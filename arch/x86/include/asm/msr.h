/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Model-specific registers (Intel SDM volume 4; AMD APM volume 2, appendix A). */
#ifndef ASM_MSR_H
#define ASM_MSR_H

#include <asm/cpu_ops.h>
#include <asm/native.h>
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

#ifdef CONFIG_CC

static inline u64 rdmsr(u32 msr)
{
	return cpu_ops->rdmsr(msr);
}

static inline void wrmsr(u32 msr, u64 value)
{
	cpu_ops->wrmsr(msr, value);
}

#else

static inline u64 rdmsr(u32 msr) { return native_rdmsr(msr); }
static inline void wrmsr(u32 msr, u64 value) { native_wrmsr(msr, value); }

#endif

#endif
