/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Between the reset vector and C. */
#ifndef ASM_START_H
#define ASM_START_H

/* Entered by arch/x86/reset/start64.asm. */
void cpu_start(void) __attribute__((noreturn));

#endif
