/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * One boot option is loaded and started.
 * Document: UEFI 2.10, sections 3.1.2 (watchdog), 3.3 (BootCurrent), 7.1.2 (events).
 */
#define pr_fmt(fmt) "boot: " fmt

#include <fw/byteorder.h>
#include <fw/console.h>
#include <fw/efi.h>
#include <fw/log.h>
#include <spec/efi/loaded_image.h>

#include "manager.h"
#include "measure.h"
#include "variables.h"

/* As the specification asks for: an image that does not come up in 5 minutes hangs. */
#define WATCHDOG_SECONDS	300
#define WATCHDOG_CODE		0x10000		/* below are codes of the firmware's own */

static const char *status_text(efi_status_t status)
{
	static const struct {
		efi_status_t status;
		const char *text;
	} texts[] = {
		{ EFI_SUCCESS, "it is done" },
		{ EFI_LOAD_ERROR, "not a loadable image" },
		{ EFI_UNSUPPORTED, "not an image for this machine" },
		{ EFI_NOT_FOUND, "not found" },
		{ EFI_NO_MEDIA, "no medium" },
		{ EFI_MEDIA_CHANGED, "another medium" },
		{ EFI_DEVICE_ERROR, "device error" },
		{ EFI_VOLUME_CORRUPTED, "damaged file system" },
		{ EFI_OUT_OF_RESOURCES, "out of memory" },
		{ EFI_ACCESS_DENIED, "access denied" },
		{ EFI_SECURITY_VIOLATION, "security violation" },
		{ EFI_TIMEOUT, "timeout" },
		{ EFI_ABORTED, "ended by the user" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		if (texts[i].status == status)
			return texts[i].text;
	}
	return "failed";
}

/* One line, on the screens and in the log. */
static void report(const struct boot_option *option, const char *what, efi_status_t status)
{
	console_print("%s \"%s\": %s (status %llu)\n", what, option->name, status_text(status),
		      (unsigned long long)(status & ~EFI_ERROR_BIT));
	pr_info("%s \"%s\": %s (status %llu)", what, option->name, status_text(status),
		(unsigned long long)(status & ~EFI_ERROR_BIT));
}

static void set_current(const struct boot_option *option)
{
	u8 number[2];

	if (option->number == NOT_NUMBERED) {
		variable_delete("BootCurrent");
		return;
	}
	put_le16((u16)option->number, number);
	variable_write("BootCurrent", number, sizeof(number));
}

static void set_load_options(efi_handle_t image, const struct boot_option *option)
{
	struct efi_loaded_image *loaded;

	if (option->data_size == 0 ||
	    efi_handle_protocol(image, &efi_guid_loaded_image, (void **)&loaded) != EFI_SUCCESS)
		return;
	loaded->load_options = option->data;
	loaded->load_options_size = option->data_size;
}

/* The screen is as the image has left it. */
static void tidy_screen(void)
{
	struct efi_simple_text_output *out = efi_system_table->con_out;

	out->set_attribute(out, EFI_TEXT_ATTR(EFI_LIGHTGRAY, EFI_BLACK));
	if (out->mode->cursor_column != 0)
		console_print("\n");
}

bool boot_try(const struct boot_option *option)
{
	efi_handle_t image = NULL;
	efi_status_t status;

	console_print("Booting \"%s\"\n", option->name);
	pr_info("trying \"%s\"", option->name);
	set_current(option);
	efi_signal_group(&efi_guid_event_ready_to_boot);
	boot_measure_attempt();
	status = efi_load_image(true, efi_firmware_handle, option->path, NULL, 0, &image);
	if (status != EFI_SUCCESS) {
		boot_measure_return();
		report(option, "Cannot load", status);
		if (image != NULL)
			efi_unload_image(image);
		return false;
	}
	set_load_options(image, option);
	efi_signal_group(&efi_guid_event_after_ready_to_boot);
	efi_set_watchdog_timer(WATCHDOG_SECONDS, WATCHDOG_CODE, 0, NULL);
	status = efi_start_image(image, NULL, NULL);
	efi_set_watchdog_timer(0, WATCHDOG_CODE, 0, NULL);
	boot_measure_return();
	tidy_screen();
	report(option, "Back from", status);
	return status == EFI_SUCCESS;
}
