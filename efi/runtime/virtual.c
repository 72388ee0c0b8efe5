/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * From physical to virtual addresses. Document: UEFI 2.10, section 8.4.
 *
 * The image's code reaches its data by distance, so both must move by as much.
 * They are one range of memory, and an OS keeps such together (Linux,
 * arch/x86/platform/efi/efi_64.c); one that does not is told so.
 */
#include <fw/crc.h>

#include "runtime.h"

#define DESCRIPTOR_VERSION	1
#define OPTIONAL_POINTER	1	/* EFI_OPTIONAL_PTR */

/* Events that want to know; drivers that stay, of which hardly any exist. */
#define NOTIFY_MAX	16

static struct notify {
	efi_event_t event;
	efi_event_notify_t notify;
	void *context;
} notifies[NOTIFY_MAX];

/* Not NULL while addresses are converted. */
static const u8 *map;
static efi_uintn_t map_size, map_stride;

efi_status_t runtime_add_notify(efi_event_t event, efi_event_notify_t notify, void *context)
{
	size_t i;

	for (i = 0; i < NOTIFY_MAX; i++) {
		if (!notifies[i].notify) {
			notifies[i] = (struct notify) { event, notify, context };
			return EFI_SUCCESS;
		}
	}
	return EFI_OUT_OF_RESOURCES;
}

void runtime_remove_notify(efi_event_t event)
{
	size_t i;

	for (i = 0; i < NOTIFY_MAX; i++) {
		if (notifies[i].event == event)
			notifies[i] = (struct notify) { NULL, NULL, NULL };
	}
}

/* What is added to the address of a byte, if the OS maps it. */
static bool find_delta(u64 address, u64 *delta)
{
	efi_uintn_t at;

	for (at = 0; at + map_stride <= map_size; at += map_stride) {
		struct efi_memory_descriptor d;

		__builtin_memcpy(&d, map + at, sizeof(d));
		if (!(d.attribute & EFI_MEMORY_RUNTIME) || address < d.physical_start ||
		    (address - d.physical_start) >> 12 >= d.pages)
			continue;
		*delta = d.virtual_start - d.physical_start;
		return true;
	}
	return false;
}

efi_status_t runtime_convert(void *pointer)
{
	u64 delta, *address = pointer;

	if (!find_delta(*address, &delta))
		return EFI_NOT_FOUND;
	*address += delta;
	return EFI_SUCCESS;
}

efi_status_t EFIAPI runtime_convert_pointer(efi_uintn_t disposition, void **address)
{
	if (!map)
		return EFI_UNSUPPORTED;
	if (!address)
		return EFI_INVALID_PARAMETER;
	if (!*address)
		return disposition & OPTIONAL_POINTER ? EFI_SUCCESS : EFI_INVALID_PARAMETER;
	return runtime_convert(address);
}

/* The first and the last byte move by as much as all code does. */
static bool image_stays_whole(void)
{
	u64 code, rodata, last;

	return find_delta(runtime.image, &code) &&
	       find_delta(runtime.image + runtime_header.rodata, &rodata) &&
	       find_delta(runtime.image + runtime_header.end - 1, &last) &&
	       code == rodata && code == last;
}

/* Somebody may have put a pointer of his own where one of ours was. */
static void convert_image(void)
{
	const struct efi_runtime_reloc *reloc;

	for (reloc = runtime_relocs_start; reloc < runtime_relocs_end; reloc++)
		(void)runtime_convert((void *)(uintptr_t)(runtime.image + reloc->offset));
}

static void set_crc(struct efi_table_header *header)
{
	header->crc32 = 0;
	header->crc32 = crc32(0, header, header->header_size);
}

static void convert_tables(struct efi_system_table *system_table)
{
	if (!system_table)
		return;
	(void)runtime_convert(&system_table->runtime);
	(void)runtime_convert(&system_table->vendor);
	if (system_table->table)
		(void)runtime_convert(&system_table->table);
	set_crc(&system_table->header);
	(void)runtime_convert(&runtime.system_table);
}

static void convert_all(void)
{
	size_t i;

	/* They call ConvertPointer; their own code is where it was. */
	for (i = 0; i < NOTIFY_MAX; i++) {
		if (notifies[i].notify)
			notifies[i].notify(notifies[i].event, notifies[i].context);
	}
	variable_convert();
	(void)runtime_convert(&runtime.reset_at.virt);
	(void)runtime_convert(&runtime.poweroff_at.virt);
	io_convert();
	convert_tables(runtime.system_table);
	convert_image();
	set_crc(&runtime_services.header);
}

efi_status_t EFIAPI runtime_set_virtual_address_map(efi_uintn_t size,
						    efi_uintn_t descriptor_size, u32 version,
						    struct efi_memory_descriptor *descriptors)
{
	efi_status_t status = EFI_SUCCESS;

	if (!runtime.at_runtime || runtime.virtual)
		return EFI_UNSUPPORTED;
	if (version != DESCRIPTOR_VERSION || descriptor_size < sizeof(*descriptors) ||
	    !descriptors)
		return EFI_INVALID_PARAMETER;

	map = (const u8 *)descriptors;
	map_size = size;
	map_stride = descriptor_size;
	if (image_stays_whole()) {
		runtime.virtual = true;
		convert_all();
	} else {
		status = EFI_NO_MAPPING;
	}
	map = NULL;
	return status;
}
