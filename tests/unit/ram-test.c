/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of how the memory map begins (platform/ovmf/ram.c, e820.c). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <asm/io.h>
#include <fw/board.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/layout.h>
#include <fw/memmap.h>
#include <spec/linux_boot.h>

#include "e820.h"
#include "support.h"

#define KEY	0x25

/* The image as the linker places it: only addresses. */
#define IMAGE		0x820000
__asm__(".globl text_start, text_end, image_end, layout_image_end\n"
	".set text_start, 0x820000\n.set text_end, 0x821000\n"
	".set image_end, 0x823000\n.set layout_image_end, 0x880000\n");

static struct e820_entry table[E820_MAX_ENTRIES + 1];
static u32 entries, extra_bytes;
static bool no_file, unreadable, refused;
static u8 cmos[128], cmos_index;
static int board_rc;
static unsigned int hook_calls;

int host_input_allow(const struct host_input *input, bool whole)
{
	assert_int_equal(input->policy, HOST_INPUT_REFUSED);
	return refused ? -EPERM : 0;
}

int fw_cfg_find(const struct host_input *input, struct fw_cfg_file *file)
{
	assert_string_equal(input->name, "etc/e820");
	*file = (struct fw_cfg_file) { .key = KEY, .size = entries * 20 + extra_bytes };
	return no_file ? -ENOENT : 0;
}

int fw_cfg_read_buf(const struct fw_cfg_file *file, u32 offset, void *dst, u32 len)
{
	assert_int_equal(file->key, KEY);
	assert_int_equal(offset, 0);
	assert_true(len <= sizeof(table));
	memcpy(dst, table, len);
	return unreadable ? -EIO : 0;
}

u32 mock_io_read(u16 port, unsigned int width)
{
	assert_int_equal(port, 0x71);
	return cmos[cmos_index];
}

void mock_io_write(u16 port, u32 value, unsigned int width)
{
	assert_int_equal(port, 0x70);
	/* Bit 7 would block NMIs. */
	assert_true(value < sizeof(cmos));
	cmos_index = value;
}

static int board_memmap(struct memmap *map)
{
	if (board_rc)
		return board_rc;
	return memmap_add(map, 0xe0000000, MiB(256), MEM_RESERVED);
}

const struct board *board(void)
{
	static const struct board b = { .name = "test", .memmap = board_memmap };

	return &b;
}

static int on_ram(struct memmap *map)
{
	hook_calls++;
	assert_ptr_equal(map, &memmap);
	/* The board has been asked. */
	assert_true(board_rc || memmap_has_type(map, 0xe0000000, 1, MEM_RESERVED));
	return 0;
}
HOOK(memmap_ram, 50, common, on_ram);

static void add(u64 addr, u64 size, u32 type)
{
	table[entries++] = (struct e820_entry) {
		cpu_to_le64(addr), cpu_to_le64(size), cpu_to_le32(type),
	};
}

static int run(void)
{
	assert_int_equal(hooks_memmap_end - hooks_memmap_start, 1);
	return hooks_memmap_start->fn();
}

static int setup(void **state)
{
	memset(&memmap, 0, sizeof(memmap));
	memset(cmos, 0, sizeof(cmos));
	entries = extra_bytes = hook_calls = 0;
	no_file = unreadable = false;
	board_rc = 0;
	mock_log_reset();
	return 0;
}

static void assert_type(u64 base, u64 end, enum mem_type type)
{
	if (!memmap_has_type(&memmap, base, end - base, type))
		fail_msg("not all of [0x%llx, 0x%llx) is %s", (unsigned long long)base,
			 (unsigned long long)end, memmap_type_name(type));
}

static void assert_refused(int rc, const char *why)
{
	assert_int_equal(run(), rc);
	assert_int_equal(mock_log_errors(), 1);
	if (!strstr(mock_log_last(), why))
		fail_msg("\"%s\" is not in \"%s\"", why, mock_log_last());
	assert_int_equal(hook_calls, 0);
}

static void test_map(void **state)
{
	add(0xfd00000000, 0x300000000, E820_RESERVED);
	add(0, GiB(2), E820_RAM);
	add(GiB(4), GiB(6), E820_RAM);
	add(GiB(20), GiB(1), E820_ACPI);
	add(GiB(21), GiB(1), E820_NVS);
	add(GiB(22), GiB(1), E820_UNUSABLE);
	add(GiB(23), GiB(1), E820_PMEM);
	add(GiB(24), GiB(1), 12345);
	add(GiB(25), 0, E820_RAM);
	assert_int_equal(run(), 0);
	assert_int_equal(mock_log_errors(), 0);

	assert_type(0, 4096, MEM_BOOT_DATA);
	assert_type(4096, 0xa0000, MEM_CONVENTIONAL);
	assert_type(0xa0000, 0x100000, MEM_RESERVED);
	assert_type(0x100000, 0x800000, MEM_CONVENTIONAL);
#define LAYOUT_RANGE(name, base, size, type, launch, what)		\
	if (base != IMAGE)						\
		assert_type(base, base + size, type);
#include <fw/layout.def>
#undef LAYOUT_RANGE
	assert_type(IMAGE, 0x821000, MEM_BOOT_CODE);
	assert_type(0x821000, 0x823000, MEM_BOOT_DATA);
	assert_type(0x823000, GiB(2), MEM_CONVENTIONAL);
	assert_type(GiB(4), GiB(10), MEM_CONVENTIONAL);
	assert_type(GiB(20), GiB(21), MEM_ACPI_RECLAIM);
	assert_type(GiB(21), GiB(22), MEM_ACPI_NVS);
	assert_type(GiB(22), GiB(23), MEM_UNUSABLE);
	assert_type(GiB(23), GiB(24), MEM_PERSISTENT);
	assert_type(GiB(24), GiB(25), MEM_RESERVED);
	assert_type(0xfd00000000, 0xfd00000000 + 0x300000000, MEM_RESERVED);
	assert_int_equal(hook_calls, 1);
}

static void test_size_in_the_log(void **state)
{
	add(0, MiB(256), E820_RAM);
	add(GiB(4), MiB(512), E820_RAM);
	assert_int_equal(run(), 0);
	assert_true(mock_log_has("262144 KiB below 4 GiB, 512 MiB above"));
}

static void test_cmos(void **state)
{
	phys_addr_t end;

	no_file = true;
	cmos[0x34] = 0x00;
	cmos[0x35] = 0x1f;	/* 16 MiB + 496 MiB */
	cmos[0x5c] = 0x40;	/* 1 GiB */
	assert_int_equal(run(), 0);
	end = memmap_ram_end(&memmap, GiB(4));
	assert_int_equal(end, MiB(512));
	assert_type(GiB(4), GiB(5), MEM_CONVENTIONAL);
}

static void test_cmos_small(void **state)
{
	no_file = true;
	cmos[0x30] = 0x00;
	cmos[0x31] = 0x3c;	/* 1 MiB + 15 MiB */
	assert_int_equal(run(), 0);
	assert_int_equal(memmap_ram_end(&memmap, GiB(4)), MiB(16));
}

static void test_no_ram(void **state)
{
	assert_refused(-ENOMEM, "no RAM");
	setup(state);
	add(0, GiB(2), E820_RESERVED);
	assert_refused(-ENOMEM, "no RAM");
}

static void test_too_little_ram(void **state)
{
	add(0, MiB(8), E820_RAM);
	assert_refused(-ENOMEM, "too little RAM");
}

static void test_no_first_page(void **state)
{
	add(MiB(1), MiB(512), E820_RAM);
	assert_refused(-ENOMEM, "first page");
}

static void test_overlap(void **state)
{
	add(0, GiB(1), E820_RAM);
	add(MiB(512), GiB(1), E820_RESERVED);
	assert_refused(-EEXIST, "range 0x20000000, size 0x40000000, overlaps");
}

static void test_wrap(void **state)
{
	add(0, GiB(1), E820_RAM);
	add(0xfffffffffffff000, 0x2000, E820_RAM);
	assert_refused(-EBADMSG, "beyond 52 bits");
	setup(state);
	add(GiB(4), 0xffffffffffffffff, E820_RAM);
	assert_refused(-EBADMSG, "beyond 52 bits");
}

static void test_size(void **state)
{
	add(0, GiB(1), E820_RAM);
	extra_bytes = 1;
	assert_refused(-EBADMSG, "size 21");
	setup(state);
	while (entries < E820_MAX_ENTRIES + 1)
		add(entries * MiB(1), MiB(1), E820_RAM);
	assert_refused(-EBADMSG, "2580 bytes");
	setup(state);
	unreadable = true;
	assert_refused(-EIO, "cannot be read");
}

static void test_board_fails(void **state)
{
	add(0, GiB(1), E820_RAM);
	board_rc = -ENOSPC;
	assert_int_equal(run(), -ENOSPC);
	assert_int_equal(hook_calls, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_map, setup),
		cmocka_unit_test_setup(test_size_in_the_log, setup),
		cmocka_unit_test_setup(test_cmos, setup),
		cmocka_unit_test_setup(test_cmos_small, setup),
		cmocka_unit_test_setup(test_no_ram, setup),
		cmocka_unit_test_setup(test_too_little_ram, setup),
		cmocka_unit_test_setup(test_no_first_page, setup),
		cmocka_unit_test_setup(test_overlap, setup),
		cmocka_unit_test_setup(test_wrap, setup),
		cmocka_unit_test_setup(test_size, setup),
		cmocka_unit_test_setup(test_board_fails, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
