/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Measurements that the firmware makes while UEFI runs. In guests that cannot
 * measure nothing happens. Where they can, what cannot be measured ends the boot.
 * Document: TCG PC Client Platform Firmware Profile 1.06, section 3.3.4.
 */
#ifndef FW_EFI_MEASURE_H
#define FW_EFI_MEASURE_H

#include <fw/measure.h>

/* Registers, by the TCG's numbers. */
#define PCR_PLATFORM_CONFIG	1
#define PCR_DRIVERS		2
#define PCR_BOOT_MANAGER	4
#define PCR_BOOT_CONFIG		5
#define PCR_SECURE_BOOT		7
#define PCR_FIRST_OF_OS		8
#define PCR_OPERATING_SYSTEM	9

#ifdef CONFIG_MEASURE

/**
 * efi_measure() - measure data that the log also shows
 * @pcr:  register
 * @type: event type
 * @data: data
 * @size: bytes
 */
void efi_measure(u32 pcr, u32 type, const void *data, size_t size);

/** efi_measure_action() - EV_EFI_ACTION, by its text */
void efi_measure_action(u32 pcr, const char *text);

/**
 * efi_measure_as() - measure data of which the log says something else
 * @pcr:  register
 * @type: event type
 * @data: what is hashed
 * @size: bytes of it
 * @event: what the log says
 * @event_size: bytes of that
 */
void efi_measure_as(u32 pcr, u32 type, const void *data, u64 size, const void *event,
		    size_t event_size);

/** efi_measure_digest() - the same, hashed already */
void efi_measure_digest(u32 pcr, u32 type, const u8 *digest, const void *event,
			size_t event_size);

#else

static inline void efi_measure_action(u32 pcr __unused, const char *text __unused) { }

#endif

#endif
