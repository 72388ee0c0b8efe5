/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The order in which the host's user wants devices to be tried. */
#ifndef BOOT_BOOT_ORDER_H
#define BOOT_BOOT_ORDER_H

#include <spec/efi/device_path.h>

/* Of a device that the order does not name. */
#define BOOT_ORDER_LAST		0xffffffffu

/** boot_order_load() - read the host's list; 0 also if there is none */
int boot_order_load(void);

/** boot_order_rank() - a device's place in it, from 0, or BOOT_ORDER_LAST */
u32 boot_order_rank(const struct efi_device_path *path);

/** boot_order_count() - lines of it; ranks are below */
u32 boot_order_count(void);

/** boot_order_is_strict() - whether nothing else is to be tried */
bool boot_order_is_strict(void);

/**
 * boot_order_match() - whether a line of the list means a device
 * @line: a device's OpenFirmware path
 * @path: well-formed device path of the device or of something on it
 */
bool boot_order_match(const char *line, const struct efi_device_path *path);

#endif
