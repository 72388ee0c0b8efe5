/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Exceptions of the boot processor. */
#ifndef ASM_EXCEPTION_H
#define ASM_EXCEPTION_H

#include <fw/types.h>

/*
 * struct exception_frame - what arch/x86/cpu/exception_entry.asm pushes, low
 * to high address. The order is known there too.
 */
struct exception_frame {
	u64 r15, r14, r13, r12, r11, r10, r9, r8;
	u64 rbp, rdi, rsi, rdx, rcx, rbx, rax;
	u64 vector, error;
	u64 rip, cs, rflags, rsp, ss;	/* pushed by the processor */
};

/**
 * exception_init() - load GDT, TSS and IDT
 *
 * Every vector has a stack of its own: the interrupted code may use the red
 * zone, or its stack may be what failed. NMI, double fault and machine check,
 * which can arrive while another exception is handled, share a second one.
 *
 * Context: once, before anything that can fault.
 */
void exception_init(void);

/**
 * interrupt_set_gate() - say where the processor goes on an interrupt
 * @vector: from 0x20 on, below 0x30
 * @entry:  entry code; interrupts are off in it
 * @stack:  end of the stack that it begins on, shared by all of these vectors
 */
void interrupt_set_gate(unsigned int vector, const void *entry, void *stack);

/* Called by the entry code. */
void exception_handle(struct exception_frame *frame);

#endif
