/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The secrets page: cc/sev/snp.c goes on only at level 0 without an SVSM and with
 * features that it knows, or stops with one line.
 *
 * Input: SEV_STATUS (le64), result of RMPADJUST (u8), the page.
 */
#include <setjmp.h>
#include <stdint.h>

#include <asm/pvalidate.h>
#include <fw/string.h>

#include "cpuid.h"
#include "sev.h"
#include "support.h"

u8 layout_launch_info0[4096], layout_work_area[4096];

static unsigned int adjust_result;

bool sev_is_es(void) { return true; }
void sev_terminate(unsigned int reason __unused) { mock_halt(); }
u64 ghcb_msr_features(void) { return GHCB_FEATURE_SNP; }
bool snp_cpuid_page_ok(const struct snp_cpuid_page *page __unused) { return true; }
unsigned int mock_rmpadjust(u64 addr __unused, u64 attrs __unused) { return adjust_result; }
unsigned int mock_pvalidate(u64 addr __unused, bool large __unused, bool validate __unused)
{
	mock_fail("PVALIDATE");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* These ask nothing of a guest: SEV, ES, SNP, and bits 7-9, 11, 14, 17, 23. */
	static const u64 known = 0x824b87;
	static struct snp_secrets secrets;
	u8 input[9 + sizeof(secrets)];
	volatile bool went_on = false;
	u64 status;

	memset(input, 0, sizeof(input));
	memcpy(input, data, MIN(size, sizeof(input)));
	status = get_le64(input);
	adjust_result = input[8];
	memcpy(&secrets, input + 9, sizeof(secrets));

	mock_log_reset();
	mock_panic_expected = true;
	if (!setjmp(mock_panic_jmp)) {
		snp_check_status(status, snp_check_host(), &secrets);
		went_on = true;
	}
	mock_panic_expected = false;
	if (went_on && (status & ~known || adjust_result != 0 ||
			le64_to_cpu(secrets.svsm_size) != 0))
		mock_fail("goes on");
	if (mock_log_errors() != (went_on ? 0 : 1))
		mock_fail("%u lines", mock_log_errors());
	return 0;
}
