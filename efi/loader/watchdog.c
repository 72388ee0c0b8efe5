/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The watchdog. Document: UEFI 2.10, section 7.5.1 (SetWatchdogTimer). */
#define pr_fmt(fmt) "efi: " fmt

#include <fw/efi.h>
#include <fw/log.h>
#include <fw/panic.h>

#include "timer.h"

static void watchdog_expire(struct efi_timer *timer __unused)
{
	struct efi_runtime_services *runtime = efi_system_table->runtime;

	pr_err("watchdog: the loaded software has not stopped it in time, resetting");
	if (runtime)
		runtime->reset_system(EFI_RESET_COLD, EFI_TIMEOUT, 0, NULL);
	machine_stop();
}

static struct efi_timer watchdog = { .expire = watchdog_expire };

efi_status_t EFIAPI efi_set_watchdog_timer(efi_uintn_t seconds, u64 code __unused,
					   efi_uintn_t size __unused,
					   efi_char16_t *data __unused)
{
	u64 delay;

	if (seconds == 0)
		efi_timer_cancel(&watchdog);
	else if (__builtin_mul_overflow(seconds, (u64)10000000, &delay))
		efi_timer_start(&watchdog, (u64)-1, 0);
	else
		efi_timer_start(&watchdog, delay, 0);
	return EFI_SUCCESS;
}
