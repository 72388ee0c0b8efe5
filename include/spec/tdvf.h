/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What an image tells the host about its launch as a trust domain.
 * Document: Intel TDX Virtual Firmware Design Guide 1.01 (344991), section 11.
 */
#ifndef SPEC_TDVF_H
#define SPEC_TDVF_H

#include <fw/types.h>

#define TDVF_SIGNATURE	"TDVF"
#define TDVF_VERSION	1

struct tdvf_header {
	char signature[4];
	le32 length;		/* of header and sections */
	le32 version;
	le32 count;
} __packed;

#define TDVF_BFV	0	/* the image's code */
#define TDVF_TD_HOB	2	/* the host's list of RAM goes here */
#define TDVF_TEMP_MEM	3	/* zero */

#define TDVF_MR_EXTEND	1	/* the contents are measured into MRTD */

struct tdvf_section {
	le32 data_offset;	/* in the image */
	le32 raw_size;
	le64 base;
	le64 size;
	le32 type;
	le32 attributes;
} __packed;

_Static_assert(sizeof(struct tdvf_section) == 32, "a section has 32 bytes");

#endif
