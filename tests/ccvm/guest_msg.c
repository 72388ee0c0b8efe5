/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Guest messages: the PSP's side of SNP_GUEST_REQUEST.
 *
 * Document: SEV-SNP firmware ABI (AMD 56860), chapter 7 "Guest Messages".
 *
 * Which status a refused message gets is the document's where it names one;
 * for the rest it is INVALID_PARAM.
 */
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/string.h>

#include "guest_msg.h"

struct msg_header {
	u8 authtag[32];
	u64 seqno;
	u64 reserved1;
	/* What follows is authenticated, to the header's end. */
	u8 algo;
	u8 hdr_version;
	u16 hdr_size;
	u8 type;
	u8 version;
	u16 size;
	u32 reserved2;
	u8 vmpck;
	u8 reserved3[35];
} __packed;

_Static_assert(sizeof(struct msg_header) == 0x60, "message header");

#define AAD_OFFSET	offsetof(struct msg_header, algo)
#define ALGO_AES_256_GCM	1

enum msg_type {
	MSG_KEY_REQ = 3,
	MSG_KEY_RSP = 4,
	MSG_REPORT_REQ = 5,
	MSG_REPORT_RSP = 6,
};

struct report_req {
	u8 report_data[64];
	u32 vmpl;
	u32 key_sel;
	u8 reserved[24];
} __packed;

struct report_rsp {
	u32 status;
	u32 size;
	u8 reserved[24];
	struct snp_report report;
} __packed;

struct key_req {
	u32 root_key_select;
	u32 reserved;
	u64 guest_field_select;
	u32 vmpl;
	u32 guest_svn;
	u64 tcb_version;
} __packed;

struct key_rsp {
	u32 status;
	u8 reserved[28];
	u8 key[32];
} __packed;

_Static_assert(sizeof(struct report_req) == 96, "report request");
_Static_assert(sizeof(struct report_rsp) == 32 + SNP_REPORT_SIZE, "report response");
_Static_assert(sizeof(struct key_req) == 32, "key request");

static bool is_zero(const u8 *p, size_t len)
{
	u8 any = 0;

	while (len-- > 0)
		any |= *p++;
	return any == 0;
}

static enum psp_status check_header(const struct guest_msg *msg, const struct msg_header *h)
{
	if (h->algo != ALGO_AES_256_GCM || h->hdr_version != 1 || h->hdr_size != sizeof(*h))
		return PSP_INVALID_PARAM;
	if (h->reserved1 || h->reserved2 || !is_zero(h->reserved3, sizeof(h->reserved3)))
		return PSP_INVALID_PARAM;
	if (h->vmpck >= VMPCK_COUNT)
		return PSP_INVALID_PARAM;
	/* A response takes the next number, so two are left or none. */
	if (msg->count[h->vmpck] > ~0ull - 2)
		return PSP_AEAD_OFLOW;
	if (h->seqno != msg->count[h->vmpck] + 1)
		return PSP_INVALID_PARAM;
	return PSP_SUCCESS;
}

static void gcm_iv(u8 iv[GCM_IV_SIZE], u64 seqno)
{
	memset(iv, 0, GCM_IV_SIZE);
	put_le64(seqno, iv);
}

static int decrypt(const struct guest_msg *msg, const struct msg_header *h, const u8 *request,
		   u8 *payload)
{
	u8 iv[GCM_IV_SIZE];
	struct gcm_message m = {
		.key = msg->keys[h->vmpck], .iv = iv,
		.aad = request + AAD_OFFSET, .aad_len = sizeof(*h) - AAD_OFFSET,
		.in = request + sizeof(*h), .out = payload, .len = h->size,
	};

	gcm_iv(iv, h->seqno);
	return gcm_open(&m, h->authtag);
}

/* The payload is in its place already. */
static int encrypt(const struct guest_msg *msg, const struct msg_header *h, u8 *response)
{
	u8 iv[GCM_IV_SIZE], tag[GCM_TAG_SIZE];
	struct gcm_message m = {
		.key = msg->keys[h->vmpck], .iv = iv,
		.aad = response + AAD_OFFSET, .aad_len = sizeof(*h) - AAD_OFFSET,
		.in = response + sizeof(*h), .out = response + sizeof(*h), .len = h->size,
	};
	int err;

	memcpy(response, h, sizeof(*h));
	gcm_iv(iv, h->seqno);
	err = gcm_seal(&m, tag);
	if (!err)
		memcpy(response, tag, sizeof(tag));
	return err;
}

/* A key reaches its own VMPL and those with less privilege. */
static bool vmpl_allowed(u32 vmpl, u8 vmpck)
{
	return vmpl >= vmpck && vmpl < VMPCK_COUNT;
}

static int answer_report(const struct guest_msg *msg, u8 vmpck, const u8 *payload, u8 *out)
{
	struct report_rsp *rsp = (struct report_rsp *)out;
	struct snp_report_input in = msg->report;
	struct report_req req;

	memcpy(&req, payload, sizeof(req));
	memset(rsp, 0, sizeof(*rsp));
	if (!vmpl_allowed(req.vmpl, vmpck) || (req.key_sel & 3) == 3 ||
	    !is_zero(req.reserved, sizeof(req.reserved))) {
		rsp->status = PSP_INVALID_PARAM;
		return 0;
	}
	/* A VLEK is not loaded. */
	if ((req.key_sel & 3) == 2) {
		rsp->status = PSP_INVALID_KEY;
		return 0;
	}
	memcpy(in.report_data, req.report_data, sizeof(in.report_data));
	in.vmpl = req.vmpl;
	rsp->size = sizeof(rsp->report);
	snp_report_build(&rsp->report, &in);
	return snp_report_sign(&rsp->report);
}

static int answer_key(const struct guest_msg *msg, u8 vmpck, const u8 *payload, u8 *out)
{
	static const char label[] = "ccvm derived key";
	struct key_rsp *rsp = (struct key_rsp *)out;
	struct key_req req;
	struct digest d;

	memcpy(&req, payload, sizeof(req));
	memset(rsp, 0, sizeof(*rsp));
	if (!vmpl_allowed(req.vmpl, vmpck) || req.root_key_select > 1 || req.reserved) {
		rsp->status = PSP_INVALID_PARAM;
		return 0;
	}
	digest_init(&d, DIGEST_SHA256);
	digest_update(&d, label, sizeof(label));
	digest_update(&d, &msg->report.policy, sizeof(msg->report.policy));
	digest_update(&d, msg->report.measurement, sizeof(msg->report.measurement));
	digest_update(&d, &req, sizeof(req));
	digest_final(&d, rsp->key);
	return 0;
}

static const struct handler {
	u8 type;
	u16 request_size;
	u16 response_size;
	int (*answer)(const struct guest_msg *msg, u8 vmpck, const u8 *payload, u8 *out);
} handlers[] = {
	{ MSG_REPORT_REQ, sizeof(struct report_req), sizeof(struct report_rsp), answer_report },
	{ MSG_KEY_REQ, sizeof(struct key_req), sizeof(struct key_rsp), answer_key },
};

/* Only a size that is expected gets on, so that bounds every copy. */
static const struct handler *find_handler(const struct msg_header *h)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(handlers); i++) {
		if (handlers[i].type == h->type && handlers[i].request_size == h->size)
			return &handlers[i];
	}
	return NULL;
}

static int answer(struct guest_msg *msg, const struct handler *handler, struct msg_header *h,
		  const u8 *payload, u8 *response)
{
	int err;

	memset(response, 0, GUEST_MSG_PAGE);
	err = handler->answer(msg, h->vmpck, payload, response + sizeof(*h));
	if (err)
		return err;
	memset(h->authtag, 0, sizeof(h->authtag));
	h->seqno++;
	h->type++;
	h->size = handler->response_size;
	return encrypt(msg, h, response);
}

enum psp_status guest_msg_request(struct guest_msg *msg, const u8 *request, u8 *response)
{
	const struct handler *handler;
	u8 payload[sizeof(struct report_req)];
	struct msg_header h;
	enum psp_status status;

	memcpy(&h, request, sizeof(h));
	status = check_header(msg, &h);
	if (status)
		return status;
	handler = find_handler(&h);
	if (!handler)
		return PSP_INVALID_PARAM;
	if (decrypt(msg, &h, request, payload))
		return PSP_BAD_MEASUREMENT;
	if (answer(msg, handler, &h, payload, response))
		return PSP_INVALID_COMMAND;
	msg->count[h.vmpck] += 2;
	return PSP_SUCCESS;
}
