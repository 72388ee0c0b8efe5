/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Hash table of a directly booted kernel, as QEMU puts it into the launch
 * measurement.
 *
 * Document: QEMU, docs/system/i386/amd-memory-encryption.rst, kernel-hashes.
 */
#ifndef CCVM_KERNEL_HASHES_H
#define CCVM_KERNEL_HASHES_H

#include "digest.h"

/* 168 bytes of table, padded to the granule of LAUNCH_UPDATE_DATA. */
#define KERNEL_HASHES_SIZE	176

/* SHA-256 of what fw_cfg will hand out. */
struct kernel_hashes {
	u8 kernel[SHA256_SIZE];		/* setup part, then the rest */
	u8 initrd[SHA256_SIZE];		/* of nothing if there is none */
	u8 cmdline[SHA256_SIZE];	/* with the final NUL */
};

void kernel_hashes_build(const struct kernel_hashes *hashes, u8 table[KERNEL_HASHES_SIZE]);

/**
 * kernel_hashes_place_page() - page with the table where the image wants it
 * @page: 4096 bytes
 * @base: base of the image's kernel hashes area, of which the low 12 bits count
 *
 * Return: 0, or -EINVAL if the table does not fit into the page there.
 */
int kernel_hashes_place_page(const u8 table[KERNEL_HASHES_SIZE], u32 base, u8 *page);

#endif
