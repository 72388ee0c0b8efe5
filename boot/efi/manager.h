/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Trying boot options, and asking the user. */
#ifndef BOOT_MANAGER_H
#define BOOT_MANAGER_H

#include "options.h"

/**
 * boot_try() - load and start one option
 * @option: option
 *
 * What is tried, and why it failed, is shown in one line each.
 *
 * Return: true if what was started has come back and said that all is well.
 */
bool boot_try(const struct boot_option *option);

/**
 * boot_menu() - let the user choose; returns when the options should be tried in order
 * @options: what there is
 */
void boot_menu(const struct list_head *options);

/**
 * boot_menu_wanted() - whether the user wants the menu
 * @ms: how long to wait for a key; 0: only look at what was pressed by now
 *
 * Return: true for Esc; false for Enter, or when the time is over.
 */
bool boot_menu_wanted(unsigned int ms);

/** boot_menu_pause() - let the user read what is on the screen, until a key is pressed */
void boot_menu_pause(void);

/** setup_page() - about the firmware and the machine */
void setup_page(void);

#endif
