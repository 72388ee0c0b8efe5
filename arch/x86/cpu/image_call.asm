; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Calls into loaded software. What it must preserve, and what a way back from the
; middle of its calls has to restore, is on the stack: the general registers of
; the System V convention, and of UEFI's the upper ten SSE registers and the two
; control words.
; Document: UEFI 2.10, section 2.3.4.2 (detailed calling conventions).

bits 64
default rel

SHADOW		equ 32			; the callee's room for its arguments
CONTROL		equ SHADOW		; FCW, then MXCSR
SSE		equ SHADOW + 16		; XMM6 to XMM15
FRAME_SIZE	equ SSE + 10 * 16

section .text.image_call progbits alloc exec nowrite align=16

; u64 image_call(struct image_frame *frame, u64 entry, void *first, void *second)
global image_call:function
image_call:
	push rbp
	mov rbp, rsp
	push rbx
	push r12
	push r13
	push r14
	push r15
	; The return address and six words: seven, so that one more aligns to 16.
	sub rsp, FRAME_SIZE + 8
	fnstcw [rsp + CONTROL]
	stmxcsr [rsp + CONTROL + 4]
%assign i 0
%rep 10
	%assign r i + 6
	movaps [rsp + SSE + 16 * i], xmm %+ r
	%assign i i + 1
%endrep
	mov [rdi], rsp
	mov rax, rsi
	xchg rcx, rdx			; third to first, fourth to second argument
	fninit
	ldmxcsr [mxcsr_default]
	call rax

	; RSP is as it was, and RAX is the result, whichever way it came.
restore:
	cld
	fninit
	fldcw [rsp + CONTROL]
	ldmxcsr [rsp + CONTROL + 4]
%assign i 0
%rep 10
	%assign r i + 6
	movaps xmm %+ r, [rsp + SSE + 16 * i]
	%assign i i + 1
%endrep
	add rsp, FRAME_SIZE + 8
	pop r15
	pop r14
	pop r13
	pop r12
	pop rbx
	pop rbp
	ret

; void image_return(const struct image_frame *frame, u64 status)
global image_return:function
image_return:
	mov rsp, [rdi]
	mov rax, rsi
	jmp restore

section .rodata.image_call progbits alloc noexec nowrite align=4
mxcsr_default:
	dd 0x1f80
