/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The CPUID page, from what CPUID gives an SNP guest. */
#include "cpuid_page.h"
#include "snp.h"

static void ask(void *ctx __unused, u32 leaf, u32 subleaf, struct cpuid_regs *regs)
{
	u32 r[4];

	snp_cpuid(leaf, subleaf, r);
	regs->eax = r[0];
	regs->ebx = r[1];
	regs->ecx = r[2];
	regs->edx = r[3];
}

int snp_build_cpuid_page(void *page)
{
	return cpuid_page_build(page, ask, NULL);
}
