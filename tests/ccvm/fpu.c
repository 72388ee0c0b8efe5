/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * x87, SSE and AVX state of a VMSA, loaded by XRSTOR.
 *
 * Documents: AMD64 APM volume 2 (24593), section 11.5 (XSAVE area, XCR0) and
 * appendix B (VMSA); volume 5, section 2.2 (tag word).
 */
#include <asm/cpu.h>
#include <fw/string.h>

#include "fpu.h"
#include "vmsa.h"

#define LEAF_XSTATE		0xd
#define XCR0_X87		(1ull << 0)
#define XCR0_SSE		(1ull << 1)
#define XCR0_AVX		(1ull << 2)
#define CR0_EM_TS		0xcull
#define CR4_OSFXSR_OSXSAVE	0x40200ull
#define MXCSR_DEFINED		0xffffu
#define X87_EMPTY		3

/* The standard format up to the upper halves of YMM registers. */
struct xsave_area {
	u16 fcw, fsw;
	u8 ftw;			/* a bit per register: not empty */
	u8 reserved1;
	u16 fop;
	u64 rip, dp;
	u32 mxcsr, mxcsr_mask;
	u8 st[8][16];
	u8 xmm[256];
	u8 reserved2[96];
	u64 xstate_bv, xcomp_bv;
	u8 reserved3[48];
	u8 ymm_hi[256];
} __packed __aligned(64);

_Static_assert(offsetof(struct xsave_area, st) == 0x20, "XSAVE area");
_Static_assert(offsetof(struct xsave_area, xstate_bv) == 0x200, "XSAVE area");
_Static_assert(offsetof(struct xsave_area, ymm_hi) == 0x240, "XSAVE area");

static u64 supported(void)
{
	struct cpuid_regs r = cpuid(LEAF_XSTATE, 0);

	return r.eax | (u64)r.edx << 32;
}

bool fpu_can_load(const struct vmsa *vmsa)
{
	u64 xcr0 = vmsa->xcr0;

	if (!(xcr0 & XCR0_X87) || xcr0 & ~supported() || vmsa->mxcsr & ~MXCSR_DEFINED)
		return false;
	return !(xcr0 & XCR0_AVX) || xcr0 & XCR0_SSE;
}

static u8 not_empty(u16 tags)
{
	u8 bits = 0;
	u32 i;

	for (i = 0; i < 8; i++) {
		if ((tags >> 2 * i & 3) != X87_EMPTY)
			bits |= (u8)(1u << i);
	}
	return bits;
}

static void fill(struct xsave_area *area, const struct vmsa *vmsa)
{
	u32 i;

	memset(area, 0, sizeof(*area));
	area->fcw = vmsa->x87_fcw;
	area->fsw = vmsa->x87_fsw;
	area->ftw = not_empty(vmsa->x87_ftw);
	area->fop = vmsa->x87_fop;
	area->rip = vmsa->x87_rip;
	area->dp = vmsa->x87_dp;
	area->mxcsr = vmsa->mxcsr;
	for (i = 0; i < 8; i++)
		memcpy(area->st[i], vmsa->x87_regs + 10 * i, 10);
	memcpy(area->xmm, vmsa->xmm, sizeof(area->xmm));
	memcpy(area->ymm_hi, vmsa->ymm_hi, sizeof(area->ymm_hi));
	area->xstate_bv = XCR0_X87 | XCR0_SSE | XCR0_AVX;
}

static void write_xcr0(u64 value)
{
	__asm__ volatile("xsetbv" : : "c"(0), "a"((u32)value), "d"((u32)(value >> 32)));
}

void fpu_load(const struct vmsa *vmsa)
{
	const u64 all = supported() & (XCR0_X87 | XCR0_SSE | XCR0_AVX);
	static struct xsave_area area;		/* under the lock */
	u64 cr0;

	fill(&area, vmsa);
	__asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
	__asm__ volatile("mov %0, %%cr0" : : "r"(cr0 & ~CR0_EM_TS) : "memory");
	__asm__ volatile("mov %0, %%cr4" : : "r"(read_cr4() | CR4_OSFXSR_OSXSAVE) : "memory");
	write_xcr0(all);
	__asm__ volatile("xrstor64 %0" : : "m"(area), "a"((u32)all), "d"(0));
	write_xcr0(vmsa->xcr0);
}
