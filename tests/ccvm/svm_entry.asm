; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Into the guest and back. Only the general registers are switched here: VMRUN
; does RAX, RSP, RIP and the descriptor tables, and everything else (x87, SSE,
; FS, GS, TR, system call MSRs, debug registers) stays the guest's, since ccvm
; uses none of it.
; Document: AMD64 APM volume 2, section 15.5 (VMRUN).

bits 64
default rel

; Offsets of struct cpu (vcpu.h): the VMCB comes first.
%define CPU_GPR		0x3000
%define GPR(n)		CPU_GPR + 8 * (n)

section .text.svm_enter progbits alloc exec nowrite align=16

; void svm_enter(struct cpu *cpu)
global svm_enter
svm_enter:
	push rbx
	push rbp
	push r12
	push r13
	push r14
	push r15
	push rdi
	mov rax, rdi
	mov rcx, [rdi + GPR(1)]
	mov rdx, [rdi + GPR(2)]
	mov rbx, [rdi + GPR(3)]
	mov rbp, [rdi + GPR(5)]
	mov rsi, [rdi + GPR(6)]
%assign n 8
%rep 8
	mov r%+n, [rdi + GPR(n)]
%assign n n + 1
%endrep
	mov rdi, [rdi + GPR(7)]
	vmrun
	push rdi
	mov rdi, [rsp + 8]
	mov [rdi + GPR(1)], rcx
	mov [rdi + GPR(2)], rdx
	mov [rdi + GPR(3)], rbx
	mov [rdi + GPR(5)], rbp
	mov [rdi + GPR(6)], rsi
%assign n 8
%rep 8
	mov [rdi + GPR(n)], r%+n
%assign n n + 1
%endrep
	pop rax
	mov [rdi + GPR(7)], rax
	pop rdi
	pop r15
	pop r14
	pop r13
	pop r12
	pop rbp
	pop rbx
	ret

; void svm_vmsave(u64 vmcb), void svm_vmload(u64 vmcb)
global svm_vmsave, svm_vmload
svm_vmsave:
	mov rax, rdi
	vmsave
	ret
svm_vmload:
	mov rax, rdi
	vmload
	ret
