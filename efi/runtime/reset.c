/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Reset and power off. Document: UEFI 2.10, section 8.5.1. */
#include <asm/cpu.h>

#include "runtime.h"

#define KEYBOARD_COMMAND	0x64
#define  KEYBOARD_RESET		0xfe

static void write_register(const struct board_register *reg,
			   const struct efi_runtime_mmio *at)
{
	/* Each is tried, whatever became of the one before. */
	io_begin();
	if (!reg->addr)
		return;
	if (!reg->mmio)
		io_out((u16)reg->addr, reg->width, reg->value);
	else
		io_write(at, 0, reg->width, reg->value);
}

/*
 * A host may switch off some time after it was told to. Whatever it is told meanwhile
 * counts as well: it could end in a reset. Ticks of the TSC: seconds, at any rate.
 */
#define POWEROFF_TICKS		((u64)1 << 34)

static void wait_for_poweroff(void)
{
	u64 start = rdtsc();

	while (rdtsc() - start < POWEROFF_TICKS)
		cpu_relax();
}

/* @status and @data are for a log that nobody keeps. */
void EFIAPI runtime_reset_system(u32 type, efi_status_t status __unused,
				 efi_uintn_t size __unused, const void *data __unused)
{
	native_irq_save();
	if (type == EFI_RESET_SHUTDOWN) {
		write_register(&runtime.power.poweroff, &runtime.poweroff_at);
		wait_for_poweroff();
	}
	/* Also when the machine cannot be switched off: this must not return. */
	write_register(&runtime.power.reset, &runtime.reset_at);
	io_begin();
	io_out(KEYBOARD_COMMAND, 1, KEYBOARD_RESET);
	native_triple_fault();
	for (;;)
		native_halt();
}
