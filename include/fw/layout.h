/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Addresses that the linker fixes: low pages (fw/layout.def) and the image. */
#ifndef FW_LAYOUT_H
#define FW_LAYOUT_H

#include <fw/types.h>

#define LAYOUT_RANGE(name, base, size, type, launch, what) \
	extern u8 layout_##name[], layout_##name##_end[];
#include <fw/layout.def>
#undef LAYOUT_RANGE

/* The image in RAM, low to high; each part is page-aligned. */
extern u8 image_start[];		/* = text_start: code, read and execute */
extern u8 text_start[], text_end[];
extern u8 rodata_start[], rodata_end[];	/* constants, read only */
extern u8 data_start[], data_end[];	/* data and bss, no execute */
extern u8 stack_guard[];		/* one unmapped page below each stack */
extern u8 stack_bottom[], stack_top[];
extern u8 ist_guard[];
extern u8 ist_bottom[], ist_top[];
extern u8 fault_guard[];
extern u8 fault_bottom[], fault_top[];
extern u8 image_end[];

#endif
