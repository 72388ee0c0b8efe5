/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The firmware's page tables, read back by a page walk of this file's own.
 * Document: Intel SDM volume 3, sections 4.4 and 4.5.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <asm/cpu.h>
#include <asm/paging.h>
#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/layout.h>

#include "support.h"

#define PAGE	4096ull
#define POOL	16

/* The image as the linker places it: only addresses. The pool is real memory. */
__asm__(".globl text_start, text_end, rodata_start, rodata_end\n"
	".globl stack_guard, stack_bottom, ist_guard, ist_bottom, fault_guard, fault_bottom\n"
	".set text_start, 0x820000\n.set text_end, 0x826000\n"
	".set rodata_start, 0x826000\n.set rodata_end, 0x829000\n"
	".set stack_guard, 0x830000\n.set stack_bottom, 0x831000\n"
	".set ist_guard, 0x835000\n.set ist_bottom, 0x836000\n"
	".set fault_guard, 0x837000\n.set fault_bottom, 0x838000\n"
	".bss\n.balign 4096\n"
	".globl layout_page_tables, layout_page_tables_end\n"
	"layout_page_tables: .skip 65536\nlayout_page_tables_end:\n.text\n");

static u64 cr4, cr3;
/* The bits that this guest's tables must have: for private memory, for shared. */
static u64 private_bit, shared_bit;
static unsigned int pages_allocated;
static unsigned int pages_allowed;

u64 mock_read_cr(unsigned int cr)
{
	return cr == 4 ? cr4 : cr3;
}

void mock_write_cr(unsigned int cr, u64 value)
{
	assert_int_equal(cr, 3);
	cr3 = value;
}

/* RAM that something else has used before. */
int page_alloc(enum mem_type type, u64 size, u64 align, phys_addr_t max, phys_addr_t *base)
{
	static u8 pages[64][4096] __attribute__((aligned(4096)));

	assert_int_equal(type, MEM_BOOT_DATA);
	assert_int_equal(size, PAGE);
	assert_int_equal(align, PAGE);
	assert_true(max <= PHYS_MAX_32);
	if (pages_allocated == pages_allowed)
		return -ENOMEM;
	memset(pages[pages_allocated], 0xa5, PAGE);
	*base = (uintptr_t)pages[pages_allocated++];
	return 0;
}

/* What a page walk finds: the page's flags with 0 for none, and where it leads. */
static u64 walk(u64 address, u64 *target)
{
	int level = cr4 & (1 << 12) ? 5 : 4;
	u64 *table = (u64 *)(uintptr_t)(cr3 & ~private_bit);
	bool writable = true, nx = false;
	u64 entry, size, bit;

	assert_int_equal(cr3 & private_bit, private_bit);

	for (;; level--) {
		size = 1ull << (12 + 9 * (level - 1));
		entry = table[address / size % 512];
		if (!(entry & 1))
			return 0;
		writable &= !!(entry & 2);
		nx |= entry >> 63;
		if (level == 1 || (entry & 0x80))
			break;
		/* Large pages end at 2 MiB for us; a higher one is a mistake. */
		assert_int_equal(entry & private_bit, private_bit);
		table = (u64 *)(uintptr_t)(entry & 0x000ffffffffff000ull & ~private_bit);
	}
	bit = entry & PTE_SHARED ? shared_bit : private_bit;
	assert_int_equal(entry & (private_bit | shared_bit), bit);
	entry &= ~bit;
	assert_true(level <= 2);
	*target = (entry & 0x000ffffffffff000ull & ~(size - 1)) + address % size;
	assert_true(entry & 0x20);
	return 1 | (writable ? 2 : 0) | (entry & (PTE_PCD | PTE_SHARED)) | (nx ? 1ull << 63 : 0);
}

static void assert_mapped(u64 address, u64 prot)
{
	u64 target = 0;

	assert_int_equal(walk(address, &target), prot);
	assert_int_equal(target, address);
}

static void assert_absent(u64 address)
{
	u64 target;

	assert_int_equal(walk(address, &target), 0);
}

static int setup(void **state)
{
	(void)state;
	mock_log_reset();
	cr4 = cr3 = 0;
	private_bit = shared_bit = 0;
	paging_set_masks(0, 0);
	pages_allocated = 0;
	pages_allowed = 64;
	memset(layout_page_tables, 0xa5, POOL * PAGE);
	return 0;
}

static void check_low_4g(void)
{
	u64 address;

	assert_absent(0);
	assert_mapped(PAGE, MAP_RW);
	for (address = 0x820000; address < 0x826000; address += PAGE)
		assert_mapped(address, MAP_RX);
	for (address = 0x826000; address < 0x829000; address += PAGE)
		assert_mapped(address, MAP_RO);
	assert_mapped(0x829000, MAP_RW);
	assert_absent(0x830000);
	assert_mapped(0x831000, MAP_RW);
	assert_absent(0x835000);
	assert_absent(0x837000);
	assert_mapped(0x81f000, MAP_RW);
	for (address = 0xa00000; address < GiB(4); address += MiB(2)) {
		assert_mapped(address, MAP_RW);
		assert_mapped(address + MiB(2) - 1, MAP_RW);
	}
	assert_absent(GiB(4));
}

static void test_init(void **state)
{
	(void)state;
	paging_init();
	assert_int_equal(cr3, (uintptr_t)layout_page_tables);
	assert_int_equal(pages_allocated, 0);
	check_low_4g();
	assert_absent(0x0000800000000000ull - PAGE);
}

static void test_init_5_levels(void **state)
{
	(void)state;
	cr4 = 1 << 12;
	paging_init();
	check_low_4g();
	assert_int_equal(paging_map((u64)1 << 51, MiB(2), MAP_RW), 0);
	assert_mapped((u64)1 << 51, MAP_RW);
	assert_int_equal(paging_map((u64)1 << 52, MiB(2), MAP_RW), -EINVAL);
}

static void test_split_keeps_the_rest(void **state)
{
	u64 base = MiB(512);

	(void)state;
	paging_init();
	assert_int_equal(paging_map(base + 5 * PAGE, 2 * PAGE, MAP_NONE), 0);
	assert_mapped(base + 4 * PAGE, MAP_RW);
	assert_absent(base + 5 * PAGE);
	assert_absent(base + 6 * PAGE);
	assert_mapped(base + 7 * PAGE, MAP_RW);
	assert_mapped(base + MiB(2), MAP_RW);
	/* And back again, as a whole. */
	assert_int_equal(paging_map(base, MiB(4), MAP_OS_IMAGE), 0);
	assert_mapped(base + 5 * PAGE, MAP_OS_IMAGE);
	assert_mapped(base + MiB(4) - PAGE, MAP_OS_IMAGE);
	assert_mapped(base + MiB(4), MAP_RW);
}

static void test_range_across_tables(void **state)
{
	u64 base = GiB(5) - MiB(2) - 3 * PAGE;

	(void)state;
	paging_init();
	assert_int_equal(paging_map(base, MiB(4) + 5 * PAGE, MAP_MMIO), 0);
	assert_absent(base - PAGE);
	assert_mapped(base, MAP_MMIO);
	assert_mapped(GiB(5) - MiB(2), MAP_MMIO);
	assert_mapped(GiB(5), MAP_MMIO);
	assert_mapped(GiB(5) + MiB(2) + PAGE, MAP_MMIO);
	assert_absent(GiB(5) + MiB(2) + 2 * PAGE);
}

/* A table that is filled entry by entry with tables must not keep what was in its page. */
static void test_large_ranges(void **state)
{
	u64 base = GiB(512);

	(void)state;
	paging_init();
	/* More tables than there is memory for; what is there must be sound. */
	assert_int_equal(paging_map(base, GiB(512), MAP_RW), -ENOMEM);
	assert_mapped(base, MAP_RW);
	assert_mapped(base + GiB(1), MAP_RW);
	assert_absent(base + GiB(511));
}

static void test_refusals(void **state)
{
	(void)state;
	paging_init();
	assert_int_equal(paging_map(PAGE + 1, PAGE, MAP_RW), -EINVAL);
	assert_int_equal(paging_map(PAGE, PAGE - 1, MAP_RW), -EINVAL);
	assert_int_equal(paging_map(-PAGE, 2 * PAGE, MAP_RW), -EINVAL);
	assert_int_equal(paging_map((u64)1 << 47, PAGE, MAP_RW), -EINVAL);
	assert_int_equal(paging_map(((u64)1 << 47) - PAGE, 2 * PAGE, MAP_RW), -EINVAL);
	assert_int_equal(paging_map(((u64)1 << 47) - PAGE, PAGE, MAP_RW), 0);
	assert_int_equal(paging_map(PAGE, 0, MAP_RW), 0);
	check_low_4g();
}

static void test_no_memory(void **state)
{
	(void)state;
	pages_allowed = 0;
	paging_init();
	/* More than the pool has to spare. */
	assert_int_equal(paging_map(GiB(2048), GiB(64), MAP_RW), -ENOMEM);
	check_low_4g();
}

static void check_masks(void)
{
	paging_set_masks(private_bit, shared_bit);
	paging_init();
	check_low_4g();
	assert_int_equal(paging_map(MiB(64) + PAGE, PAGE, MAP_RW_SHARED), 0);
	assert_mapped(MiB(64), MAP_RW);
	assert_mapped(MiB(64) + PAGE, MAP_RW_SHARED);
	assert_mapped(MiB(64) + 2 * PAGE, MAP_RW);
	assert_int_equal(paging_map(MiB(128), MiB(2), MAP_RW_SHARED), 0);
	assert_mapped(MiB(128), MAP_RW_SHARED);
	/* Splitting a shared page leaves the rest shared. */
	assert_int_equal(paging_map(MiB(128) + PAGE, PAGE, MAP_RW), 0);
	assert_mapped(MiB(128), MAP_RW_SHARED);
	assert_mapped(MiB(128) + PAGE, MAP_RW);
	assert_mapped(MiB(130) - PAGE, MAP_RW_SHARED);
	assert_int_equal(paging_map(GiB(3), MiB(4), MAP_MMIO), 0);
	assert_mapped(GiB(3) + MiB(2), MAP_MMIO);
}

static void test_private_mask(void **state)
{
	(void)state;
	private_bit = (u64)1 << 51;
	check_masks();
}

static void test_shared_mask(void **state)
{
	(void)state;
	shared_bit = (u64)1 << 47;
	check_masks();
	assert_int_equal(paging_shared_mask(), shared_bit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_init, setup),
		cmocka_unit_test_setup(test_init_5_levels, setup),
		cmocka_unit_test_setup(test_split_keeps_the_rest, setup),
		cmocka_unit_test_setup(test_range_across_tables, setup),
		cmocka_unit_test_setup(test_large_ranges, setup),
		cmocka_unit_test_setup(test_refusals, setup),
		cmocka_unit_test_setup(test_no_memory, setup),
		cmocka_unit_test_setup(test_private_mask, setup),
		cmocka_unit_test_setup(test_shared_mask, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
