/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SNP metadata of a firmware image ("ASEV"): what the launcher puts into guest
 * memory beside the image.
 *
 * Document: QEMU, docs/specs/sev-guest-firmware.rst and the OVMF metadata it
 * names; page types: SEV-SNP firmware ABI (AMD 56860), SNP_LAUNCH_UPDATE.
 */
#ifndef CCVM_SNP_META_H
#define CCVM_SNP_META_H

#include <fw/types.h>

/* More than any known image has (the largest: 7). */
#define SNP_META_MAX	64

enum snp_section_type {
	SNP_SECTION_MEM = 1,		/* validated, zero */
	SNP_SECTION_SECRETS = 2,
	SNP_SECTION_CPUID = 3,
	SNP_SECTION_SVSM_CAA = 4,
	SNP_SECTION_KERNEL_HASHES = 0x10,
};

/* SNP_LAUNCH_UPDATE.PAGE_TYPE; also what goes into the launch digest. */
enum snp_page_type {
	SNP_PAGE_NORMAL = 1,
	SNP_PAGE_VMSA = 2,
	SNP_PAGE_ZERO = 3,
	SNP_PAGE_UNMEASURED = 4,
	SNP_PAGE_SECRETS = 5,
	SNP_PAGE_CPUID = 6,
};

struct snp_section {
	u32 gpa;
	u32 size;
	u32 type;
};

struct snp_meta {
	u32 version;
	u32 count;
	struct snp_section section[SNP_META_MAX];
};

/**
 * snp_meta_parse() - read and check an image's SNP metadata
 * @why: set to what is wrong, in words, unless the return is 0
 *
 * Return: 0, -ENOENT if the image has none, -EINVAL or -EBADMSG if QEMU would
 * refuse it, or would read beyond it; -E2BIG if there are too many sections.
 */
int snp_meta_parse(const u8 *image, size_t size, struct snp_meta *meta, const char **why);

/**
 * snp_meta_page_type() - how QEMU launches a section's pages
 * @type:   section type, any value
 * @hashes: whether there is a kernel hash table
 */
enum snp_page_type snp_meta_page_type(u32 type, bool hashes);

/** snp_meta_find() - first section of a type, or NULL */
const struct snp_section *snp_meta_find(const struct snp_meta *meta, u32 type);

#endif
