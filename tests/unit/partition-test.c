/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of drivers/partition: what is found on good media, what is said of bad
 * ones, and that both tables of a GPT count.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/partition.h>

#include "medium.h"
#include "support.h"

#define BLOCKS	2048u
#define ENTRIES_BLOCKS	32u

static struct medium medium;
static struct partition found[200];
static int count;

static int remember(const struct partition *p, void *ctx)
{
	assert_ptr_equal(ctx, &medium);
	assert_true(p->start >= 1 && p->blocks >= 1);
	assert_true(p->start < medium.blocks && p->blocks <= medium.blocks - p->start);
	assert_true(count < 200);
	found[count++] = *p;
	return 0;
}

static int refuse(const struct partition *p, void *ctx)
{
	return -ENOMEM;
}

static int scan(int (*fn)(const struct partition_source *, partition_found_t, void *))
{
	struct partition_source src = medium_source(&medium);
	int rc;

	count = 0;
	mock_log_reset();
	rc = fn(&src, remember, &medium);
	assert_int_equal(medium_pages, 0);
	if (rc >= 0)
		assert_int_equal(rc, count);
	return rc;
}

static void set_magic(u64 lba)
{
	put_le16(MBR_MAGIC_VALUE, (u8 *)medium_block(&medium, lba) + MBR_MAGIC);
}

static struct mbr_record *record(u64 lba, unsigned int i)
{
	set_magic(lba);
	return (struct mbr_record *)((u8 *)medium_block(&medium, lba) + MBR_RECORDS) + i;
}

static void set_record(u64 lba, unsigned int i, u8 type, u32 start, u32 size)
{
	*record(lba, i) = (struct mbr_record) {
		.type = type, .start = cpu_to_le32(start), .size = cpu_to_le32(size)
	};
}

static struct gpt_header *header(u64 lba)
{
	return medium_block(&medium, lba);
}

static struct gpt_entry *entry(u64 lba, unsigned int i)
{
	return (struct gpt_entry *)medium_block(&medium, lba) + i;
}

static void set_entry(unsigned int i, u8 type, u64 first, u64 last)
{
	struct gpt_entry e = { .first = cpu_to_le64(first), .last = cpu_to_le64(last) };

	memset(e.type, type, sizeof(e.type));
	memset(e.unique, type + 1, sizeof(e.unique));
	*entry(2, i) = e;
	*entry(medium.blocks - 1 - ENTRIES_BLOCKS, i) = e;
}

static void set_header(u64 lba, u64 other, u64 entries)
{
	*header(lba) = (struct gpt_header) {
		.signature = cpu_to_le64(GPT_SIGNATURE),
		.revision = cpu_to_le32(GPT_REVISION),
		.header_size = cpu_to_le32(GPT_HEADER_SIZE),
		.my_lba = cpu_to_le64(lba),
		.alternate_lba = cpu_to_le64(other),
		.first_usable = cpu_to_le64(34),
		.last_usable = cpu_to_le64(medium.blocks - 34),
		.entries_lba = cpu_to_le64(entries),
		.entry_count = cpu_to_le32(128),
		.entry_size = cpu_to_le32(128),
	};
}

/* Two partitions, numbers 1 and 4. */
static void make_gpt(u32 block_size)
{
	medium_new(&medium, block_size, BLOCKS);
	set_record(0, 0, MBR_TYPE_GPT, 1, BLOCKS - 1);
	set_header(1, BLOCKS - 1, 2);
	set_header(BLOCKS - 1, 1, BLOCKS - 1 - ENTRIES_BLOCKS);
	set_entry(0, 0x11, 34, 99);
	set_entry(3, 0x44, 100, BLOCKS - 34);
	medium_fix_gpt(&medium);
}

static int teardown(void **state)
{
	medium_free(&medium);
	return 0;
}

static void check_good(void)
{
	assert_int_equal(count, 2);
	assert_int_equal(found[0].table, PARTITION_GPT);
	assert_int_equal(found[0].number, 1);
	assert_int_equal(found[0].start, 34);
	assert_int_equal(found[0].blocks, 66);
	assert_int_equal(found[0].gpt.type[5], 0x11);
	assert_int_equal(found[0].gpt.unique[15], 0x12);
	assert_int_equal(found[1].number, 4);
	assert_int_equal(found[1].start, 100);
	assert_int_equal(found[1].blocks, BLOCKS - 34 - 100 + 1);
}

static void gpt_good(void **state)
{
	make_gpt(512);
	assert_int_equal(scan(gpt_scan), 2);
	check_good();
	assert_false(mock_log_has("gpt"));
	assert_int_equal(scan(partition_scan), 2);
}

static void gpt_4k(void **state)
{
	make_gpt(4096);
	assert_int_equal(scan(gpt_scan), 2);
	check_good();
}

static void gpt_large_entries(void **state)
{
	make_gpt(512);
	header(1)->entry_size = cpu_to_le32(256);
	header(1)->entry_count = cpu_to_le32(64);
	/* Entry 3 of 128 bytes is in the second half of entry 1 now. */
	*entry(2, 2) = *entry(2, 3);
	medium_fix_gpt(&medium);
	assert_int_equal(scan(gpt_scan), 2);
	assert_int_equal(found[1].number, 2);
}

/* Every fault of the first table is said, and the second one is used. */
static void expect_backup(const char *why)
{
	assert_int_equal(scan(gpt_scan), 2);
	check_good();
	assert_true(mock_log_has(why));
	assert_int_equal(mock_log_errors(), 0);
}

static void gpt_backup(void **state)
{
	make_gpt(512);
	header(1)->reserved = cpu_to_le32(1);
	expect_backup("(header checksum)");
	make_gpt(512);
	entry(2, 0)->unique[0]++;
	expect_backup("(checksum of the entries)");
	make_gpt(512);
	memset(medium_block(&medium, 1), 0, 512);
	expect_backup("(no header)");
	make_gpt(512);
	medium.fail = 1;
	expect_backup("(cannot be read)");
	make_gpt(512);
	medium.fail = 20;
	expect_backup("(cannot be read)");
}

/* Where the first header says; the last block has none. */
static void gpt_alternate(void **state)
{
	make_gpt(512);
	memcpy(medium_block(&medium, 1000), header(BLOCKS - 1), 512);
	memset(header(BLOCKS - 1), 0, 512);
	header(1)->alternate_lba = cpu_to_le64(1000);
	header(1000)->my_lba = cpu_to_le64(1000);
	header(1000)->header_crc = cpu_to_le32(0);
	/* The sum as it is in a header at the end, which is what is fixed. */
	memcpy(header(BLOCKS - 1), medium_block(&medium, 1000), 512);
	medium_fix_gpt(&medium);
	memcpy(medium_block(&medium, 1000), header(BLOCKS - 1), 512);
	memset(header(BLOCKS - 1), 0, 512);
	entry(2, 0)->unique[0]++;
	expect_backup("the one at block 1000 is used");
}

static void fault(const char *why, void (*change)(struct gpt_header *h))
{
	make_gpt(512);
	change(header(1));
	medium_fix_gpt(&medium);
	/* A table that is not fixed any more: only the reason counts. */
	expect_backup(why);
	change(header(BLOCKS - 1));
	medium_fix_gpt(&medium);
	assert_int_equal(scan(gpt_scan), -EBADMSG);
	assert_int_equal(mock_log_errors(), 1);
	assert_non_null(strstr(mock_log_last(), why));
	assert_int_equal(scan(partition_scan), 0);
	medium_free(&medium);
}

#define FAULT(name, member, value)					\
	static void name(struct gpt_header *h)				\
	{								\
		h->member = value;					\
	}

FAULT(revision, revision, cpu_to_le32(0x20000))
FAULT(header_short, header_size, cpu_to_le32(91))
FAULT(header_long, header_size, cpu_to_le32(513))
FAULT(other_place, my_lba, cpu_to_le64(5))
FAULT(entry_small, entry_size, cpu_to_le32(64))
FAULT(entry_odd, entry_size, cpu_to_le32(384))
FAULT(entry_large, entry_size, cpu_to_le32(8192))
FAULT(no_entries, entry_count, cpu_to_le32(0))
FAULT(many_entries, entry_count, cpu_to_le32(1025))
FAULT(entries_in_header, entries_lba, cpu_to_le64(1))
FAULT(entries_outside, entries_lba, cpu_to_le64(BLOCKS))
FAULT(entries_over_end, entries_lba, cpu_to_le64(BLOCKS - 31))
FAULT(entries_wrap, entries_lba, cpu_to_le64(~(u64)0))
FAULT(usable_header, first_usable, cpu_to_le64(1))
FAULT(usable_outside, last_usable, cpu_to_le64(BLOCKS))
FAULT(usable_backwards, first_usable, cpu_to_le64(BLOCKS - 1))

static void gpt_faults(void **state)
{
	fault("revision", revision);
	fault("header size", header_short);
	fault("header size", header_long);
	fault("place", other_place);
	fault("entry size", entry_small);
	fault("entry size", entry_odd);
	fault("entry size", entry_large);
	fault("number of entries", no_entries);
	fault("number of entries", many_entries);
	fault("place of the entries", entries_in_header);
	fault("place of the entries", entries_outside);
	fault("place of the entries", entries_over_end);
	fault("place of the entries", entries_wrap);
	fault("usable blocks", usable_header);
	fault("usable blocks", usable_outside);
	fault("usable blocks", usable_backwards);
}

static void gpt_bad_entries(void **state)
{
	make_gpt(512);
	set_entry(1, 0x22, 33, 40);
	set_entry(2, 0x33, 40, 39);
	set_entry(5, 0x55, 40, BLOCKS - 33);
	set_entry(6, 0x66, 40, ~(u64)0);
	medium_fix_gpt(&medium);
	assert_int_equal(scan(gpt_scan), 2);
	check_good();
	assert_true(mock_log_has("partition 2 lies outside"));
	assert_true(mock_log_has("partition 7 lies outside"));
}

static void gpt_protective(void **state)
{
	make_gpt(512);
	record(0, 0)->type = 0x83;
	assert_int_equal(scan(gpt_scan), -ENOENT);
	/* Any of the four will do. */
	set_record(0, 2, MBR_TYPE_GPT, 1, 33);
	assert_int_equal(scan(partition_scan), 2);
	assert_int_equal(found[0].table, PARTITION_GPT);
	medium.fail = 0;
	assert_int_equal(scan(gpt_scan), -EIO);
}

static void gpt_small_medium(void **state)
{
	u64 blocks;

	for (blocks = 1; blocks < 5; blocks++) {
		medium_new(&medium, 512, blocks);
		set_record(0, 0, MBR_TYPE_GPT, 1, 1);
		if (blocks > 1)
			set_header(1, 1, 2);
		medium_fix_gpt(&medium);
		assert_int_equal(scan(partition_scan), 0);
		medium_free(&medium);
	}
}

static void no_memory(void **state)
{
	struct partition_source src;
	unsigned int i;

	make_gpt(512);
	src = medium_source(&medium);
	for (i = 0; i < 3; i++) {
		medium_pages_left = i;
		assert_int_equal(partition_scan(&src, remember, &medium), -ENOMEM);
		assert_int_equal(medium_pages, 0);
	}
	medium_pages_left = 10;
	assert_int_equal(partition_scan(&src, refuse, &medium), -ENOMEM);
	assert_int_equal(medium_pages, 0);
}

static void mbr_primary(void **state)
{
	medium_new(&medium, 512, BLOCKS);
	put_le32(0x12345678, (u8 *)medium_block(&medium, 0) + MBR_DISK_SIGNATURE);
	set_record(0, 0, 0x0c, 64, 64);
	set_record(0, 2, 0xef, 1024, 1024);
	set_record(0, 3, 0x83, 1025, 1024);
	record(0, 0)->boot_indicator = 0x80;
	assert_int_equal(scan(partition_scan), 2);
	assert_int_equal(found[0].table, PARTITION_MBR);
	assert_int_equal(found[0].number, 1);
	assert_int_equal(found[0].signature, 0x12345678);
	assert_int_equal(found[1].number, 3);
	assert_int_equal(found[1].start, 1024);
	assert_int_equal(found[1].blocks, 1024);
	assert_int_equal(found[1].mbr.type, MBR_TYPE_ESP);
	assert_true(mock_log_has("partition 4 lies outside"));
}

static void mbr_logical(void **state)
{
	medium_new(&medium, 512, BLOCKS);
	set_record(0, 1, MBR_TYPE_EXTENDED_LBA, 100, 1000);
	set_record(100, 0, 0x83, 1, 10);
	set_record(100, 1, MBR_TYPE_EXTENDED, 50, 50);
	set_record(150, 0, 0x82, 2, 20);
	assert_int_equal(scan(mbr_scan), 2);
	assert_int_equal(found[0].number, 5);
	assert_int_equal(found[0].start, 101);
	assert_int_equal(found[1].number, 6);
	assert_int_equal(found[1].start, 152);
	assert_int_equal(found[1].blocks, 20);
	/* A link back has no end; what was found before stays. */
	set_record(150, 1, MBR_TYPE_EXTENDED, 50, 50);
	assert_int_equal(scan(mbr_scan), 2);
	assert_true(mock_log_has("no end"));
	set_record(150, 1, MBR_TYPE_EXTENDED, 4000000000u, 50);
	assert_int_equal(scan(mbr_scan), 2);
}

/* 128 links are followed, however many there are. */
static void mbr_long_chain(void **state)
{
	u32 i;

	medium_new(&medium, 512, BLOCKS);
	set_record(0, 0, MBR_TYPE_EXTENDED, 10, 1000);
	for (i = 0; i < 200; i++) {
		set_record(10 + i, 0, 0x83, 1, 1);
		set_record(10 + i, 1, MBR_TYPE_EXTENDED, i + 1, 1);
	}
	assert_int_equal(scan(mbr_scan), 128);
	assert_true(mock_log_has("no end"));
}

static void mbr_none(void **state)
{
	medium_new(&medium, 512, BLOCKS);
	assert_int_equal(scan(mbr_scan), -ENOENT);
	set_magic(0);
	assert_int_equal(scan(mbr_scan), -ENOENT);
	/* Text or code of a boot sector. */
	memset(record(0, 0), 'a', 64);
	assert_int_equal(scan(mbr_scan), -ENOENT);
	memset(record(0, 0), 0, 64);
	set_record(0, 0, 0x83, BLOCKS, 1);
	assert_int_equal(scan(mbr_scan), -ENOENT);
	/* As images for CD and disk have it: the whole medium is no partition of it. */
	set_record(0, 0, 0x17, 0, BLOCKS);
	set_record(0, 1, 0xef, 200, 10);
	assert_int_equal(scan(mbr_scan), 1);
	assert_int_equal(found[0].number, 2);
	medium.fail = 0;
	assert_int_equal(scan(mbr_scan), -EIO);
}

static u8 *sector(u32 n)
{
	return medium.data + (size_t)n * ISO_SECTOR;
}

static u8 *catalog_entry(unsigned int i)
{
	return sector(20) + i * ELTORITO_ENTRY_SIZE;
}

static void set_image(unsigned int i, u8 media, u16 sectors, u32 start)
{
	u8 *e = catalog_entry(i);

	e[0] = ELTORITO_BOOTABLE;
	e[ELTORITO_MEDIA] = media;
	put_le16(sectors, e + ELTORITO_COUNT);
	put_le32(start, e + ELTORITO_START);
}

static void set_section(unsigned int i, u8 id, u16 entries)
{
	catalog_entry(i)[0] = id;
	put_le16(entries, catalog_entry(i) + ELTORITO_HEADER_COUNT);
}

static void make_iso(u32 block_size)
{
	u8 *v;

	medium_new(&medium, block_size, BLOCKS * ISO_SECTOR / block_size);
	memcpy(sector(16), "\1CD001\1", 7);
	put_le32(1000, sector(16) + ISO_SPACE_SIZE);
	memcpy(sector(17), "\0CD001\1EL TORITO SPECIFICATION", 30);
	put_le32(20, sector(17) + ISO_BOOT_CATALOG);
	memcpy(sector(18), "\377CD001\1", 7);
	v = catalog_entry(0);
	v[0] = ELTORITO_VALIDATION;
	put_le16(MBR_MAGIC_VALUE, v + ELTORITO_VALIDATION_KEY);
	put_le16((u16)-(MBR_MAGIC_VALUE + ELTORITO_VALIDATION), v + 28);
	set_image(1, ELTORITO_NO_EMULATION, 4, 100);
	set_section(2, ELTORITO_HEADER_LAST, 1);
	set_image(3, ELTORITO_NO_EMULATION, 2881, 200);
}

static void check_iso(unsigned int factor)
{
	assert_int_equal(count, 2);
	assert_int_equal(found[0].table, PARTITION_ELTORITO);
	assert_int_equal(found[0].number, 0);
	assert_int_equal(found[0].start, 100 * factor);
	assert_int_equal(found[0].blocks, 1 * factor);
	assert_int_equal(found[1].number, 1);
	assert_int_equal(found[1].start, 200 * factor);
	assert_int_equal(found[1].blocks, 721 * factor);
}

static void eltorito_good(void **state)
{
	make_iso(2048);
	assert_int_equal(scan(partition_scan), 2);
	check_iso(1);
	medium_free(&medium);
	make_iso(512);
	assert_int_equal(scan(partition_scan), 2);
	check_iso(4);
	/* On a disk an MBR counts first, on a CD it does not. */
	set_record(0, 0, 0x83, 5, 5);
	assert_int_equal(scan(partition_scan), 1);
	assert_int_equal(found[0].table, PARTITION_MBR);
	medium_free(&medium);
	make_iso(2048);
	set_record(0, 0, 0x83, 5, 5);
	assert_int_equal(scan(partition_scan), 2);
}

static void eltorito_sizes(void **state)
{
	make_iso(2048);
	set_image(1, ELTORITO_FLOPPY_1440, 1, 100);
	set_image(3, ELTORITO_NO_EMULATION, 0, 200);
	assert_int_equal(scan(eltorito_scan), 2);
	assert_int_equal(found[0].blocks, 720);
	assert_int_equal(found[1].blocks, 800);
	/* The file system's word counts only if it makes sense. */
	put_le32(150, sector(16) + ISO_SPACE_SIZE);
	assert_int_equal(scan(eltorito_scan), 2);
	assert_int_equal(found[1].blocks, BLOCKS - 200);
	put_le32(0xffffffff, sector(16) + ISO_SPACE_SIZE);
	assert_int_equal(scan(eltorito_scan), 2);
	assert_int_equal(found[1].blocks, BLOCKS - 200);
}

static void eltorito_sections(void **state)
{
	make_iso(2048);
	catalog_entry(1)[0] = 0;
	set_section(2, ELTORITO_HEADER_MORE, 2);
	set_image(3, 0, 4, 300);
	catalog_entry(4)[0] = ELTORITO_EXTENSION;
	set_image(5, 0, 4, 0);
	set_section(6, ELTORITO_HEADER_LAST, 0xffff);
	set_image(7, 0, 4, BLOCKS);
	set_image(8, 0, 8, BLOCKS - 1);
	set_image(9, 0, 4, BLOCKS - 1);
	assert_int_equal(scan(eltorito_scan), 2);
	assert_int_equal(found[0].number, 1);
	assert_int_equal(found[1].number, 5);
	assert_int_equal(found[1].start, BLOCKS - 1);
	assert_true(mock_log_has("boot image 3 lies outside"));
	assert_true(mock_log_has("boot image 4 lies outside"));
}

static void eltorito_bad(void **state)
{
	make_iso(2048);
	catalog_entry(0)[4]++;
	assert_int_equal(scan(eltorito_scan), -EBADMSG);
	assert_int_equal(mock_log_errors(), 1);
	put_le32(BLOCKS, sector(17) + ISO_BOOT_CATALOG);
	assert_int_equal(scan(eltorito_scan), -EBADMSG);
	assert_int_equal(mock_log_errors(), 1);
	put_le32(0, sector(17) + ISO_BOOT_CATALOG);
	assert_int_equal(scan(eltorito_scan), -ENOENT);
	memset(sector(16), 0, 1);
	sector(17)[1] = 'X';
	assert_int_equal(scan(eltorito_scan), -ENOENT);
	assert_int_equal(scan(partition_scan), 0);
	medium.fail = 16;
	assert_int_equal(scan(eltorito_scan), -EIO);
	medium_free(&medium);
	medium_new(&medium, 4096, 100);
	assert_int_equal(scan(eltorito_scan), -ENOENT);
	medium_free(&medium);
	medium_new(&medium, 2048, 16);
	assert_int_equal(scan(eltorito_scan), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(gpt_good, teardown),
		cmocka_unit_test_teardown(gpt_4k, teardown),
		cmocka_unit_test_teardown(gpt_large_entries, teardown),
		cmocka_unit_test_teardown(gpt_backup, teardown),
		cmocka_unit_test_teardown(gpt_alternate, teardown),
		cmocka_unit_test_teardown(gpt_faults, teardown),
		cmocka_unit_test_teardown(gpt_bad_entries, teardown),
		cmocka_unit_test_teardown(gpt_protective, teardown),
		cmocka_unit_test_teardown(gpt_small_medium, teardown),
		cmocka_unit_test_teardown(no_memory, teardown),
		cmocka_unit_test_teardown(mbr_primary, teardown),
		cmocka_unit_test_teardown(mbr_logical, teardown),
		cmocka_unit_test_teardown(mbr_long_chain, teardown),
		cmocka_unit_test_teardown(mbr_none, teardown),
		cmocka_unit_test_teardown(eltorito_good, teardown),
		cmocka_unit_test_teardown(eltorito_sizes, teardown),
		cmocka_unit_test_teardown(eltorito_sections, teardown),
		cmocka_unit_test_teardown(eltorito_bad, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
