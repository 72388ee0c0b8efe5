/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The console's handles, one for all keyboards and one for all screens.
 * Document: UEFI 2.10, sections 4.3 and 12.1.
 */
#define pr_fmt(fmt) "console: " fmt

#include <fw/console.h>
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>

#include "console.h"

static int install_output(struct efi_simple_text_output *output)
{
	struct efi_system_table *st = efi_system_table;

	if (efi_install_multiple_protocol_interfaces(&st->console_out_handle,
						     &efi_guid_simple_text_output, output,
						     NULL) != EFI_SUCCESS)
		return -ENOMEM;
	st->con_out = output;
	st->std_err = output;
	st->standard_error_handle = st->console_out_handle;
	return 0;
}

static int install_input(struct console_input *input)
{
	struct efi_system_table *st = efi_system_table;

	if (efi_install_multiple_protocol_interfaces(&st->console_in_handle,
						     &efi_guid_simple_text_input, &input->simple,
						     &efi_guid_simple_text_input_ex, &input->ex,
						     NULL) != EFI_SUCCESS)
		return -ENOMEM;
	st->con_in = &input->simple;
	return 0;
}

static int start_console(void)
{
	struct console_input *input;
	int rc;

	rc = install_output(console_find_screens());
	if (rc != 0)
		return rc;
	input = console_find_keyboards();
	return input != NULL ? install_input(input) : -ENOMEM;
}
HOOK(efi, 55, common, start_console);
