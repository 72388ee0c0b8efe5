/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Linker script fragment for the host: the firmware's link-time tables, added
 * to the default script. Preprocessed by the Makefiles of unit and fuzz tests.
 */
#define TABLE(section, symbol)						\
	. = ALIGN(32);							\
	symbol##_start = .;						\
	KEEP(*(SORT_BY_NAME(section.*)))				\
	symbol##_end = .;

#define FLOW_STEP(step, what)						\
	TABLE(.hook.step##_pre, hooks_##step##_pre)			\
	TABLE(.hook.step, hooks_##step)					\
	TABLE(.hook.step##_post, hooks_##step##_post)
#define HOOK_POINT(point, args, when)					\
	TABLE(.hook.point, hooks_##point)

SECTIONS
{
	.fw_tables : {
#include <fw/hooks.def>
		TABLE(.board, boards)
		TABLE(.cc_guest, cc_guests)
		TABLE(.log_sink, log_sinks)
		TABLE(.pci_driver, pci_drivers)
		TABLE(.text_screen, text_screens)
		TABLE(.keyboard, keyboards)
	}
}
INSERT AFTER .data;
