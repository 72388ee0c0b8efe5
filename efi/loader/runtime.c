/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The runtime image (efi/runtime): copied to where it stays, relocated, mapped
 * and started. The firmware's own use of variables goes to it directly.
 * Documents: UEFI 2.10, section 8; System V ABI, AMD64 supplement, section 4.4
 * (relocations).
 */
#define pr_fmt(fmt) "efi: " fmt

#include <asm/paging.h>
#include <fw/alloc.h>
#include <fw/board.h>
#include <fw/cc.h>
#include <fw/efi.h>
#include <fw/efi_runtime.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/host_input.h>
#include <fw/log.h>
#include <fw/string.h>

#include "find_flash.h"
#include "memory.h"
#include "misc.h"
#include "runtime_tables.h"

/* The runtime image reads it. */
HOST_INPUT_OTHER(clock, common, CHECKED, 0, 0, "real-time clock");

/* efi/loader/runtime_image.asm; a struct efi_runtime_header comes first. */
extern const u8 runtime_image[];

/* Where it runs. */
static u8 *image;

static struct efi_runtime_boot runtime;
static struct efi_runtime_services services;	/* as they were at the start */

/*
 * Before anything else takes memory: what the operating system has to keep is
 * at the very top, and in the same place in each boot.
 */
static int runtime_reserve(struct memmap *map)
{
	const struct efi_runtime_header *header = (const void *)runtime_image;
	phys_addr_t base;
	int rc;

	rc = page_alloc(MEM_RUNTIME_DATA, header->end, PAGE_SIZE, PHYS_MAX_32, &base);
	if (rc == 0)
		rc = memmap_set(map, base, header->rodata, MEM_RUNTIME_CODE);
	if (rc)
		pr_err("too little RAM: no room for runtime services, %u bytes", header->end);
	image = (u8 *)(uintptr_t)base;
	return rc;
}

HOOK(memmap_ram, 60, common, runtime_reserve);

/* The build has checked that there are no others, and that all are in data. */
static void relocate(const struct efi_runtime_header *header)
{
	const struct efi_runtime_reloc *reloc = (const void *)(image + header->relocs);
	const struct efi_runtime_reloc *end = (const void *)(image + header->relocs_end);

	for (; reloc < end; reloc++)
		*(u64 *)(image + reloc->offset) = (uintptr_t)image + (u64)reloc->addend;
}

static int load_image(const struct efi_runtime_header *header)
{
	phys_addr_t base = (uintptr_t)image;
	int rc;

	memcpy(image, runtime_image, header->file_end);
	memset(image + header->file_end, 0, header->bss_end - header->file_end);
	relocate(header);
	rc = paging_map(base, header->rodata, MAP_RX);
	if (rc == 0)
		rc = paging_map(base + header->rodata, header->data - header->rodata, MAP_RO);
	if (rc)
		pr_err("runtime services cannot be mapped");
	return rc;
}

void efi_runtime_use_io(u32 code, u64 data)
{
	runtime.io = code;
	runtime.io_data = data;
}

static void flash_init(void)
{
	struct efi_flash flash;
	int rc;

	if (!IS_ENABLED(CONFIG_EFI_VARIABLES))
		return;
	rc = efi_flash_find(&flash);
	runtime.no_set_variable = rc == -EPERM;
	if (rc)
		return;
	runtime.flash = flash.base;
	runtime.flash_size = flash.size;
	runtime.flash_writable = flash.writable;
}

/*
 * What the machine is switched off with, and the flash, are needed by runtime
 * services, and the operating system must map them as memory of devices.
 */
static int add_devices(void)
{
	const struct board_register *reset = &runtime.power.reset;
	int rc = 0;

	if (!runtime.has_mmio)
		return 0;
	if (reset->mmio)
		rc = efi_memory_add_runtime_mmio(ALIGN_DOWN(reset->addr, PAGE_SIZE), PAGE_SIZE);
	if (rc == 0 && runtime.flash_writable)
		rc = efi_memory_add_runtime_mmio(runtime.flash, runtime.flash_size);
	return rc;
}

/* One line, whatever was found. */
static void show_store(void)
{
	u32 found = runtime.store_found;

	if (runtime.no_set_variable)
		pr_info("variables: this guest does not let its host keep them, they last until the "
			"next reset, and the operating system cannot change them");
	else if (!runtime.flash)
		pr_info("variables: no flash for them, they last until the next reset");
	else if (found & EFI_STORE_FOREIGN)
		pr_err("variables: the flash at 0x%llx holds no store that can be used, "
		       "they last until the next reset", (unsigned long long)runtime.flash);
	else if (found & EFI_STORE_FAILED)
		pr_err("variables: the flash at 0x%llx fails, %u were read, changes are refused",
		       (unsigned long long)runtime.flash, runtime.store_kept);
	else if (found & EFI_STORE_DAMAGED)
		pr_err("variables: the store was damaged, %u could be read%s",
		       runtime.store_kept,
		       found & EFI_STORE_REBUILT ? ", it was written anew" : "");
	else if (!runtime.flash_writable)
		pr_info("variables: the flash cannot be written, changes last until the next "
			"reset");
	else if (found & EFI_STORE_RECOVERED)
		pr_info("variables: a write that was cut off has been completed");
}

static int runtime_load(void)
{
	const struct efi_runtime_header *header = (const void *)runtime_image;
	int rc;

	rc = load_image(header);
	if (rc)
		return rc;
	if (board()->power)
		runtime.power = *board()->power;
	flash_init();
	runtime.system_table = efi_system_table;
	rc = ((efi_runtime_entry_t)(uintptr_t)(image + header->entry))(&runtime);
	if (rc == 0)
		rc = add_devices();
	if (rc) {
		pr_err("runtime services cannot reach their devices: %d", rc);
		return rc;
	}
	services = *runtime.services;
	efi_system_table->runtime = runtime.services;
	efi_system_table_changed();
	show_store();
	rc = runtime_tables_install((uintptr_t)image, header, runtime.supported);
	if (rc)
		pr_err("no memory for the tables about runtime services");
	return rc;
}

HOOK(efi, 60, common, runtime_load);

/* Nobody's function runs any more that could want a variable of boot services. */
static int runtime_exit(void)
{
	runtime_tables_update();
	runtime.exit_boot();
	return 0;
}

HOOK(efi_exit, 60, common, runtime_exit);

efi_status_t efi_get_variable(const efi_char16_t *name, const struct efi_guid *vendor,
			      u32 *attributes, efi_uintn_t *size, void *data)
{
	return services.get_variable(name, vendor, attributes, size, data);
}

efi_status_t efi_get_next_variable_name(efi_uintn_t *size, efi_char16_t *name,
					struct efi_guid *vendor)
{
	return services.get_next_variable_name(size, name, vendor);
}

efi_status_t efi_set_variable(const efi_char16_t *name, const struct efi_guid *vendor,
			      u32 attributes, efi_uintn_t size, const void *data)
{
	return runtime.set_variable(name, vendor, attributes, size, data);
}

u32 efi_high_count(void)
{
	return runtime.high_count ? *runtime.high_count : 0;
}

efi_status_t efi_virtual_add_notify(efi_event_t event, efi_event_notify_t notify,
				    void *context)
{
	return runtime.add_notify ? runtime.add_notify(event, notify, context) :
		EFI_OUT_OF_RESOURCES;
}

void efi_virtual_remove_notify(efi_event_t event)
{
	if (runtime.remove_notify)
		runtime.remove_notify(event);
}
