/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The CPUID page, and what the host says beside it: cc/sev/cpuid.c. */
#include <asm/cpu.h>
#include <fw/string.h>

#include "cpuid.h"
#include "sev.h"
#include "support.h"

u8 layout_launch_info0[4096];

bool sev_is_snp(void) { return true; }
struct ghcb_channel *sev_channel(void) { return NULL; }
void ghcb_call_or_stop(struct ghcb_channel *channel __unused,
		       struct ghcb_request *request __unused)
{
}

static struct cpuid_regs host(u32 leaf __unused, u32 subleaf __unused)
{
	return (struct cpuid_regs) { ~0u, ~0u, ~0u, ~0u };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const u32 leaves[] = { 0, 1, 7, 0xb, 0xd, 0x80000000, 0x8000001e, 0x8000001f };
	static struct snp_cpuid_page page;
	struct snp_cpuid_state state = { .cr4 = 0, .xcr0 = ~(u64)0 };
	struct cpuid_regs r;
	size_t i;

	memset(&page, 0, sizeof(page));
	memcpy(&page, data, MIN(size, sizeof(page)));
	if (!snp_cpuid_page_ok(&page))
		return 0;
	for (i = 0; i < ARRAY_SIZE(leaves); i++) {
		r = snp_cpuid_lookup(&page, &state, leaves[i], (u32)(size & 1), host);
		/* The state of the processor, not the page, says these. */
		if (leaves[i] == 1 && r.ecx & 1u << 27)
			mock_fail("OSXSAVE");
	}
	return 0;
}
