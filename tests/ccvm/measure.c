/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Launch measurements.
 *
 * Documents: SEV-SNP firmware ABI (AMD 56860), section 8.17 and table
 * "PAGE_INFO structure"; Intel TDX module ABI (348551), TDH.MEM.PAGE.ADD,
 * TDH.MR.EXTEND, TDG.MR.RTMR.EXTEND.
 */
#include <fw/compiler.h>
#include <fw/string.h>

#include "measure.h"

#define PAGE	4096

struct page_info {
	u8 digest[SHA384_SIZE];
	u8 contents[SHA384_SIZE];
	u16 length;
	u8 page_type;
	u8 imi_page;
	u8 vmpl3_perms, vmpl2_perms, vmpl1_perms;
	u8 reserved;
	u64 gpa;
} __packed;

_Static_assert(sizeof(struct page_info) == 0x70, "PAGE_INFO");

void snp_ld_init(struct snp_ld *ld)
{
	memset(ld->value, 0, sizeof(ld->value));
}

void snp_ld_page(struct snp_ld *ld, enum snp_page_type type, u64 gpa, const void *page)
{
	struct page_info info = {
		.length = sizeof(info),
		.page_type = (u8)type,
		.gpa = type == SNP_PAGE_VMSA ? SNP_VMSA_GPA : gpa,
	};

	memcpy(info.digest, ld->value, sizeof(info.digest));
	if (type == SNP_PAGE_NORMAL || type == SNP_PAGE_VMSA)
		sha384(page, PAGE, info.contents);
	sha384(&info, sizeof(info), ld->value);
}

/* What precedes data in the stream: a name and an address. */
struct mrtd_record {
	char name[16];
	u64 gpa;
	u8 zero[104];
};

_Static_assert(sizeof(struct mrtd_record) == 128, "one block of SHA-384");

void mrtd_init(struct digest *mrtd)
{
	digest_init(mrtd, DIGEST_SHA384);
}

void mrtd_add(struct digest *mrtd, u64 gpa)
{
	struct mrtd_record record = { .name = "MEM.PAGE.ADD", .gpa = gpa };

	digest_update(mrtd, &record, sizeof(record));
}

void mrtd_extend(struct digest *mrtd, u64 gpa, const void *chunk)
{
	struct mrtd_record record = { .name = "MR.EXTEND", .gpa = gpa };

	digest_update(mrtd, &record, sizeof(record));
	digest_update(mrtd, chunk, MRTD_CHUNK);
}

void mrtd_page(struct digest *mrtd, u64 gpa, const void *page, bool measured)
{
	u32 offset;

	mrtd_add(mrtd, gpa);
	if (!measured)
		return;
	for (offset = 0; offset < PAGE; offset += MRTD_CHUNK)
		mrtd_extend(mrtd, gpa + offset, (const u8 *)page + offset);
}

void rtmr_extend(u8 rtmr[SHA384_SIZE], const u8 value[SHA384_SIZE])
{
	u8 both[2 * SHA384_SIZE];

	memcpy(both, rtmr, SHA384_SIZE);
	memcpy(both + SHA384_SIZE, value, SHA384_SIZE);
	sha384(both, sizeof(both), rtmr);
}
