/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The boot manager: options are tried one after the other until one says that all
 * is well. Then, and when none is left, the user is asked.
 * Document: UEFI 2.10, sections 3.1.1, 3.1.6 and 3.3.
 */
#define pr_fmt(fmt) "boot: " fmt

#include <fw/byteorder.h>
#include <fw/console.h>
#include <fw/efi.h>
#include <fw/fw_cfg.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <spec/fw_cfg.h>

#include "manager.h"
#include "variables.h"

HOST_INPUT_ITEM(boot_menu, common, CHECKED, 0, 0, FW_CFG_BOOT_MENU, "-boot menu=");
HOST_INPUT_FILE(menu_wait, common, CHECKED, 0, 0, "etc/boot-menu-wait");

#define MENU_WAIT_DEFAULT	3000	/* ms, with -boot menu=on */
#define TIMEOUT_FOREVER		0xffff	/* the variable's value, in seconds */

static bool try_next(void)
{
	struct boot_option *option;
	bool done;
	u16 number;

	if (!variable_read_u16("BootNext", &number))
		return false;
	/* Once only, whatever becomes of it. */
	variable_delete("BootNext");
	option = options_read(number, true);
	if (option == NULL)
		return false;
	done = boot_try(option);
	options_free(option);
	return done;
}

static bool try_all(const struct list_head *options)
{
	const struct boot_option *option;

	list_for_each_entry(option, options, list) {
		if (boot_try(option))
			return true;
	}
	console_print("No boot option is left.\n");
	pr_info("no boot option is left");
	return false;
}

/* How long -boot menu=on asks to wait, in ms. */
static unsigned int host_wait(void)
{
	struct fw_cfg_file file;
	u16 menu = 0;
	u8 wait[2];

	if (fw_cfg_read_u16(&host_input_boot_menu, &menu) != 0 || menu == 0)
		return 0;
	if (fw_cfg_find(&host_input_menu_wait, &file) != 0 || file.size != sizeof(wait) ||
	    fw_cfg_read_buf(&file, 0, wait, sizeof(wait)) != 0)
		return MENU_WAIT_DEFAULT;
	return get_le16(wait);
}

/* Whether the user, or the OS before, wants to choose. */
static bool wants_menu(void)
{
	u16 timeout = 0;

	if (variable_read_u16("Timeout", &timeout) && timeout == TIMEOUT_FOREVER)
		return true;
	return boot_menu_wanted(timeout != 0 ? timeout * 1000u : host_wait());
}

static bool wants_firmware_ui(void)
{
	efi_uintn_t size;
	void *data = variable_read("OsIndications", &size);
	u8 cleared[8];
	u64 wanted;

	if (data == NULL)
		return false;
	wanted = size == sizeof(wanted) ? get_le64(data) : 0;
	efi_free_pool(data);
	if (!(wanted & OS_INDICATIONS_BOOT_TO_FW_UI))
		return false;
	put_le64(wanted & ~OS_INDICATIONS_BOOT_TO_FW_UI, cleared);
	variable_write_nv("OsIndications", cleared, sizeof(cleared));
	return true;
}

static int boot_manager(void)
{
	LIST_HEAD(options);
	int rc;

	rc = options_collect(&options);
	if (rc != 0)
		return rc;
	if (wants_firmware_ui() || wants_menu())
		boot_menu(&options);
	for (;;) {
		if (!try_next() && !try_all(&options))
			boot_menu_pause();
		boot_menu(&options);
	}
}
HOOK(boot, 50, common, boot_manager);
