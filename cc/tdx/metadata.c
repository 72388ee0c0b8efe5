/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What the host adds to a trust domain before it starts: the image, measured,
 * the fixed pages as zeroes, and its own list of RAM.
 * Documents: Intel TDX Virtual Firmware Design Guide 1.01 (344991), section 11; what
 * of it QEMU accepts: QEMU, hw/i386/tdvf.c.
 */
#include <fw/byteorder.h>
#include <fw/layout.h>
#include <spec/tdvf.h>

#define CONST_LE32(v)	((__force le32)(u32)(v))
#define CONST_LE64(v)	((__force le64)(u64)(v))

#define FLASH_BASE	(GiB(4) - CONFIG_FLASH_SIZE)

/* The list of RAM may take up two pages, which are neighbours. */
enum {
#define LAYOUT_RANGE(name, base, size, type, launch, what)	\
	base_of_##name = base, size_of_##name = size,
#include <fw/layout.def>
#undef LAYOUT_RANGE
	hob_size = size_of_launch_info0 + size_of_launch_info1,
};
_Static_assert(base_of_launch_info1 == base_of_launch_info0 + size_of_launch_info0,
	       "the TD HOB's pages are not neighbours");

#define TEMP_MEM(at, len) \
	{ .base = CONST_LE64(at), .size = CONST_LE64(len), .type = CONST_LE32(TDVF_TEMP_MEM) },

#define SECTION_ZERO(at, len)	TEMP_MEM(at, len)
#define SECTION_HOST0(at, len) \
	{ .base = CONST_LE64(at), .size = CONST_LE64(hob_size), .type = CONST_LE32(TDVF_TD_HOB) },
#define SECTION_HOST1(at, len)			/* with the one before */
#define SECTION_HOST2(at, len)	TEMP_MEM(at, len)

/* As many as there are lines of fw/layout.def, without HOST1's, and the image. */
enum {
#define LAYOUT_RANGE(name, base, size, type, launch, what)	section_##name,
#include <fw/layout.def>
#undef LAYOUT_RANGE
	section_count,
};

struct tdvf_metadata {
	struct tdvf_header header;
	struct tdvf_section section[section_count];
};

extern const struct tdvf_metadata tdvf_metadata;

const struct tdvf_metadata tdvf_metadata __used __section(".reset_const.tdvf") = {
	.header = {
		.signature = { 'T', 'D', 'V', 'F' },
		.length = CONST_LE32(sizeof(tdvf_metadata)),
		.version = CONST_LE32(TDVF_VERSION),
		.count = CONST_LE32(section_count),
	},
	.section = {
#define LAYOUT_RANGE(name, base, size, type, launch, what)	SECTION_##launch(base, size)
#include <fw/layout.def>
#undef LAYOUT_RANGE
		{
			.raw_size = CONST_LE32(CONFIG_FLASH_SIZE),
			.base = CONST_LE64(FLASH_BASE),
			.size = CONST_LE64(CONFIG_FLASH_SIZE),
			.type = CONST_LE32(TDVF_BFV),
			.attributes = CONST_LE32(TDVF_MR_EXTEND),
		},
	},
};
