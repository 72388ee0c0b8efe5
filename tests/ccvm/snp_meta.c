/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SNP metadata of a firmware image ("ASEV").
 *
 * Document: QEMU, docs/specs/sev-guest-firmware.rst; what a launch refuses:
 * QEMU 10.2, target/i386/sev.c.
 */
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "guidtab.h"
#include "snp_meta.h"

/* Signature, length of everything, version, number of descriptors. */
#define HEADER_SIZE	16
#define DESC_SIZE	12
#define PAGE		4096

static int fail(const char **why, int err, const char *what)
{
	*why = what;
	return err;
}

static int check_section(const struct snp_section *s, const char **why)
{
	if (!IS_ALIGNED(s->gpa, PAGE) || !IS_ALIGNED(s->size, PAGE))
		return fail(why, -EINVAL, "section is not made of whole pages");
	if (s->size > 0x100000000ull - s->gpa)
		return fail(why, -EINVAL, "section passes 4 GiB");
	/* Each is one page of the PSP's, of which QEMU fills one. */
	if ((s->type == SNP_SECTION_CPUID || s->type == SNP_SECTION_SECRETS) && s->size < PAGE)
		return fail(why, -EINVAL, "CPUID or secrets section has no page");
	return 0;
}

static int parse_sections(const u8 *p, struct snp_meta *meta, const char **why)
{
	struct snp_section *s;
	u32 i;
	int err;

	for (i = 0; i < meta->count; i++, p += DESC_SIZE) {
		s = &meta->section[i];
		s->gpa = get_le32(p);
		s->size = get_le32(p + 4);
		s->type = get_le32(p + 8);
		err = check_section(s, why);
		if (err)
			return err;
	}
	return 0;
}

int snp_meta_parse(const u8 *image, size_t size, struct snp_meta *meta, const char **why)
{
	const u8 *p;
	size_t room;
	u32 length;
	int err;

	err = guidtab_metadata(image, size, &guid_snp_metadata, &p, &room);
	if (err)
		return fail(why, err, "no usable SNP metadata entry in the GUID table");
	if (room < HEADER_SIZE || memcmp(p, "ASEV", 4) != 0)
		return fail(why, -EBADMSG, "signature is not ASEV");
	length = get_le32(p + 4);
	if (length < HEADER_SIZE || length > room)
		return fail(why, -EBADMSG, "length passes the image's end");
	meta->version = get_le32(p + 8);
	meta->count = get_le32(p + 12);
	/* QEMU does not look, but the calculators of the launch digest insist. */
	if (meta->version != 1)
		return fail(why, -EINVAL, "version is not 1");
	if (meta->count > (length - HEADER_SIZE) / DESC_SIZE)
		return fail(why, -EBADMSG, "more descriptors than the length has room for");
	if (meta->count > SNP_META_MAX)
		return fail(why, -E2BIG, "too many descriptors");
	return parse_sections(p + HEADER_SIZE, meta, why);
}

enum snp_page_type snp_meta_page_type(u32 type, bool hashes)
{
	switch (type) {
	case SNP_SECTION_SECRETS:
		return SNP_PAGE_SECRETS;
	case SNP_SECTION_CPUID:
		return SNP_PAGE_CPUID;
	case SNP_SECTION_KERNEL_HASHES:
		return hashes ? SNP_PAGE_NORMAL : SNP_PAGE_ZERO;
	default:
		return SNP_PAGE_ZERO;
	}
}

const struct snp_section *snp_meta_find(const struct snp_meta *meta, u32 type)
{
	u32 i;

	for (i = 0; i < meta->count; i++) {
		if (meta->section[i].type == type)
			return &meta->section[i];
	}
	return NULL;
}
