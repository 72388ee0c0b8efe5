/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Reset and power off. Document: UEFI 2.10, section 8.5.1. */
#include "runtime.h"

#define KEYBOARD_COMMAND	0x64
#define  KEYBOARD_RESET		0xfe

static void write_register(const struct board_register *reg)
{
	void __iomem *addr = (void __iomem __force *)(uintptr_t)reg->addr;

	if (!reg->addr)
		return;
	if (reg->mmio && reg->width == 1)
		native_writeb((u8)reg->value, addr);
	else if (reg->mmio)
		native_writew(reg->value, addr);
	else if (reg->width == 1)
		native_outb((u8)reg->value, (u16)reg->addr);
	else
		native_outw(reg->value, (u16)reg->addr);
}

/* @status and @data are for a log that nobody keeps. */
void EFIAPI runtime_reset_system(u32 type, efi_status_t status __unused,
				 efi_uintn_t size __unused, const void *data __unused)
{
	native_irq_save();
	if (type == EFI_RESET_SHUTDOWN)
		write_register(&runtime.power.poweroff);
	/* Also when the machine cannot be switched off: this must not return. */
	write_register(&runtime.power.reset);
	native_outb(KEYBOARD_RESET, KEYBOARD_COMMAND);
	native_triple_fault();
	for (;;)
		native_halt();
}
