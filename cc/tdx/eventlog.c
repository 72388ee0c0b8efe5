/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The log of what was measured, for the OS: in memory that it keeps, announced
 * by the ACPI table CCEL. What comes before there is memory waits in a buffer.
 * Documents: ACPI 6.5, section 5.2.34; TCG PC Client Platform Firmware Profile
 * 1.06, section 10.
 */
#define pr_fmt(fmt) "tdx: " fmt

#include <fw/acpi.h>
#include <fw/alloc.h>
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/string.h>
#include <spec/ccel.h>

#include "measure.h"

/* What readers expect a log to have room for, at least. */
#define LOG_SIZE	KiB(64)

/* The first record, and a handful more. */
#define EARLY_SIZE	1024

#define FREE_BYTE	0xff	/* no record begins with it */

static u8 early[EARLY_SIZE] __noinit;
static u8 *log_base = early;
static size_t log_size = EARLY_SIZE;
static size_t log_used;

static void put(const void *data, size_t len)
{
	memcpy(log_base + log_used, data, len);
	log_used += len;
}

/* Says what the other records look like. */
static void put_spec_id(void)
{
	const struct tcg_spec_id id = {
		.signature = TCG_SPEC_ID_SIGNATURE,
		.version_major = 2,
		.uintn_size = sizeof(u64) / sizeof(u32),
		.algorithms = cpu_to_le32(1),
		.algorithm = cpu_to_le16(TCG_ALG_SHA384),
		.digest_size = cpu_to_le16(48),
	};
	const struct tcg_event1 event = {
		.type = cpu_to_le32(TCG_EV_NO_ACTION),
		.size = cpu_to_le32(sizeof(id)),
	};

	put(&event, sizeof(event));
	put(&id, sizeof(id));
}

int eventlog_add(u32 mr_index, u32 type, const u8 *digest, const char *text)
{
	size_t len = strlen(text);
	struct tcg_event2 event = {
		.mr_index = cpu_to_le32(mr_index),
		.type = cpu_to_le32(type),
		.digests = cpu_to_le32(1),
		.algorithm = cpu_to_le16(TCG_ALG_SHA384),
		.size = cpu_to_le32((u32)len),
	};

	if (log_used == 0)
		put_spec_id();
	if (len > log_size || sizeof(event) > log_size - len ||
	    log_used > log_size - len - sizeof(event)) {
		pr_err("no room in the event log for %s", text);
		return -ENOSPC;
	}
	memcpy(event.digest, digest, sizeof(event.digest));
	put(&event, sizeof(event));
	put(text, len);
	return 0;
}

/* As soon as there is memory. */
static int eventlog_move(void)
{
	phys_addr_t base;
	int rc;

	rc = page_alloc(MEM_ACPI_NVS, LOG_SIZE, PAGE_SIZE, PHYS_MAX_32, &base);
	if (rc != 0) {
		pr_err("no memory for the event log");
		return rc;
	}
	log_base = (u8 *)(uintptr_t)base;
	log_size = LOG_SIZE;
	memset(log_base, FREE_BYTE, LOG_SIZE);
	memcpy(log_base, early, log_used);
	return 0;
}
HOOK(memmap_post, 30, tdx, eventlog_move);

static int eventlog_announce(void)
{
	struct acpi_ccel ccel = {
		.header.signature = { 'C', 'C', 'E', 'L' },
		.header.length = cpu_to_le32(sizeof(ccel)),
		.header.revision = 1,
		.cc_type = CCEL_TYPE_TDX,
		.log_size = cpu_to_le64(LOG_SIZE),
		.log_base = cpu_to_le64((uintptr_t)log_base),
	};

	return acpi_rsdp() != 0 ? acpi_add_table(&ccel.header) : 0;
}
HOOK(acpi_post, 60, tdx, eventlog_announce);
