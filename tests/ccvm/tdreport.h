/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * TDX report and test quote.
 *
 * Documents: Intel TDX module ABI specification (348551), TDREPORT_STRUCT;
 * Intel TDX DCAP Quoting Library API, "TD quote format", version 4.
 */
#ifndef CCVM_TDREPORT_H
#define CCVM_TDREPORT_H

#include <fw/compiler.h>
#include "crypto.h"
#include "digest.h"

#define TDREPORT_SIZE	1024
#define TD_RTMRS	4

struct tdinfo {
	u64 attributes;			/* 0x200 in the report */
	u64 xfam;
	u8 mrtd[SHA384_SIZE];		/* 0x210 */
	u8 mrconfigid[SHA384_SIZE];
	u8 mrowner[SHA384_SIZE];
	u8 mrownerconfig[SHA384_SIZE];
	u8 rtmr[TD_RTMRS][SHA384_SIZE];	/* 0x2d0 */
	u8 servtd_hash[SHA384_SIZE];	/* 0x390 */
	u8 reserved[64];
} __packed;

struct tdreport {
	u8 type, subtype, version, reserved1;
	u8 reserved2[12];
	u8 cpusvn[16];			/* 0x010 */
	u8 tee_tcb_info_hash[48];	/* 0x020 */
	u8 tee_info_hash[48];		/* 0x050 */
	u8 reportdata[64];		/* 0x080 */
	u8 reserved3[32];
	u8 mac[32];			/* 0x0e0 */
	u64 tcb_valid;			/* 0x100 */
	u8 tee_tcb_svn[16];
	u8 mrseam[48];			/* 0x118 */
	u8 mrsignerseam[48];		/* 0x148 */
	u64 seam_attributes;		/* 0x178 */
	u8 reserved4[0x200 - 0x180];
	struct tdinfo td;		/* 0x200 */
} __packed;

/** tdreport_build() - TDG.MR.REPORT; its MAC is an unmistakable text */
void tdreport_build(struct tdreport *report, const struct tdinfo *td, const u8 reportdata[64]);

/** tdreport_check_mac() - whether the first 256 bytes are those of such a report */
bool tdreport_check_mac(const void *macstruct);

/** tdreport_check() - whether a report came from tdreport_build(), unchanged */
bool tdreport_check(const struct tdreport *report);

/* Header, body, length, then signature and key of the test key. */
#define TDQUOTE_SIZE	(48 + 584 + 4 + 96 + 96)

/**
 * tdquote_build() - test quote of a report
 *
 * Return: 0, -EINVAL if the report is not one of ours, -EIO if it could not
 * be signed.
 */
int tdquote_build(u8 quote[TDQUOTE_SIZE], const struct tdreport *report);

#endif
