/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Launch measurements: what the PSP and the TDX module compute while a guest
 * is built, and RTMR extension.
 *
 * Documents: SEV API (AMD 55766), LAUNCH_MEASURE; SEV-SNP firmware ABI (AMD
 * 56860), section 8.17 "Measuring Guest Memory"; Intel TDX module ABI
 * (348551), TDH.MEM.PAGE.ADD, TDH.MR.EXTEND and TDG.MR.RTMR.EXTEND.
 */
#ifndef CCVM_MEASURE_H
#define CCVM_MEASURE_H

#include "digest.h"
#include "snp_meta.h"

/* GPA that is recorded for every VMSA page. */
#define SNP_VMSA_GPA	0x0000fffffffff000ull

/*
 * SEV and SEV-ES: SHA-256 over everything that is launched, in order: the
 * image, the 176 bytes of the hash table, each VMSA page.
 */
static inline void sev_ld_init(struct digest *d)
{
	digest_init(d, DIGEST_SHA256);
}

/** struct snp_ld - SNP launch digest so far */
struct snp_ld {
	u8 value[SHA384_SIZE];
};

void snp_ld_init(struct snp_ld *ld);

/**
 * snp_ld_page() - extend with one 4 KiB page
 * @type: page type
 * @gpa:  its address; ignored for a VMSA
 * @page: its contents; looked at only for NORMAL and VMSA pages
 */
void snp_ld_page(struct snp_ld *ld, enum snp_page_type type, u64 gpa, const void *page);

/* MRTD: digest_init(d, DIGEST_SHA384), these, then digest_final(). */
#define MRTD_CHUNK	256

void mrtd_init(struct digest *mrtd);

/** mrtd_add() - TDH.MEM.PAGE.ADD of the page at @gpa */
void mrtd_add(struct digest *mrtd, u64 gpa);

/** mrtd_extend() - TDH.MR.EXTEND of the 256 bytes at @gpa */
void mrtd_extend(struct digest *mrtd, u64 gpa, const void *chunk);

/** mrtd_page() - add a page and, if @measured, extend with all of it, as KVM does */
void mrtd_page(struct digest *mrtd, u64 gpa, const void *page, bool measured);

/** rtmr_extend() - rtmr = SHA-384(rtmr || value) */
void rtmr_extend(u8 rtmr[SHA384_SIZE], const u8 value[SHA384_SIZE]);

#endif
