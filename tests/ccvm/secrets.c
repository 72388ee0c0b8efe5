/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Secrets page of an SNP guest.
 *
 * Document: SEV-SNP firmware ABI (AMD 56860), section 8.14.2.5 "Secrets page".
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

void secrets_page_build(struct secrets_page *page, u32 fms,
			const u8 keys[VMPCK_COUNT][VMPCK_SIZE])
{
	memset(page, 0, sizeof(*page));
	page->version = SECRETS_VERSION;
	page->fms = fms;
	memcpy(page->vmpck, keys, sizeof(page->vmpck));
}
