/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SNP attestation report.
 *
 * Document: SEV-SNP firmware ABI (AMD 56860), table "ATTESTATION_REPORT
 * structure" and chapter 10 "Digital Signatures".
 */
#include <fw/errno.h>
#include <fw/string.h>

#include "report.h"

_Static_assert(sizeof(struct snp_report) == SNP_REPORT_SIZE, "report");
_Static_assert(offsetof(struct snp_report, report_data) == 0x50, "report");
_Static_assert(offsetof(struct snp_report, measurement) == 0x90, "report");
_Static_assert(offsetof(struct snp_report, author_key_digest) == 0x110, "report");
_Static_assert(offsetof(struct snp_report, reported_tcb) == 0x180, "report");
_Static_assert(offsetof(struct snp_report, chip_id) == 0x1a0, "report");
_Static_assert(offsetof(struct snp_report, launch_tcb) == 0x1f0, "report");
_Static_assert(offsetof(struct snp_report, signature_r) == SNP_REPORT_SIGNED, "report");

#define REPORT_VERSION		3
#define ALGO_ECDSA_P384_SHA384	1
#define PLATFORM_SMT		(1ull << 0)

/* Where hardware has the number of a chip: what this is. Ends before 64 bytes. */
static const char emulated[] = "ccvm emulated machine, proves nothing";

static u8 family(u32 fms)
{
	return (u8)((fms >> 8 & 0xf) + (fms >> 20 & 0xff));
}

static u8 model(u32 fms)
{
	return (u8)((fms >> 4 & 0xf) | (fms >> 12 & 0xf0));
}

void snp_report_build(struct snp_report *report, const struct snp_report_input *in)
{
	memset(report, 0, sizeof(*report));
	report->version = REPORT_VERSION;
	report->policy = in->policy;
	report->vmpl = in->vmpl;
	report->signature_algo = ALGO_ECDSA_P384_SHA384;
	report->platform_info = in->smt ? PLATFORM_SMT : 0;
	memcpy(report->report_data, in->report_data, sizeof(report->report_data));
	memcpy(report->measurement, in->measurement, sizeof(report->measurement));
	memcpy(report->host_data, in->host_data, sizeof(report->host_data));
	memcpy(report->report_id, in->report_id, sizeof(report->report_id));
	/* No migration agent. */
	memset(report->report_id_ma, 0xff, sizeof(report->report_id_ma));
	report->cpuid_family = family(in->fms);
	report->cpuid_model = model(in->fms);
	report->cpuid_stepping = in->fms & 0xf;
	memcpy(report->chip_id, emulated, sizeof(emulated));
}

static void test_key(u8 key[P384_SIZE])
{
	sha384(TEST_KEY_TEXT, sizeof(TEST_KEY_TEXT) - 1, key);
}

int test_key_public(struct p384_point *point)
{
	u8 key[P384_SIZE];

	test_key(key);
	return p384_public(key, point);
}

int test_key_sign(const void *data, size_t len, struct p384_signature *sig)
{
	u8 key[P384_SIZE], hash[SHA384_SIZE];

	test_key(key);
	sha384(data, len, hash);
	return p384_sign(key, hash, sig);
}

/* The PSP writes its numbers little-endian. */
static void reverse(u8 *dst, const u8 *src)
{
	u32 i;

	for (i = 0; i < P384_SIZE; i++)
		dst[i] = src[P384_SIZE - 1 - i];
}

int snp_report_sign(struct snp_report *report)
{
	struct p384_signature sig;
	int err;

	err = test_key_sign(report, SNP_REPORT_SIGNED, &sig);
	if (err)
		return err;
	reverse(report->signature_r, sig.r);
	reverse(report->signature_s, sig.s);
	return 0;
}

int snp_report_verify(const struct snp_report *report)
{
	struct p384_signature sig;
	struct p384_point key;
	u8 hash[SHA384_SIZE];
	int err;

	err = test_key_public(&key);
	if (err)
		return err;
	sha384(report, SNP_REPORT_SIGNED, hash);
	reverse(sig.r, report->signature_r);
	reverse(sig.s, report->signature_s);
	return p384_verify(&key, hash, &sig);
}
