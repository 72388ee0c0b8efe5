/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The runtime image's entry and its table.
 * Document: UEFI 2.10, section 4.5.
 */
#include <fw/crc.h>

#include "runtime.h"

struct runtime runtime;

struct efi_runtime_services runtime_services = {
	.header = {
		.signature = EFI_RUNTIME_SERVICES_SIGNATURE,
		.revision = EFI_REVISION_2_70,
		.header_size = sizeof(struct efi_runtime_services),
	},
	.get_time = runtime_get_time,
	.set_time = runtime_set_time,
	.get_wakeup_time = runtime_get_wakeup_time,
	.set_wakeup_time = runtime_set_wakeup_time,
	.set_virtual_address_map = runtime_set_virtual_address_map,
	.convert_pointer = runtime_convert_pointer,
	.get_variable = runtime_get_variable,
	.get_next_variable_name = runtime_get_next_variable_name,
	.set_variable = runtime_set_variable,
	.get_next_high_monotonic_count = runtime_get_next_high_monotonic_count,
	.reset_system = runtime_reset_system,
	.update_capsule = runtime_update_capsule,
	.query_capsule_capabilities = runtime_query_capsule_capabilities,
	.query_variable_info = runtime_query_variable_info,
};

static void runtime_exit_boot(void)
{
	runtime.at_runtime = true;
}

/* The header in runtime.lds.S names this. */
void runtime_start(struct efi_runtime_boot *boot);

void runtime_start(struct efi_runtime_boot *boot)
{
	runtime.image = (uintptr_t)&runtime_header;
	runtime.system_table = boot->system_table;
	runtime.power = boot->power;
	variable_start(boot);
	runtime_services.header.crc32 = crc32(0, &runtime_services, sizeof(runtime_services));

	boot->services = &runtime_services;
	boot->set_variable = runtime_set_own_variable;
	boot->add_notify = runtime_add_notify;
	boot->remove_notify = runtime_remove_notify;
	boot->exit_boot = runtime_exit_boot;
	boot->high_count = &runtime.high_count;
}
