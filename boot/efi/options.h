/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What can be booted, in the order in which it is tried. */
#ifndef BOOT_OPTIONS_H
#define BOOT_OPTIONS_H

#include <fw/list.h>
#include <spec/efi/device_path.h>

/* Of an option that no Boot#### variable stands for. */
#define NOT_NUMBERED	(-1)

/**
 * struct boot_option - something to try
 * @list:   of all options
 * @number: of its Boot#### variable, or NOT_NUMBERED
 * @rank:   place in the host's order, boot_order_rank()
 * @hidden: not to be shown in a menu
 * @name:   for people
 * @path:   the file, or what a boot server is asked for; pool
 * @data:   options for the image; pool, or NULL
 * @data_size: bytes
 */
struct boot_option {
	struct list_head list;
	int number;
	u32 rank;
	bool hidden;
	char name[80];
	struct efi_device_path *path;
	void *data;
	u32 data_size;
};

/**
 * options_collect() - everything that can be tried
 * @options: empty list
 *
 * First what the host's order names, in that order; then BootOrder's; then the
 * default file of each file system.
 *
 * Return: 0 or -ENOMEM with the reason logged.
 */
int options_collect(struct list_head *options);

/**
 * options_read() - one Boot#### variable
 * @number: its number
 * @any:    also if it is not active or no boot option
 *
 * Return: the option, or NULL with the reason logged, unless it is one that
 * @any asks for.
 */
struct boot_option *options_read(u16 number, bool any);

/** options_free() - forget one that is not in a list */
void options_free(struct boot_option *option);

#endif
