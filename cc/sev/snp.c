/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What an SNP guest must be like for this firmware.
 * Documents: AMD64 APM volume 2 (24593, revision 3.41), section 15.36; GHCB
 * specification (AMD 56421, revision 2.03), section 2.3; SVSM specification (AMD
 * 58019, revision 1.00), section 4.
 */
#define pr_fmt(fmt) "sev: " fmt

#include <asm/pvalidate.h>
#include <fw/byteorder.h>
#include <fw/host_input.h>
#include <fw/layout.h>
#include <fw/log.h>
#include <fw/panic.h>

#include "cpuid.h"
#include "sev.h"

HOST_INPUT_OTHER(secrets_page, sev, CHECKED, 0, 0, "SNP secrets page");

/* Features that need nothing of a guest that does not look at them. */
#define STATUS_KNOWN (SEV_STATUS_SEV | SEV_STATUS_ES | SEV_STATUS_SNP |		\
		      SEV_STATUS_DEBUG_SWAP | SEV_STATUS_PREVENT_IBS |		\
		      SEV_STATUS_BTB_ISOLATION | SEV_STATUS_SECURE_TSC |	\
		      SEV_STATUS_IBS_VIRT | SEV_STATUS_SMT_PROTECTION |		\
		      SEV_STATUS_IBPB_ON_ENTRY)

bool snp_check_host(void)
{
	if (!(ghcb_msr_features() & GHCB_FEATURE_SNP) ||
	    !snp_cpuid_page_ok((const void *)layout_launch_info0))
		sev_terminate(GHCB_TERMINATE_SNP);
	/* Only the most privileged level may set the rights of the next one. */
	return rmpadjust((u64)(uintptr_t)layout_work_area, PAGE_ATTR_LEVEL(1)) == PAGE_OP_OK;
}

void snp_check_status(u64 status, bool level0, const struct snp_secrets *secrets)
{
	if (status & ~STATUS_KNOWN)
		pr_err("SEV_STATUS has features 0x%llx that this firmware does not implement",
		       (unsigned long long)(status & ~STATUS_KNOWN));
	else if (!level0 || le64_to_cpu(secrets->svsm_size) != 0)
		pr_err("this guest runs at VMPL %u below an SVSM, which is not supported yet",
		       secrets->svsm_vmpl);
	else
		return;
	machine_stop();
}
