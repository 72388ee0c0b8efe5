/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's display in the guest's memory: what is written to etc/ramfb of fw_cfg.
 * Document: QEMU, docs/specs/fw_cfg.rst and hw/display/ramfb.c; the formats are
 * those of Linux, include/uapi/drm/drm_fourcc.h.
 */
#ifndef SPEC_RAMFB_H
#define SPEC_RAMFB_H

#include <fw/byteorder.h>

#define RAMFB_FILE	"etc/ramfb"

struct ramfb_config {
	be64 address;
	be32 fourcc;
	be32 flags;
	be32 width;
	be32 height;
	be32 stride;		/* bytes */
} __packed;

/* 32 bits, little-endian: blue, green, red, none */
#define RAMFB_XRGB8888	0x34325258

#endif
