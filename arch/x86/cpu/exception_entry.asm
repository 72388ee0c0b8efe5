; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Exception entry: one stub of fixed size per vector, then the common part
; that builds struct exception_frame (asm/exception.h) for C.
; Document: Intel SDM volume 3, section 6.14 (64-bit mode exceptions).

bits 64
default rel

extern exception_handle

%define VECTORS		32
%define STUB_SIZE	16

; Vectors for which the processor pushes an error code: 8, 10-14, 17, 21, 29, 30.
%define HAS_ERROR_CODE	0x60227d00

section .text.exception_entry progbits alloc exec nowrite align=16

global exception_stubs
exception_stubs:
%assign vector 0
%rep VECTORS
	align STUB_SIZE
%if (HAS_ERROR_CODE >> vector) & 1 == 0
	push 0
%endif
	push vector
	jmp near exception_common
%assign vector vector + 1
%endrep

exception_common:
	push rax
	push rbx
	push rcx
	push rdx
	push rsi
	push rdi
	push rbp
	push r8
	push r9
	push r10
	push r11
	push r12
	push r13
	push r14
	push r15
	cld
	mov rdi, rsp
	; The processor aligned RSP to 16 before its five words; with two and
	; fifteen more, 22 in all, RSP is aligned to 16 again.
	call exception_handle
	pop r15
	pop r14
	pop r13
	pop r12
	pop r11
	pop r10
	pop r9
	pop r8
	pop rbp
	pop rdi
	pop rsi
	pop rdx
	pop rcx
	pop rbx
	pop rax
	add rsp, 16
	iretq
