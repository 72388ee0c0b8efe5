/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What the boot manager measures. docs/measurements.rst has all of it, in order. */
#ifndef BOOT_MEASURE_H
#define BOOT_MEASURE_H

#include <fw/types.h>

struct efi_guid;

#ifdef CONFIG_MEASURE

/**
 * boot_measure_variable() - measure BootOrder or a boot option that has been read
 * @name: its name
 * @data: its value
 * @size: bytes
 *
 * Only until the first attempt to boot. What loaded software changes afterwards is
 * its own doing, and it is measured itself.
 */
void boot_measure_variable(const char *name, const void *data, size_t size);

/** boot_measure_attempt() - something is about to be loaded and started */
void boot_measure_attempt(void);

/** boot_measure_return() - it has come back */
void boot_measure_return(void);

/**
 * kernel_measure_options() - a kernel from fw_cfg has load options
 * @data: options, in memory that stays until kernel_measure_end()
 * @size: bytes
 *
 * Linux' stub measures them, and its initrd, since version 6.10. What it has not
 * measured when it leaves boot services, or comes back, the firmware measures then.
 */
void kernel_measure_options(const void *data, size_t size);

/** kernel_measure_initrd() - it has asked for its initrd; see there */
void kernel_measure_initrd(const void *data, size_t size);

/** kernel_measure_end() - measure what is left */
void kernel_measure_end(void);

#else

static inline void boot_measure_variable(const char *name __unused, const void *data __unused,
					 size_t size __unused) { }
static inline void boot_measure_attempt(void) { }
static inline void boot_measure_return(void) { }
static inline void kernel_measure_options(const void *data __unused, size_t size __unused) { }
static inline void kernel_measure_initrd(const void *data __unused, size_t size __unused) { }
static inline void kernel_measure_end(void) { }

#endif

#endif
