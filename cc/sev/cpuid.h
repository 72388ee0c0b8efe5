/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* CPUID without the instruction. */
#ifndef CC_SEV_CPUID_H
#define CC_SEV_CPUID_H

#include <asm/native.h>
#include <spec/snp.h>

/** sev_cpuid() - as the instruction; SNP: what the secure processor has checked */
struct cpuid_regs sev_cpuid(u32 leaf, u32 subleaf);

/** snp_cpuid_page_ok() - whether the page can be used at all */
bool snp_cpuid_page_ok(const struct snp_cpuid_page *page);

/**
 * struct snp_cpuid_state - the processor's own part of the answer
 * @cr4:  its CR4
 * @xcr0: enabled features of XCR0
 * @xss:  of IA32_XSS
 */
struct snp_cpuid_state {
	u64 cr4, xcr0, xss;
};

/**
 * snp_cpuid_lookup() - a leaf as the page and this processor's state have it
 * @page:  page that is ok
 * @state: this processor's state
 * @leaf:  EAX
 * @subleaf: ECX
 * @host:  what the host says, for the fields that only it knows
 */
struct cpuid_regs snp_cpuid_lookup(const struct snp_cpuid_page *page,
				   const struct snp_cpuid_state *state, u32 leaf, u32 subleaf,
				   struct cpuid_regs (*host)(u32 leaf, u32 subleaf));

#endif
