; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; A trust domain that looks at the emulated TDX module from inside. Assembled
; with TEST=0 it checks return codes and dispositions, and ends with
; ReportFatalError: "pass", or "fail" and the number of the check. With another
; TEST it violates one strict check, and must not survive that.
; Document: Intel TDX module ABI specification (348551).

%ifndef TEST
%define TEST 0
%endif
%if TEST == 19
%define OTHER_PROCESSORS other_processor
%endif
%include "tdx.inc"

guest:
%if TEST == 0
%include "tdx_rules.inc"
%endif

%if TEST == 1			; unvalidated
	mov rax, [0x300000]
%elif TEST == 2			; double-validate
	leaf 6, 0x100000
	leaf 6, 0x100000
%elif TEST == 3			; shared-of-private
	mov rdi, SHARED + 0x300000
	mov rax, [rdi]
%elif TEST == 4			; private-of-shared
	leaf 6, 0x100000
	vmcall 0x10001, SHARED + 0x100000, 0x1000
	mov rax, [0x100000]
%elif TEST == 5			; exec-shared
	vmcall 0x10001, SHARED + 0x100000, 0x1000
	mov rdi, SHARED + 0x100000
	mov byte [rdi], 0xc3
	call rdi
%elif TEST == 6			; tables-shared
	vmcall 0x10001, SHARED + 0x100000, 0x1000
	mov rax, 2 << 39
	mov rax, [rax]
%elif TEST == 7			; mmio-private
	mov edi, 0xfec00000
	mov eax, [rdi]
%elif TEST == 8			; validate-shared
	vmcall 0x10001, SHARED + 0x100000, 0x1000
	leaf 6, 0x100000
%elif TEST == 9			; left-shared
	vmcall 0x10001, SHARED + 0x100000, 0x1000
	lea rax, [rel .high]
	mov rdi, 0xffffffff00000000
	add rax, rdi
	jmp rax
.high:	leaf 1
%elif TEST == 10		; host-private
	vmcall 48, 4, 0, SHARED + 0x810000
%elif TEST == 11		; terminated
	mov rax, "text"
	jmp report
%elif TEST == 12		; unvalidated: accept where nothing is
	leaf 6, 0x90000000
%elif TEST == 15		; paravirt-only, with that option
	try
	hlt
	trapped 20
	mov rax, "pass"
	jmp report
%elif TEST == 16		; reset, by the keyboard controller
	vmcall 30, 1, 1, 0x64, 0xfe
%elif TEST == 19		; nothing: three processors start the same way
	mov dword [rel first_came], 1
.wait:	pause
	cmp dword [rel arrived], 6
	jb .wait
	mov eax, [rel arrived]
	expect rax, 6
	mov eax, [rel strange]
	expect rax, 0
	leaf 1
	expect r8, 3 << 32 | 3
	expect r9, 0
	mov rax, "pass"
	jmp report

first_came: dd 0
arrived: dd 0				; a bit for each that has come
strange: dd 0				; and for what it was not to find
other_processor:
	pause
	cmp dword [rel first_came], 0
	je other_processor
	xor eax, eax
	cmp rbx, [rel entry_rbx]
	setne al
	mov ebp, eax
	cmp rcx, [rel entry_rcx]
	setne al
	or ebp, eax
	cmp r8, [rel entry_r8]
	setne al
	or ebp, eax
	cmp rdx, [rel entry_rdx]
	setne al
	or ebp, eax
	mov edi, esi
	leaf 1
	cmp r9d, edi
	setne al
	movzx eax, al
	or ebp, eax
	lock or [rel strange], ebp
	lock bts dword [rel arrived], edi
.stay:	pause
	jmp .stay
%elif TEST == 20		; nothing: the host stops after 4 pages, --host tdx-map-budget=4
	vmcall 0x10001, SHARED + 0x100000, 0xa000
	expect r10, 1			; RETRY
	expect r11, SHARED + 0x104000
	vmcall 0x10001, SHARED + 0x104000, 0x6000
	expect r10, 1
	expect r11, SHARED + 0x108000
	vmcall 0x10001, SHARED + 0x108000, 0x2000
	expect r10, 0
	mov rdi, SHARED + 0x109ff8
	mov [rdi], rdi
	leaf 6, 0x10a000		; what was not asked for stays private
	expect rax, 0
	mov rax, "pass"
	jmp report
%elif TEST == 21		; nothing: QEMU's "edu" at slot 3 copies shared RAM to private RAM
%define EDU	0xe0000000
%macro edu 2
	vmcall 48, 8, 1, SHARED + EDU + (%1), %2
	expect r10, 0
%endmacro
	leaf 6, 0x101000
	mov dword [0x101000], 0x33333333
	vmcall 0x10001, SHARED + 0x100000, 0x1000
	mov rdi, SHARED + 0x100000
	mov dword [rdi], 0x22222222
	vmcall 30, 4, 1, 0xcf8, 0x80001810	; where its registers are
	vmcall 30, 4, 1, 0xcfc, EDU
	vmcall 30, 4, 1, 0xcf8, 0x80001804	; memory, bus master
	vmcall 30, 4, 1, 0xcfc, 6
	vmcall 48, 4, 0, SHARED + EDU
	expect r11, 0x010000ed
	mov r9d, 0x100000
	mov r10d, 0x40000		; in its own address space
	mov ebp, 1
	call .copy
	mov r9d, 0x40000
	mov r10d, 0x101000
	mov ebp, 3			; to RAM
	call .copy
	mov eax, [0x101000]
	expect rax, 0x33333333
	mov r9d, 0x40000		; and once more, where it can be seen
	mov r10d, 0x100800
	call .copy
	mov eax, [rdi + 0x800]
	expect rax, 0x22222222
	mov rax, "pass"
	jmp report
.copy:	mov r8, r10
	edu 0x80, r9
	edu 0x88, r8
	edu 0x90, 4
	edu 0x98, rbp
.wait:	vmcall 48, 8, 0, SHARED + EDU + 0x98
	test r11d, 1
	jnz .wait
	ret
%elif TEST == 22		; host-private: a request to fw_cfg in a private page
	leaf 6, 0x100000
	vmcall 30, 4, 1, 0x514, 0
	vmcall 30, 4, 1, 0x518, 0x00001000
%elif TEST == 23		; host-private: its buffer is one; read 4 bytes of item 0
	leaf 6, 0x101000
	vmcall 0x10001, SHARED + 0x100000, 0x1000
	mov rdi, SHARED + 0x100000
	mov dword [rdi], 0x0a000000
	mov dword [rdi + 4], 0x04000000
	mov rax, 0x101000
	bswap rax
	mov [rdi + 8], rax
	vmcall 30, 4, 1, 0x514, 0
	vmcall 30, 4, 1, 0x518, 0x00001000
%elif TEST == 18		; paravirt-only, in RAM
	leaf 6, 0x100000
	mov byte [0x100000], 0xf4	; HLT
	mov eax, 0x100000
	try
	jmp rax
	trapped 20
	mov rax, "pass"
	jmp report
%elif TEST == 17		; nothing: registers that the module keeps
	mov rax, cr4
	or rax, 1 << 9 | 1 << 10 | 1 << 18
	mov cr4, rax
	xor ecx, ecx
	xgetbv
	expect rax, 1			; as every processor starts

	; XCR0 can have what XFAM has, in combinations that make sense
	leaf 7, 0, 0x1110000300000001
	expect r8, 0x207		; what TCG has, without MPX
	mov eax, 0xd
	xor ecx, ecx
	cpuid
	expect rax, 0x207
	%assign bit 3
	%rep 61
	%if bit != 9
	try
	mov eax, 7 | (1 << bit) & 0xffffffff
	mov edx, (1 << bit) >> 32
	xor ecx, ecx
	xsetbv
	trapped 13
	%endif
	%assign bit bit + 1
	%endrep
	xor edx, edx
	try
	mov eax, 0x1f			; MPX
	xor ecx, ecx
	xsetbv
	trapped 13
	try
	mov eax, 5			; AVX without SSE
	xor ecx, ecx
	xsetbv
	trapped 13
	try
	mov eax, 6			; without x87
	xor ecx, ecx
	xsetbv
	trapped 13
	try
	mov eax, 7
	mov ecx, 1			; there is no such register
	xsetbv
	trapped 13
	mov ecx, 0xda0			; and XSS nothing
	xor eax, eax
	wrmsr
	try
	mov eax, 1 << 11
	wrmsr
	trapped 13
	xor ecx, ecx
	mov eax, 0x207
	xsetbv
	xgetbv
	expect rax, 0x207
	call fill_registers

	; while the module computes digests
	leaf 2, digest64, 0
	expect rax, 0
	call check_registers

	; over HLT, which an interrupt ends that waits: IF is 0
	vmcall 32, 0x80f, 0x1ff
	expect r10, 0
	vmcall 32, 0x83e, 0xb
	expect r10, 0
	vmcall 32, 0x832, 0x40
	expect r10, 0
	vmcall 32, 0x838, 100000
	expect r10, 0
	vmcall 12, 0
	expect r10, 0
	mov ecx, 0x822			; the timer's vector in the IRR
	rdmsr
	expect rax, 1
	call check_registers
	mov rax, "pass"
	jmp report

fill_registers:
	xor ecx, ecx
	xor edx, edx
	mov eax, 7
	xsetbv
	fninit
	fldcw [rel fcw]
	fldpi
	ldmxcsr [rel mxcsr]
	vmovdqu ymm9, [rel pattern]
	mov eax, 0x12345
	mov dr2, rax
	ret

check_registers:
	xor ecx, ecx
	xgetbv
	expect rax, 7
	stmxcsr [rel found]
	mov eax, [rel found]
	expect rax, 0x9f80
	fnstcw [rel found]
	movzx eax, word [rel found]
	expect rax, 0x27f
	fldpi
	fcomip st0, st1
	setne al
	movzx eax, al
	expect rax, 0
	vmovdqu [rel found], ymm9
	%assign n 0
	%rep 4
	mov rax, [rel found + n]
	expect rax, [rel pattern + n]
	%assign n n + 8
	%endrep
	mov rax, dr2
	expect rax, 0x12345
	ret

align 32
pattern: dq 0x0123456789abcdef, 0xfedcba9876543210, 0x5a5a5a5aa5a5a5a5, 1
found:	times 4 dq 0
mxcsr:	dd 0x9f80
fcw:	dw 0x27f
%elif TEST == 14		; unvalidated, with --attack remap-validated
	mov ebx, 0x900000
.next:	leaf 6, rbx
	mov rax, [rbx]
	add ebx, 0x1000
	cmp ebx, 0x1800000
	jb .next
%elif TEST == 13		; triple fault
	push 0
	push 0
	lidt [rsp]
	ud2
%endif
	jmp fail

guest_end
