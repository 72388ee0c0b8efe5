/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Variables by which loaded software learns of the boot manager: what it can do,
 * and the host's order, which systemd-boot reads when it was started with -kernel.
 * Documents: UEFI 2.10, section 3.3; systemd, src/boot/vmm.c (names and contents
 * of its variables).
 */
#define pr_fmt(fmt) "boot: " fmt

#include <fw/byteorder.h>
#include <fw/efi.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <fw/printf.h>
#include <spec/efi/block_io.h>

#include "boot_order.h"
#include "variables.h"

static void announce_device(const struct efi_device_path *path, unsigned int number)
{
	char ascii[sizeof("VMMBootOrder0000")];
	efi_char16_t name[sizeof(ascii)];

	snprintf(ascii, sizeof(ascii), "VMMBootOrder%04x", number);
	ucs2_from_ascii(name, ascii, ARRAY_SIZE(name));
	if (efi_set_variable(name, &efi_guid_vmm_boot_order, EFI_VARIABLE_BOOTSERVICE_ACCESS,
			     efi_dp_size(path, EFI_DP_MAX), path) != EFI_SUCCESS)
		pr_err("variable %s cannot be written", ascii);
}

/* The first whole device that a line of the order means. */
static const struct efi_device_path *find_device(const efi_handle_t *handles,
						 efi_uintn_t count, u32 rank)
{
	struct efi_device_path *path;
	struct efi_block_io *block;
	efi_uintn_t i;

	for (i = 0; i < count; i++) {
		if (efi_handle_protocol(handles[i], &efi_guid_block_io, (void **)&block) !=
		    EFI_SUCCESS || block->media->logical_partition ||
		    efi_handle_protocol(handles[i], &efi_guid_device_path, (void **)&path) !=
		    EFI_SUCCESS)
			continue;
		if (boot_order_rank(path) == rank)
			return path;
	}
	return NULL;
}

static void announce_order(void)
{
	const struct efi_device_path *path;
	unsigned int number = 0;
	efi_handle_t *handles;
	efi_uintn_t count;
	u32 rank;

	if (boot_order_count() == 0 ||
	    efi_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &efi_guid_block_io, NULL, &count,
				     &handles) != EFI_SUCCESS)
		return;
	for (rank = 0; rank < boot_order_count(); rank++) {
		path = find_device(handles, count, rank);
		if (path != NULL)
			announce_device(path, number++);
	}
	efi_free_pool(handles);
}

/* Nothing here verifies images, and nobody has enrolled a key (section 32.3). */
static void announce_secure_boot(void)
{
	static const u8 off = 0, on = 1;

	variable_write("SecureBoot", &off, sizeof(off));
	variable_write("SetupMode", &on, sizeof(on));
}

static int announce(void)
{
	u8 supported[8];

	put_le64(OS_INDICATIONS_BOOT_TO_FW_UI, supported);
	variable_write("OsIndicationsSupported", supported, sizeof(supported));
	announce_secure_boot();
	/* Without an order, everything is tried in the order in which it was found. */
	if (boot_order_load() == 0)
		announce_order();
	return 0;
}
HOOK(boot, 30, common, announce);
