/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of the SMBIOS step (platform/ovmf/smbios.c, smbios_tables.c), with
 * tables of real machines from the corpus of the fuzz target.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <fw/alloc.h>
#include <fw/board.h>
#include <fw/crc.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>

#include "smbios_tables.h"
#include "support.h"

#define FSEG_BASE	0xf0000u
#define FSEG_SIZE	0x10000u
#define HIGH_BASE	0x40000000u
#define HIGH_SIZE	MiB(2)

static u8 entry[64], tables[0x10000];
static u32 entry_size, tables_size;
static bool no_files, no_fseg, unreadable;
static phys_addr_t fseg_top;
static unsigned int pages_reserved;

int fw_cfg_find(const struct host_input *input, struct fw_cfg_file *file)
{
	const char *name = input->name;
	bool is_entry = strcmp(name, "etc/smbios/smbios-anchor") == 0;

	if (!is_entry)
		assert_string_equal(name, "etc/smbios/smbios-tables");
	*file = (struct fw_cfg_file) {
		.key = is_entry, .size = is_entry ? entry_size : tables_size,
	};
	return no_files ? -ENOENT : 0;
}

int fw_cfg_read_buf(const struct fw_cfg_file *file, u32 offset, void *dst, u32 len)
{
	assert_int_equal(offset, 0);
	if (unreadable)
		return -EIO;
	memcpy(dst, file->key ? entry : tables, len);
	return 0;
}

int page_alloc(enum mem_type type, u64 size, u64 align, phys_addr_t max, phys_addr_t *base)
{
	assert_int_equal(type, MEM_RESERVED);
	assert_true(max <= PHYS_MAX_32);
	if (size > HIGH_SIZE)
		return -ENOMEM;
	pages_reserved += size / PAGE_SIZE + 1;
	*base = HIGH_BASE;
	memset((void *)(uintptr_t)HIGH_BASE, 0xaa, HIGH_SIZE);
	return 0;
}

void *fseg_alloc(size_t size, size_t align)
{
	phys_addr_t at = ALIGN_UP(fseg_top, align);

	if (no_fseg || at + size > FSEG_BASE + FSEG_SIZE)
		return NULL;
	fseg_top = at + size;
	return (void *)(uintptr_t)at;
}

static void load_seed(const char *name)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/smbios/%s", CORPUS, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	entry_size = fgetc(f);
	assert_true(entry_size <= sizeof(entry));
	assert_int_equal(fread(entry, 1, entry_size, f), entry_size);
	tables_size = fread(tables, 1, sizeof(tables), f);
	fclose(f);
}

static int setup(void **state)
{
	no_files = no_fseg = unreadable = false;
	fseg_top = FSEG_BASE + 1;
	pages_reserved = 0;
	mock_ram(FSEG_BASE, FSEG_SIZE);
	mock_ram(HIGH_BASE, HIGH_SIZE);
	mock_log_reset();
	load_seed("q35");
	return 0;
}

static void run(void)
{
	assert_int_equal(hooks_smbios_end - hooks_smbios_start, 1);
	/* Bad tables do not stop the boot. */
	assert_int_equal(hooks_smbios_start->fn(), 0);
}

/* What an OS does: DSP0134, section 5.2. */
static void *search(void)
{
	u32 at;

	for (at = FSEG_BASE; at < FSEG_BASE + FSEG_SIZE; at += 16) {
		if (memcmp((void *)(uintptr_t)at, "_SM", 3) == 0)
			return (void *)(uintptr_t)at;
	}
	return NULL;
}

static const char *string(const struct smbios_header *h, u8 number)
{
	const char *s = (const char *)h + h->length;

	while (--number)
		s += strlen(s) + 1;
	return s;
}

/* Walks what was published; counts structures, and those of type 0. */
static u32 walk(const u8 *at, u32 size, u32 *largest, u32 *bioses)
{
	const u8 *end = at + size, *start;
	u16 handle[512];
	u32 n = 0, i;

	*largest = *bioses = 0;
	while (at < end) {
		start = at;
		*bioses += at[0] == 0;
		handle[n] = get_le16(at + 2);
		for (i = 0; i < n; i++)
			assert_int_not_equal(handle[i], handle[n]);
		for (at += at[1]; at[0] || at[1]; at++)
			assert_true(at < end);
		at += 2;
		*largest = MAX(*largest, (u32)(at - start));
		n++;
		assert_true(n < ARRAY_SIZE(handle));
		if (start[0] == 127)
			break;
	}
	assert_ptr_equal(at, end);
	return n;
}

static void assert_cloister(const struct smbios_type0 *t0)
{
	assert_int_equal(t0->header.type, 0);
	assert_int_equal(t0->header.length, 24);
	assert_string_equal(string(&t0->header, t0->vendor), "Cloister");
	assert_string_equal(string(&t0->header, t0->version), "0.1");
	assert_int_equal(strlen(string(&t0->header, t0->release_date)), 10);
	assert_int_equal(t0->rom_size, 0);
}

static const struct smbios_entry21 *check21(u32 *bioses)
{
	const struct smbios_entry21 *e = search();
	u32 n, largest;

	assert_non_null(e);
	assert_memory_equal(e->anchor, "_SM_", 4);
	assert_int_equal(sum8(e, 31), 0);
	assert_int_equal(sum8((const u8 *)e + 16, 15), 0);
	n = walk((void *)(uintptr_t)le32_to_cpu(e->table_address),
		 le16_to_cpu(e->table_length), &largest, bioses);
	assert_int_equal(n, le16_to_cpu(e->structures));
	assert_int_equal(largest, le16_to_cpu(e->max_structure_size));
	return e;
}

static void test_entry21(void **state)
{
	const struct smbios_entry21 *e;
	u16 before = get_le16(entry + 28);
	u32 bioses;

	run();
	assert_int_equal(mock_log_errors(), 0);
	e = check21(&bioses);
	assert_int_equal(bioses, 1);
	assert_int_equal(le16_to_cpu(e->structures), before + 1);
	assert_int_equal(e->major, 2);
	assert_cloister((void *)(uintptr_t)le32_to_cpu(e->table_address));
	assert_in_range(le32_to_cpu(e->table_address), FSEG_BASE, FSEG_BASE + FSEG_SIZE);
	assert_int_equal(pages_reserved, 0);
}

static void test_entry30(void **state)
{
	const struct smbios_entry30 *e;
	u32 bioses, largest;

	load_seed("q35-smbios3");
	run();
	e = search();
	assert_non_null(e);
	assert_memory_equal(e->anchor, "_SM3_", 5);
	assert_int_equal(sum8(e, 24), 0);
	assert_int_equal(e->major, 3);
	walk((void *)(uintptr_t)le64_to_cpu(e->table_address),
	     le32_to_cpu(e->table_max_size), &largest, &bioses);
	assert_int_equal(bioses, 1);
	assert_cloister((void *)(uintptr_t)le64_to_cpu(e->table_address));
}

static void test_host_has_type0(void **state)
{
	const struct smbios_type0 *t0;
	u32 bioses;

	load_seed("q35-type0");
	run();
	t0 = (void *)(uintptr_t)le32_to_cpu(check21(&bioses)->table_address);
	assert_int_equal(bioses, 1);
	assert_string_equal(string(&t0->header, t0->vendor), "Host");
}

static void test_handle_0_is_taken(void **state)
{
	const struct smbios_header *h;
	u32 bioses;

	/* The first structure: type 1. */
	put_le16(0, tables + 2);
	run();
	h = (void *)(uintptr_t)le32_to_cpu(check21(&bioses)->table_address);
	assert_int_equal(le16_to_cpu(h->handle), 0x7f01);
}

static void test_no_handle_is_free(void **state)
{
	put_le16(0, tables + 2);
	put_le16(0xfeff, tables + tables_size - 6 + 2);
	run();
	assert_string_equal(strstr(mock_log_last(), "no handle"), "no handle is free");
	assert_null(search());
}

static void test_large_tables(void **state)
{
	u8 *at = tables;
	u32 bioses;

	/* Structures of type 11 with one string, then the end. */
	for (; at < tables + 60000; at += 200) {
		memset(at, 'x', 200);
		at[0] = 11;
		at[1] = 5;
		put_le16(1 + (at - tables) / 200, at + 2);
		at[4] = 1;
		at[198] = at[199] = 0;
	}
	memcpy(at, "\x7f\4\0\x7f\0\0", 6);
	tables_size = at + 6 - tables;
	run();
	assert_int_equal(mock_log_errors(), 0);
	assert_in_range(le32_to_cpu(check21(&bioses)->table_address), HIGH_BASE,
			HIGH_BASE + HIGH_SIZE);
	assert_true(pages_reserved >= 60000 / 4096);
}

static void test_rest_is_left_out(void **state)
{
	u32 bioses;

	tables_size += 100;
	run();
	check21(&bioses);
	assert_int_equal(mock_log_errors(), 0);
}

static void test_nothing_to_do(void **state)
{
	no_files = true;
	run();
	assert_null(search());
	no_files = false;
	no_fseg = true;
	run();
	assert_null(search());
	assert_int_equal(mock_log_errors(), 0);
	assert_int_equal(pages_reserved, 0);
}

static void assert_refused(const char *why)
{
	run();
	assert_int_equal(mock_log_errors(), 1);
	if (!strstr(mock_log_last(), why))
		fail_msg("\"%s\" is not in \"%s\"", why, mock_log_last());
	assert_null(search());
}

static void test_bad_structures(void **state)
{
	u32 last = tables_size - 6;

	tables[1] = 3;
	assert_refused("structure 0 is malformed");
	setup(state);
	tables[last + 1] = 7;
	assert_refused("is malformed");
	setup(state);
	/* Cut in the end structure, in its strings, in a header. */
	tables_size -= 1;
	assert_refused("is malformed");
	setup(state);
	tables_size -= 2;
	assert_refused("is malformed");
	setup(state);
	tables_size -= 4;
	assert_refused("is malformed");
	setup(state);
	tables_size = 0;
	assert_refused("structure 0 is malformed");
	setup(state);
	/* No end structure. */
	tables[last] = 126;
	assert_refused("is malformed");
}

static void test_bad_entry(void **state)
{
	entry[5] = 30;
	assert_refused("unknown entry point of 31 bytes");
	setup(state);
	entry[0] = 'X';
	assert_refused("unknown entry point");
	setup(state);
	entry[16] = 'X';
	assert_refused("unknown entry point");
	setup(state);
	entry_size = 30;
	assert_refused("unknown entry point of 30 bytes");
	setup(state);
	entry_size = 0;
	assert_refused("unknown entry point of 0 bytes");
	setup(state);
	entry_size = 32;
	assert_refused("smbios-anchor: 32 bytes are too many");
	setup(state);
	load_seed("q35-smbios3");
	entry[4] = '4';
	assert_refused("unknown entry point of 24 bytes");
}

static void test_too_large(void **state)
{
	tables_size = MiB(1) + 1;
	assert_refused("smbios-tables: 1048577 bytes are too many");
	setup(state);
	unreadable = true;
	assert_refused("cannot be read");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_entry21, setup),
		cmocka_unit_test_setup(test_entry30, setup),
		cmocka_unit_test_setup(test_host_has_type0, setup),
		cmocka_unit_test_setup(test_handle_0_is_taken, setup),
		cmocka_unit_test_setup(test_no_handle_is_free, setup),
		cmocka_unit_test_setup(test_large_tables, setup),
		cmocka_unit_test_setup(test_rest_is_left_out, setup),
		cmocka_unit_test_setup(test_nothing_to_do, setup),
		cmocka_unit_test_setup(test_bad_structures, setup),
		cmocka_unit_test_setup(test_bad_entry, setup),
		cmocka_unit_test_setup(test_too_large, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
