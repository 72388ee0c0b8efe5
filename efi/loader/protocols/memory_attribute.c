/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The memory attribute protocol: how pages are mapped, page by page. The firmware's
 * own pages stay as they are.
 * Document: UEFI 2.10, section 37.7.
 */
#include <asm/paging.h>
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/layout.h>
#include <fw/memmap.h>
#include <spec/efi/memory_attribute.h>

#define ATTRIBUTES	(EFI_MEMORY_RP | EFI_MEMORY_RO | EFI_MEMORY_XP)

/* What each attribute is in a page table entry. */
static const struct {
	u64 attribute;
	u64 set, clear;
} translations[] = {
	{ EFI_MEMORY_RP, PTE_HIDDEN, PTE_PRESENT },
	{ EFI_MEMORY_RO, 0, PTE_WRITE },
	{ EFI_MEMORY_XP, PTE_NX, 0 },
};

static bool is_range(u64 base, u64 length)
{
	return length != 0 && IS_ALIGNED(base | length, PAGE_SIZE) && base + length - 1 >= base;
}

/* The image, its stacks, and the first page tables. */
static bool is_firmware(u64 base, u64 length)
{
	u64 first = (uintptr_t)layout_reset_tables, end = (uintptr_t)layout_image_end;

	return base < end && base + (length - 1) >= first;
}

static efi_status_t EFIAPI get_attributes(struct efi_memory_attribute *this __unused, u64 base,
					  u64 length, u64 *attributes)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	u64 prot;
	size_t i;
	int rc;

	if (attributes == NULL || !is_range(base, length))
		return EFI_INVALID_PARAMETER;
	rc = paging_get(base, length, &prot);
	if (rc)
		return rc == -ENOENT ? EFI_NO_MAPPING : EFI_UNSUPPORTED;
	*attributes = 0;
	for (i = 0; i < ARRAY_SIZE(translations); i++) {
		if ((translations[i].set && (prot & translations[i].set)) ||
		    (!translations[i].set && !(prot & translations[i].clear)))
			*attributes |= translations[i].attribute;
	}
	return EFI_SUCCESS;
}

static efi_status_t change(u64 base, u64 length, u64 attributes, bool add)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	u64 set = 0, clear = 0;
	size_t i;
	int rc;

	if (!is_range(base, length) || attributes == 0 || (attributes & ~ATTRIBUTES))
		return EFI_INVALID_PARAMETER;
	if (is_firmware(base, length))
		return EFI_ACCESS_DENIED;
	for (i = 0; i < ARRAY_SIZE(translations); i++) {
		if (!(attributes & translations[i].attribute))
			continue;
		set |= add ? translations[i].set : translations[i].clear;
		clear |= add ? translations[i].clear : translations[i].set;
	}
	efi_memory_attributes_changed();
	rc = paging_change(base, length, clear, set);
	if (rc == -ENOMEM)
		return EFI_OUT_OF_RESOURCES;
	return rc ? EFI_UNSUPPORTED : EFI_SUCCESS;
}

static efi_status_t EFIAPI set_attributes(struct efi_memory_attribute *this __unused, u64 base,
					  u64 length, u64 attributes)
{
	return change(base, length, attributes, true);
}

static efi_status_t EFIAPI clear_attributes(struct efi_memory_attribute *this __unused,
					    u64 base, u64 length, u64 attributes)
{
	return change(base, length, attributes, false);
}

static struct efi_memory_attribute protocol = {
	.get = get_attributes,
	.set = set_attributes,
	.clear = clear_attributes,
};

static int memory_attribute_install(void)
{
	efi_handle_t handle = NULL;
	efi_status_t status;

	status = efi_install_protocol_interface(&handle, &efi_guid_memory_attribute,
						EFI_NATIVE_INTERFACE, &protocol);
	return status == EFI_SUCCESS ? 0 : -ENOMEM;
}

HOOK(efi, 70, common, memory_attribute_install);
