/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Keeps the registers of floating point and SSE for those who own them. Firmware
 * uses none, but for a library; loaded software does, and its calls must not
 * change some of them.
 * Documents: Intel SDM volume 1, section 10.5 (FXSAVE); UEFI 2.10, section 2.3.4.2
 * (detailed calling conventions).
 */
#ifndef ASM_FPU_H
#define ASM_FPU_H

#include <fw/types.h>

/* Nobody but images with UEFI has callers that own such registers. */
#define FPU_IS_SHARED	IS_ENABLED(CONFIG_EFI)

struct fpu_state {
	u8 bytes[512];
} __aligned(16);

static inline void fpu_save(struct fpu_state *state)
{
	if (FPU_IS_SHARED)
		asm volatile("fxsave64 %0" : "=m" (*state));
}

static inline void fpu_restore(const struct fpu_state *state)
{
	if (FPU_IS_SHARED)
		asm volatile("fxrstor64 %0" : : "m" (*state) : "memory");
}

#endif
