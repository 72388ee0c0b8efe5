/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The runtime image's entry and its table.
 * Document: UEFI 2.10, section 4.5.
 */
#include <fw/crc.h>
#include <fw/errno.h>
#include <spec/efi/memory_tables.h>

#include "runtime.h"

#define SUPPORTED							\
	(EFI_RT_SUPPORTED_GET_TIME | EFI_RT_SUPPORTED_SET_TIME |	\
	 EFI_RT_SUPPORTED_GET_VARIABLE |				\
	 EFI_RT_SUPPORTED_GET_NEXT_VARIABLE_NAME |			\
	 EFI_RT_SUPPORTED_SET_VIRTUAL_ADDRESS_MAP |			\
	 EFI_RT_SUPPORTED_CONVERT_POINTER | EFI_RT_SUPPORTED_RESET_SYSTEM | \
	 EFI_RT_SUPPORTED_QUERY_VARIABLE_INFO)

/* What promises that something lasts. */
#define SUPPORTED_LASTING						\
	(EFI_RT_SUPPORTED_SET_VARIABLE | EFI_RT_SUPPORTED_GET_NEXT_HIGH_MONOTONIC_COUNT)

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
	io_exit_boot();
}

static void set_register(struct efi_runtime_mmio *at, const struct board_register *reg)
{
	if (!reg->mmio)
		return;
	at->phys = reg->addr;
	at->virt = (u8 __iomem __force *)(uintptr_t)reg->addr;
}

/* The header in runtime.lds.S names this. */
int runtime_start(struct efi_runtime_boot *boot);

int runtime_start(struct efi_runtime_boot *boot)
{
	if (!io_use(boot->io, boot->io_data))
		return -ENOENT;
	runtime.image = (uintptr_t)&runtime_header;
	runtime.system_table = boot->system_table;
	runtime.power = boot->power;
	set_register(&runtime.reset_at, &boot->power.reset);
	set_register(&runtime.poweroff_at, &boot->power.poweroff);
	runtime.no_set_variable = boot->no_set_variable;
	variable_start(boot);
	runtime_services.header.crc32 = crc32(0, &runtime_services, sizeof(runtime_services));

	boot->services = &runtime_services;
	boot->set_variable = runtime_set_own_variable;
	boot->add_notify = runtime_add_notify;
	boot->remove_notify = runtime_remove_notify;
	boot->exit_boot = runtime_exit_boot;
	boot->high_count = &runtime.high_count;
	boot->has_mmio = io_has_mmio();
	boot->supported = SUPPORTED | (runtime.no_set_variable ? 0 : SUPPORTED_LASTING);
	return 0;
}
