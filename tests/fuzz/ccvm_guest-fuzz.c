/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Fuzz target: what the emulated machine reads of a guest: a save area, a
 * message for the PSP, the count of a CPUID page. The first byte chooses.
 *
 * A message that no key of the PSP sealed must never be answered.
 */
#include <string.h>

#include "cpuid_page.h"
#include "guest_msg.h"
#include "support.h"
#include "tdreport.h"
#include "vmsa.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static u8 page[4096], response[4096];

static void message(void)
{
	static struct guest_msg psp;

	/* Get past the header's checks, which bits alone would seldom do. */
	page[0x30] = 1;
	page[0x31] = 1;
	page[0x32] = 0x60;
	page[0x33] = 0;
	memset(psp.keys, 0x33, sizeof(psp.keys));
	memset(psp.count, 0, sizeof(psp.count));
	if (guest_msg_request(&psp, page, response) == PSP_SUCCESS)
		mock_fail("forged message answered");
}

static void cpuid(void)
{
	const struct cpuid_page *p = (const struct cpuid_page *)page;

	cpuid_page_find(p, 0xd, 1);
	cpuid_page_find(p, 0x80000000, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	if (size == 0 || size > sizeof(page))
		return 0;
	memset(page, 0, sizeof(page));
	memcpy(page, input + 1, size - 1);
	switch (input[0] % 4) {
	case 0:
		vmsa_check((const struct vmsa *)page, 1);
		break;
	case 1:
		message();
		break;
	case 2:
		cpuid();
		break;
	default:
		tdreport_check((const struct tdreport *)page);
	}
	return 0;
}
