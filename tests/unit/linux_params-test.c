/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* A kernel's parameters: the zero page, the E820 view and the setup_data list. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <spec/fw_cfg.h>

#include "bzimage.h"
#include "linux.h"
#include "support.h"

#define HEAP_MAX	16

static struct linux_boot_params bp;
static struct memmap map;
static struct setup_data_list list;

/* A heap in which the sanitizer watches the ends of each object. */
static void *heap[HEAP_MAX];
static size_t heap_count;
static size_t heap_room;

void *heap_alloc(size_t size)
{
	if (heap_count == heap_room)
		return NULL;
	heap[heap_count] = calloc(1, size);
	return heap[heap_count++];
}

/* The host's kernel item, for what the host appended to it. */
static u8 item[0x1000];
static u32 item_reads;

int fw_cfg_read_buf(const struct fw_cfg_file *file, u32 offset, void *dst, u32 len)
{
	assert_int_equal(file->key, FW_CFG_KERNEL_DATA);
	assert_int_equal(file->input->policy, HOST_INPUT_REFUSED);
	assert_true(offset <= sizeof(item) && len <= sizeof(item) - offset);
	memcpy(dst, item + offset, len);
	item_reads++;
	return 0;
}

int fw_cfg_read_u32(const struct host_input *input, u32 *value)
{
	assert_int_equal(input->key, FW_CFG_KERNEL_ADDR);
	*value = 0x100000;
	return 0;
}

int linux_read_result(const struct host_input *input, int rc)
{
	return rc;
}

static int setup(void **state)
{
	mock_log_reset();
	memset(&bp, 0xa5, sizeof(bp));
	memset(&map, 0, sizeof(map));
	memset(&list, 0, sizeof(list));
	heap_count = 0;
	heap_room = HEAP_MAX;
	memset(item, 0, sizeof(item));
	item_reads = 0;
	return 0;
}

static int teardown(void **state)
{
	while (heap_count)
		free(heap[--heap_count]);
	return 0;
}

static void fill(struct linux_placement place, phys_addr_t rsdp)
{
	struct linux_image img = { .hdr = bz_header(), .hdr_len = 0x26c - 0x1f1 };

	img.hdr.setup_data = cpu_to_le64(0xdeadbeef);
	linux_params_fill(&bp, &img, &place, rsdp);
}

static void test_fill(void **state)
{
	const u8 *raw = (const u8 *)&bp;
	size_t i;

	fill((struct linux_placement) { .kernel = 0x3000000, .initrd = 0x7fe00000,
		.initrd_size = 0x1234, .params = 0x1000, .cmdline = 0x2000 }, 0xf5a00);
	assert_int_equal(le64_to_cpu(bp.acpi_rsdp_addr), 0xf5a00);
	assert_int_equal(bp.hdr.type_of_loader, 0xff);
	/* LOADED_HIGH stays; what QEMU set for the 16-bit entry goes. */
	assert_int_equal(bp.hdr.loadflags, 0x01);
	assert_int_equal(le32_to_cpu(bp.hdr.code32_start), 0x3000000);
	assert_int_equal(le32_to_cpu(bp.hdr.cmd_line_ptr), 0x2000);
	assert_int_equal(le32_to_cpu(bp.ext_cmd_line_ptr), 0);
	assert_int_equal(le32_to_cpu(bp.hdr.ramdisk_image), 0x7fe00000);
	assert_int_equal(le32_to_cpu(bp.ext_ramdisk_image), 0);
	assert_int_equal(le32_to_cpu(bp.hdr.ramdisk_size), 0x1234);
	assert_int_equal(le64_to_cpu(bp.hdr.setup_data), 0);
	assert_int_equal(le16_to_cpu(bp.hdr.vid_mode), 0xffff);
	assert_int_equal(le16_to_cpu(bp.hdr.boot_flag), 0xaa55);
	/* Everything outside the header is zero, the sentinel at 0x1ef too. */
	for (i = 0; i < sizeof(bp); i++) {
		if ((i < 0x70 || i >= 0x78) && (i < 0x1f1 || i >= 0x26c))
			assert_int_equal(raw[i], 0);
	}
}

static void test_fill_high_initrd(void **state)
{
	fill((struct linux_placement) { .initrd = 0x2345678000, .initrd_size = 0x1000 }, 0);
	assert_int_equal(le32_to_cpu(bp.hdr.ramdisk_image), 0x45678000);
	assert_int_equal(le32_to_cpu(bp.ext_ramdisk_image), 0x23);
	assert_int_equal(le32_to_cpu(bp.ext_ramdisk_size), 0);
}

/* QEMU's values of a 16-bit boot must not survive. */
static void test_fill_no_initrd(void **state)
{
	fill((struct linux_placement) { .initrd = 0x9999000, .initrd_size = 0 }, 0);
	assert_int_equal(le32_to_cpu(bp.hdr.ramdisk_image), 0);
	assert_int_equal(le32_to_cpu(bp.hdr.ramdisk_size), 0);
}

static void test_short_header(void **state)
{
	struct linux_image img = { .hdr = bz_header(), .hdr_len = 0x268 - 0x1f1 };
	struct linux_placement place = { .kernel = 0x1000000 };

	linux_params_fill(&bp, &img, &place, 0);
	assert_int_equal(le32_to_cpu(bp.hdr.init_size), BZ_INIT_SIZE);
	/* Beyond the header's end in the file is code, not kernel_info_offset. */
	assert_int_equal(le32_to_cpu(bp.hdr.kernel_info_offset), 0);
}

static void add(u64 base, u64 size, enum mem_type type)
{
	map.entry[map.count].base = base;
	map.entry[map.count].pages = size >> PAGE_SHIFT;
	map.entry[map.count].type = type;
	map.count++;
}

static void assert_e820(const struct linux_e820_entry *e, u64 addr, u64 size, u32 type)
{
	assert_int_equal(le64_to_cpu(e->addr), addr);
	assert_int_equal(le64_to_cpu(e->size), size);
	assert_int_equal(le32_to_cpu(e->type), type);
}

static void test_e820_view(void **state)
{
	add(0x0, 0x1000, MEM_BOOT_DATA);
	add(0x1000, 0x9e000, MEM_CONVENTIONAL);
	add(0xf0000, 0x10000, MEM_RESERVED);
	add(0x100000, 0xf00000, MEM_CONVENTIONAL);
	add(0x1000000, 0x400000, MEM_LOADER_CODE);
	add(0x1400000, 0x1000, MEM_LOADER_DATA);
	add(0x1401000, 0x1000, MEM_ACPI_RECLAIM);
	add(0x1402000, 0x1000, MEM_ACPI_NVS);
	add(0x1403000, 0x1000, MEM_BOOT_CODE);
	add(0x1404000, 0x1000, MEM_RUNTIME_CODE);
	add(0x1405000, 0x1000, MEM_RUNTIME_DATA);
	add(0x1406000, 0x1000, MEM_UNUSABLE);
	add(0xb0000000, 0x10000000, MEM_MMIO);
	add(0x100000000, 0x1000, MEM_PERSISTENT);
	add(0x100001000, 0x1000, MEM_UNACCEPTED);
	add(0x100002000, 0x1000, MEM_CONVENTIONAL);
	assert_int_equal(linux_params_set_memory(&bp, &map, &list), 0);
	assert_int_equal(bp.e820_entries, 11);
	assert_e820(&bp.e820_table[0], 0x0, 0x9f000, E820_RAM);
	assert_e820(&bp.e820_table[1], 0xf0000, 0x10000, E820_RESERVED);
	assert_e820(&bp.e820_table[2], 0x100000, 0x1301000, E820_RAM);
	assert_e820(&bp.e820_table[3], 0x1401000, 0x1000, E820_ACPI);
	assert_e820(&bp.e820_table[4], 0x1402000, 0x1000, E820_NVS);
	assert_e820(&bp.e820_table[5], 0x1403000, 0x1000, E820_RAM);
	assert_e820(&bp.e820_table[6], 0x1404000, 0x2000, E820_RESERVED);
	assert_e820(&bp.e820_table[7], 0x1406000, 0x1000, E820_UNUSABLE);
	assert_e820(&bp.e820_table[8], 0xb0000000, 0x10000000, E820_RESERVED);
	assert_e820(&bp.e820_table[9], 0x100000000, 0x1000, E820_PMEM);
	assert_e820(&bp.e820_table[10], 0x100002000, 0x1000, E820_RAM);
	assert_int_equal(list.first, 0);
}

/* A type that nobody knows must not become RAM. */
static void test_e820_unknown_type(void **state)
{
	add(0x1000, 0x1000, (enum mem_type)0x70000000);
	assert_int_equal(linux_params_set_memory(&bp, &map, &list), 0);
	assert_int_equal(bp.e820_entries, 1);
	assert_e820(&bp.e820_table[0], 0x1000, 0x1000, E820_RESERVED);
}

static void add_many(unsigned int entries)
{
	unsigned int i;

	for (i = 0; i < entries; i++)
		add(0x100000 + i * 0x2000, 0x1000, MEM_CONVENTIONAL);
}

static void test_e820_full(void **state)
{
	add_many(128);
	assert_int_equal(linux_params_set_memory(&bp, &map, &list), 0);
	assert_int_equal(bp.e820_entries, 128);
	assert_e820(&bp.e820_table[127], 0x100000 + 127 * 0x2000, 0x1000, E820_RAM);
	assert_int_equal(list.first, 0);
}

static void test_e820_200_entries(void **state)
{
	const struct linux_setup_data *ext;
	const struct linux_e820_entry *rest;
	unsigned int i;

	/* Each merges with its neighbour, also across the table's end. */
	add_many(200);
	for (i = 0; i < 200; i++)
		map.entry[i].pages = 1;
	add(0x100000 + 199 * 0x2000 + 0x1000, 0x1000, MEM_BOOT_DATA);
	assert_int_equal(linux_params_set_memory(&bp, &map, &list), 0);
	assert_int_equal(bp.e820_entries, 128);
	ext = (const void *)(uintptr_t)list.first;
	assert_non_null(ext);
	assert_int_equal(le32_to_cpu(ext->type), SETUP_E820_EXT);
	assert_int_equal(le32_to_cpu(ext->len), 72 * 20);
	assert_int_equal(le64_to_cpu(ext->next), 0);
	rest = (const void *)ext->data;
	for (i = 0; i < 71; i++)
		assert_e820(&rest[i], 0x100000 + (128 + i) * 0x2000, 0x1000, E820_RAM);
	assert_e820(&rest[71], 0x100000 + 199 * 0x2000, 0x2000, E820_RAM);
	/* Nothing was written behind the table. */
	assert_int_equal(bp.padcd0[0], 0xa5);
}

/* The last entry of the table grows by a range that comes after it is full. */
static void test_e820_merge_at_end(void **state)
{
	add_many(128);
	add(0x100000 + 127 * 0x2000 + 0x1000, 0x3000, MEM_LOADER_DATA);
	assert_int_equal(linux_params_set_memory(&bp, &map, &list), 0);
	assert_e820(&bp.e820_table[127], 0x100000 + 127 * 0x2000, 0x4000, E820_RAM);
	assert_int_equal(list.first, 0);
}

static void test_e820_no_memory(void **state)
{
	add_many(200);
	heap_room = 0;
	assert_int_equal(linux_params_set_memory(&bp, &map, &list), -ENOMEM);
	assert_int_equal(mock_log_errors(), 1);
}

static void test_list(void **state)
{
	const struct linux_setup_data *entry;

	assert_int_equal(setup_data_add(&list, 9, "first", 5), 0);
	assert_int_equal(setup_data_add(&list, 2, "second", 6), 0);
	entry = (const void *)(uintptr_t)list.first;
	assert_int_equal(le32_to_cpu(entry->type), 2);
	assert_int_equal(le32_to_cpu(entry->len), 6);
	assert_memory_equal(entry->data, "second", 6);
	entry = (const void *)(uintptr_t)le64_to_cpu(entry->next);
	assert_int_equal(le32_to_cpu(entry->type), 9);
	assert_memory_equal(entry->data, "first", 5);
	assert_int_equal(le64_to_cpu(entry->next), 0);
}

static void test_list_too_long(void **state)
{
	assert_null(setup_data_reserve(&list, 2, SETUP_DATA_MAX + 1));
	assert_null(setup_data_reserve(&list, 2, 0xffffffff));
	assert_int_equal(mock_log_errors(), 2);
	assert_int_equal(heap_count, 0);
	assert_int_equal(list.first, 0);
}

/* As the host writes it: addresses with the kernel at 0x100000. */
static u64 host_entry(u32 offset, u64 next, u32 type, u32 len)
{
	struct linux_setup_data entry = {
		.next = cpu_to_le64(next),
		.type = cpu_to_le32(type),
		.len = cpu_to_le32(len),
	};

	memcpy(item + offset, &entry, sizeof(entry));
	return 0x100000 + offset;
}

static void test_import_nothing(void **state)
{
	assert_int_equal(linux_import_setup_data(&list, 0, sizeof(item)), 0);
	assert_int_equal(item_reads, 0);
	assert_int_equal(list.first, 0);
}

static void test_import(void **state)
{
	const struct linux_setup_data *entry;
	u64 chain;

	chain = host_entry(0x800, 0, SETUP_RNG_SEED, 32);
	memset(item + 0x810, 0x77, 32);
	/* Unknown types are left out, what follows them is not. */
	chain = host_entry(0x400, chain, 4, 16);
	/* Up to the item's last byte. */
	chain = host_entry(0xf00, chain, SETUP_DTB, 0xf0);
	item[0xfff] = 0x99;
	assert_int_equal(linux_import_setup_data(&list, chain, sizeof(item)), 0);
	assert_int_equal(heap_count, 2);
	entry = (const void *)(uintptr_t)list.first;
	assert_int_equal(le32_to_cpu(entry->type), SETUP_RNG_SEED);
	assert_int_equal(le32_to_cpu(entry->len), 32);
	assert_int_equal(entry->data[31], 0x77);
	entry = (const void *)(uintptr_t)le64_to_cpu(entry->next);
	assert_int_equal(le32_to_cpu(entry->type), SETUP_DTB);
	assert_int_equal(le32_to_cpu(entry->len), 0xf0);
	assert_int_equal(entry->data[0xef], 0x99);
	assert_int_equal(le64_to_cpu(entry->next), 0);
	assert_int_equal(mock_log_errors(), 0);
}

/* None of these is an entry within the item; the boot goes on without. */
static void test_import_outside(void **state)
{
	static const u64 bad[] = {
		1, 0xfffff, 0x100000 + 0xff1, 0x101000, 0xffffffff, 0x100100000,
		0xffffffffffffffff,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(linux_import_setup_data(&list, bad[i], sizeof(item)), 0);
	assert_int_equal(linux_import_setup_data(&list, 0x100000, 15), 0);
	assert_int_equal(item_reads, 0);
	assert_int_equal(list.first, 0);
	assert_int_equal(mock_log_errors(), 0);
}

static void test_import_too_long(void **state)
{
	u64 chain = host_entry(0xf00, 0, SETUP_DTB, 0xf1);

	assert_int_equal(linux_import_setup_data(&list, chain, sizeof(item)), 0);
	chain = host_entry(0xf00, 0, SETUP_DTB, 0xfffffff0);
	assert_int_equal(linux_import_setup_data(&list, chain, sizeof(item)), 0);
	/* It would fit, but nobody has such a device tree. */
	chain = host_entry(0, 0, SETUP_DTB, SETUP_DATA_MAX + 1);
	assert_int_equal(linux_import_setup_data(&list, chain, 2 * SETUP_DATA_MAX), 0);
	assert_int_equal(list.first, 0);
	assert_int_equal(mock_log_errors(), 0);
}

static void test_import_circle(void **state)
{
	host_entry(0x100, 0x100100, SETUP_DTB, 4);
	assert_int_equal(linux_import_setup_data(&list, 0x100100, sizeof(item)), 0);
	assert_in_range(heap_count, 1, HEAP_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_fill, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fill_high_initrd, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fill_no_initrd, setup, teardown),
		cmocka_unit_test_setup_teardown(test_short_header, setup, teardown),
		cmocka_unit_test_setup_teardown(test_e820_view, setup, teardown),
		cmocka_unit_test_setup_teardown(test_e820_unknown_type, setup, teardown),
		cmocka_unit_test_setup_teardown(test_e820_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_e820_200_entries, setup, teardown),
		cmocka_unit_test_setup_teardown(test_e820_merge_at_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_e820_no_memory, setup, teardown),
		cmocka_unit_test_setup_teardown(test_list, setup, teardown),
		cmocka_unit_test_setup_teardown(test_list_too_long, setup, teardown),
		cmocka_unit_test_setup_teardown(test_import_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_import, setup, teardown),
		cmocka_unit_test_setup_teardown(test_import_outside, setup, teardown),
		cmocka_unit_test_setup_teardown(test_import_too_long, setup, teardown),
		cmocka_unit_test_setup_teardown(test_import_circle, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
