/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Small services. Document: UEFI 2.10, sections 7.5.3 to 7.5.5 and 7.5.7. */
#include <fw/crc.h>
#include <fw/efi.h>
#include <fw/string.h>

#include "misc.h"
#include "tpl.h"

/* The upper half is in a variable, so it is asked for only if somebody counts. */
static efi_status_t count_high(void)
{
	struct efi_runtime_services *runtime = efi_system_table->runtime;
	u32 high;

	return runtime ? runtime->get_next_high_monotonic_count(&high) : EFI_DEVICE_ERROR;
}

/*
 * Another upper half for the first one after a reset, unless the runtime service has
 * brought one already, and when the lower half is used up. If there is none, because
 * variables cannot be written, values are different at least until the next reset.
 */
efi_status_t EFIAPI efi_get_next_monotonic_count(u64 *count)
{
	efi_status_t status = EFI_SUCCESS;
	static u32 low;
	efi_tpl_t tpl;

	if (!count)
		return EFI_INVALID_PARAMETER;
	tpl = efi_lock();
	if (low == ~(u32)0)
		status = count_high();
	else if (low == 0 && efi_high_count() == 0)
		count_high();
	if (status == EFI_SUCCESS)
		*count = (u64)efi_high_count() << 32 | ++low;
	efi_unlock(tpl);
	return status;
}

efi_status_t EFIAPI efi_calculate_crc32(void *data, efi_uintn_t size, u32 *crc)
{
	if (!data || size == 0 || !crc)
		return EFI_INVALID_PARAMETER;
	*crc = crc32(0, data, size);
	return EFI_SUCCESS;
}

void EFIAPI efi_copy_mem(void *to, void *from, efi_uintn_t size)
{
	memmove(to, from, size);
}

void EFIAPI efi_set_mem(void *buffer, efi_uintn_t size, u8 value)
{
	memset(buffer, value, size);
}
