/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Unit test of the ACPI step (platform/ovmf/acpi.c, acpi_loader.c): scripts
 * made here, and those of real machines from the corpus of the fuzz target.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fw/acpi.h>
#include <fw/alloc.h>
#include <fw/board.h>
#include <fw/crc.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>

#include "acpi_loader.h"
#include "support.h"

#define RAM_BASE	0x40000000u
#define RAM_SIZE	MiB(32)
#define FSEG_BASE	0xf0000u
#define FILES		24

static struct file {
	char name[56];
	u8 *data;
	u32 size;		/* as the directory has it */
	u32 size_later;		/* after the first select */
	u32 writes, offset, len;
} file[FILES];
static u32 files, selects, rereads;
static phys_addr_t top, fseg_top;
static bool no_fseg, no_memory;

static struct loader_command script[300];
static u32 commands;

static struct file *named(const char *name)
{
	struct file *f;

	for (f = file; f < file + files; f++) {
		if (strcmp(f->name, name) == 0)
			return f;
	}
	return NULL;
}

static void add_file(const char *name, const void *data, u32 size)
{
	struct file *f = &file[files++];

	assert_true(files <= FILES);
	*f = (struct file) { .data = calloc(1, size + 1), .size = size, .size_later = size };
	snprintf(f->name, sizeof(f->name), "%s", name);
	if (data)
		memcpy(f->data, data, size);
}

int fw_cfg_find_named(const struct host_input *input, const char *name,
		      struct fw_cfg_file *out)
{
	struct file *f = named(name);

	/* A guest that can measure is to measure all of these. */
	assert_int_equal(input->policy, HOST_INPUT_MEASURED);

	if (!f)
		return -ENOENT;
	*out = (struct fw_cfg_file) { .key = f - file, .size = f->size };
	return 0;
}

int fw_cfg_find(const struct host_input *input, struct fw_cfg_file *out)
{
	return fw_cfg_find_named(input, input->name, out);
}

int fw_cfg_reread_dir(void)
{
	struct file *f;

	rereads++;
	for (f = file; selects && f < file + files; f++)
		f->size = f->size_later;
	return 0;
}

int fw_cfg_read(const struct fw_cfg_file *item, u32 offset, phys_addr_t dst, u32 len)
{
	u16 key = item->key;

	selects++;
	assert_int_equal(offset, 0);
	assert_true(len <= file[key].size_later);
	if (len)
		memcpy((void *)(uintptr_t)dst, file[key].data, len);
	return 0;
}

int fw_cfg_read_buf(const struct fw_cfg_file *item, u32 offset, void *dst, u32 len)
{
	return fw_cfg_read(item, offset, (uintptr_t)dst, len);
}

int fw_cfg_write_buf(const struct fw_cfg_file *item, u32 offset, const void *src, u32 len)
{
	struct file *f = &file[item->key];

	assert_true(offset + len <= f->size_later);
	memcpy(f->data + offset, src, len);
	f->writes++;
	f->offset = offset;
	f->len = len;
	return 0;
}

int page_alloc(enum mem_type type, u64 size, u64 align, phys_addr_t max, phys_addr_t *base)
{
	size = ALIGN_UP(size, PAGE_SIZE);
	assert_true(align >= PAGE_SIZE && max <= PHYS_MAX_32);
	if (no_memory || size > top - RAM_BASE)
		return -ENOMEM;
	top = ALIGN_DOWN(top - size, align);
	*base = top;
	memset((void *)(uintptr_t)top, 0xaa, size);
	return memmap_set(&memmap, top, size, type);
}

void *fseg_alloc(size_t size, size_t align)
{
	phys_addr_t at = ALIGN_UP(fseg_top, align);

	if (no_fseg || at + size > FSEG_BASE + 0x10000)
		return NULL;
	fseg_top = at + size;
	return (void *)(uintptr_t)at;
}

/* Commands. */

static struct loader_command *next(u32 command)
{
	struct loader_command *c = &script[commands++];

	assert_true(commands <= ARRAY_SIZE(script));
	memset(c, 0, sizeof(*c));
	c->command = cpu_to_le32(command);
	return c;
}

static void set_name(char *field, const char *name)
{
	memcpy(field, name, strlen(name));
}

static struct loader_command *allocate(const char *name, u32 align, u8 zone)
{
	struct loader_command *c = next(LOADER_CMD_ALLOCATE);

	set_name(c->allocate.file, name);
	c->allocate.align = cpu_to_le32(align);
	c->allocate.zone = zone;
	return c;
}

static void pointer(const char *dst, const char *src, u32 offset, u8 size)
{
	struct loader_command *c = next(LOADER_CMD_ADD_POINTER);

	set_name(c->add_pointer.dest_file, dst);
	set_name(c->add_pointer.src_file, src);
	c->add_pointer.offset = cpu_to_le32(offset);
	c->add_pointer.size = size;
}

static void checksum(const char *name, u32 offset, u32 start, u32 len)
{
	struct loader_command *c = next(LOADER_CMD_ADD_CHECKSUM);

	set_name(c->add_checksum.file, name);
	c->add_checksum.offset = cpu_to_le32(offset);
	c->add_checksum.start = cpu_to_le32(start);
	c->add_checksum.length = cpu_to_le32(len);
}

static void to_host(const char *dst, const char *src, u32 dst_offset, u32 src_offset, u8 size)
{
	struct loader_command *c = next(LOADER_CMD_WRITE_POINTER);

	set_name(c->write_pointer.dest_file, dst);
	set_name(c->write_pointer.src_file, src);
	c->write_pointer.dst_offset = cpu_to_le32(dst_offset);
	c->write_pointer.src_offset = cpu_to_le32(src_offset);
	c->write_pointer.size = size;
}

#define RSDP	"etc/acpi/rsdp"
#define TABLES	"etc/acpi/tables"
#define GUID	"etc/vmgenid_guid"
#define ADDR	"etc/vmgenid_addr"

/* An RSDP, and tables: FACS at 64, and 0x1000 bytes from 0x1000 on. */
static int setup(void **state)
{
	static const u8 rsdp[20] = "RSD PTR \0CLOIS\0\0\0\x10\0";
	static u8 tables[0x2000];
	u32 i;

	for (i = 0; i < files; i++)
		free(file[i].data);
	memset(&memmap, 0, sizeof(memmap));
	files = commands = selects = rereads = 0;
	no_fseg = no_memory = false;
	mock_ram(RAM_BASE, RAM_SIZE);
	mock_ram(FSEG_BASE, 0x10000);
	top = RAM_BASE + RAM_SIZE;
	fseg_top = FSEG_BASE + 1;

	add_file(RSDP, rsdp, sizeof(rsdp));
	memset(tables, 0x55, sizeof(tables));
	memcpy(tables + 64, "FACS\x40\0\0\0", 8);
	put_le32(64, tables + 0x1100);
	put_le64(0x1234, tables + 0x1108);
	tables[0x1200] = 0;
	add_file(TABLES, tables, sizeof(tables));
	add_file(GUID, NULL, 4096);
	add_file(ADDR, NULL, 8);
	allocate(RSDP, 16, LOADER_ZONE_FSEG);
	allocate(TABLES, 64, LOADER_ZONE_HIGH);
	pointer(RSDP, TABLES, 16, 4);
	mock_log_reset();
	return 0;
}

static int run(void)
{
	if (!named("etc/table-loader"))
		add_file("etc/table-loader", script, commands * sizeof(script[0]));
	assert_int_equal(hooks_acpi_end - hooks_acpi_start, 1);
	return hooks_acpi_start->fn();
}

static void assert_refused(const char *why)
{
	assert_int_not_equal(run(), 0);
	assert_int_equal(mock_log_errors(), 1);
	if (!strstr(mock_log_last(), why))
		fail_msg("\"%s\" is not in \"%s\"", why, mock_log_last());
}

static u8 *tables_at(void)
{
	return (u8 *)(uintptr_t)get_le32((u8 *)(uintptr_t)acpi_rsdp() + 16) - 0x1000;
}

static void test_refused_first(void **state)
{
	script[2].command = cpu_to_le32(LOADER_CMD_ADD_CHECKSUM);
	assert_refused("command 2");
	assert_int_equal(acpi_rsdp(), 0);
}

static void test_no_tables(void **state)
{
	files = 0;
	assert_int_equal(hooks_acpi_start->fn(), 0);
	assert_int_equal(mock_log_errors(), 0);
	assert_int_equal(selects, 0);
	assert_int_equal(acpi_rsdp(), 0);
}

static void test_link(void **state)
{
	u8 *t;

	pointer(TABLES, TABLES, 0x1100, 4);
	pointer(TABLES, TABLES, 0x1108, 8);
	checksum(TABLES, 0x1200, 0x1000, 0x1000);
	checksum(RSDP, 8, 0, 20);
	next(0);
	next(77);
	assert_int_equal(run(), 0);
	assert_int_equal(mock_log_errors(), 0);

	assert_in_range(acpi_rsdp(), FSEG_BASE, FSEG_BASE + 0xffff);
	assert_true(IS_ALIGNED(acpi_rsdp(), 16));
	t = tables_at();
	assert_int_equal(get_le32(t + 0x1100), (uintptr_t)t + 64);
	assert_int_equal(get_le64(t + 0x1108), (uintptr_t)t + 0x1234);
	assert_int_equal(sum8(t + 0x1000, 0x1000), 0);
	assert_int_equal(t[0x1210], 0x55);
	/* The FACS' page is not for the OS to reclaim; the others are. */
	assert_true(memmap_has_type(&memmap, (uintptr_t)t, 0x1000, MEM_ACPI_NVS));
	assert_true(memmap_has_type(&memmap, (uintptr_t)t + 0x1000, 0x1000, MEM_ACPI_RECLAIM));
}

static void test_no_fseg(void **state)
{
	no_fseg = true;
	checksum(RSDP, 8, 0, 20);
	assert_int_equal(run(), 0);
	assert_in_range(acpi_rsdp(), RAM_BASE, RAM_BASE + RAM_SIZE - 1);
	assert_true(memmap_has_type(&memmap, acpi_rsdp(), 20, MEM_ACPI_RECLAIM));
}

static void test_write_pointer(void **state)
{
	u64 addr;

	allocate(GUID, 4096, LOADER_ZONE_HIGH);
	checksum(RSDP, 8, 0, 20);
	to_host(ADDR, GUID, 0, 40, 8);
	assert_int_equal(run(), 0);
	assert_int_equal(named(ADDR)->writes, 1);
	addr = get_le64(named(ADDR)->data);
	assert_in_range(addr, RAM_BASE, RAM_BASE + RAM_SIZE - 1);
	assert_int_equal(addr % 4096, 40);
	/* The host writes there whenever it likes. */
	assert_true(memmap_has_type(&memmap, addr, 16, MEM_ACPI_NVS));
}

static void test_write_short_pointer(void **state)
{
	allocate(GUID, 4096, LOADER_ZONE_HIGH);
	checksum(RSDP, 8, 0, 20);
	to_host(ADDR, GUID, 4, 0, 4);
	/* Checksums do not make a blob that the host writes to a table. */
	checksum(GUID, 0, 0, 1);
	assert_int_equal(run(), 0);
	assert_int_equal(named(ADDR)->offset, 4);
	assert_int_equal(named(ADDR)->len, 4);
	assert_true(memmap_has_type(&memmap, get_le32(named(ADDR)->data + 4), 1, MEM_ACPI_NVS));
}

/* QEMU builds the script anew at the first select, and it may be longer then. */
static void test_script_grows(void **state)
{
	checksum(RSDP, 8, 0, 20);
	add_file("etc/table-loader", script, commands * sizeof(script[0]));
	named("etc/table-loader")->size = 2 * sizeof(script[0]);
	assert_int_equal(run(), 0);
	assert_int_not_equal(acpi_rsdp(), 0);
	assert_int_equal(rereads, 1);
}

static void test_empty_script(void **state)
{
	add_file("etc/table-loader", script, 0);
	assert_refused("size is 0");
}

static void test_huge_script(void **state)
{
	add_file("etc/table-loader", script, 0);
	named("etc/table-loader")->size_later = 0x40080;
	assert_refused("more than 256 KiB");
}

static void test_uneven_script(void **state)
{
	add_file("etc/table-loader", script, commands * sizeof(script[0]) - 1);
	assert_refused("size 383");
}

static void test_no_rsdp(void **state)
{
	commands = 0;
	allocate(TABLES, 64, LOADER_ZONE_HIGH);
	assert_refused("no RSDP");
}

static void test_bad_rsdp(void **state)
{
	/* No checksum. */
	assert_refused("not an RSDP");
	setup(state);
	checksum(RSDP, 8, 0, 20);
	named(RSDP)->data[0] = 'X';
	assert_refused("not an RSDP");
	setup(state);
	checksum(RSDP, 8, 0, 20);
	named(RSDP)->data[15] = 2;
	assert_refused("not an RSDP");
	setup(state);
	commands = 0;
	named(RSDP)->size_later = 19;
	allocate(RSDP, 16, LOADER_ZONE_FSEG);
	assert_refused("not an RSDP");
}

static void test_bad_name(void **state)
{
	script[1].allocate.file[0] = 0;
	assert_refused("command 1: malformed file name");
	setup(state);
	memset(script[1].allocate.file, 'x', 56);
	assert_refused("command 1: malformed file name");
	setup(state);
	allocate("no/such/file", 1, LOADER_ZONE_HIGH);
	assert_refused("no/such/file: there is no such file");
}

static void test_bad_allocation(void **state)
{
	allocate(GUID, 3, LOADER_ZONE_HIGH);
	assert_refused("command 3: alignment");
	setup(state);
	allocate(GUID, 0, LOADER_ZONE_HIGH);
	assert_refused("command 3: alignment");
	setup(state);
	allocate(GUID, 0x80000000, LOADER_ZONE_HIGH);
	assert_refused("command 3: alignment");
	setup(state);
	allocate(GUID, 1, 3);
	assert_refused("command 3: unknown zone");
	setup(state);
	allocate(TABLES, 64, LOADER_ZONE_HIGH);
	assert_refused("command 3: file is allocated twice");
}

static void test_too_many_blobs(void **state)
{
	char name[20];
	int i;

	for (i = 2; i <= ACPI_LOADER_MAX_BLOBS; i++) {
		snprintf(name, sizeof(name), "etc/blob%d", i);
		allocate(name, 1, LOADER_ZONE_HIGH);
	}
	assert_refused("command 17: too many files");
}

static void test_bad_blob_size(void **state)
{
	named(TABLES)->size_later = 0;
	assert_refused("etc/acpi/tables: its size is 0");
	setup(state);
	named(TABLES)->size_later = MiB(16) + 1;
	assert_refused("more than 16 MiB");
	setup(state);
	no_memory = true;
	assert_refused("no memory");
}

static void test_bad_pointer(void **state)
{
	pointer(TABLES, GUID, 0, 4);
	assert_refused("command 3: pointer between files that are not allocated");
	setup(state);
	pointer(GUID, TABLES, 0, 4);
	assert_refused("command 3: pointer between files that are not allocated");
	setup(state);
	pointer(TABLES, TABLES, 0x1ffd, 4);
	assert_refused("command 3: pointer is outside its file");
	setup(state);
	pointer(TABLES, TABLES, 0xfffffffe, 4);
	assert_refused("command 3: pointer is outside its file");
	setup(state);
	pointer(TABLES, TABLES, 0x1100, 3);
	assert_refused("command 3: pointer is outside its file");
	setup(state);
	pointer(TABLES, TABLES, 0x1100, 0);
	assert_refused("command 3: pointer is outside its file");
	setup(state);
	/* Filled with 0x55. */
	pointer(TABLES, TABLES, 0x1110, 8);
	assert_refused("command 3: pointer leads outside the other file");
	setup(state);
	/* To the first byte after the file; one less is good. */
	put_le32(0x2000, named(TABLES)->data + 0x1100);
	pointer(TABLES, TABLES, 0x1100, 4);
	assert_refused("command 3: pointer leads outside the other file");
	setup(state);
	put_le32(0x1fff, named(TABLES)->data + 0x1100);
	pointer(TABLES, TABLES, 0x1100, 4);
	checksum(RSDP, 8, 0, 20);
	assert_int_equal(run(), 0);
	setup(state);
	pointer(TABLES, TABLES, 0x1100, 2);
	assert_refused("command 3: pointer is too small for the address");
}

static void test_bad_checksum(void **state)
{
	checksum(GUID, 0, 0, 1);
	assert_refused("command 3: checksum of a file that is not allocated");
	setup(state);
	checksum(TABLES, 0x2000, 0, 1);
	assert_refused("command 3: checksum is outside its file");
	setup(state);
	checksum(TABLES, 0, 0, 0x2001);
	assert_refused("command 3: checksum is outside its file");
	setup(state);
	checksum(TABLES, 0, 0x1001, 0xffffffff);
	assert_refused("command 3: checksum is outside its file");
}

static void test_bad_write_pointer(void **state)
{
	to_host(ADDR, GUID, 0, 0, 8);
	assert_refused("command 3: pointer to a file that is not allocated");
	setup(state);
	to_host("", TABLES, 0, 0, 8);
	assert_refused("command 3: pointer to a file that is not allocated");
	setup(state);
	to_host(ADDR, TABLES, 0, 0x2000, 8);
	assert_refused("command 3: pointer leads outside the file");
	setup(state);
	to_host(ADDR, TABLES, 0, 0, 5);
	assert_refused("command 3: pointer leads outside the file");
	setup(state);
	to_host(ADDR, TABLES, 0, 0, 2);
	assert_refused("command 3: pointer is too small");
	setup(state);
	to_host(ADDR, TABLES, 1, 0, 8);
	assert_refused("etc/vmgenid_addr: a pointer cannot be written at offset 1");
	setup(state);
	to_host(ADDR, TABLES, 0xffffffff, 0, 8);
	assert_refused("etc/vmgenid_addr: a pointer cannot be written");
	setup(state);
	to_host("no/such/file", TABLES, 0, 0, 8);
	assert_refused("no/such/file: a pointer cannot be written");
	assert_int_equal(named(ADDR)->writes, 0);
}

/* Files of a real machine: see tests/fuzz/mkcorpus.py for the format. */
static void load_seed(const char *name)
{
	static u8 seed[0x20000];
	char path[512];
	size_t size;
	u32 at, i, len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/acpi_loader/%s", CORPUS, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	size = fread(seed, 1, sizeof(seed), f);
	fclose(f);
	files = 0;
	add_file(ADDR, NULL, 8);
	len = get_le32(seed);
	add_file("etc/table-loader", seed + 4, len);
	at = 4 + len;
	for (i = 4; i < 4 + len; i += sizeof(struct loader_command)) {
		if (get_le32(seed + i) != LOADER_CMD_ALLOCATE)
			continue;
		assert_true(at + 4 <= size);
		add_file((char *)seed + i + 4, seed + at + 4, get_le32(seed + at));
		at += 4 + get_le32(seed + at);
	}
	assert_int_equal(at, size);
}

static unsigned int count_tables(void)
{
	const struct acpi_rsdp *rsdp = (void *)(uintptr_t)acpi_rsdp();
	const struct acpi_header *root, *table;
	unsigned int i, width = 4, count;
	u64 addr;

	root = (void *)(uintptr_t)le32_to_cpu(rsdp->rsdt_address);
	if (rsdp->revision >= 2) {
		width = 8;
		root = (void *)(uintptr_t)le64_to_cpu(rsdp->xsdt_address);
	}
	assert_memory_equal(root->signature, width == 8 ? "XSDT" : "RSDT", 4);
	assert_int_equal(sum8(root, le32_to_cpu(root->length)), 0);
	count = (le32_to_cpu(root->length) - sizeof(*root)) / width;
	for (i = 0; i < count; i++) {
		addr = 0;
		memcpy(&addr, (const u8 *)(root + 1) + i * width, width);
		table = (void *)(uintptr_t)addr;
		assert_true(memmap_has_type(&memmap, addr, le32_to_cpu(table->length),
					    MEM_ACPI_RECLAIM));
		assert_int_equal(sum8(table, le32_to_cpu(table->length)), 0);
		if (memcmp(table->signature, "FACP", 4) == 0) {
			const u8 *dsdt = (void *)(uintptr_t)get_le32((u8 *)table + 40);

			assert_memory_equal(dsdt ? dsdt : (u8 *)"DSDT", "DSDT", 4);
		}
	}
	return count;
}

static void test_real_machines(void **state)
{
	static const struct {
		const char *seed;
		unsigned int tables;
	} machine[] = {
		{ "q35", 5 },		/* FACP APIC HPET MCFG WAET */
		{ "pc", 4 },		/* FACP APIC HPET WAET */
		{ "microvm", 2 },	/* FACP APIC */
		{ "microvm-pcie", 2 },
		{ "q35-numa-vmgenid", 8 },	/* and SSDT SRAT NFIT SSDT, no WAET */
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(machine); i++) {
		setup(state);
		load_seed(machine[i].seed);
		assert_int_equal(run(), 0);
		assert_int_equal(mock_log_errors(), 0);
		if (count_tables() != machine[i].tables)
			fail_msg("%s: %u tables", machine[i].seed, count_tables());
	}
	/* The last one has a generation id. */
	assert_int_equal(get_le64(named(ADDR)->data) % 4096, 40);
	assert_memory_equal((u8 *)(uintptr_t)get_le64(named(ADDR)->data),
			    "\xaf\x6e\x4e\x32\xd1\xd1\xf6\x4b", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* The address is kept until the next success, so failure first. */
		cmocka_unit_test_setup(test_refused_first, setup),
		cmocka_unit_test_setup(test_no_tables, setup),
		cmocka_unit_test_setup(test_link, setup),
		cmocka_unit_test_setup(test_no_fseg, setup),
		cmocka_unit_test_setup(test_write_pointer, setup),
		cmocka_unit_test_setup(test_write_short_pointer, setup),
		cmocka_unit_test_setup(test_script_grows, setup),
		cmocka_unit_test_setup(test_empty_script, setup),
		cmocka_unit_test_setup(test_huge_script, setup),
		cmocka_unit_test_setup(test_uneven_script, setup),
		cmocka_unit_test_setup(test_no_rsdp, setup),
		cmocka_unit_test_setup(test_bad_rsdp, setup),
		cmocka_unit_test_setup(test_bad_name, setup),
		cmocka_unit_test_setup(test_bad_allocation, setup),
		cmocka_unit_test_setup(test_too_many_blobs, setup),
		cmocka_unit_test_setup(test_bad_blob_size, setup),
		cmocka_unit_test_setup(test_bad_pointer, setup),
		cmocka_unit_test_setup(test_bad_checksum, setup),
		cmocka_unit_test_setup(test_bad_write_pointer, setup),
		cmocka_unit_test_setup(test_real_machines, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
