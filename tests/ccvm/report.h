/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * SNP attestation report, and its signature by a test key.
 *
 * Document: SEV-SNP firmware ABI (AMD 56860), table "ATTESTATION_REPORT
 * structure" and chapter 10 "Digital Signatures".
 *
 * The key is public on purpose: it is SHA-384 of the text TEST_KEY_TEXT. A
 * report from this emulator proves nothing about where a guest runs.
 */
#ifndef CCVM_REPORT_H
#define CCVM_REPORT_H

#include <fw/compiler.h>
#include "crypto.h"
#include "digest.h"

/* Read as a big-endian number, its SHA-384 is the private key on P-384. */
#define TEST_KEY_TEXT	"ccvm test key, proves nothing"

struct snp_report {
	u32 version;			/* 0x000 */
	u32 guest_svn;
	u64 policy;			/* 0x008 */
	u8 family_id[16];		/* 0x010 */
	u8 image_id[16];		/* 0x020 */
	u32 vmpl;			/* 0x030 */
	u32 signature_algo;
	u64 current_tcb;		/* 0x038 */
	u64 platform_info;		/* 0x040 */
	u32 flags;			/* 0x048 */
	u32 reserved1;
	u8 report_data[64];		/* 0x050 */
	u8 measurement[SHA384_SIZE];	/* 0x090 */
	u8 host_data[32];		/* 0x0c0 */
	u8 id_key_digest[48];		/* 0x0e0 */
	u8 author_key_digest[48];	/* 0x110 */
	u8 report_id[32];		/* 0x140 */
	u8 report_id_ma[32];		/* 0x160 */
	u64 reported_tcb;		/* 0x180 */
	u8 cpuid_family;		/* 0x188 */
	u8 cpuid_model;
	u8 cpuid_stepping;
	u8 reserved2[21];
	u8 chip_id[64];			/* 0x1a0 */
	u64 committed_tcb;		/* 0x1e0 */
	u8 current_build, current_minor, current_major, reserved3;
	u8 committed_build, committed_minor, committed_major, reserved4;
	u64 launch_tcb;			/* 0x1f0 */
	u64 launch_mit_vector;		/* 0x1f8 */
	u64 current_mit_vector;		/* 0x200 */
	u8 reserved5[0x2a0 - 0x208];
	u8 signature_r[72];		/* 0x2a0, little-endian */
	u8 signature_s[72];
	u8 reserved6[512 - 144];
} __packed;

#define SNP_REPORT_SIZE		0x4a0
#define SNP_REPORT_SIGNED	0x2a0

/** struct snp_report_input - what a report says about this guest */
struct snp_report_input {
	u64 policy;
	u32 vmpl;
	u32 fms;			/* CPUID 1.EAX */
	bool smt;
	u8 report_data[64];
	u8 measurement[SHA384_SIZE];
	u8 host_data[32];
	u8 report_id[32];
};

/** snp_report_build() - fill everything but the signature */
void snp_report_build(struct snp_report *report, const struct snp_report_input *in);

/** snp_report_sign() - sign with the test key; Return: 0 or -EIO */
int snp_report_sign(struct snp_report *report);

/** snp_report_verify() - check against the test key; Return: 0, -EBADMSG or -EIO */
int snp_report_verify(const struct snp_report *report);

/** test_key_public() - public half of the test key */
int test_key_public(struct p384_point *point);

/** test_key_sign() - sign anything with the test key; Return: 0 or -EIO */
int test_key_sign(const void *data, size_t len, struct p384_signature *sig);

#endif
