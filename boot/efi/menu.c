/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The boot menu, for a keyboard and any screen.
 * Documents: UEFI 2.10, sections 3.1.1 (boot manager menu), 12.3 and 12.4.
 */
#include <fw/cc.h>
#include <fw/console.h>
#include <fw/efi.h>
#include <fw/string.h>
#include <fw/version.h>

#include "manager.h"

#define POLL_US		10000
#define PLAIN		EFI_TEXT_ATTR(EFI_LIGHTGRAY, EFI_BLACK)
#define SELECTED	EFI_TEXT_ATTR(EFI_BLACK, EFI_LIGHTGRAY)

/* Of the 25 rows and 80 columns that every screen has. */
#define FIRST_ROW	2
#define ENTRY_ROWS	18
#define DETAIL_ROW	21
#define HELP_ROW	23
#define WIDTH		76

/* After the boot options. */
static const char *const extra[] = {
	"Setup page", "Restart", "Power off",
};
enum { EXTRA_SETUP, EXTRA_RESTART, EXTRA_POWER_OFF };

/**
 * struct menu - the menu
 * @list: of boot options
 * @options: how many of them are shown
 * @count: entries in all
 * @selected: one of them
 * @top:   the one in the first row
 */
struct menu {
	const struct list_head *list;
	unsigned int options, count, selected, top;
};

static struct efi_simple_text_output *out(void)
{
	return efi_system_table->con_out;
}

static bool read_key(struct efi_input_key *key)
{
	struct efi_simple_text_input *in = efi_system_table->con_in;

	return in->read_key_stroke(in, key) == EFI_SUCCESS;
}

static struct efi_input_key wait_key(void)
{
	struct efi_simple_text_input *in = efi_system_table->con_in;
	struct efi_input_key key;
	efi_uintn_t index;

	while (!read_key(&key))
		efi_wait_for_event(1, &in->wait_for_key, &index);
	return key;
}

bool boot_menu_wanted(unsigned int ms)
{
	struct efi_input_key key;
	u64 until = efi_time_100ns() + (u64)ms * 10000;

	if (ms != 0)
		console_print("Esc: boot menu, Enter: go on\n");
	do {
		while (read_key(&key)) {
			if (key.scan_code == EFI_SCAN_ESC)
				return true;
			if (key.unicode == '\r')
				return false;
		}
		if (ms != 0)
			efi_stall(POLL_US);
	} while (efi_time_100ns() < until);
	return false;
}

void boot_menu_pause(void)
{
	console_print("Press a key.\n");
	wait_key();
}

/* NULL: one of the extra ones. */
static const struct boot_option *find_option(const struct menu *menu, unsigned int i)
{
	const struct boot_option *option;

	list_for_each_entry(option, menu->list, list) {
		if (option->hidden)
			continue;
		if (i-- == 0)
			return option;
	}
	return NULL;
}

static void show_entry(const struct menu *menu, unsigned int i)
{
	const struct boot_option *option = find_option(menu, i);

	out()->set_cursor_position(out(), 2, FIRST_ROW + i - menu->top);
	out()->set_attribute(out(), i == menu->selected ? SELECTED : PLAIN);
	console_print(" %-70.70s ", option != NULL ? option->name : extra[i - menu->options]);
	out()->set_attribute(out(), PLAIN);
}

/* What the selected entry would load. */
static void show_detail(const struct menu *menu)
{
	const struct boot_option *option = find_option(menu, menu->selected);
	efi_char16_t *text = option != NULL ? efi_dp_to_text(option->path, true, true) : NULL;
	char ascii[2 * WIDTH + 1] = "";

	if (text != NULL) {
		ucs2_to_ascii(ascii, text, sizeof(ascii));
		efi_free_pool(text);
	}
	out()->set_cursor_position(out(), 2, DETAIL_ROW);
	console_print("%-76.76s", ascii);
	out()->set_cursor_position(out(), 2, DETAIL_ROW + 1);
	console_print("%-76.76s", strnlen(ascii, WIDTH) == WIDTH ? ascii + WIDTH : "");
}

static void show_menu(struct menu *menu)
{
	unsigned int i;

	if (menu->selected < menu->top)
		menu->top = menu->selected;
	if (menu->selected >= menu->top + ENTRY_ROWS)
		menu->top = menu->selected - ENTRY_ROWS + 1;
	out()->set_attribute(out(), PLAIN);
	out()->clear_screen(out());
	out()->enable_cursor(out(), false);
	console_print(CLOISTER_NAME " " CLOISTER_VERSION ": boot menu, %s guest\n",
		      cc_name());
	for (i = menu->top; i < menu->count && i < menu->top + ENTRY_ROWS; i++)
		show_entry(menu, i);
	show_detail(menu);
	out()->set_cursor_position(out(), 0, HELP_ROW);
	console_print("Arrow keys and Enter choose; Esc tries all options in order.");
}

static void end_menu(void)
{
	out()->set_attribute(out(), PLAIN);
	out()->clear_screen(out());
	out()->enable_cursor(out(), true);
}

static void choose(const struct menu *menu)
{
	const struct boot_option *option = find_option(menu, menu->selected);
	struct efi_runtime_services *rt = efi_system_table->runtime;

	end_menu();
	if (option != NULL) {
		boot_try(option);
		return;
	}
	switch (menu->selected - menu->options) {
	case EXTRA_SETUP:
		setup_page();
		break;
	case EXTRA_RESTART:
		rt->reset_system(EFI_RESET_COLD, EFI_SUCCESS, 0, NULL);
		break;
	default:
		rt->reset_system(EFI_RESET_SHUTDOWN, EFI_SUCCESS, 0, NULL);
		break;
	}
}

static void move_to(struct menu *menu, unsigned int to)
{
	unsigned int from = menu->selected;

	menu->selected = to;
	if (to < menu->top || to >= menu->top + ENTRY_ROWS) {
		show_menu(menu);
		return;
	}
	show_entry(menu, from);
	show_entry(menu, to);
	show_detail(menu);
}

/* Return: false when the user leaves the menu. */
static bool one_key(struct menu *menu)
{
	struct efi_input_key key = wait_key();

	if (key.scan_code == EFI_SCAN_UP && menu->selected > 0)
		move_to(menu, menu->selected - 1);
	else if (key.scan_code == EFI_SCAN_DOWN && menu->selected + 1 < menu->count)
		move_to(menu, menu->selected + 1);
	else if (key.scan_code == EFI_SCAN_HOME)
		move_to(menu, 0);
	else if (key.scan_code == EFI_SCAN_END)
		move_to(menu, menu->count - 1);
	else if (key.scan_code == EFI_SCAN_ESC)
		return false;
	if (key.unicode == '\r') {
		choose(menu);
		boot_menu_pause();
		show_menu(menu);
	}
	return true;
}

void boot_menu(const struct list_head *options)
{
	struct menu menu = { .list = options };

	while (find_option(&menu, menu.options) != NULL)
		menu.options++;
	menu.count = menu.options + (unsigned int)ARRAY_SIZE(extra);
	show_menu(&menu);
	while (one_key(&menu))
		;
	end_menu();
}
