/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * AES-256-GCM and ECDSA over P-384 from Mbed TLS.
 *
 * Documents: NIST SP 800-38D; FIPS 186-4; RFC 6979.
 */
#include <mbedtls/ecdsa.h>
#include <mbedtls/gcm.h>

#include <fw/errno.h>

#include "crypto.h"
#include "digest.h"

static int gcm_error(int err)
{
	if (err == 0)
		return 0;
	return err == MBEDTLS_ERR_GCM_AUTH_FAILED ? -EBADMSG : -EIO;
}

int gcm_seal(const struct gcm_message *m, u8 tag[GCM_TAG_SIZE])
{
	mbedtls_gcm_context gcm;
	int err;

	digest_begin_lib();
	mbedtls_gcm_init(&gcm);
	err = mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, m->key, 8 * GCM_KEY_SIZE);
	if (!err)
		err = mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, m->len, m->iv,
						GCM_IV_SIZE, m->aad, m->aad_len, m->in, m->out,
						GCM_TAG_SIZE, tag);
	mbedtls_gcm_free(&gcm);
	digest_end_lib();
	return gcm_error(err);
}

int gcm_open(const struct gcm_message *m, const u8 tag[GCM_TAG_SIZE])
{
	mbedtls_gcm_context gcm;
	int err;

	digest_begin_lib();
	mbedtls_gcm_init(&gcm);
	err = mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, m->key, 8 * GCM_KEY_SIZE);
	if (!err)
		err = mbedtls_gcm_auth_decrypt(&gcm, m->len, m->iv, GCM_IV_SIZE, m->aad,
					       m->aad_len, tag, GCM_TAG_SIZE, m->in, m->out);
	mbedtls_gcm_free(&gcm);
	digest_end_lib();
	return gcm_error(err);
}

/* Everything one operation on the curve needs, so that it is set up once. */
struct p384 {
	mbedtls_ecp_group group;
	mbedtls_ecp_point point;
	mbedtls_mpi key, r, s;
};

static int p384_begin(struct p384 *p)
{
	digest_begin_lib();
	mbedtls_ecp_group_init(&p->group);
	mbedtls_ecp_point_init(&p->point);
	mbedtls_mpi_init(&p->key);
	mbedtls_mpi_init(&p->r);
	mbedtls_mpi_init(&p->s);
	return mbedtls_ecp_group_load(&p->group, MBEDTLS_ECP_DP_SECP384R1);
}

static void p384_end(struct p384 *p)
{
	mbedtls_mpi_free(&p->s);
	mbedtls_mpi_free(&p->r);
	mbedtls_mpi_free(&p->key);
	mbedtls_ecp_point_free(&p->point);
	mbedtls_ecp_group_free(&p->group);
	digest_end_lib();
}

/*
 * The library wants randomness to blind its intermediate values against an
 * observer; the keys here are public.
 */
static int not_random(void *ctx __unused, unsigned char *out, size_t len)
{
	__builtin_memset(out, 0x5a, len);
	return 0;
}

int p384_sign(const u8 key[P384_SIZE], const u8 hash[48], struct p384_signature *sig)
{
	struct p384 p;
	int err;

	err = p384_begin(&p);
	if (!err)
		err = mbedtls_mpi_read_binary(&p.key, key, P384_SIZE);
	if (!err)
		err = mbedtls_ecdsa_sign_det_ext(&p.group, &p.r, &p.s, &p.key, hash, SHA384_SIZE,
						 MBEDTLS_MD_SHA384, not_random, NULL);
	if (!err)
		err = mbedtls_mpi_write_binary(&p.r, sig->r, P384_SIZE);
	if (!err)
		err = mbedtls_mpi_write_binary(&p.s, sig->s, P384_SIZE);
	p384_end(&p);
	return err ? -EIO : 0;
}

/* A point in SEC 1 form: 4, x, y. */
static int read_point(struct p384 *p, const struct p384_point *key)
{
	u8 sec1[1 + 2 * P384_SIZE] = { 4 };

	__builtin_memcpy(sec1 + 1, key->x, P384_SIZE);
	__builtin_memcpy(sec1 + 1 + P384_SIZE, key->y, P384_SIZE);
	return mbedtls_ecp_point_read_binary(&p->group, &p->point, sec1, sizeof(sec1));
}

int p384_verify(const struct p384_point *key, const u8 hash[48],
		const struct p384_signature *sig)
{
	struct p384 p;
	int err;

	err = p384_begin(&p);
	if (!err)
		err = read_point(&p, key);
	if (!err)
		err = mbedtls_mpi_read_binary(&p.r, sig->r, P384_SIZE);
	if (!err)
		err = mbedtls_mpi_read_binary(&p.s, sig->s, P384_SIZE);
	if (!err)
		err = mbedtls_ecdsa_verify(&p.group, hash, SHA384_SIZE, &p.point, &p.r, &p.s);
	p384_end(&p);
	if (err == MBEDTLS_ERR_ECP_VERIFY_FAILED)
		return -EBADMSG;
	return err ? -EIO : 0;
}

int p384_public(const u8 key[P384_SIZE], struct p384_point *point)
{
	u8 sec1[1 + 2 * P384_SIZE];
	struct p384 p;
	size_t len;
	int err;

	err = p384_begin(&p);
	if (!err)
		err = mbedtls_mpi_read_binary(&p.key, key, P384_SIZE);
	if (!err)
		err = mbedtls_ecp_mul(&p.group, &p.point, &p.key, &p.group.G, not_random, NULL);
	if (!err)
		err = mbedtls_ecp_point_write_binary(&p.group, &p.point,
						     MBEDTLS_ECP_PF_UNCOMPRESSED, &len, sec1,
						     sizeof(sec1));
	p384_end(&p);
	if (err)
		return -EIO;
	__builtin_memcpy(point->x, sec1 + 1, P384_SIZE);
	__builtin_memcpy(point->y, sec1 + 1 + P384_SIZE, P384_SIZE);
	return 0;
}
