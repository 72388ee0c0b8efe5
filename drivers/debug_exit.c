/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Ends QEMU after a failure, if the machine has the isa-debug-exit device, so
 * that a test sees it: exit status 35. Document: QEMU, hw/misc/debugexit.c.
 */
#include <asm/io.h>
#include <fw/hooks.h>

/* QEMU's exit status is twice this and one. */
#define DEBUG_EXIT_FAILURE	0x11

/* The device reads as 0, a port without a device as all ones. */
static int debug_exit(void)
{
	if (inb(CONFIG_DRV_DEBUG_EXIT_PORT) == 0)
		outb(DEBUG_EXIT_FAILURE, CONFIG_DRV_DEBUG_EXIT_PORT);
	return 0;
}

/* Last: nothing runs after it. */
HOOK(stop_pre, 90, common, debug_exit);
