/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Guest messages: how an SNP guest talks to the PSP through its hypervisor.
 *
 * Document: SEV-SNP firmware ABI (AMD 56860), chapter 7 "Guest Messages" and
 * section 8.26 SNP_GUEST_REQUEST.
 */
#ifndef CCVM_GUEST_MSG_H
#define CCVM_GUEST_MSG_H

#include "report.h"
#include "secrets.h"

#define GUEST_MSG_PAGE	4096

/* Status in SW_EXITINFO2[31:0]: what the PSP answers. */
enum psp_status {
	PSP_SUCCESS = 0,
	PSP_INVALID_LENGTH = 0x04,
	PSP_INVALID_ADDRESS = 0x09,
	PSP_BAD_MEASUREMENT = 0x0b,
	PSP_INVALID_COMMAND = 0x11,
	PSP_INVALID_PARAM = 0x16,
	PSP_AEAD_OFLOW = 0x1d,
	PSP_INVALID_KEY = 0x27,
};

/**
 * struct guest_msg - the PSP's state of a guest's channels
 * @keys:   the VMPCKs that the secrets page hands to the guest
 * @count:  messages so far with each key: the next must be @count + 1
 * @report: what goes into reports; report_data and vmpl come from the request
 */
struct guest_msg {
	u8 keys[VMPCK_COUNT][VMPCK_SIZE];
	u64 count[VMPCK_COUNT];
	struct snp_report_input report;
};

/**
 * guest_msg_request() - answer one request
 * @request:  4096 bytes, a snapshot of the guest's page
 * @response: 4096 bytes; to be handed to the guest only on success
 *
 * REPORT and KEY requests are answered. A derived key is stable for a guest's
 * measurement and policy but has nothing to do with hardware.
 */
enum psp_status guest_msg_request(struct guest_msg *msg, const u8 *request, u8 *response);

#endif
