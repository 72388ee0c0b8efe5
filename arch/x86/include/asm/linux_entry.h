/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The jump into a Linux kernel; see arch/x86/cpu/linux_entry.asm. */
#ifndef ASM_LINUX_ENTRY_H
#define ASM_LINUX_ENTRY_H

#include <fw/types.h>

/**
 * linux_enter64() - enter a kernel at its 64-bit entry point
 * @entry:  address of the entry point; mapped executable
 * @params: address of its struct linux_boot_params
 *
 * Context: interrupts off; the identity mapping covers the kernel's memory,
 * its parameters and its command line.
 */
void linux_enter64(phys_addr_t entry, phys_addr_t params) __attribute__((noreturn));

#endif
