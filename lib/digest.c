/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SHA-2 from Debian's libbearssl-dev, and what that library wants of its
 * surroundings: it is built with checks of the stack and of buffer sizes.
 * Document: FIPS 180-4.
 */
#include <bearssl_hash.h>

#include <asm/fpu.h>
#include <fw/digest.h>

void digest_sha256(const struct digest_part *parts, size_t count, u8 out[SHA256_SIZE])
{
	br_sha256_context context;
	struct fpu_state fpu;
	size_t i;

	fpu_save(&fpu);
	br_sha256_init(&context);
	for (i = 0; i < count; i++)
		br_sha256_update(&context, parts[i].data, parts[i].len);
	br_sha256_out(&context, out);
	fpu_restore(&fpu);
}

void digest_sha384(const struct digest_part *parts, size_t count, u8 out[SHA384_SIZE])
{
	br_sha384_context context;
	struct fpu_state fpu;
	size_t i;

	fpu_save(&fpu);
	br_sha384_init(&context);
	for (i = 0; i < count; i++)
		br_sha384_update(&context, parts[i].data, parts[i].len);
	br_sha384_out(&context, out);
	fpu_restore(&fpu);
}
