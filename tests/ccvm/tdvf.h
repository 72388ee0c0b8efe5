/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * TDX metadata of a firmware image ("TDVF"): what is added to a trust domain
 * before it is finalized.
 *
 * Document: Intel TDX Virtual Firmware Design Guide (344991), section 11;
 * which of it QEMU accepts: QEMU 10.2, hw/i386/tdvf.c.
 */
#ifndef CCVM_TDVF_H
#define CCVM_TDVF_H

#include <fw/types.h>

#define TDVF_MAX_SECTIONS	64

enum tdvf_type {
	TDVF_BFV = 0,
	TDVF_CFV = 1,
	TDVF_TD_HOB = 2,
	TDVF_TEMP_MEM = 3,
};

#define TDVF_ATTR_MR_EXTEND	0x1	/* contents are measured */
#define TDVF_ATTR_PAGE_AUG	0x2	/* QEMU adds such pages like the others */

struct tdvf_section {
	u32 data_offset;	/* from the image's start */
	u32 raw_size;
	u64 gpa;
	u64 mem_size;
	u32 type;
	u32 attributes;
};

struct tdvf {
	u32 count;
	struct tdvf_section section[TDVF_MAX_SECTIONS];
};

/**
 * tdvf_parse() - read and check an image's TDX metadata as QEMU does
 * @why: set to what is wrong, in words, unless the return is 0
 *
 * On success there is exactly one TD_HOB section, and the memory size of a
 * BFV or CFV section lies inside the image from its data offset on.
 *
 * Return: 0, -ENOENT if the image has none, -EINVAL or -EBADMSG if QEMU would
 * refuse it, -E2BIG if there are too many sections.
 */
int tdvf_parse(const u8 *image, size_t size, struct tdvf *tdvf, const char **why);

/** tdvf_hob() - the TD_HOB section of metadata that tdvf_parse() accepted */
const struct tdvf_section *tdvf_hob(const struct tdvf *tdvf);

/** tdvf_from_image() - whether a section's memory is filled from the image */
static inline bool tdvf_from_image(const struct tdvf_section *s)
{
	return s->type == TDVF_BFV || s->type == TDVF_CFV;
}

#endif
