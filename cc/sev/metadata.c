/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The list of pages that the host prepares before an SNP guest starts; part of
 * the launch measurement, in this order.
 * Document: QEMU 10.2, docs/specs/sev-guest-firmware.rst; hw/i386/pc.h.
 */
#include <fw/types.h>
#include <spec/snp.h>

enum {
#define LAYOUT_RANGE(name, base, size, type, launch, what) section_##name,
#include <fw/layout.def>
#undef LAYOUT_RANGE
	SECTIONS
};

/* What fw/layout.def says of each range's contents at launch. */
#define SECTION_ZERO	SNP_SECTION_ZERO
#define SECTION_HOST0	SNP_SECTION_CPUID
#define SECTION_HOST1	SNP_SECTION_SECRETS
#define SECTION_HOST2	SNP_SECTION_HASHES

struct sections {
	struct snp_metadata header;
	struct snp_section section[SECTIONS];
};

#define LE32(v)	((__force le32)(u32)(v))

/* The GUID table has its distance from the image's end. */
extern const struct sections snp_metadata;
const struct sections snp_metadata __used __section(".reset_const.snp_metadata") = {
	.header = {
		.signature = LE32(SNP_METADATA_SIGNATURE),
		.length = LE32(sizeof(struct sections)),
		.version = LE32(SNP_METADATA_VERSION),
		.count = LE32(SECTIONS),
	},
	.section = {
#define LAYOUT_RANGE(name, base, size, type, launch, what) \
		{ LE32(base), LE32(size), LE32(SECTION_##launch) },
#include <fw/layout.def>
#undef LAYOUT_RANGE
	},
};
