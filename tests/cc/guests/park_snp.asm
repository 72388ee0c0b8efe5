; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; A SEV-SNP guest with two processors, which looks at what is left of the other one's
; x87, SSE and AVX state: after an AP reset hold all of it, after a start from a
; VMSA what that has. Reason codes are numbers of expectations.
; Documents: GHCB specification (AMD 56421), sections 2.3.2, 4.1.11 and 4.1.16;
; AMD64 APM volume 2 (24593), section 15.35 and appendix B.

%define AP_START
%include "sev.inc"

; Flags between the processors, in RAM that the launch validated.
%define ARRIVED		(VALID + 0x100)
%define HOLDS		(VALID + 0x108)
%define RESULT		(VALID + 0x110)		; 1: as it was, else what was not
%define MARK		(VALID + 0x118)
%define AP_STACK	(VALID + 0x800)
%define VMSA		(FRESH + 0x5000)

%define ICR_LOW		0xfee00300
%define ICR_HIGH	0xfee00310
%define AS_IT_WAS	1
%define MXCSR_OTHER	0x9f80
%define FCW_OTHER	0x27f
%define CR4_FP		(1 << 5 | 1 << 9 | 1 << 10)
%define CR4_OSXSAVE	(1 << 18)

; MMIO write event: 4 bytes VALUE at ADDRESS
%macro mmio_write 2
	ghcb_page
	mov dword [rdi + GHCB_BUFFER], %2
	ghcb_put GHCB_SCRATCH, GHCB + GHCB_BUFFER
	ghcb_event 0x80000002, %1, 4
%endmacro

; must JUMP, NUMBER: the other processor's expectation
%macro must 2
	mov eax, %2
	%1 %%ok
	jmp ap_end
%%ok:
%endmacro

guest:
	mov eax, 1
	lock xadd [abs dword ARRIVED], eax
	test eax, eax
	jnz ap

	call ghcb_setup
	mmio_write ICR_HIGH, 1 << 24
	mmio_write ICR_LOW, 0x4500
	mmio_write ICR_LOW, 0x4600
.hold:	pause
	cmp dword [abs dword HOLDS], 1
	jne .hold
.sipi:	mmio_write ICR_LOW, 0x4600	; without effect until it does hold
	cmp dword [abs dword RESULT], 0
	je .sipi
	mov eax, [abs dword RESULT]
	cmp eax, AS_IT_WAS
	expect je, 1

	; The same processor again, from a state that the guest makes.
	mov dword [abs dword RESULT], 0
	page_state VMSA, PSC_PRIVATE
	pvalidate VMSA, 0, 1
	expect jnc, 2
	mov edi, VMSA
	mov ecx, 512
	xor eax, eax
	rep stosq
	call fill_vmsa
	rmpadjust VMSA, 0, 1 << 16 | 1	; VMSA, and VMPL 1
	test eax, eax
	expect jz, 3
	ghcb_page
	ghcb_put GHCB_RAX, 1
	ghcb_event 0x80000013, 1 << 32 | 1, VMSA
	cmp dword [rdi + GHCB_INFO1], 0
	expect je, 4
.again:	pause
	cmp dword [abs dword RESULT], 0
	je .again
	mov eax, [abs dword RESULT]
	cmp eax, AS_IT_WAS
	expect je, 5
	finish 0

ap:
	mov rsp, AP_STACK
	mov rax, cr4
	or rax, CR4_FP | CR4_OSXSAVE
	mov cr4, rax
	xor ecx, ecx
	xor edx, edx
	mov eax, 7
	xsetbv
	fninit
	fldcw [rel fcw]
	fldpi
	ldmxcsr [rel mxcsr]
	vmovdqu ymm9, [rel pattern]
	mov dword [abs dword HOLDS], 1
	mov eax, 6			; AP reset hold
	msr_request
	and eax, 0xfff
	cmp eax, 7
	must je, 10
	xor ecx, ecx
	xgetbv
	cmp eax, 7
	must je, 11
	call look
	jmp ap_end

; EAX: AS_IT_WAS, or what is not as "ap" left it
look:
	stmxcsr [abs dword MARK]
	cmp dword [abs dword MARK], MXCSR_OTHER
	mov eax, 12
	jne .end
	fnstcw [abs dword MARK]
	cmp word [abs dword MARK], FCW_OTHER
	mov eax, 13
	jne .end
	fldpi
	fcomip st0, st1
	mov eax, 14
	jne .end
	vmovdqu ymm0, [rel pattern]
	vpxor ymm0, ymm0, ymm9
	vptest ymm0, ymm0
	mov eax, 15
	jnz .end
	mov eax, AS_IT_WAS
.end:	ret

; Here a VMSA starts: RSP and RFLAGS are its own.
ap_from_vmsa:
	xor ecx, ecx
	xgetbv
	cmp eax, 3			; not the 7 from before
	must je, 20
	stmxcsr [abs dword MARK]
	cmp dword [abs dword MARK], 0x1f80
	must je, 21
	fnstcw [abs dword MARK]
	cmp word [abs dword MARK], 0x40
	must je, 22
	movq rax, xmm9
	mov rbx, 0x1122334455667788
	cmp rax, rbx
	must je, 23
	movq rax, xmm3
	test rax, rax
	must jz, 24
	fxam				; an x87 stack that is not empty, and has 0 on top
	fnstsw ax
	and ah, 0x45
	cmp ah, 0x40
	must je, 25
	mov eax, AS_IT_WAS
ap_end:	mov [abs dword RESULT], eax
.stay:	hlt
	jmp .stay

fill_vmsa:
	mov edi, VMSA
	mov rax, 0xffffffff029b0010	; CS: 64-bit
	mov [rdi + 0x10], rax
	mov rax, 0xffffffff0c930018	; data
	mov [rdi + 0x00], rax
	mov [rdi + 0x20], rax
	mov [rdi + 0x30], rax
	mov dword [rdi + 0x64], 31	; GDTR
	mov rax, gdt
	mov [rdi + 0x68], rax
	mov rax, 0x0000ffff00820000	; LDTR, TR
	mov [rdi + 0x70], rax
	mov rax, 0x0000ffff008b0000
	mov [rdi + 0x90], rax
	mov qword [rdi + 0xd0], 0x1500	; EFER: LME, LMA, SVME
	mov qword [rdi + 0x148], CR4_FP | CR4_OSXSAVE
	mov rax, cr3
	mov [rdi + 0x150], rax
	mov rax, cr0
	mov [rdi + 0x158], rax
	mov qword [rdi + 0x160], 0x400
	mov eax, 0xffff0ff0
	mov [rdi + 0x168], rax
	mov qword [rdi + 0x170], 2
	mov rax, ap_from_vmsa
	mov [rdi + 0x178], rax
	mov qword [rdi + 0x1d8], AP_STACK
	mov rax, 0x0007040600070406
	mov [rdi + 0x268], rax
	mov qword [rdi + 0x3b0], 1
	mov qword [rdi + 0x3e8], 3	; XCR0: no AVX
	mov dword [rdi + 0x408], 0x1f80
	mov word [rdi + 0x40c], 0x5555	; x87 tags: zero
	mov word [rdi + 0x410], 0x40
	mov rax, 0x1122334455667788
	mov [rdi + 0x470 + 9 * 16], rax
	ret

align 32
pattern: dq 0x0123456789abcdef, 0xfedcba9876543210, 0x5a5a5a5aa5a5a5a5, 0x1
mxcsr:	dd MXCSR_OTHER
fcw:	dw FCW_OTHER

bits 16
ap_start:
	jmp near start16
bits 64

guest_end
