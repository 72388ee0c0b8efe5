/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What the launch of an encrypted guest leaves in memory, and what it finds
 * in the image.
 * Documents: AMD64 APM volume 2 (24593, revision 3.41), sections 15.34 to 15.36
 * and appendix B; SEV-SNP firmware ABI (AMD 56860, revision 1.55), sections
 * 8.14.2 and 8.17; QEMU 10.2, docs/specs/sev-guest-firmware.rst; Linux 6.12,
 * arch/x86/include/asm/sev.h (confidential computing blob).
 */
#ifndef SPEC_SNP_H
#define SPEC_SNP_H

#include <fw/byteorder.h>

#define MSR_GHCB		0xc0010130
#define MSR_SEV_STATUS		0xc0010131

#define SEV_STATUS_SEV		((u64)1 << 0)
#define SEV_STATUS_ES		((u64)1 << 1)
#define SEV_STATUS_SNP		((u64)1 << 2)
#define SEV_STATUS_DEBUG_SWAP	((u64)1 << 7)
#define SEV_STATUS_PREVENT_IBS	((u64)1 << 8)
#define SEV_STATUS_BTB_ISOLATION ((u64)1 << 9)
#define SEV_STATUS_SECURE_TSC	((u64)1 << 11)
#define SEV_STATUS_PMC_VIRT	((u64)1 << 13)
#define SEV_STATUS_IBS_VIRT	((u64)1 << 14)
#define SEV_STATUS_SMT_PROTECTION ((u64)1 << 17)
#define SEV_STATUS_IBPB_ON_ENTRY ((u64)1 << 23)

/* The image's list of pages for the launch. */
#define SNP_METADATA_SIGNATURE	0x56455341	/* "ASEV" */
#define SNP_METADATA_VERSION	1

struct snp_metadata {
	le32 signature;
	le32 length;
	le32 version;
	le32 count;
};

struct snp_section {
	le32 base;
	le32 size;
	le32 type;
};

#define SNP_SECTION_ZERO	1
#define SNP_SECTION_SECRETS	2
#define SNP_SECTION_CPUID	3
#define SNP_SECTION_HASHES	0x10

/* CPUID page, checked by the secure processor. */
#define SNP_CPUID_MAX		64

struct snp_cpuid_entry {
	le32 eax_in;
	le32 ecx_in;
	le64 xcr0_in;
	le64 xss_in;
	le32 eax;
	le32 ebx;
	le32 ecx;
	le32 edx;
	le64 reserved;
};

struct snp_cpuid_page {
	le32 count;
	le32 reserved[3];
	struct snp_cpuid_entry entry[SNP_CPUID_MAX];
	u8 pad[1008];
};
_Static_assert(sizeof(struct snp_cpuid_page) == 4096, "one page");

/* Secrets page, filled by the secure processor. */
struct snp_secrets {
	le32 version;			/* 0x000 */
	le32 flags;
	le32 fms;
	le32 reserved00c;
	u8 gosvw[16];
	u8 vmpck[4][32];		/* 0x020 */
	u8 os_area[96];			/* 0x0a0 */
	u8 vmsa_tweak[64];		/* 0x100 */
	le64 svsm_base;			/* 0x140 */
	le64 svsm_size;
	le64 svsm_caa;
	le32 svsm_max_version;
	u8 svsm_vmpl;			/* 0x15c */
	u8 reserved15d[3];
	le32 tsc_factor;
	u8 reserved164[4096 - 0x164];
};
_Static_assert(sizeof(struct snp_secrets) == 4096, "one page");
_Static_assert(offsetof(struct snp_secrets, svsm_vmpl) == 0x15c, "");

/* Digests of a kernel for direct boot, written by the host before the launch. */
struct sev_guid {
	u8 byte[16];
};

#define SEV_HASH_TABLE_GUID \
	{ { 0x06, 0xd6, 0x38, 0x94, 0x22, 0x4f, 0xc9, 0x4c, \
	    0xb4, 0x79, 0xa7, 0x93, 0xd4, 0x11, 0xfd, 0x21 } }
#define SEV_HASH_CMDLINE_GUID \
	{ { 0xd8, 0x2d, 0xd0, 0x97, 0x20, 0xbd, 0x94, 0x4c, \
	    0xaa, 0x78, 0xe7, 0x71, 0x4d, 0x36, 0xab, 0x2a } }
#define SEV_HASH_INITRD_GUID \
	{ { 0x31, 0xf7, 0xba, 0x44, 0x2f, 0x3a, 0xd7, 0x4b, \
	    0x9a, 0xf1, 0x41, 0xe2, 0x91, 0x69, 0x78, 0x1d } }
#define SEV_HASH_KERNEL_GUID \
	{ { 0x37, 0x94, 0xe7, 0x4d, 0xd2, 0xab, 0x7f, 0x42, \
	    0xb8, 0x35, 0xd5, 0xb1, 0x72, 0xd2, 0x04, 0x5b } }

struct sev_hash_header {
	struct sev_guid guid;
	le16 length;			/* with this header */
} __packed;

struct sev_hash_entry {
	struct sev_hash_header header;
	u8 sha256[32];
} __packed;
_Static_assert(sizeof(struct sev_hash_entry) == 50, "");

/* How an OS finds the pages above; setup_data of this type. */
#define SETUP_CC_BLOB		7
#define CC_BLOB_MAGIC		0x45444d41	/* "AMDE" */
#define CC_BLOB_VERSION		1

struct cc_blob {
	le32 magic;
	le16 version;
	le16 reserved06;
	le64 secrets;
	le32 secrets_len;
	le32 reserved14;
	le64 cpuid;
	le32 cpuid_len;
	le32 reserved24;
};
_Static_assert(sizeof(struct cc_blob) == 40, "");

#endif
