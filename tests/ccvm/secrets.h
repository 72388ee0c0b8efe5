/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Secrets page of an SNP guest, which the PSP fills.
 *
 * Document: SEV-SNP firmware ABI (AMD 56860), section 8.14.2.5 "Secrets page".
 */
#ifndef CCVM_SECRETS_H
#define CCVM_SECRETS_H

#include <fw/compiler.h>
#include <fw/types.h>

#define VMPCK_COUNT	4
#define VMPCK_SIZE	32

struct secrets_page {
	u32 version;
	u32 imi_en;
	u32 fms;
	u32 reserved1;
	u8 gosvw[16];
	u8 vmpck[VMPCK_COUNT][VMPCK_SIZE];
	/* The guest's OS owns these 96 bytes. */
	u32 msg_seqno[VMPCK_COUNT];
	u64 ap_jump_table;
	u8 os_reserved[40];
	u8 os_usage[32];
	u8 vmsa_tweak_bitmap[64];
	u64 svsm_base;
	u64 svsm_size;
	u64 svsm_caa;
	u32 svsm_max_version;
	u8 svsm_guest_vmpl;
	u8 reserved2[3];
	u32 tsc_factor;
	u8 reserved3[4096 - 0x164];
} __packed;

/**
 * secrets_page_build() - page of a guest that runs at VMPL 0 without an SVSM
 * @fms:  family, model and stepping as in CPUID 1.EAX
 * @keys: the four VM platform communication keys
 */
void secrets_page_build(struct secrets_page *page, u32 fms,
			const u8 keys[VMPCK_COUNT][VMPCK_SIZE]);

/** secrets_page_add_svsm() - the page as an SVSM hands it to a guest at @vmpl */
void secrets_page_add_svsm(struct secrets_page *page, u8 vmpl);

#endif
