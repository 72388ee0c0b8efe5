/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of tests/ccvm/digest.c and crypto.c: known answers of FIPS 180-4
 * (NIST example values), GCM test case 16 of McGrew and Viega, RFC 6979 A.2.6.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <fw/errno.h>
#include <fw/compiler.h>

#include "ccvm_lib.h"
#include "crypto.h"
#include "digest.h"

static const struct {
	const char *text;
	const char *sha256, *sha384;
} known[] = {
	{ "",
	  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	  "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
	  "274edebfe76f65fbd51ad2f14898b95b" },
	{ "abc",
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	  "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
	  "8086072ba1e7cc2358baeca134c825a7" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
	  "3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05abfe8f450de5f36bc6"
	  "b0455a8520bc4e6f5fe95b1fe3c8452b" },
	{ "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
	  "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
	  "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
	  "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712"
	  "fcc7c71a557e2db966c3e9fa91746039" },
};

static void test_known(void **state)
{
	u8 out[48];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		sha256(known[i].text, strlen(known[i].text), out);
		assert_hex(out, known[i].sha256, 32);
		sha384(known[i].text, strlen(known[i].text), out);
		assert_hex(out, known[i].sha384, 48);
	}
}

static void test_million(void **state)
{
	static const char *const want[] = {
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
		"9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b"
		"07b8b3dc38ecc4ebae97ddd87f3d8985",
	};
	struct digest d;
	u8 out[48], a[1000];
	int alg, i;

	memset(a, 'a', sizeof(a));
	for (alg = DIGEST_SHA256; alg <= DIGEST_SHA384; alg++) {
		digest_init(&d, (enum digest_alg)alg);
		for (i = 0; i < 1000; i++)
			digest_update(&d, a, sizeof(a));
		digest_final(&d, out);
		assert_hex(out, want[alg], alg == DIGEST_SHA256 ? 32 : 48);
	}
}

/* Wherever the input is cut, and with the states of two digests interleaved. */
static void test_pieces(void **state)
{
	const char *text = known[3].text;
	struct digest a, b;
	u8 out[48];
	size_t cut, len = strlen(text);

	for (cut = 0; cut <= len; cut++) {
		digest_init(&a, DIGEST_SHA256);
		digest_init(&b, DIGEST_SHA384);
		digest_update(&a, text, cut);
		digest_update(&b, text, cut);
		digest_update(&a, text + cut, len - cut);
		digest_update(&b, text + cut, len - cut);
		digest_final(&a, out);
		assert_hex(out, known[3].sha256, 32);
		digest_final(&b, out);
		assert_hex(out, known[3].sha384, 48);
	}
}

/* Exactly the digest's length is written. */
static void test_length(void **state)
{
	u8 out[64];

	memset(out, 0xee, sizeof(out));
	sha256("", 0, out);
	assert_int_equal(out[32], 0xee);
	sha384("", 0, out);
	assert_int_equal(out[48], 0xee);
}

/* Each use of the library is bracketed by its caller's hooks. */
static void test_hooks(void **state)
{
	unsigned int before = ccvm_lib_calls();
	u8 out[48];

	sha384("abc", 3, out);
	assert_int_equal(ccvm_lib_calls() - before, 3);
}

static const char gcm_key[] = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
static const char gcm_plain[] =
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
	"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
static const char gcm_cipher[] =
	"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	"8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662";

static void test_gcm(void **state)
{
	u8 key[32], iv[12], aad[20], text[60], tag[16];
	struct gcm_message m = {
		.key = key, .iv = iv, .aad = aad, .aad_len = sizeof(aad),
		.in = text, .out = text, .len = sizeof(text),
	};

	memcpy(key, hex(gcm_key, 32), 32);
	memcpy(iv, hex("cafebabefacedbaddecaf888", 12), 12);
	memcpy(aad, hex("feedfacedeadbeeffeedfacedeadbeefabaddad2", 20), 20);
	memcpy(text, hex(gcm_plain, 60), 60);
	assert_int_equal(gcm_seal(&m, tag), 0);
	assert_hex(text, gcm_cipher, 60);
	assert_hex(tag, "76fc6ece0f4e1768cddf8853bb2d551b", 16);
	assert_int_equal(gcm_open(&m, tag), 0);
	assert_hex(text, gcm_plain, 60);
	assert_int_equal(gcm_seal(&m, tag), 0);
	aad[0] ^= 1;
	assert_int_equal(gcm_open(&m, tag), -EBADMSG);
	ccvm_lib_calls();
}

static void test_p384(void **state)
{
	struct p384_signature sig;
	struct p384_point point;
	u8 key[48], hash[48];

	memcpy(key, hex("6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d8"
			"96d5724e4c70a825f872c9ea60d2edf5", 48), 48);
	assert_int_equal(p384_public(key, &point), 0);
	assert_hex(point.x, "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64"
			    "def8f0ea9055866064a254515480bc13", 48);
	assert_hex(point.y, "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1"
			    "288b231c3ae0d4fe7344fd2533264720", 48);
	sha384("sample", 6, hash);
	assert_int_equal(p384_sign(key, hash, &sig), 0);
	assert_hex(sig.r, "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c"
			  "81a648152e44acf96e36dd1e80fabe46", 48);
	assert_hex(sig.s, "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94f"
			  "a329c145786e679e7b82c71a38628ac8", 48);
	assert_int_equal(p384_verify(&point, hash, &sig), 0);
	hash[0] ^= 1;
	assert_int_equal(p384_verify(&point, hash, &sig), -EBADMSG);
	ccvm_lib_calls();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_million),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_hooks),
		cmocka_unit_test(test_gcm),
		cmocka_unit_test(test_p384),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
