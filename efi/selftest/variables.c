/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Variables, kept and not. Document: UEFI 2.10, section 8.2. */
#include <fw/string.h>

#include "selftest.h"

#define BOOT	EFI_VARIABLE_BOOTSERVICE_ACCESS
#define KEPT	(BOOT | EFI_VARIABLE_NON_VOLATILE)
#define APPEND	EFI_VARIABLE_APPEND_WRITE

static const efi_char16_t name[] = { 'S', 'e', 'l', 'f', 't', 'e', 's', 't', 0 };
static const struct efi_guid vendor = {
	0x3c1f2a62, 0x6d0b, 0x4f11, { 0x9b, 0x52, 0x17, 0x80, 0x2d, 0x6e, 0x45, 0x9c }
};

static bool has(const char *value, u32 attributes)
{
	efi_uintn_t size = 32;
	char data[32];
	u32 is = 0;

	return RT->get_variable(name, &vendor, &is, &size, data) == EFI_SUCCESS &&
	       is == attributes && size == strlen(value) && memcmp(data, value, size) == 0;
}

/* How often it is among all. */
static unsigned int count_name(void)
{
	efi_char16_t next[256] = { 0 };
	unsigned int count = 0;
	struct efi_guid guid;
	efi_uintn_t size;
	efi_status_t status;

	for (;;) {
		size = sizeof(next);
		status = RT->get_next_variable_name(&size, next, &guid);
		if (status != EFI_SUCCESS)
			break;
		if (efi_guid_equal(&guid, &vendor) && ucs2_cmp(next, name) == 0)
			count++;
	}
	CHECK(status == EFI_NOT_FOUND);
	return count;
}

static void test_kind(u32 attributes)
{
	efi_uintn_t size = 2;
	char data[2];

	CHECK(RT->set_variable(name, &vendor, attributes, 5, "first") == EFI_SUCCESS);
	CHECK(has("first", attributes));
	CHECK(RT->get_variable(name, &vendor, NULL, &size, data) == EFI_BUFFER_TOO_SMALL &&
	      size == 5);
	CHECK(RT->set_variable(name, &vendor, attributes | APPEND, 3, "+so") == EFI_SUCCESS);
	CHECK(has("first+so", attributes));
	CHECK(RT->set_variable(name, &vendor, attributes, 4, "next") == EFI_SUCCESS);
	CHECK(has("next", attributes));
	CHECK(RT->set_variable(name, &vendor, attributes ^ EFI_VARIABLE_NON_VOLATILE, 4,
			       "next") == EFI_INVALID_PARAMETER);
	CHECK(count_name() == 1);
	CHECK(RT->set_variable(name, &vendor, attributes, 0, NULL) == EFI_SUCCESS);
	CHECK(RT->get_variable(name, &vendor, NULL, &size, data) == EFI_NOT_FOUND);
	CHECK(RT->set_variable(name, &vendor, attributes, 0, NULL) == EFI_NOT_FOUND);
	CHECK(count_name() == 0);
}

static void test_variables(void)
{
	u64 max = 0, left = 0, largest = 0;

	test_kind(BOOT);
	test_kind(KEPT);
	CHECK(RT->set_variable(name, &vendor, EFI_VARIABLE_RUNTIME_ACCESS, 1, "") ==
	      EFI_INVALID_PARAMETER);
	CHECK(RT->query_variable_info(KEPT, &max, &left, &largest) == EFI_SUCCESS);
	CHECK(left <= max && largest != 0 && largest <= max);
}
SELFTEST(60, variables, test_variables);
