/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The log of what was measured, for the OS: in memory that it keeps, announced
 * by the ACPI table CCEL. What comes before there is memory waits in a buffer.
 * Documents: ACPI 6.5, section 5.2.34; TCG PC Client Platform Firmware Profile
 * 1.06, section 10.
 */
#define pr_fmt(fmt) "event log: " fmt

#include <fw/acpi.h>
#include <fw/alloc.h>
#include <fw/byteorder.h>
#include <fw/digest.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/measure.h>
#include <fw/string.h>
#include <spec/ccel.h>

#define LOG_SIZE	KiB(CONFIG_MEASURE_LOG_KIB)

/* The first record, and a handful more. */
#define EARLY_SIZE	1024

#define FREE_BYTE	0xff	/* no record begins with it */

static u8 early[EARLY_SIZE] __noinit;
static u8 *log_base = early;
static size_t log_size = EARLY_SIZE;
static size_t log_used, log_last;
static bool log_truncated;

int measure_record(u32 index, u32 type, const u8 *digest, const void *event, u64 size)
{
	struct tcg_event2 *head = (void *)(log_base + log_used);
	size_t room = log_size - log_used;

	/* Only with UEFI is there anybody who can go on with a full log. */
	if ((IS_ENABLED(CONFIG_EFI) && log_truncated) || room < sizeof(*head) ||
	    size > room - sizeof(*head)) {
		if (IS_ENABLED(CONFIG_EFI))
			log_truncated = true;
		return -ENOSPC;
	}
	head->index = cpu_to_le32(index);
	head->type = cpu_to_le32(type);
	head->digests = cpu_to_le32(1);
	head->algorithm = cpu_to_le16(TCG_ALG_SHA384);
	memcpy(head->digest, digest, sizeof(head->digest));
	head->size = cpu_to_le32((u32)size);
	memcpy(head + 1, event, size);
	if (IS_ENABLED(CONFIG_EFI))
		log_last = log_used;
	log_used += sizeof(*head) + size;
	return IS_ENABLED(CONFIG_EFI) ? hook_run(measure_recorded, head) : 0;
}

void measure_get_log(struct measure_log *log)
{
	log->base = (uintptr_t)log_base;
	log->last = log_last < log_used ? log_last : 0;
	log->truncated = log_truncated;
}

/* What the other records look like. */
static const struct {
	struct tcg_event1 event;
	struct tcg_spec_id id;
} __packed first_record = {
	.event = {
		.type = (__force le32)EV_NO_ACTION,
		.size = (__force le32)sizeof(first_record.id),
	},
	.id = {
		.signature = TCG_SPEC_ID_SIGNATURE,
		.version_major = 2,
		.uintn_size = sizeof(u64) / sizeof(u32),
		.algorithms = (__force le32)1,
		.algorithm = (__force le16)TCG_ALG_SHA384,
		.digest_size = (__force le16)SHA384_SIZE,
	},
};

int measure_log_move(void)
{
	phys_addr_t base;
	u8 *area;
	int rc;

	rc = page_alloc(MEM_ACPI_NVS, LOG_SIZE, PAGE_SIZE, PHYS_MAX_32, &base);
	if (rc != 0) {
		pr_err("no memory");
		return rc;
	}
	area = (u8 *)(uintptr_t)base;
	memset(area, FREE_BYTE, LOG_SIZE);
	memcpy(area, &first_record, sizeof(first_record));
	memcpy(area + sizeof(first_record), early, log_used);
	log_base = area;
	log_size = LOG_SIZE;
	log_used += sizeof(first_record);
	if (IS_ENABLED(CONFIG_EFI))
		log_last += sizeof(first_record);
	return 0;
}

int measure_log_announce(void)
{
	struct acpi_ccel ccel = {
		.header.signature = { 'C', 'C', 'E', 'L' },
		.header.length = cpu_to_le32(sizeof(ccel)),
		.header.revision = 1,
		.cc_type = measure_ops()->type,
		.log_size = cpu_to_le64(LOG_SIZE),
		.log_base = cpu_to_le64((uintptr_t)log_base),
	};

	return acpi_rsdp() != 0 ? acpi_add_table(&ccel.header) : 0;
}
