/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * TDX metadata of a firmware image ("TDVF").
 *
 * Document: Intel TDX Virtual Firmware Design Guide (344991), section 11;
 * the checks are those of QEMU 10.2, hw/i386/tdvf.c, and that nothing is read
 * beyond the image.
 */
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "guidtab.h"
#include "tdvf.h"

/* Signature, length of everything, version, number of sections. */
#define HEADER_SIZE	16
#define SECTION_SIZE	32
#define PAGE		4096

static int fail(const char **why, int err, const char *what)
{
	*why = what;
	return err;
}

static int check_content(const struct tdvf_section *s, size_t image_size, const char **why)
{
	switch (s->type) {
	case TDVF_BFV:
	case TDVF_CFV:
		if (s->raw_size == 0)
			return fail(why, -EINVAL, "BFV or CFV section has no contents");
		/* The whole memory size is copied from the image. */
		if (s->data_offset > image_size || s->mem_size > image_size - s->data_offset)
			return fail(why, -EINVAL, "BFV or CFV section passes the image's end");
		return 0;
	case TDVF_TD_HOB:
	case TDVF_TEMP_MEM:
		if (s->raw_size != 0)
			return fail(why, -EINVAL, "TD_HOB or TEMP_MEM section has contents");
		return 0;
	default:
		return fail(why, -EINVAL, "unsupported section type");
	}
}

static int check_section(const struct tdvf_section *s, size_t image_size, const char **why)
{
	if (s->mem_size < s->raw_size)
		return fail(why, -EINVAL, "memory size is less than raw size");
	if (!IS_ALIGNED(s->gpa, PAGE) || !IS_ALIGNED(s->mem_size, PAGE))
		return fail(why, -EINVAL, "section is not made of whole pages");
	if (s->mem_size > ~s->gpa)
		return fail(why, -EINVAL, "section wraps around the address space");
	return check_content(s, image_size, why);
}

static void read_section(const u8 *p, struct tdvf_section *s)
{
	s->data_offset = get_le32(p);
	s->raw_size = get_le32(p + 4);
	s->gpa = get_le64(p + 8);
	s->mem_size = get_le64(p + 16);
	s->type = get_le32(p + 24);
	s->attributes = get_le32(p + 28);
}

static int parse_sections(const u8 *p, size_t image_size, struct tdvf *tdvf, const char **why)
{
	u32 i, hobs = 0;
	int err;

	for (i = 0; i < tdvf->count; i++, p += SECTION_SIZE) {
		read_section(p, &tdvf->section[i]);
		err = check_section(&tdvf->section[i], image_size, why);
		if (err)
			return err;
		hobs += tdvf->section[i].type == TDVF_TD_HOB;
	}
	if (hobs != 1)
		return fail(why, -EINVAL, "there is not exactly one TD_HOB section");
	return 0;
}

int tdvf_parse(const u8 *image, size_t size, struct tdvf *tdvf, const char **why)
{
	const u8 *p;
	size_t room;
	u32 length;
	int err;

	err = guidtab_metadata(image, size, &guid_tdx_metadata, &p, &room);
	if (err)
		return fail(why, err, "no usable TDX metadata entry in the GUID table");
	if (room < HEADER_SIZE || memcmp(p, "TDVF", 4) != 0)
		return fail(why, -EBADMSG, "signature is not TDVF");
	length = get_le32(p + 4);
	tdvf->count = get_le32(p + 12);
	if (get_le32(p + 8) != 1)
		return fail(why, -EINVAL, "version is not 1");
	/* Code and the HOB are the least that can start. */
	if (tdvf->count < 2)
		return fail(why, -EINVAL, "fewer than two sections");
	if (tdvf->count > TDVF_MAX_SECTIONS)
		return fail(why, -E2BIG, "too many sections");
	if (length != HEADER_SIZE + tdvf->count * SECTION_SIZE)
		return fail(why, -EBADMSG, "length does not fit the number of sections");
	if (length > room)
		return fail(why, -EBADMSG, "sections pass the image's end");
	return parse_sections(p + HEADER_SIZE, size, tdvf, why);
}

const struct tdvf_section *tdvf_hob(const struct tdvf *tdvf)
{
	u32 i;

	for (i = 0; i < tdvf->count; i++) {
		if (tdvf->section[i].type == TDVF_TD_HOB)
			return &tdvf->section[i];
	}
	return NULL;
}
