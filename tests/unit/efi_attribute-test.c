/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The memory attribute protocol on real page tables: what each attribute becomes
 * there, and the errors of UEFI 2.10, section 37.7.
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
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <spec/efi/memory_attribute.h>

#include "support.h"

#define PAGE	4096ull
#define POOL	16
#define RP	EFI_MEMORY_RP
#define RO	EFI_MEMORY_RO
#define XP	EFI_MEMORY_XP

/* The image as the linker places it: only addresses. The pool is real memory. */
__asm__(".globl text_start, text_end, rodata_start, rodata_end\n"
	".globl stack_guard, stack_bottom, ist_guard, ist_bottom, fault_guard, fault_bottom\n"
	".globl layout_reset_tables, layout_image_end\n"
	".set layout_reset_tables, 0x800000\n.set layout_image_end, 0x840000\n"
	".set text_start, 0x820000\n.set text_end, 0x826000\n"
	".set rodata_start, 0x826000\n.set rodata_end, 0x829000\n"
	".set stack_guard, 0x830000\n.set stack_bottom, 0x831000\n"
	".set ist_guard, 0x835000\n.set ist_bottom, 0x836000\n"
	".set fault_guard, 0x837000\n.set fault_bottom, 0x838000\n"
	".bss\n.balign 4096\n"
	".globl layout_page_tables, layout_page_tables_end\n"
	"layout_page_tables: .skip 65536\nlayout_page_tables_end:\n.text\n");
extern u8 layout_page_tables[];

const struct efi_guid efi_guid_memory_attribute;

static struct efi_memory_attribute *protocol;
static unsigned int pages_allocated, pages_allowed, flushes, cpuids;
static bool has_1g, irq_on, changed;
static u64 cr3;

u64 mock_read_cr(unsigned int cr)
{
	return cr == 4 ? 0 : cr3;
}

void mock_write_cr(unsigned int cr, u64 value)
{
	assert_int_equal(cr, 3);
	cr3 = value;
	flushes++;
}

struct cpuid_regs mock_cpuid(u32 leaf, u32 subleaf __unused)
{
	cpuids++;
	if (leaf == 0x80000000)
		return (struct cpuid_regs){ .eax = 0x80000008 };
	assert_int_equal(leaf, 0x80000001);
	return (struct cpuid_regs){ .edx = has_1g ? 1u << 26 : 0 };
}

/* Nothing else changes the tables meanwhile. */
static efi_tpl_t tpl = TPL_APPLICATION;

efi_tpl_t EFIAPI efi_raise_tpl(efi_tpl_t to)
{
	efi_tpl_t old = tpl;

	assert_int_equal(to, TPL_NOTIFY);
	tpl = to;
	return old;
}

void EFIAPI efi_restore_tpl(efi_tpl_t to)
{
	assert_int_equal(to, TPL_APPLICATION);
	tpl = to;
}

u64 irq_save(void)
{
	u64 flags = irq_on;

	irq_on = false;
	return flags;
}

void irq_restore(u64 flags)
{
	irq_on = flags;
}

int page_alloc(enum mem_type type, u64 size, u64 align, phys_addr_t max, phys_addr_t *base)
{
	static u8 pages[64][4096] __attribute__((aligned(4096)));

	assert_int_equal(type, MEM_BOOT_DATA);
	assert_int_equal(size, PAGE);
	assert_false(irq_on);
	if (pages_allocated == pages_allowed)
		return -ENOMEM;
	memset(pages[pages_allocated], 0xa5, PAGE);
	*base = (uintptr_t)pages[pages_allocated++];
	return 0;
}

void efi_memory_attributes_changed(void)
{
	assert_int_equal(tpl, TPL_NOTIFY);
	changed = true;
}

efi_status_t EFIAPI efi_install_protocol_interface(efi_handle_t *handle,
						   const struct efi_guid *guid, u32 type,
						   void *interface)
{
	assert_ptr_equal(guid, &efi_guid_memory_attribute);
	protocol = interface;
	return EFI_SUCCESS;
}

static int setup(void **state)
{
	pages_allocated = flushes = 0;
	pages_allowed = 64;
	changed = false;
	irq_on = false;
	memset(layout_page_tables, 0xa5, POOL * PAGE);
	paging_init();
	irq_on = true;
	assert_int_equal(hook_run(efi), 0);
	assert_non_null(protocol);
	return 0;
}

static int teardown(void **state)
{
	assert_true(irq_on);
	return 0;
}

static void assert_attributes(u64 base, u64 size, u64 attributes)
{
	u64 found = ~0ull;

	assert_int_equal(protocol->get(protocol, base, size, &found), EFI_SUCCESS);
	assert_int_equal(found, attributes);
}

static void assert_get_fails(u64 base, u64 size, efi_status_t status)
{
	u64 found;

	assert_true(protocol->get(protocol, base, size, &found) == status);
}

static void set(u64 base, u64 size, u64 attributes)
{
	assert_int_equal(protocol->set(protocol, base, size, attributes), EFI_SUCCESS);
}

static void clear(u64 base, u64 size, u64 attributes)
{
	assert_int_equal(protocol->clear(protocol, base, size, attributes), EFI_SUCCESS);
}

static void test_get(void **state)
{
	assert_attributes(0x820000, 6 * PAGE, RO);
	assert_attributes(0x826000, PAGE, RO | XP);
	assert_attributes(MiB(64), GiB(1), XP);
	assert_get_fails(0x825000, 2 * PAGE, EFI_NO_MAPPING);
	assert_get_fails(0, PAGE, EFI_NO_MAPPING);
	assert_get_fails(0, 2 * PAGE, EFI_NO_MAPPING);
	assert_get_fails(0x830000, PAGE, EFI_NO_MAPPING);
	assert_get_fails(GiB(4), PAGE, EFI_NO_MAPPING);
	assert_get_fails(GiB(4) - PAGE, 2 * PAGE, EFI_NO_MAPPING);
	assert_false(changed);
}

static void test_set_and_clear(void **state)
{
	u64 base = MiB(64) + 5 * PAGE;

	set(base, 2 * PAGE, RO);
	assert_true(changed);
	assert_attributes(base, 2 * PAGE, RO | XP);
	assert_attributes(MiB(64), 5 * PAGE, XP);
	assert_attributes(base + 2 * PAGE, GiB(1), XP);
	assert_get_fails(base + PAGE, 2 * PAGE, EFI_NO_MAPPING);
	clear(base, PAGE, XP);
	assert_attributes(base, PAGE, RO);
	clear(MiB(64), MiB(2), RO | XP);
	assert_attributes(MiB(64), MiB(2), 0);
	set(MiB(64), MiB(2), RO | XP | RP);
	assert_attributes(MiB(64), MiB(2), RO | XP | RP);
}

/* What cannot be read keeps its other attributes, and is split like anything else. */
static void test_hidden(void **state)
{
	u64 base = MiB(96);

	clear(base, MiB(2), XP);
	set(base, MiB(2), RO | RP);
	assert_attributes(base, MiB(2), RP | RO);
	clear(base + PAGE, PAGE, RP);
	assert_attributes(base, PAGE, RP | RO);
	assert_attributes(base + PAGE, PAGE, RO);
	assert_attributes(base + 2 * PAGE, MiB(2) - 2 * PAGE, RP | RO);
	set(base, PAGE, XP);
	assert_attributes(base, PAGE, RP | RO | XP);
	clear(base, MiB(2), RP | RO | XP);
	assert_attributes(base, MiB(2), 0);
}

static void test_errors(void **state)
{
	u64 base = MiB(64), found;

	assert_true(protocol->get(protocol, base, PAGE, NULL) == EFI_INVALID_PARAMETER);
	assert_true(protocol->get(protocol, base, 0, &found) == EFI_INVALID_PARAMETER);
	assert_true(protocol->get(protocol, base + 1, PAGE, &found) == EFI_INVALID_PARAMETER);
	assert_true(protocol->set(protocol, base, 0, RO) == EFI_INVALID_PARAMETER);
	assert_true(protocol->set(protocol, base, PAGE, 0) == EFI_INVALID_PARAMETER);
	assert_true(protocol->set(protocol, base, PAGE, RO | EFI_MEMORY_WB) ==
		    EFI_INVALID_PARAMETER);
	assert_true(protocol->set(protocol, base + 8, PAGE, RO) == EFI_INVALID_PARAMETER);
	assert_true(protocol->set(protocol, base, PAGE + 8, RO) == EFI_INVALID_PARAMETER);
	assert_true(protocol->set(protocol, -PAGE, 2 * PAGE, RO) == EFI_INVALID_PARAMETER);
	assert_true(protocol->clear(protocol, base, 0, RO) == EFI_INVALID_PARAMETER);
	assert_true(protocol->set(protocol, GiB(4), PAGE, RO) == EFI_UNSUPPORTED);
	assert_true(protocol->set(protocol, GiB(4) - PAGE, 2 * PAGE, RO) == EFI_UNSUPPORTED);
	assert_attributes(GiB(4) - PAGE, PAGE, XP);
	assert_true(protocol->set(protocol, (u64)1 << 60, PAGE, RO) == EFI_UNSUPPORTED);
	/* The firmware is none of loaded software's business. */
	assert_true(protocol->clear(protocol, 0x820000, PAGE, RO) == EFI_ACCESS_DENIED);
	assert_true(protocol->set(protocol, MiB(8) - PAGE, 2 * PAGE, RO) == EFI_ACCESS_DENIED);
	assert_true(protocol->set(protocol, 0x83f000, PAGE, RO) == EFI_ACCESS_DENIED);
	set(0x840000, PAGE, RO);
	set(MiB(8) - PAGE, PAGE, RO);
}

static void test_no_memory(void **state)
{
	unsigned int i;

	pages_allowed = pages_allocated;
	/* The pool has tables for some. */
	for (i = 0; i < 20; i++) {
		efi_status_t status = protocol->set(protocol, GiB(1) + i * MiB(2), PAGE, RO);

		if (status != EFI_SUCCESS) {
			assert_true(status == EFI_OUT_OF_RESOURCES);
			break;
		}
	}
	assert_true(i > 0 && i < 20);
}

/* A table that a large page replaces is the next one. */
static void test_tables_come_back(void **state)
{
	unsigned int i;

	for (i = 0; i < 100; i++) {
		assert_int_equal(paging_map(GiB(2) + PAGE, PAGE, MAP_RX), 0);
		assert_int_equal(paging_map(GiB(2), MiB(2), MAP_RW), 0);
	}
	assert_int_equal(pages_allocated, 0);
	assert_attributes(GiB(2), MiB(4), XP);
}

static void test_gigabyte_pages(void **state)
{
	u64 prot;

	has_1g = true;
	assert_int_equal(paging_map(GiB(4), GiB(200), MAP_RW), 0);
	assert_true(pages_allocated == 0);
	assert_int_equal(paging_get(GiB(4), GiB(200), &prot), 0);
	assert_true(prot == (PTE_PRESENT | PTE_WRITE | PTE_NX));
	assert_int_equal(paging_get(GiB(4), GiB(201), &prot), -ENOENT);
	/* Split in two steps, and joined again. */
	set(GiB(7) + MiB(2) + PAGE, PAGE, RO);
	assert_attributes(GiB(7) + MiB(2) + PAGE, PAGE, RO | XP);
	assert_attributes(GiB(4), GiB(3) + MiB(2) + PAGE, XP);
	assert_attributes(GiB(7) + MiB(2) + 2 * PAGE, GiB(197) - MiB(2) - 2 * PAGE, XP);
	assert_int_equal(paging_map(GiB(7), GiB(1), MAP_RW), 0);
	assert_attributes(GiB(4), GiB(200), XP);
	/* Asked once. */
	assert_int_equal(cpuids, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_get, setup, teardown),
		cmocka_unit_test_setup_teardown(test_set_and_clear, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hidden, setup, teardown),
		cmocka_unit_test_setup_teardown(test_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_memory, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tables_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gigabyte_pages, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
