/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Digests (FIPS 180-4), by BearSSL. */
#ifndef FW_DIGEST_H
#define FW_DIGEST_H

#include <fw/types.h>

#define SHA256_SIZE	32
#define SHA384_SIZE	48

/**
 * struct digest_part - a piece of what is hashed
 * @data: first byte, in private memory; may be NULL if @len is 0
 * @len:  bytes
 */
struct digest_part {
	const void *data;
	size_t len;
};

/**
 * digest_sha256() - SHA-256 of several pieces as if they were one
 * @parts: pieces, in order
 * @count: how many
 * @out:   where to put the digest
 *
 * Context: boot processor, after exception_init(); the library uses SSE
 * registers, which nothing else in the firmware does. In images with UEFI their
 * contents are kept, since they are those of loaded software.
 */
void digest_sha256(const struct digest_part *parts, size_t count, u8 out[SHA256_SIZE]);

/** digest_sha384() - SHA-384, otherwise as digest_sha256() */
void digest_sha384(const struct digest_part *parts, size_t count, u8 out[SHA384_SIZE]);

#endif
