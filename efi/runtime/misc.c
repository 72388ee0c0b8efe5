/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The monotonic counter, and capsules, which are not supported.
 * Document: UEFI 2.10, sections 8.5.2 and 8.5.3.
 */
#include "runtime.h"

/* The upper half, where OVMF keeps it. */
static const efi_char16_t high_name[] = { 'M', 'T', 'C', 0 };
static const struct efi_guid high_guid = {
	0xeb704011, 0x1402, 0x11d3, { 0x8e, 0x77, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b }
};
#define HIGH_ATTRIBUTES							\
	(EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOTSERVICE_ACCESS |	\
	 EFI_VARIABLE_RUNTIME_ACCESS)

/* The upper half grows by one, in flash first: no value comes twice. */
static efi_status_t count_high(u32 *count)
{
	efi_uintn_t size = sizeof(u32);
	efi_status_t status;
	u32 high = 0;

	status = runtime_get_variable(high_name, &high_guid, NULL, &size, &high);
	if (EFI_ERROR(status) || size != sizeof(high))
		high = 0;
	high++;
	status = runtime_set_variable(high_name, &high_guid, HIGH_ATTRIBUTES, sizeof(high),
				      &high);
	if (EFI_ERROR(status))
		return EFI_DEVICE_ERROR;
	runtime.high_count = high;
	*count = high;
	return EFI_SUCCESS;
}

efi_status_t EFIAPI runtime_get_next_high_monotonic_count(u32 *count)
{
	efi_status_t status;
	u64 flags;

	if (!count)
		return EFI_INVALID_PARAMETER;
	if (!runtime_may_keep())
		return EFI_UNSUPPORTED;
	flags = runtime_enter();
	status = count_high(count);
	runtime_leave(flags);
	return status;
}

efi_status_t EFIAPI runtime_update_capsule(struct efi_capsule_header **capsules,
					   efi_uintn_t count, u64 scatter_gather __unused)
{
	if (!capsules || count == 0)
		return EFI_INVALID_PARAMETER;
	return EFI_UNSUPPORTED;
}

efi_status_t EFIAPI runtime_query_capsule_capabilities(struct efi_capsule_header **capsules,
						       efi_uintn_t count, u64 *size_max,
						       u32 *reset_type)
{
	if (!capsules || count == 0 || !size_max || !reset_type)
		return EFI_INVALID_PARAMETER;
	return EFI_UNSUPPORTED;
}
