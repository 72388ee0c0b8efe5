/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The system table and the boot services table. Document: UEFI 2.10, sections
 * 4.2 to 4.4.
 *
 * The boot services table is read by loaded software only, and some of it
 * changes entries (shim does): nobody else calls through it.
 */
#define pr_fmt(fmt) "efi: " fmt

#include <fw/crc.h>
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/string.h>
#include <fw/version.h>

#include "misc.h"
#include "tpl.h"

/* Kept by the operating system, with the table. Loaders read it without a length. */
static const char vendor[] = CLOISTER_NAME " firmware";

struct efi_system_table *efi_system_table;

struct efi_boot_services efi_boot_services = {
	.header = {
		.signature = EFI_BOOT_SERVICES_SIGNATURE,
		.revision = EFI_REVISION_2_70,
		.header_size = sizeof(efi_boot_services),
	},
	.raise_tpl = efi_raise_tpl,
	.restore_tpl = efi_restore_tpl,
	.allocate_pages = efi_allocate_pages,
	.free_pages = efi_free_pages,
	.get_memory_map = efi_get_memory_map,
	.allocate_pool = efi_allocate_pool,
	.free_pool = efi_free_pool,
	.create_event = efi_create_event,
	.set_timer = efi_set_timer,
	.wait_for_event = efi_wait_for_event,
	.signal_event = efi_signal_event,
	.close_event = efi_close_event,
	.check_event = efi_check_event,
	.install_protocol_interface = efi_install_protocol_interface,
	.reinstall_protocol_interface = efi_reinstall_protocol_interface,
	.uninstall_protocol_interface = efi_uninstall_protocol_interface,
	.handle_protocol = efi_handle_protocol,
	.register_protocol_notify = efi_register_protocol_notify,
	.locate_handle = efi_locate_handle,
	.locate_device_path = efi_locate_device_path,
	.install_configuration_table = efi_install_configuration_table,
	.load_image = efi_load_image,
	.start_image = efi_start_image,
	.exit = efi_exit,
	.unload_image = efi_unload_image,
	.exit_boot_services = efi_exit_boot_services,
	.get_next_monotonic_count = efi_get_next_monotonic_count,
	.stall = efi_stall,
	.set_watchdog_timer = efi_set_watchdog_timer,
	.connect_controller = efi_connect_controller,
	.disconnect_controller = efi_disconnect_controller,
	.open_protocol = efi_open_protocol,
	.close_protocol = efi_close_protocol,
	.open_protocol_information = efi_open_protocol_information,
	.protocols_per_handle = efi_protocols_per_handle,
	.locate_handle_buffer = efi_locate_handle_buffer,
	.locate_protocol = efi_locate_protocol,
	.install_multiple_protocol_interfaces = efi_install_multiple_protocol_interfaces,
	.uninstall_multiple_protocol_interfaces = efi_uninstall_multiple_protocol_interfaces,
	.calculate_crc32 = efi_calculate_crc32,
	.copy_mem = efi_copy_mem,
	.set_mem = efi_set_mem,
	.create_event_ex = efi_create_event_ex,
};

static void update_crc(struct efi_table_header *header)
{
	header->crc32 = 0;
	header->crc32 = crc32(0, header, header->header_size);
}

void efi_system_table_changed(void)
{
	update_crc(&efi_system_table->header);
}

static int create_tables(void)
{
	struct efi_system_table *table;
	efi_status_t status;
	void *mem;

	status = efi_allocate_pool(MEM_RUNTIME_DATA,
				   sizeof(*table) + sizeof(vendor) * sizeof(*table->vendor), &mem);
	if (EFI_ERROR(status)) {
		pr_err("no memory for the system table");
		return -ENOMEM;
	}
	table = memset(mem, 0, sizeof(*table));
	table->header.signature = EFI_SYSTEM_TABLE_SIGNATURE;
	table->header.revision = EFI_REVISION_2_70;
	table->header.header_size = sizeof(*table);
	table->vendor = (efi_char16_t *)(table + 1);
	ucs2_from_ascii(table->vendor, vendor, sizeof(vendor));
	table->vendor_revision = CLOISTER_VERSION_MAJOR << 16 | CLOISTER_VERSION_MINOR;
	table->boot = &efi_boot_services;
	efi_system_table = table;
	efi_system_table_changed();
	update_crc(&efi_boot_services.header);
	return 0;
}

HOOK(efi, 11, common, create_tables);

/* From here on there are notifications; all before this ran undisturbed. */
static int start_events(void)
{
	efi_restore_tpl(TPL_APPLICATION);
	return 0;
}

HOOK(efi, 12, common, start_events);

/* Others have put their parts in. */
static int finish_tables(void)
{
	efi_system_table_changed();
	return 0;
}

HOOK(efi_post, 99, common, finish_tables);
