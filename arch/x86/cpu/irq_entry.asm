; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Interrupt entry. The processor switches to a small stack of its own, since the
; interrupted code may use the red zone below its stack pointer (System V psABI,
; section 3.2.2); from there everything moves to the interrupted stack, below that
; zone, so that an interrupt may interrupt the handling of another one.
; Document: Intel SDM volume 3, section 6.14 (64-bit mode), volume 1, section
; 10.5 (FXSAVE).

bits 64
default rel

extern irq_handle_timer

RED_ZONE	equ 128
FXSAVE_SIZE	equ 512

; On the small stack, from RSP on, after two registers have been pushed.
SAVED_RCX	equ 0
SAVED_RAX	equ 8
FRAME		equ 16			; RIP, CS, RFLAGS, RSP, SS
FRAME_RSP	equ FRAME + 24
%define FRAME_WORDS 5

section .text.irq_entry progbits alloc exec nowrite align=16

global irq_timer_entry:function
irq_timer_entry:
	push rax
	push rcx
	mov rax, [rsp + FRAME_RSP]
	sub rax, RED_ZONE
	and rax, -16
%assign i 0
%rep FRAME_WORDS
	mov rcx, [rsp + FRAME + 8 * i]
	mov [rax - 8 * (FRAME_WORDS - i)], rcx
%assign i i + 1
%endrep
	mov rcx, [rsp + SAVED_RAX]
	mov [rax - 8 * (FRAME_WORDS + 1)], rcx
	mov rcx, [rsp + SAVED_RCX]
	mov [rax - 8 * (FRAME_WORDS + 2)], rcx
	lea rsp, [rax - 8 * (FRAME_WORDS + 2)]
	; What C code does not keep. Seven words and seven more: aligned to 16.
	push rdx
	push rsi
	push rdi
	push r8
	push r9
	push r10
	push r11
	sub rsp, FXSAVE_SIZE
	fxsave64 [rsp]
	fninit
	ldmxcsr [mxcsr_default]
	cld
	call irq_handle_timer
	fxrstor64 [rsp]
	add rsp, FXSAVE_SIZE
	pop r11
	pop r10
	pop r9
	pop r8
	pop rdi
	pop rsi
	pop rdx
	pop rcx
	pop rax
global irq_spurious_entry:function
irq_spurious_entry:
	iretq

section .rodata.irq_entry progbits alloc noexec nowrite align=4
mxcsr_default:
	dd 0x1f80
