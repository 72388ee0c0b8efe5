/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * ExitBootServices. The first call ends timers and what they drive, also if it
 * fails; after a success there is nobody to call any more, and what the operating
 * system may still need of the firmware (page tables, descriptor tables, handlers
 * of exceptions) stays as it is, in memory of boot services.
 * Document: UEFI 2.10, section 7.4.6.
 */
#define pr_fmt(fmt) "efi: " fmt

#include <asm/irq.h>
#include <asm/paging.h>
#include <fw/cc.h>
#include <fw/efi.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/panic.h>
#include <fw/string.h>
#include <fw/trace.h>

#include "memory.h"
#include "timer.h"

/* What is left of the system table is runtime services and configuration tables. */
static void clear_tables(void)
{
	struct efi_system_table *st = efi_system_table;

	st->console_in_handle = NULL;
	st->con_in = NULL;
	st->console_out_handle = NULL;
	st->con_out = NULL;
	st->standard_error_handle = NULL;
	st->std_err = NULL;
	st->boot = NULL;
	efi_system_table_changed();
	memset(&efi_boot_services, 0, sizeof(efi_boot_services));
}

efi_status_t EFIAPI efi_exit_boot_services(efi_handle_t image, efi_uintn_t key)
{
	static bool called;
	int rc;

	if (image == NULL)
		return EFI_INVALID_PARAMETER;
	if (hook_run(efi_exit_called) != 0)
		machine_stop();
	if (!called)
		efi_signal_group(&efi_guid_event_before_exit_boot_services);
	called = true;
	efi_timers_stop();
	/* This makes the key a wrong one, and at the next call there is nothing to do. */
	rc = IS_ENABLED(CONFIG_ACCEPT_ON_DEMAND) ? cc_accept_rest() : 0;
	if (rc != 0 || key != efi_memory_map_key()) {
		if (hook_run(efi_exit_failed) != 0)
			machine_stop();
		return EFI_INVALID_PARAMETER;
	}

	efi_signal_group(&efi_guid_event_exit_boot_services);
	trace_step("efi exit");
	trace_show();
	/* The caller has the machine already, and cannot be told that it has not. */
	if (hook_run(efi_exit) != 0 || hook_run(os_enter_pre) != 0)
		machine_stop();
	irq_disable();
	paging_release();
	clear_tables();
	return EFI_SUCCESS;
}
