/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * TDX report and test quote.
 *
 * Documents: Intel TDX module ABI specification (348551), TDREPORT_STRUCT,
 * TEE_TCB_INFO, TDINFO_STRUCT; TDX DCAP Quoting Library API, version 4 quote.
 */
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "report.h"
#include "tdreport.h"

_Static_assert(sizeof(struct tdinfo) == 512, "TDINFO");
_Static_assert(sizeof(struct tdreport) == TDREPORT_SIZE, "TDREPORT");
_Static_assert(offsetof(struct tdreport, mac) == 0xe0, "TDREPORT");
_Static_assert(offsetof(struct tdreport, seam_attributes) == 0x178, "TDREPORT");
_Static_assert(offsetof(struct tdreport, td.rtmr) == 0x2d0, "TDREPORT");
_Static_assert(offsetof(struct tdreport, td.servtd_hash) == 0x390, "TDREPORT");

#define REPORT_TYPE_TDX		0x81
#define TCB_INFO_SIZE		239
#define MAC_OFFSET		offsetof(struct tdreport, mac)
/* The fields of TEE_TCB_INFO that a TDX 1.5 module fills. */
#define TCB_VALID		0x301ff

static const u8 mac_text[16] = "ccvm fake MAC: ";
static const char module_text[] = "ccvm emulated TDX module";

/* Text that everybody recognizes, and a sum that finds changes. No key. */
static void fake_mac(const struct tdreport *report, u8 mac[32])
{
	u8 sum[SHA256_SIZE];

	sha256(report, MAC_OFFSET, sum);
	memcpy(mac, mac_text, sizeof(mac_text));
	memcpy(mac + sizeof(mac_text), sum, 32 - sizeof(mac_text));
}

void tdreport_build(struct tdreport *report, const struct tdinfo *td, const u8 reportdata[64])
{
	memset(report, 0, sizeof(*report));
	report->type = REPORT_TYPE_TDX;
	memcpy(report->reportdata, reportdata, sizeof(report->reportdata));
	report->tcb_valid = TCB_VALID;
	memcpy(report->mrseam, module_text, sizeof(module_text));
	report->td = *td;
	sha384(&report->tcb_valid, TCB_INFO_SIZE, report->tee_tcb_info_hash);
	sha384(&report->td, sizeof(report->td), report->tee_info_hash);
	fake_mac(report, report->mac);
}

bool tdreport_check_mac(const void *macstruct)
{
	const struct tdreport *report = macstruct;
	u8 mac[32];

	fake_mac(report, mac);
	return report->type == REPORT_TYPE_TDX && memcmp(mac, report->mac, sizeof(mac)) == 0;
}

bool tdreport_check(const struct tdreport *report)
{
	u8 hash[SHA384_SIZE];

	if (!tdreport_check_mac(report))
		return false;
	sha384(&report->tcb_valid, TCB_INFO_SIZE, hash);
	if (memcmp(hash, report->tee_tcb_info_hash, sizeof(hash)) != 0)
		return false;
	sha384(&report->td, sizeof(report->td), hash);
	return memcmp(hash, report->tee_info_hash, sizeof(hash)) == 0;
}

struct quote {
	u16 version;
	u16 key_type;
	u32 tee_type;
	u32 reserved;
	u8 vendor[16];
	u8 user_data[20];
	/* Body: 584 bytes. */
	u8 tee_tcb_svn[16];
	u8 mrseam[48];
	u8 mrsignerseam[48];
	u64 seam_attributes;
	u8 td[8 + 8 + 4 * SHA384_SIZE + TD_RTMRS * SHA384_SIZE];
	u8 reportdata[64];
	/* Not signed. */
	u32 signature_size;
	struct p384_signature signature;
	struct p384_point key;
} __packed;

_Static_assert(sizeof(struct quote) == TDQUOTE_SIZE, "quote");
_Static_assert(offsetof(struct quote, td) + sizeof(((struct quote *)0)->td) ==
	       offsetof(struct quote, reportdata), "quote");

#define QUOTE_VERSION		4
#define KEY_TYPE_ECDSA_P384	3

int tdquote_build(u8 quote[TDQUOTE_SIZE], const struct tdreport *report)
{
	/* Instead of the vendor of a quoting enclave. */
	static const u8 vendor[16] = "ccvm test quote!";
	struct quote *q = (struct quote *)quote;
	int err;

	if (!tdreport_check(report))
		return -EINVAL;
	memset(q, 0, sizeof(*q));
	q->version = QUOTE_VERSION;
	q->key_type = KEY_TYPE_ECDSA_P384;
	q->tee_type = REPORT_TYPE_TDX;
	memcpy(q->vendor, vendor, sizeof(vendor));
	memcpy(q->mrseam, report->mrseam, sizeof(q->mrseam));
	memcpy(q->td, &report->td, sizeof(q->td));
	memcpy(q->reportdata, report->reportdata, sizeof(q->reportdata));
	q->signature_size = sizeof(q->signature) + sizeof(q->key);
	err = test_key_sign(q, offsetof(struct quote, signature_size), &q->signature);
	if (err)
		return err;
	return test_key_public(&q->key);
}
