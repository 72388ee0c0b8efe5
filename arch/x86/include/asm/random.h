/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The processor's random number generator.
 * Document: Intel SDM volume 1, section 7.3.17.
 */
#ifndef ASM_RANDOM_H
#define ASM_RANDOM_H

#include <asm/cpu.h>

#define CPUID_1_ECX_RDRAND	(1u << 30)

/* One CPUID, which leaves a virtual machine: ask once. */
static inline bool cpu_has_rdrand(void)
{
	return cpuid(1, 0).ecx & CPUID_1_ECX_RDRAND;
}

static inline bool rdrand64(u64 *v)
{
	u8 ok;

	__asm__ volatile("rdrand %0; setc %1" : "=r"(*v), "=qm"(ok) : : "cc");
	return ok;
}

#endif
