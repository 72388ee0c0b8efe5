/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Small services. Document: UEFI 2.10, sections 7.5.3 to 7.5.5 and 7.5.7. */
#include <fw/crc.h>
#include <fw/efi.h>
#include <fw/string.h>

#include "misc.h"
#include "tpl.h"

/* The upper half counts starts, and is in a variable, so ask for it only if somebody does. */
static u64 next_high(void)
{
	struct efi_runtime_services *runtime = efi_system_table->runtime;
	u32 high;

	if (!runtime || EFI_ERROR(runtime->get_next_high_monotonic_count(&high)))
		return 0;
	return (u64)high << 32;
}

efi_status_t EFIAPI efi_get_next_monotonic_count(u64 *count)
{
	static u64 last;
	efi_tpl_t tpl;

	if (!count)
		return EFI_INVALID_PARAMETER;
	tpl = efi_lock();
	if ((u32)last == 0)
		last = MAX(last, next_high());
	*count = ++last;
	efi_unlock(tpl);
	return EFI_SUCCESS;
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
