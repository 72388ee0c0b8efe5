/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The GUID table at the end of a firmware image: how firmware tells its
 * launcher where things are.
 *
 * Documents: QEMU, docs/specs/sev-guest-firmware.rst; GHCB specification
 * (AMD 56421) for the SEV-ES reset block.
 */
#ifndef CCVM_GUIDTAB_H
#define CCVM_GUIDTAB_H

#include <fw/types.h>

/* A GUID as it lies in memory: the first three fields little-endian. */
struct guid {
	u8 b[16];
};

#define GUID(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7) { {			\
	(a) & 0xff, ((a) >> 8) & 0xff, ((a) >> 16) & 0xff, ((a) >> 24) & 0xff,	\
	(b) & 0xff, ((b) >> 8) & 0xff, (c) & 0xff, ((c) >> 8) & 0xff,		\
	d0, d1, d2, d3, d4, d5, d6, d7 } }

extern const struct guid guid_sev_es_reset;	/* data: u32 AP start address */
extern const struct guid guid_kernel_hashes;	/* data: u32 base, u32 size */
extern const struct guid guid_launch_secret;	/* data: u32 base, u32 size */
extern const struct guid guid_snp_metadata;	/* data: u32 offset from image end */
extern const struct guid guid_tdx_metadata;	/* data: u32 offset from image end */

/**
 * guidtab_find() - find an entry of an image's table
 * @image: the image
 * @size:  its size; the table's footer is 32 bytes before the end
 * @guid:  which entry
 * @data:  set to the entry's data, inside @image
 * @len:   set to the length of the data
 *
 * Return: 0, -ENOENT if there is no table or no such entry, -EBADMSG if a
 * length in the table is impossible (QEMU then goes on without the table).
 */
int guidtab_find(const u8 *image, size_t size, const struct guid *guid, const u8 **data,
		 size_t *len);

/**
 * guidtab_sev_es_reset() - where an image wants its application processors
 *
 * Also finds the block that older images carry without a table.
 *
 * Return: 0 and a non-zero @addr, or as guidtab_find(); -EINVAL if the
 * block is too short or the address is zero.
 */
int guidtab_sev_es_reset(const u8 *image, size_t size, u32 *addr);

/** struct guidtab_area - a range of guest-physical addresses named by an entry */
struct guidtab_area {
	u32 base;
	u32 size;
};

/**
 * guidtab_area() - data of an entry that names a memory area
 *
 * Return: as guidtab_find(); -EINVAL if the entry is shorter than an area.
 */
int guidtab_area(const u8 *image, size_t size, const struct guid *guid,
		 struct guidtab_area *area);

/**
 * guidtab_metadata() - structure that an entry points to by its distance from
 * the image's end
 * @len: set to the bytes from there to the end of the image
 *
 * Return: as guidtab_find(); -EINVAL if the distance is impossible.
 */
int guidtab_metadata(const u8 *image, size_t size, const struct guid *guid, const u8 **data,
		     size_t *len);

#endif
