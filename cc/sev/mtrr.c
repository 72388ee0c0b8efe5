/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Memory types, which the host keeps for a guest whose registers it does not
 * see: all of memory is write-back. Without any, Linux before 6.6 does not use
 * the PAT, and then cannot write-protect memory that it is encrypting.
 * Document: Intel SDM volume 3, section 12.11.2.1 (IA32_MTRR_DEF_TYPE).
 */
#include <asm/cpu.h>
#include <asm/msr.h>

#include "sev.h"

#define CPUID_1_EDX_MTRR	(1u << 12)
#define MTRR_ENABLE		((u64)1 << 11)
#define TYPE_WB			6

static int enable_mtrrs(void)
{
	if (sev_is_es() && cpuid(1, 0).edx & CPUID_1_EDX_MTRR)
		wrmsr(MSR_MTRR_DEF_TYPE, MTRR_ENABLE | TYPE_WB);
	return 0;
}
HOOK(memmap_post, 20, sev, enable_mtrrs);
