/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SHA-256 and SHA-384, bytes in, digest out.
 *
 * Document: FIPS 180-4. The code is Mbed TLS's (Debian's libmbedcrypto.a):
 * the firmware under test uses BearSSL, and a mistake in one library must not
 * be able to cancel itself out.
 */
#ifndef CCVM_DIGEST_H
#define CCVM_DIGEST_H

#include <fw/types.h>

#define SHA256_SIZE	32
#define SHA384_SIZE	48

enum digest_alg {
	DIGEST_SHA256,
	DIGEST_SHA384,
};

/* Room for the library's state, which only digest.c looks into. */
struct digest {
	enum digest_alg alg;
	u64 state[32];
};

/**
 * digest_begin_lib(), digest_end_lib() - around every use of the library
 *
 * Supplied by whoever links this code; called in pairs, never nested. The
 * library is compiled for an ordinary process: it uses SSE registers, the red
 * zone below the stack pointer, and the stack canary at %fs:0x28, and its
 * tables and heap are shared. On bare metal begin must therefore take the
 * lock, save the guest's FPU state (FXSAVE is enough: no AVX is used), have
 * CR0.EM and CR0.TS clear and CR4.OSFXSR set, load FCW 0x37f and MXCSR 0x1f80,
 * and point the FS base, which holds the guest's value, at 48 readable bytes
 * of its own. End undoes it.
 */
void digest_begin_lib(void);
void digest_end_lib(void);

void digest_init(struct digest *d, enum digest_alg alg);
void digest_update(struct digest *d, const void *data, size_t len);

/** digest_final() - write the 32 or 48 bytes; @d must be initialized again before reuse */
void digest_final(struct digest *d, u8 *out);

void sha256(const void *data, size_t len, u8 out[SHA256_SIZE]);
void sha384(const void *data, size_t len, u8 out[SHA384_SIZE]);

#endif
