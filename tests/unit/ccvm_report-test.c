/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of tests/ccvm/report.c, guest_msg.c and tdreport.c: layouts,
 * signatures, and a guest's messages, good and forged.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <fw/byteorder.h>
#include <fw/errno.h>

#include "ccvm_lib.h"
#include "guest_msg.h"
#include "tdreport.h"

static struct snp_report_input input(void)
{
	struct snp_report_input in = { .policy = 0x30000, .fms = 0x00a00f11, .smt = true };

	memset(in.report_data, 'd', sizeof(in.report_data));
	memset(in.measurement, 'm', sizeof(in.measurement));
	memset(in.host_data, 'h', sizeof(in.host_data));
	memset(in.report_id, 'i', sizeof(in.report_id));
	return in;
}

static void test_report(void **state)
{
	struct snp_report_input in = input();
	struct snp_report report;
	const u8 *p = (const u8 *)&report;

	memset(&report, 0xee, sizeof(report));
	snp_report_build(&report, &in);
	assert_int_equal(sizeof(report), 0x4a0);
	assert_int_equal(get_le32(p), 3);
	assert_int_equal(get_le64(p + 8), 0x30000);
	assert_int_equal(get_le32(p + 0x34), 1);
	assert_int_equal(get_le64(p + 0x40), 1);
	assert_memory_equal(p + 0x50, in.report_data, 64);
	assert_memory_equal(p + 0x90, in.measurement, 48);
	assert_memory_equal(p + 0xc0, in.host_data, 32);
	assert_memory_equal(p + 0x140, in.report_id, 32);
	/* Family 25, model 1, stepping 1. */
	assert_int_equal(p[0x188], 25);
	assert_int_equal(p[0x189], 1);
	assert_int_equal(p[0x18a], 1);
	assert_string_equal((const char *)p + 0x1a0, "ccvm emulated machine, proves nothing");
}

static void test_report_signature(void **state)
{
	static const u8 zero[24];
	struct snp_report_input in = input();
	struct p384_signature sig;
	struct p384_point key;
	struct snp_report report;
	u8 hash[48];
	int i;

	snp_report_build(&report, &in);
	assert_int_equal(snp_report_sign(&report), 0);
	assert_int_equal(snp_report_verify(&report), 0);
	/* Little-endian numbers in 72 bytes each, as a verifier reads them. */
	for (i = 0; i < 48; i++) {
		sig.r[i] = ((u8 *)&report)[0x2a0 + 47 - i];
		sig.s[i] = ((u8 *)&report)[0x2e8 + 47 - i];
	}
	assert_memory_equal((u8 *)&report + 0x2a0 + 48, zero, 24);
	assert_int_equal(test_key_public(&key), 0);
	sha384(&report, 0x2a0, hash);
	assert_int_equal(p384_verify(&key, hash, &sig), 0);
	report.measurement[0] ^= 1;
	assert_int_equal(snp_report_verify(&report), -EBADMSG);
	report.measurement[0] ^= 1;
	report.signature_s[0] ^= 1;
	assert_int_equal(snp_report_verify(&report), -EBADMSG);
}

/* The key in docs/ccvm.md. */
static void test_test_key(void **state)
{
	struct p384_point key;
	u8 private[48];

	sha384("ccvm test key, proves nothing", 29, private);
	assert_hex(private, "6e3011d509894a74bfde20001e2910b1301f706fdc5dce59ad4574ca888f2826"
			    "d2a86c38a7c73a07524e5ed4cd4a0e12", 48);
	assert_int_equal(test_key_public(&key), 0);
	assert_hex(key.x, "a1798a7d4cdc91ec91d5f4ab64595ccb1e110e22e1a359cfbcd1918b1f8bf921"
			    "84198bfdeb937ba367bfe43bb74c0b90", 48);
	assert_hex(key.y, "0753fbbc6ba3f1d95d8a4dd3d542a8177bd1938fb2ee7c7f84ed1288e5c3c1bc"
			    "9b22d2fb874663c7a3aa76b9d0012ca7", 48);
}

/* The guest's side of a message. */
static u8 request[GUEST_MSG_PAGE], response[GUEST_MSG_PAGE];
static struct guest_msg psp;

static int setup_psp(void **state)
{
	int i;

	memset(&psp, 0, sizeof(psp));
	for (i = 0; i < VMPCK_COUNT; i++)
		memset(psp.keys[i], 0x30 + i, VMPCK_SIZE);
	psp.report = input();
	return 0;
}

static void seal(u8 vmpck, u64 seqno, u8 type, const void *payload, u16 len)
{
	u8 iv[12] = { 0 };
	struct gcm_message m = {
		.key = psp.keys[vmpck & 3], .iv = iv, .aad = request + 0x30, .aad_len = 48,
		.in = payload, .out = request + 0x60, .len = len,
	};

	memset(request, 0, sizeof(request));
	put_le64(seqno, request + 0x20);
	request[0x30] = 1;
	request[0x31] = 1;
	put_le16(0x60, request + 0x32);
	request[0x34] = type;
	request[0x35] = 1;
	put_le16(len, request + 0x36);
	request[0x3c] = vmpck;
	put_le64(seqno, iv);
	assert_int_equal(gcm_seal(&m, request), 0);
}

/* Checks the response's header and returns its payload. */
static const u8 *unseal(u8 vmpck, u64 seqno, u8 type, u16 len)
{
	static u8 payload[GUEST_MSG_PAGE];
	u8 iv[12] = { 0 };
	struct gcm_message m = {
		.key = psp.keys[vmpck], .iv = iv, .aad = response + 0x30, .aad_len = 48,
		.in = response + 0x60, .out = payload, .len = len,
	};

	assert_int_equal(get_le64(response + 0x20), seqno);
	assert_int_equal(response[0x34], type);
	assert_int_equal(get_le16(response + 0x36), len);
	assert_int_equal(response[0x3c], vmpck);
	put_le64(seqno, iv);
	assert_int_equal(gcm_open(&m, response), 0);
	return payload;
}

static void make_report_request(u8 payload[96], u32 vmpl)
{
	memset(payload, 0, 96);
	memset(payload, 'n', 64);
	put_le32(vmpl, payload + 64);
}

static void test_message_report(void **state)
{
	const u8 *payload;
	u8 req[96];
	u64 seqno;

	make_report_request(req, 0);
	for (seqno = 1; seqno <= 5; seqno += 2) {
		seal(0, seqno, 5, req, sizeof(req));
		assert_int_equal(guest_msg_request(&psp, request, response), PSP_SUCCESS);
		payload = unseal(0, seqno + 1, 6, 32 + 0x4a0);
		assert_int_equal(get_le32(payload), 0);
		assert_int_equal(get_le32(payload + 4), 0x4a0);
		assert_memory_equal(payload + 32 + 0x50, req, 64);
		assert_memory_equal(payload + 32 + 0x90, psp.report.measurement, 48);
		assert_int_equal(snp_report_verify((const struct snp_report *)(payload + 32)), 0);
	}
	/* Another key's count is its own. */
	make_report_request(req, 2);
	seal(2, 1, 5, req, sizeof(req));
	assert_int_equal(guest_msg_request(&psp, request, response), PSP_SUCCESS);
	payload = unseal(2, 2, 6, 32 + 0x4a0);
	assert_int_equal(get_le32(payload + 32 + 0x30), 2);
}

static void test_message_replayed(void **state)
{
	u8 req[96];

	make_report_request(req, 0);
	seal(0, 1, 5, req, sizeof(req));
	assert_int_equal(guest_msg_request(&psp, request, response), PSP_SUCCESS);
	assert_int_equal(guest_msg_request(&psp, request, response), PSP_INVALID_PARAM);
	seal(0, 2, 5, req, sizeof(req));
	assert_int_equal(guest_msg_request(&psp, request, response), PSP_INVALID_PARAM);
	seal(0, 4, 5, req, sizeof(req));
	assert_int_equal(guest_msg_request(&psp, request, response), PSP_INVALID_PARAM);
	seal(0, 3, 5, req, sizeof(req));
	assert_int_equal(guest_msg_request(&psp, request, response), PSP_SUCCESS);
	psp.count[1] = ~0ull - 1;
	seal(1, ~0ull, 5, req, sizeof(req));
	assert_int_equal(guest_msg_request(&psp, request, response), PSP_AEAD_OFLOW);
}

static void test_message_forged(void **state)
{
	static const struct {
		size_t offset;
		enum psp_status status;
	} bits[] = {
		{ 0x00, PSP_BAD_MEASUREMENT }, { 0x20, PSP_INVALID_PARAM },
		{ 0x28, PSP_INVALID_PARAM }, { 0x30, PSP_INVALID_PARAM },
		{ 0x31, PSP_INVALID_PARAM }, { 0x32, PSP_INVALID_PARAM },
		{ 0x34, PSP_INVALID_PARAM }, { 0x35, PSP_BAD_MEASUREMENT },
		{ 0x36, PSP_INVALID_PARAM }, { 0x38, PSP_INVALID_PARAM },
		{ 0x3c, PSP_BAD_MEASUREMENT }, { 0x3d, PSP_INVALID_PARAM },
		{ 0x60, PSP_BAD_MEASUREMENT }, { 0xbf, PSP_BAD_MEASUREMENT },
	};
	u8 req[96];
	size_t i;

	make_report_request(req, 0);
	for (i = 0; i < ARRAY_SIZE(bits); i++) {
		seal(0, 1, 5, req, sizeof(req));
		request[bits[i].offset] ^= 1;
		assert_int_equal(guest_msg_request(&psp, request, response), bits[i].status);
		assert_int_equal(psp.count[0], 0);
	}
	seal(4, 1, 5, req, sizeof(req));
	assert_int_equal(guest_msg_request(&psp, request, response), PSP_INVALID_PARAM);
	seal(0, 1, 5, req, 95);
	assert_int_equal(guest_msg_request(&psp, request, response), PSP_INVALID_PARAM);
	seal(0, 1, 5, req, 0);
	put_le16(0xffff, request + 0x36);
	assert_int_equal(guest_msg_request(&psp, request, response), PSP_INVALID_PARAM);
}

static u32 report_status(u8 vmpck, u64 seqno, const u8 req[96])
{
	seal(vmpck, seqno, 5, req, 96);
	assert_int_equal(guest_msg_request(&psp, request, response), PSP_SUCCESS);
	return get_le32(unseal(vmpck, seqno + 1, 6, 32 + 0x4a0));
}

/* A message in order whose contents are not: answered, with a status inside. */
static void test_message_report_refused(void **state)
{
	u8 req[96];

	make_report_request(req, 4);
	assert_int_equal(report_status(0, 1, req), PSP_INVALID_PARAM);
	make_report_request(req, 0);
	assert_int_equal(report_status(1, 1, req), PSP_INVALID_PARAM);
	make_report_request(req, 0);
	req[95] = 1;
	assert_int_equal(report_status(0, 3, req), PSP_INVALID_PARAM);
	make_report_request(req, 0);
	put_le32(2, req + 68);
	assert_int_equal(report_status(0, 5, req), PSP_INVALID_KEY);
	put_le32(1, req + 68);
	assert_int_equal(report_status(0, 7, req), PSP_SUCCESS);
}

static void derive(u64 seqno, const u8 req[32], u8 key[32])
{
	const u8 *payload;

	seal(0, seqno, 3, req, 32);
	assert_int_equal(guest_msg_request(&psp, request, response), PSP_SUCCESS);
	payload = unseal(0, seqno + 1, 4, 64);
	assert_int_equal(get_le32(payload), 0);
	memcpy(key, payload + 32, 32);
}

static void test_message_key(void **state)
{
	u8 req[32] = { 0 }, a[32], b[32];

	derive(1, req, a);
	derive(3, req, b);
	assert_memory_equal(a, b, 32);
	req[8] = 8;
	derive(5, req, b);
	assert_memory_not_equal(a, b, 32);
	req[8] = 0;
	psp.report.measurement[0] ^= 1;
	derive(7, req, b);
	assert_memory_not_equal(a, b, 32);
}

static struct tdinfo tdinfo(void)
{
	struct tdinfo td = { .attributes = 1ull << 28, .xfam = 0xe7 };
	int i;

	memset(td.mrtd, 'm', 48);
	for (i = 0; i < TD_RTMRS; i++)
		memset(td.rtmr[i], '0' + i, 48);
	return td;
}

static void test_tdreport(void **state)
{
	struct tdinfo td = tdinfo();
	struct tdreport report;
	const u8 *p = (const u8 *)&report;
	u8 data[64], hash[48];

	memset(data, 'd', sizeof(data));
	memset(&report, 0xee, sizeof(report));
	tdreport_build(&report, &td, data);
	assert_int_equal(get_le32(p), 0x81);
	assert_memory_equal(p + 0x80, data, 64);
	assert_memory_equal(p + 0xe0, "ccvm fake MAC: ", 15);
	assert_int_equal(get_le64(p + 0x200), 1 << 28);
	assert_memory_equal(p + 0x210, td.mrtd, 48);
	assert_memory_equal(p + 0x360, td.rtmr[3], 48);
	sha384(p + 0x200, 512, hash);
	assert_memory_equal(p + 0x50, hash, 48);
	sha384(p + 0x100, 239, hash);
	assert_memory_equal(p + 0x20, hash, 48);
	assert_true(tdreport_check(&report));
}

static void test_tdreport_changed(void **state)
{
	static const size_t offsets[] = { 0, 0x20, 0x50, 0x80, 0xe0, 0xff, 0x100, 0x1ee, 0x210,
					  0x3ff };
	struct tdinfo td = tdinfo();
	struct tdreport report;
	u8 data[64] = { 0 }, quote[TDQUOTE_SIZE];
	size_t i;

	tdreport_build(&report, &td, data);
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		((u8 *)&report)[offsets[i]] ^= 1;
		assert_false(tdreport_check(&report));
		assert_int_equal(tdquote_build(quote, &report), -EINVAL);
		((u8 *)&report)[offsets[i]] ^= 1;
	}
	assert_true(tdreport_check(&report));
}

static void test_quote(void **state)
{
	struct tdinfo td = tdinfo();
	struct p384_point key;
	struct tdreport report;
	u8 data[64], quote[TDQUOTE_SIZE], hash[48];

	memset(data, 'd', sizeof(data));
	tdreport_build(&report, &td, data);
	assert_int_equal(tdquote_build(quote, &report), 0);
	assert_int_equal(get_le16(quote), 4);
	assert_int_equal(get_le16(quote + 2), 3);
	assert_int_equal(get_le32(quote + 4), 0x81);
	assert_memory_equal(quote + 12, "ccvm test quote!", 16);
	assert_int_equal(get_le64(quote + 48 + 120), 1 << 28);
	assert_int_equal(get_le64(quote + 48 + 128), 0xe7);
	assert_memory_equal(quote + 48 + 136, td.mrtd, 48);
	assert_memory_equal(quote + 48 + 328, td.rtmr[0], 48);
	assert_memory_equal(quote + 48 + 472, td.rtmr[3], 48);
	assert_memory_equal(quote + 48 + 520, data, 64);
	assert_int_equal(get_le32(quote + 632), 192);
	assert_int_equal(test_key_public(&key), 0);
	assert_memory_equal(quote + 636 + 96, &key, 96);
	sha384(quote, 632, hash);
	assert_int_equal(p384_verify(&key, hash, (const void *)(quote + 636)), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_report_signature),
		cmocka_unit_test(test_test_key),
		cmocka_unit_test_setup(test_message_report, setup_psp),
		cmocka_unit_test_setup(test_message_replayed, setup_psp),
		cmocka_unit_test_setup(test_message_forged, setup_psp),
		cmocka_unit_test_setup(test_message_report_refused, setup_psp),
		cmocka_unit_test_setup(test_message_key, setup_psp),
		cmocka_unit_test(test_tdreport),
		cmocka_unit_test(test_tdreport_changed),
		cmocka_unit_test(test_quote),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
