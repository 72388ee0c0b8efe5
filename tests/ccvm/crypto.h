/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * AES-256-GCM and ECDSA over P-384, for guest messages and test reports.
 *
 * Documents: NIST SP 800-38D, FIPS 186-4. The code is Mbed TLS's, like that of
 * digest.h; every function here calls digest_begin_lib() and digest_end_lib().
 */
#ifndef CCVM_CRYPTO_H
#define CCVM_CRYPTO_H

#include <fw/types.h>

#define GCM_KEY_SIZE	32
#define GCM_IV_SIZE	12
#define GCM_TAG_SIZE	16
#define P384_SIZE	48

/** struct gcm_message - operands of one AES-256-GCM operation; @out may be @in */
struct gcm_message {
	const u8 *key;		/* GCM_KEY_SIZE */
	const u8 *iv;		/* GCM_IV_SIZE */
	const u8 *aad;
	size_t aad_len;
	const u8 *in;
	u8 *out;
	size_t len;
};

/* Return: 0, or -EIO if the library fails (out of heap). */
int gcm_seal(const struct gcm_message *m, u8 tag[GCM_TAG_SIZE]);

/* Return: 0, -EBADMSG if the tag is wrong (@out is then zeroed), or -EIO. */
int gcm_open(const struct gcm_message *m, const u8 tag[GCM_TAG_SIZE]);

/* Big-endian numbers, as SEC 1 writes them. */
struct p384_point {
	u8 x[P384_SIZE];
	u8 y[P384_SIZE];
};

struct p384_signature {
	u8 r[P384_SIZE];
	u8 s[P384_SIZE];
};

/**
 * p384_sign() - sign a SHA-384 digest; RFC 6979, so that the result is always
 * the same
 * Return: 0 or -EIO
 */
int p384_sign(const u8 key[P384_SIZE], const u8 hash[48], struct p384_signature *sig);

/** p384_verify() - Return: 0, -EBADMSG if the signature is wrong, or -EIO */
int p384_verify(const struct p384_point *key, const u8 hash[48],
		const struct p384_signature *sig);

/** p384_public() - public key of a private one */
int p384_public(const u8 key[P384_SIZE], struct p384_point *point);

#endif
