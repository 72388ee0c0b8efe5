/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Variables that not everybody may write.
 * Documents: UEFI 2.10, sections 3.3 (table of names) and 8.2.6, 32.6.1 (key
 * databases).
 */
#include <spec/efi/runtime_services.h>

#include "runtime.h"
#include "variable.h"

/* Arrays and not pointers: nothing to relocate. */
#define NAME_MAX	24

static const struct efi_guid global_variable = {
	0x8be4df61, 0x93ca, 0x11d2, { 0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c }
};

static const struct efi_guid image_security = {
	0xd719b2cb, 0x3d3a, 0x4596, { 0xa3, 0xbc, 0xda, 0xd0, 0x0e, 0x67, 0x65, 0x6f }
};

static const char read_only[][NAME_MAX] = {
	"AuditMode", "BootCurrent", "BootOptionSupport", "ConInDev", "ConOutDev",
	"DeployedMode", "ErrOutDev", "LangCodes", "OsIndicationsSupported",
	"PlatformLangCodes", "SecureBoot", "SetupMode", "SignatureSupport", "VendorKeys",
};

static const char global_keys[][NAME_MAX] = { "KEK", "PK" };
static const char security_keys[][NAME_MAX] = { "db", "dbr", "dbt", "dbx" };

static bool name_is(const struct store_key *key, const char *name)
{
	u32 i, chars = key->name_size / 2;

	for (i = 0; i < chars && i < NAME_MAX; i++) {
		if (key->name[i] != (u8)name[i])
			return false;
	}
	return i == chars;
}

static bool is_among(const struct store_key *key, const char (*names)[NAME_MAX], size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (name_is(key, names[i]))
			return true;
	}
	return false;
}

efi_status_t variable_check_name(const struct store_key *key, u32 attributes, u64 size)
{
	u32 wanted = EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS;
	bool is_global = guid_equal(key->vendor, &global_variable);
	bool is_key;

	if (is_global && is_among(key, read_only, ARRAY_SIZE(read_only)))
		return EFI_WRITE_PROTECTED;
	if (is_global)
		is_key = is_among(key, global_keys, ARRAY_SIZE(global_keys));
	else
		is_key = guid_equal(key->vendor, &image_security) &&
			 is_among(key, security_keys, ARRAY_SIZE(security_keys));
	/* That an existing one cannot be deleted so is the variable's own business. */
	if (is_key && attributes != 0 && size != 0 && (attributes & wanted) != wanted)
		return EFI_INVALID_PARAMETER;
	return EFI_SUCCESS;
}
