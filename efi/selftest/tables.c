/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The tables' checksums, and the tables of the host that they lead to.
 * Document: UEFI 2.10, sections 4.2 to 4.6, 7.5.
 */
#include <fw/crc.h>
#include <fw/string.h>
#include <spec/acpi.h>

#include "selftest.h"

static void test_header(struct efi_table_header *header, u64 signature)
{
	u32 was = header->crc32, is = 0;

	CHECK(header->signature == signature);
	header->crc32 = 0;
	CHECK(BS->calculate_crc32(header, header->header_size, &is) == EFI_SUCCESS);
	header->crc32 = was;
	CHECK(is == was);
}

static const void *find_table(const struct efi_guid *guid)
{
	efi_uintn_t i;

	for (i = 0; i < efi_system_table->tables; i++) {
		if (efi_guid_equal(&efi_system_table->table[i].guid, guid))
			return efi_system_table->table[i].table;
	}
	return NULL;
}

static void test_acpi(void)
{
	const struct acpi_rsdp *rsdp = find_table(&efi_guid_acpi_20_table);

	if (!CHECK(rsdp != NULL))
		return;
	CHECK(memcmp(rsdp->signature, "RSD PTR ", 8) == 0 && rsdp->revision >= 2);
	CHECK(sum8(rsdp, ACPI_RSDP_V1_SIZE) == 0);
	CHECK(sum8(rsdp, le32_to_cpu(rsdp->length)) == 0);
}

static void test_configuration(void)
{
	static const struct efi_guid guid = {
		0x3c1f2a61, 0x6d0b, 0x4f11, { 0x9b, 0x52, 0x17, 0x80, 0x2d, 0x6e, 0x45, 0x9c }
	};
	efi_uintn_t count = efi_system_table->tables;
	static u32 table;

	CHECK(BS->install_configuration_table(&guid, &table) == EFI_SUCCESS);
	CHECK(efi_system_table->tables == count + 1 && find_table(&guid) == &table);
	test_header(&efi_system_table->header, EFI_SYSTEM_TABLE_SIGNATURE);
	CHECK(BS->install_configuration_table(&guid, NULL) == EFI_SUCCESS);
	CHECK(efi_system_table->tables == count && find_table(&guid) == NULL);
	CHECK(BS->install_configuration_table(&guid, NULL) == EFI_NOT_FOUND);
}

static void test_tables(void)
{
	char digits[] = "123456789";
	u64 first = 0, second = 0;
	u32 crc = 0;

	CHECK(BS->calculate_crc32(digits, 9, &crc) == EFI_SUCCESS && crc == 0xcbf43926);
	CHECK(BS->calculate_crc32(digits, 0, &crc) == EFI_INVALID_PARAMETER);
	test_header(&efi_system_table->header, EFI_SYSTEM_TABLE_SIGNATURE);
	test_header(&BS->header, EFI_BOOT_SERVICES_SIGNATURE);
	test_header(&RT->header, EFI_RUNTIME_SERVICES_SIGNATURE);
	test_configuration();
	test_acpi();
	CHECK(BS->get_next_monotonic_count(&first) == EFI_SUCCESS);
	CHECK(BS->get_next_monotonic_count(&second) == EFI_SUCCESS && second > first);
}
SELFTEST(50, tables, test_tables);
