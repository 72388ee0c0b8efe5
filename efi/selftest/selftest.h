/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What the tests of UEFI share. They call services through the tables that loaded
 * software gets, and nothing else of the firmware.
 */
#ifndef EFI_SELFTEST_SELFTEST_H
#define EFI_SELFTEST_SELFTEST_H

#include <fw/efi.h>
#include <fw/selftest.h>

/* The tables, as an image finds them. */
#define BS	(efi_system_table->boot)
#define RT	(efi_system_table->runtime)

/** find_protocol() - the only instance of a protocol, or NULL */
static inline void *find_protocol(const struct efi_guid *guid)
{
	void *interface;

	return BS->locate_protocol(guid, NULL, &interface) == EFI_SUCCESS ? interface : NULL;
}

/* Each tries one access to memory. Return: whether it was possible (processor.asm). */
bool try_read(const volatile void *address);
bool try_write(volatile void *address);
bool try_call(const volatile void *address);

/** fault_entry - handler of page faults for the three of them */
extern const u8 fault_entry[];

/**
 * fpu_survives() - wait with all FPU and SSE registers in use
 * @changed: ends the wait when it is not 0
 * @turns:   ends it in any case
 *
 * Return: whether the registers are what they were.
 */
bool fpu_survives(const volatile u32 *changed, u64 turns);

/** fpu_spoil() - change them all */
void fpu_spoil(void);

/* An image whose entry point and data are as image_file.asm says. */
extern const u8 image_file[], image_file_end[];

#endif
