/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The TDCALL instruction.
 * Document: Intel TDX Module 1.5 ABI Specification (348551), "TDCALL Instruction".
 */
#ifndef ASM_TDCALL_H
#define ASM_TDCALL_H

#include <fw/types.h>

/*
 * struct tdcall_regs - the general registers, in the order of their numbers but
 * without RSP and RBP. cc/tdx/tdcall.asm knows the offsets.
 */
struct tdcall_regs {
	u64 rax, rcx, rdx, rbx, rsi, rdi;
	u64 r8, r9, r10, r11, r12, r13, r14, r15;
};

/**
 * tdcall() - execute TDCALL
 * @regs: what the registers are before and, when it returns, after it
 *
 * Return: RAX. Context: 64-bit mode, in a trust domain.
 */
u64 tdcall(struct tdcall_regs *regs);

#endif
