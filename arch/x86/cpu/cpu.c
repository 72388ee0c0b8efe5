/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What this processor is. Document: Intel SDM volume 2, CPUID. */
#include <asm/cpu.h>
#include <fw/host_input.h>

HOST_INPUT_OTHER(cpuid, common, CHECKED, 0, 0, "CPUID");

#define CPUID_EXT_MAX		0x80000000
#define CPUID_ADDRESS_SIZES	0x80000008
#define PHYS_BITS_MIN		36u
#define PHYS_BITS_MAX		52u

unsigned int cpu_phys_bits(void)
{
	static unsigned int bits;

	if (bits)
		return bits;
	bits = PHYS_BITS_MIN;
	if (cpuid(CPUID_EXT_MAX, 0).eax >= CPUID_ADDRESS_SIZES)
		bits = cpuid(CPUID_ADDRESS_SIZES, 0).eax & 0xff;
	bits = MIN(MAX(bits, PHYS_BITS_MIN), PHYS_BITS_MAX);
	return bits;
}
