/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Secrets page of an SNP guest.
 *
 * Document: SEV-SNP firmware ABI (AMD 56860), section 8.14.2.5 "Secrets page";
 * SVSM specification (AMD 58019), section 4 (what an SVSM adds to it).
 */
#include <fw/string.h>

#include "secrets.h"

_Static_assert(sizeof(struct secrets_page) == 4096, "one page");
_Static_assert(offsetof(struct secrets_page, vmpck) == 0x20, "secrets page");
_Static_assert(offsetof(struct secrets_page, ap_jump_table) == 0xb0, "secrets page");
_Static_assert(offsetof(struct secrets_page, vmsa_tweak_bitmap) == 0x100, "secrets page");
_Static_assert(offsetof(struct secrets_page, svsm_base) == 0x140, "secrets page");
_Static_assert(offsetof(struct secrets_page, tsc_factor) == 0x160, "secrets page");

#define SECRETS_VERSION	3

/* Where COCONUT-SVSM lives; there is nothing. */
#define SVSM_BASE	0x8000000000ull
#define SVSM_SIZE	0x1000000ull

void secrets_page_build(struct secrets_page *page, u32 fms,
			const u8 keys[VMPCK_COUNT][VMPCK_SIZE])
{
	memset(page, 0, sizeof(*page));
	page->version = SECRETS_VERSION;
	page->fms = fms;
	memcpy(page->vmpck, keys, sizeof(page->vmpck));
}

void secrets_page_add_svsm(struct secrets_page *page, u8 vmpl)
{
	/* The more privileged levels' keys are the SVSM's. */
	memset(page->vmpck, 0, (size_t)vmpl * VMPCK_SIZE);
	page->svsm_base = SVSM_BASE;
	page->svsm_size = SVSM_SIZE;
	page->svsm_caa = SVSM_BASE + SVSM_SIZE - 0x1000;
	page->svsm_max_version = 1;
	page->svsm_guest_vmpl = vmpl;
}
