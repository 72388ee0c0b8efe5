/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * GetQuote: a test quote, signed with the documented test key.
 * Document: Guest-Host Communication Interface for TDX (348552), section 3.3,
 * "GetQuote": the shared buffer.
 */
#define pr_fmt(fmt) "tdx: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "check.h"
#include "memory.h"
#include "tdx.h"

#define PAGE_SIZE		0x1000ull
#define QUOTE_VERSION		1
#define STATUS_OK		0
#define STATUS_ERROR		0x8000000000000000ull

struct quote_buffer {
	u64 version;
	u64 status;
	u32 in_len;
	u32 out_len;
} __packed;

/* To or from shared memory, page by page. */
static int copy(u64 gpa, void *buf, size_t len, bool write)
{
	u8 *p = buf;

	while (len > 0) {
		size_t chunk = MIN(len, (size_t)(PAGE_SIZE - gpa % PAGE_SIZE));
		void *shared = mem_shared_ptr(gpa, chunk);

		if (shared == NULL)
			return -ERANGE;
		if (sept_state(&td.sept, gpa / PAGE_SIZE) == SEPT_MAPPED)
			check_failed(CHECK_HOST_PRIVATE, "GetQuote buffer at %llx",
				     (unsigned long long)gpa);
		if (write)
			memcpy(shared, p, chunk);
		else
			memcpy(p, shared, chunk);
		gpa += chunk;
		p += chunk;
		len -= chunk;
	}
	return 0;
}

int td_quote(u64 gpa, u64 size)
{
	static struct tdreport report;
	static u8 quote[TDQUOTE_SIZE];
	struct quote_buffer header;
	int err;

	err = copy(gpa, &header, sizeof(header), false);
	if (err)
		return err;
	if (header.version != QUOTE_VERSION || header.in_len > size - sizeof(header))
		return -EINVAL;
	header.status = STATUS_ERROR;
	header.out_len = 0;
	if (header.in_len == sizeof(report) && size >= sizeof(header) + sizeof(quote)) {
		err = copy(gpa + sizeof(header), &report, sizeof(report), false);
		if (!err)
			err = tdquote_build(quote, &report);
		if (!err)
			err = copy(gpa + sizeof(header), quote, sizeof(quote), true);
		if (!err) {
			header.status = STATUS_OK;
			header.out_len = sizeof(quote);
		}
	}
	pr_info("GetQuote: %s", header.status == STATUS_OK ? "test quote" : "refused");
	return copy(gpa, &header, sizeof(header), true);
}
