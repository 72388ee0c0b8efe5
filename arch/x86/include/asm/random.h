/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The processor's random number generator.
 * Document: Intel SDM volume 1, sections 7.3.17.1 (RDRAND) and 7.3.17.2 (RDSEED).
 */
#ifndef ASM_RANDOM_H
#define ASM_RANDOM_H

#include <asm/cpu.h>

#define CPUID_1_ECX_RDRAND	(1u << 30)
#define CPUID_7_EBX_RDSEED	(1u << 18)

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

/* Up to two CPUIDs: ask once. */
static inline bool cpu_has_rdseed(void)
{
	return cpuid(0, 0).eax >= 7 && (cpuid(7, 0).ebx & CPUID_7_EBX_RDSEED);
}

static inline bool rdseed64(u64 *v)
{
	u8 ok;

	__asm__ volatile("rdseed %0; setc %1" : "=r"(*v), "=qm"(ok) : : "cc");
	return ok;
}

#endif
