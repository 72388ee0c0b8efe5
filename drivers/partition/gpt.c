/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * GUID Partition Table. The first table that is sound counts: the one at the
 * beginning, where that one says the other is, the one at the end. Nothing is
 * repaired on the medium.
 * Document: UEFI 2.10, section 5.3.
 */
#define pr_fmt(fmt) "gpt: " fmt

#include <fw/alloc.h>
#include <fw/crc.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/partition.h>
#include <fw/string.h>

#define PRIMARY_LBA	1
#define ENTRIES_MAX	1024
#define ENTRY_SIZE_MAX	4096
#define TABLE_MAX	KiB(1024)

/* Memory for what is read; pages, since tables can be large. */
struct buffer {
	phys_addr_t base;
	u64 size;
};

static int buffer_alloc(struct buffer *buf, u64 size)
{
	buf->size = size;
	return page_alloc(MEM_BOOT_DATA, size, PAGE_SIZE, PHYS_MAX_32, &buf->base);
}

static void *buffer_data(const struct buffer *buf)
{
	return (void *)(uintptr_t)buf->base;
}

static void buffer_free(const struct buffer *buf)
{
	page_free(buf->base, buf->size);
}

static bool is_power_of_2(u32 v)
{
	return v && (v & (v - 1)) == 0;
}

static bool header_crc_is_right(const u8 *block, u32 size)
{
	struct gpt_header header;
	u32 crc;

	memcpy(&header, block, sizeof(header));
	header.header_crc = cpu_to_le32(0);
	crc = crc32(0, &header, GPT_HEADER_SIZE);
	crc = crc32(crc, block + GPT_HEADER_SIZE, size - GPT_HEADER_SIZE);
	return crc == get_le32(block + offsetof(struct gpt_header, header_crc));
}

static u64 table_bytes(const struct gpt_header *h)
{
	return (u64)le32_to_cpu(h->entry_count) * le32_to_cpu(h->entry_size);
}

static u64 table_blocks(const struct partition_source *src, const struct gpt_header *h)
{
	return ALIGN_UP(table_bytes(h), src->block_size) / src->block_size;
}

/* Return: NULL, or what is wrong with a header that has the right signature. */
static const char *header_fault(const struct partition_source *src, const u8 *block, u64 lba)
{
	const struct gpt_header *h = (const struct gpt_header *)block;
	u32 header_size = le32_to_cpu(h->header_size);
	u32 entry_size = le32_to_cpu(h->entry_size);
	u32 entry_count = le32_to_cpu(h->entry_count);
	u64 entries = le64_to_cpu(h->entries_lba);

	if (le32_to_cpu(h->revision) != GPT_REVISION)
		return "revision";
	if (header_size < GPT_HEADER_SIZE || header_size > src->block_size)
		return "header size";
	if (!header_crc_is_right(block, header_size))
		return "header checksum";
	if (le64_to_cpu(h->my_lba) != lba)
		return "place";
	if (entry_size < GPT_ENTRY_SIZE || entry_size > ENTRY_SIZE_MAX ||
	    !is_power_of_2(entry_size))
		return "entry size";
	if (entry_count == 0 || entry_count > ENTRIES_MAX || table_bytes(h) > TABLE_MAX)
		return "number of entries";
	if (entries <= PRIMARY_LBA || entries >= src->blocks ||
	    table_blocks(src, h) > src->blocks - entries)
		return "place of the entries";
	if (le64_to_cpu(h->first_usable) <= PRIMARY_LBA ||
	    le64_to_cpu(h->last_usable) >= src->blocks ||
	    le64_to_cpu(h->first_usable) > le64_to_cpu(h->last_usable))
		return "usable blocks";
	return NULL;
}

/* What is said of a table that cannot be used. */
struct gpt_fault {
	const char *what;
	u64 lba;
};

static int read_entries(const struct partition_source *src, const struct gpt_header *h,
			struct buffer *table)
{
	int rc;

	rc = buffer_alloc(table, table_blocks(src, h) * src->block_size);
	if (rc)
		return rc;
	rc = src->read(src, le64_to_cpu(h->entries_lba), table_blocks(src, h), buffer_data(table));
	if (rc == 0 && crc32(0, buffer_data(table), table_bytes(h)) != le32_to_cpu(h->entries_crc))
		rc = -EBADMSG;
	if (rc)
		buffer_free(table);
	return rc;
}

/*
 * The table whose header is at @lba, into @h and @table. @h is filled in, too, if
 * only the entries are broken: it knows where there are others.
 * Return: 0, -ENOENT if there is none, -EBADMSG with the reason in @fault, or -Exxx.
 */
static int read_table(const struct partition_source *src, u64 lba, struct gpt_header *h,
		      struct buffer *table, struct gpt_fault *fault)
{
	struct buffer block;
	const char *what;
	int rc;

	h->signature = cpu_to_le64(0);
	if (lba == 0 || lba >= src->blocks)
		return -ENOENT;
	rc = buffer_alloc(&block, src->block_size);
	if (rc)
		return rc;
	rc = src->read(src, lba, 1, buffer_data(&block));
	if (rc == 0 && get_le64(buffer_data(&block)) != GPT_SIGNATURE)
		rc = -ENOENT;
	if (rc == 0) {
		what = header_fault(src, buffer_data(&block), lba);
		if (what) {
			*fault = (struct gpt_fault) { what, lba };
			rc = -EBADMSG;
		} else {
			memcpy(h, buffer_data(&block), sizeof(*h));
		}
	}
	buffer_free(&block);
	if (rc)
		return rc;
	rc = read_entries(src, h, table);
	if (rc == -EBADMSG)
		*fault = (struct gpt_fault) { "checksum of the entries", lba };
	return rc;
}

static bool is_used(const struct gpt_entry *entry)
{
	static const u8 unused[sizeof(entry->type)];

	return memcmp(entry->type, unused, sizeof(unused)) != 0;
}

/* An entry that leads out of the usable blocks is left out, and the others stay. */
static bool entry_is_sound(const struct partition_source *src, const struct gpt_header *h,
			   const struct gpt_entry *entry, u32 number)
{
	u64 first = le64_to_cpu(entry->first), last = le64_to_cpu(entry->last);

	if (first >= le64_to_cpu(h->first_usable) && first <= last &&
	    last <= le64_to_cpu(h->last_usable))
		return true;
	pr_warn("%s: partition %u lies outside the usable blocks", src->name, number);
	return false;
}

static int report(const struct partition_source *src, const struct gpt_header *h,
		  const u8 *table, partition_found_t found, void *ctx)
{
	u32 i, size = le32_to_cpu(h->entry_size);
	struct partition p = { .table = PARTITION_GPT, .header = h };
	int rc, count = 0;

	for (i = 0; i < le32_to_cpu(h->entry_count); i++) {
		memcpy(&p.gpt, table + (size_t)i * size, sizeof(p.gpt));
		if (!is_used(&p.gpt) || !entry_is_sound(src, h, &p.gpt, i + 1))
			continue;
		p.number = i + 1;
		p.start = le64_to_cpu(p.gpt.first);
		p.blocks = le64_to_cpu(p.gpt.last) - p.start + 1;
		rc = found(&p, ctx);
		if (rc)
			return rc;
		count++;
	}
	return count;
}

/* An MBR that says so, in any of its records (5.2.3). */
static int is_protected(const struct partition_source *src)
{
	const struct mbr_record *record;
	struct buffer block;
	unsigned int i;
	u8 *mbr;
	int rc;

	if (src->blocks <= PRIMARY_LBA)
		return 0;
	rc = buffer_alloc(&block, src->block_size);
	if (rc)
		return rc;
	rc = src->read(src, 0, 1, buffer_data(&block));
	mbr = buffer_data(&block);
	if (rc == 0 && get_le16(mbr + MBR_MAGIC) == MBR_MAGIC_VALUE) {
		record = (const struct mbr_record *)(mbr + MBR_RECORDS);
		for (i = 0; i < MBR_RECORD_COUNT && rc == 0; i++)
			rc = record[i].type == MBR_TYPE_GPT;
	}
	buffer_free(&block);
	return rc;
}

/* The places where a table can be, in turn; each at most once. */
static int find_table(const struct partition_source *src, struct gpt_header *h,
		      struct buffer *table)
{
	u64 tried[3] = { PRIMARY_LBA, 0, src->blocks - 1 };
	struct gpt_fault fault = { "no header", PRIMARY_LBA }, last = { NULL, 0 };
	unsigned int i;
	int rc = -ENOENT;

	for (i = 0; i < ARRAY_SIZE(tried); i++) {
		if (i && (tried[i] == tried[0] || tried[i] == tried[i - 1]))
			continue;
		rc = read_table(src, tried[i], h, table, i ? &last : &fault);
		if (rc == 0)
			break;
		if (rc == -EIO && i == 0)
			fault.what = "cannot be read";
		/* A header that is right, over entries that are not. */
		if (i == 0 && le64_to_cpu(h->signature) == GPT_SIGNATURE)
			tried[1] = le64_to_cpu(h->alternate_lba);
		if (rc != -ENOENT && rc != -EBADMSG && rc != -EIO)
			return rc;
	}
	if (rc == 0 && i == 0)
		return 0;
	if (rc == 0) {
		pr_warn("%s: bad table at block %llu (%s); the one at block %llu is used",
			src->name, (unsigned long long)fault.lba, fault.what,
			(unsigned long long)tried[i]);
		return 0;
	}
	pr_err("%s: bad tables; the one at block %llu: %s", src->name,
	       (unsigned long long)fault.lba, fault.what);
	return -EBADMSG;
}

int gpt_scan(const struct partition_source *src, partition_found_t found, void *ctx)
{
	struct gpt_header header;
	struct buffer table;
	int rc;

	rc = is_protected(src);
	if (rc <= 0)
		return rc ? rc : -ENOENT;
	rc = find_table(src, &header, &table);
	if (rc)
		return rc;
	rc = report(src, &header, buffer_data(&table), found, ctx);
	buffer_free(&table);
	return rc;
}
