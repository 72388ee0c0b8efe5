; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; The TDCALL instruction for C (asm/tdcall.h).
; Document: Intel TDX Module 1.5 ABI Specification (348551), "TDCALL Instruction".

bits 64
default rel

%define REGS_RAX	0
%define REGS_RCX	8
%define REGS_RDX	16
%define REGS_RBX	24
%define REGS_RSI	32
%define REGS_RDI	40
%define REGS_R(n)	(48 + ((n) - 8) * 8)

; Every register is set, so that whatever the mask of a call exposes is what C
; has written there.
%macro LOAD 1
	mov rax, [%1 + REGS_RAX]
	mov rcx, [%1 + REGS_RCX]
	mov rdx, [%1 + REGS_RDX]
	mov rbx, [%1 + REGS_RBX]
	mov rsi, [%1 + REGS_RSI]
%assign n 8
%rep 8
	mov r%[n], [%1 + REGS_R(n)]
%assign n n + 1
%endrep
	mov rdi, [%1 + REGS_RDI]	; last: it may be the pointer
%endmacro

%macro STORE 1
	mov [%1 + REGS_RAX], rax
	mov [%1 + REGS_RCX], rcx
	mov [%1 + REGS_RDX], rdx
	mov [%1 + REGS_RBX], rbx
	mov [%1 + REGS_RSI], rsi
	mov [%1 + REGS_RDI], rdi
%assign n 8
%rep 8
	mov [%1 + REGS_R(n)], r%[n]
%assign n n + 1
%endrep
%endmacro

section .text.tdcall progbits alloc exec nowrite align=16

; u64 tdcall(struct tdcall_regs *regs)
global tdcall:function
tdcall:
	push rbx
	push rbp
	push r12
	push r13
	push r14
	push r15
	mov rbp, rdi			; never exposed to the host
	LOAD rdi
	db 0x66, 0x0f, 0x01, 0xcc	; TDCALL
	STORE rbp
	pop r15
	pop r14
	pop r13
	pop r12
	pop rbp
	pop rbx
	ret
