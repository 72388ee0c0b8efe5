/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The host's tables as configuration tables: UEFI 2.10, section 4.6; ACPI 6.5, 5.2.5. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/acpi.h>
#include <fw/alloc.h>
#include <fw/byteorder.h>
#include <fw/crc.h>
#include <fw/efi.h>
#include <fw/hooks.h>
#include <fw/smbios.h>
#include <spec/acpi.h>

#include "support.h"

#define RAM	0x10000000ull

/* QEMU's: revision 0, and pointers of 32 bits. */
static struct {
	struct acpi_rsdp rsdp;
	struct acpi_header rsdt;
	le32 pointer[3];
} __packed *host;
static char *anchor;
static bool has_acpi;

static struct efi_configuration_table tables[4];
static unsigned int count;

phys_addr_t acpi_rsdp(void)
{
	return has_acpi ? (uintptr_t)&host->rsdp : 0;
}

phys_addr_t smbios_entry(void)
{
	return (uintptr_t)anchor;
}

efi_status_t EFIAPI efi_install_configuration_table(const struct efi_guid *guid, void *table)
{
	assert_true(count < ARRAY_SIZE(tables));
	tables[count].guid = *guid;
	tables[count++].table = table;
	return EFI_SUCCESS;
}

static void *table_of(const struct efi_guid *guid)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (memcmp(&tables[i].guid, guid, sizeof(*guid)) == 0)
			return tables[i].table;
	}
	return NULL;
}

static int setup(void **state)
{
	mock_log_reset();
	memset(&memmap, 0, sizeof(memmap));
	host = mock_ram(RAM, MiB(1));
	memmap_add(&memmap, RAM, PAGE_SIZE, MEM_ACPI_RECLAIM);
	memmap_add(&memmap, RAM + PAGE_SIZE, MiB(1) - PAGE_SIZE, MEM_CONVENTIONAL);
	memset((void *)(uintptr_t)(RAM + PAGE_SIZE), 0x5a, MiB(1) - PAGE_SIZE);
	memcpy(host->rsdp.signature, "RSD PTR ", 8);
	host->rsdp.rsdt_address = cpu_to_le32((u32)(uintptr_t)&host->rsdt);
	memcpy(host->rsdt.signature, "RSDT", 4);
	host->rsdt.length = cpu_to_le32(sizeof(host->rsdt) + sizeof(host->pointer));
	host->pointer[0] = cpu_to_le32(0x11110000);
	host->pointer[1] = cpu_to_le32(0x22220000);
	host->pointer[2] = cpu_to_le32(0xf3330000);
	has_acpi = true;
	anchor = NULL;
	count = 0;
	return 0;
}

static void test_xsdt_is_made(void **state)
{
	const struct acpi_rsdp *rsdp;
	const struct acpi_header *xsdt;
	const u8 *pointers;

	assert_int_equal(hook_run(efi), 0);
	assert_ptr_equal(table_of(&efi_guid_acpi_table), &host->rsdp);
	rsdp = table_of(&efi_guid_acpi_20_table);
	assert_non_null(rsdp);
	assert_ptr_not_equal(rsdp, &host->rsdp);
	assert_memory_equal(rsdp->signature, "RSD PTR ", 8);
	assert_int_equal(rsdp->revision, 2);
	assert_int_equal(le32_to_cpu(rsdp->length), 36);
	assert_int_equal(le32_to_cpu(rsdp->rsdt_address), (uintptr_t)&host->rsdt);
	assert_int_equal(sum8(rsdp, 20), 0);
	assert_int_equal(sum8(rsdp, 36), 0);
	assert_true((uintptr_t)rsdp % 16 == 0);
	xsdt = (const void *)(uintptr_t)le64_to_cpu(rsdp->xsdt_address);
	assert_memory_equal(xsdt->signature, "XSDT", 4);
	assert_int_equal(le32_to_cpu(xsdt->length), sizeof(*xsdt) + 24);
	assert_int_equal(sum8(xsdt, le32_to_cpu(xsdt->length)), 0);
	pointers = (const u8 *)(xsdt + 1);
	assert_true(get_le64(pointers) == 0x11110000);
	assert_true(get_le64(pointers + 16) == 0xf3330000);
	assert_true(memmap_has_type(&memmap, (uintptr_t)xsdt, PAGE_SIZE, MEM_ACPI_RECLAIM));
}

static void test_newer_rsdp_is_kept(void **state)
{
	host->rsdp.revision = 2;
	assert_int_equal(hook_run(efi), 0);
	assert_ptr_equal(table_of(&efi_guid_acpi_20_table), &host->rsdp);
	assert_ptr_equal(table_of(&efi_guid_acpi_table), &host->rsdp);
}

/* The old table is what it was; whoever reads it judges it. */
static void test_bad_rsdt(void **state)
{
	host->rsdp.rsdt_address = cpu_to_le32(0x30000000);
	assert_int_equal(hook_run(efi), 0);
	assert_null(table_of(&efi_guid_acpi_20_table));
	assert_ptr_equal(table_of(&efi_guid_acpi_table), &host->rsdp);
}

static void test_nothing(void **state)
{
	has_acpi = false;
	assert_int_equal(hook_run(efi), 0);
	assert_int_equal(count, 0);
}

static void test_smbios(void **state)
{
	has_acpi = false;
	anchor = "_SM_";
	assert_int_equal(hook_run(efi), 0);
	assert_ptr_equal(table_of(&efi_guid_smbios_table), anchor);
	assert_null(table_of(&efi_guid_smbios3_table));
	count = 0;
	anchor = "_SM3_";
	assert_int_equal(hook_run(efi), 0);
	assert_ptr_equal(table_of(&efi_guid_smbios3_table), anchor);
	assert_null(table_of(&efi_guid_smbios_table));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_xsdt_is_made, setup),
		cmocka_unit_test_setup(test_newer_rsdp_is_kept, setup),
		cmocka_unit_test_setup(test_bad_rsdt, setup),
		cmocka_unit_test_setup(test_nothing, setup),
		cmocka_unit_test_setup(test_smbios, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
