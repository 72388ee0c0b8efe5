/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SHA-256 and SHA-384 from Mbed TLS.
 *
 * Document: FIPS 180-4.
 *
 * The library's functions return errors only for hardware implementations,
 * which this build of it does not have.
 */
#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>

#include <fw/panic.h>

#include "digest.h"

_Static_assert(sizeof(mbedtls_sha256_context) <= sizeof(((struct digest *)0)->state),
	       "room for SHA-256");
_Static_assert(sizeof(mbedtls_sha512_context) <= sizeof(((struct digest *)0)->state),
	       "room for SHA-384");

static mbedtls_sha256_context *sha256_of(struct digest *d)
{
	return (mbedtls_sha256_context *)d->state;
}

static mbedtls_sha512_context *sha512_of(struct digest *d)
{
	return (mbedtls_sha512_context *)d->state;
}

static void must(int err)
{
	if (err)
		panic("digest: Mbed TLS error %d", err);
}

void digest_init(struct digest *d, enum digest_alg alg)
{
	d->alg = alg;
	digest_begin_lib();
	if (alg == DIGEST_SHA256) {
		mbedtls_sha256_init(sha256_of(d));
		must(mbedtls_sha256_starts_ret(sha256_of(d), 0));
	} else {
		mbedtls_sha512_init(sha512_of(d));
		must(mbedtls_sha512_starts_ret(sha512_of(d), 1));
	}
	digest_end_lib();
}

void digest_update(struct digest *d, const void *data, size_t len)
{
	digest_begin_lib();
	if (d->alg == DIGEST_SHA256)
		must(mbedtls_sha256_update_ret(sha256_of(d), data, len));
	else
		must(mbedtls_sha512_update_ret(sha512_of(d), data, len));
	digest_end_lib();
}

void digest_final(struct digest *d, u8 *out)
{
	/* What the library's prototype asks for, whatever is written. */
	u8 full[64];

	digest_begin_lib();
	if (d->alg == DIGEST_SHA256)
		must(mbedtls_sha256_finish_ret(sha256_of(d), full));
	else
		must(mbedtls_sha512_finish_ret(sha512_of(d), full));
	digest_end_lib();
	__builtin_memcpy(out, full, d->alg == DIGEST_SHA256 ? SHA256_SIZE : SHA384_SIZE);
}

void sha256(const void *data, size_t len, u8 out[SHA256_SIZE])
{
	struct digest d;

	digest_init(&d, DIGEST_SHA256);
	digest_update(&d, data, len);
	digest_final(&d, out);
}

void sha384(const void *data, size_t len, u8 out[SHA384_SIZE])
{
	struct digest d;

	digest_init(&d, DIGEST_SHA384);
	digest_update(&d, data, len);
	digest_final(&d, out);
}
