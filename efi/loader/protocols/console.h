/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The parts of the console. */
#ifndef EFI_CONSOLE_H
#define EFI_CONSOLE_H

#include <spec/efi/simple_text.h>

/** console_find_screens() - set up every screen; called once */
struct efi_simple_text_output *console_find_screens(void);

/** struct console_input - both protocols for keys */
struct console_input {
	struct efi_simple_text_input simple;
	struct efi_simple_text_input_ex ex;
};

/** console_find_keyboards() - set up every keyboard; called once. NULL: no memory */
struct console_input *console_find_keyboards(void);

#endif
