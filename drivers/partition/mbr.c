/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Master boot record, with the chain of records for logical partitions.
 * Document: UEFI 2.10, section 5.2.
 */
#define pr_fmt(fmt) "mbr: " fmt

#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/partition.h>
#include <fw/string.h>

#define LOGICAL_FIRST	5
#define LOGICAL_MAX	128

/**
 * struct mbr - what the search needs
 * @src, @found, @ctx: of mbr_scan()
 * @block:     memory for a block
 * @signature: of the disk
 * @count:     partitions found
 */
struct mbr {
	const struct partition_source *src;
	partition_found_t found;
	void *ctx;
	u8 *block;
	u32 signature;
	int count;
};

/* Read a block's records; -ENOENT if it has none. */
static int read_records(struct mbr *mbr, u64 lba, struct mbr_record *record)
{
	int rc = mbr->src->read(mbr->src, lba, 1, mbr->block);

	if (rc)
		return rc;
	if (get_le16(mbr->block + MBR_MAGIC) != MBR_MAGIC_VALUE)
		return -ENOENT;
	memcpy(record, mbr->block + MBR_RECORDS, MBR_RECORD_COUNT * sizeof(*record));
	return 0;
}

static bool is_extended(const struct mbr_record *record)
{
	return record->type == MBR_TYPE_EXTENDED || record->type == MBR_TYPE_EXTENDED_LBA ||
	       record->type == MBR_TYPE_EXTENDED_LINUX;
}

static bool is_inside(const struct partition_source *src, u64 start, u64 blocks)
{
	return blocks && start < src->blocks && blocks <= src->blocks - start;
}

/*
 * A boot sector of a file system ends like an MBR. Only where all four records
 * could be some is it one; parts of a program hardly are.
 */
static bool is_mbr(const struct partition_source *src, const struct mbr_record *record)
{
	unsigned int i, used = 0;

	for (i = 0; i < MBR_RECORD_COUNT; i++) {
		if (record[i].boot_indicator & 0x7f)
			return false;
		if (record[i].type == MBR_TYPE_UNUSED || le32_to_cpu(record[i].size) == 0)
			continue;
		if (le32_to_cpu(record[i].start) >= src->blocks)
			return false;
		used++;
	}
	return used > 0;
}

static int report(struct mbr *mbr, const struct mbr_record *record, u64 start, u32 number)
{
	struct partition p = {
		.table = PARTITION_MBR,
		.number = number,
		.start = start,
		.blocks = le32_to_cpu(record->size),
		.signature = mbr->signature,
		.mbr = *record,
	};
	int rc;

	/* What begins at block 0 is the medium itself, as on some CD images. */
	if (start == 0)
		return 0;
	if (!is_inside(mbr->src, start, p.blocks)) {
		pr_warn("%s: partition %u lies outside the medium", mbr->src->name, number);
		return 0;
	}
	rc = mbr->found(&p, mbr->ctx);
	if (rc == 0)
		mbr->count++;
	return rc;
}

/*
 * Each link of the chain has one partition, relative to itself, and the place of
 * the next link, relative to the whole.
 */
static int scan_extended(struct mbr *mbr, u64 base, u32 *number)
{
	struct mbr_record record[MBR_RECORD_COUNT];
	unsigned int links;
	u64 at = base;
	int rc;

	for (links = 0; links < LOGICAL_MAX && at < mbr->src->blocks; links++) {
		rc = read_records(mbr, at, record);
		if (rc)
			return rc == -ENOENT ? 0 : rc;
		if (record[0].type != MBR_TYPE_UNUSED && !is_extended(&record[0])) {
			rc = report(mbr, &record[0], at + le32_to_cpu(record[0].start), *number);
			if (rc)
				return rc;
			++*number;
		}
		if (!is_extended(&record[1]) || le32_to_cpu(record[1].start) == 0)
			return 0;
		/* Forward only, so that there is an end. */
		if (base + le32_to_cpu(record[1].start) <= at)
			break;
		at = base + le32_to_cpu(record[1].start);
	}
	pr_warn("%s: chain of logical partitions has no end", mbr->src->name);
	return 0;
}

static int scan(struct mbr *mbr)
{
	struct mbr_record record[MBR_RECORD_COUNT];
	u32 i, logical = LOGICAL_FIRST;
	int rc;

	rc = read_records(mbr, 0, record);
	if (rc)
		return rc;
	if (!is_mbr(mbr->src, record))
		return -ENOENT;
	mbr->signature = get_le32(mbr->block + MBR_DISK_SIGNATURE);
	for (i = 0; i < MBR_RECORD_COUNT && rc == 0; i++) {
		if (record[i].type == MBR_TYPE_UNUSED || record[i].type == MBR_TYPE_GPT ||
		    le32_to_cpu(record[i].size) == 0)
			continue;
		if (is_extended(&record[i]))
			rc = scan_extended(mbr, le32_to_cpu(record[i].start), &logical);
		else
			rc = report(mbr, &record[i], le32_to_cpu(record[i].start), i + 1);
	}
	return rc ? rc : mbr->count;
}

int mbr_scan(const struct partition_source *src, partition_found_t found, void *ctx)
{
	struct mbr mbr = { .src = src, .found = found, .ctx = ctx };
	phys_addr_t block;
	int rc;

	rc = page_alloc(MEM_BOOT_DATA, src->block_size, PAGE_SIZE, PHYS_MAX_32, &block);
	if (rc)
		return rc;
	mbr.block = (u8 *)(uintptr_t)block;
	rc = scan(&mbr);
	page_free(block, src->block_size);
	return rc;
}
