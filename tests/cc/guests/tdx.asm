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
%define SIZE	0x10000
%define BASE	(0x100000000 - SIZE)
%define SHARED	(1 << 39)
%define VECTOR	r15d
%define STACK	0x811000
%define NOTHING	0xff

bits 64
org BASE
image:
pml4:	dq pdpt + 3
	dq pdpt_shared + 3
	dq SHARED + 0x100000 + 3	; a table in shared memory
	times 508 dq 0
	dq pdpt_high + 3
pdpt:	dq 0x83, 0x40000083, 0x80000083, 0xc0000083
	times 508 dq 0
pdpt_shared:
	dq SHARED + 0x83, SHARED + 0x40000083, SHARED + 0x80000083, SHARED + 0xc0000083
	times 508 dq 0
pdpt_high:
	times 511 dq 0
	dq 0xc0000083
gdt:	dq 0, 0x00cf9b000000ffff, 0x00af9b000000ffff, 0x00cf93000000ffff
gdtr:	dw 31
	dq gdt
idtr:	dw 32 * 16 - 1
	dq idt

align 16
idt:	; filled by code: 32 gates
	times 64 dq 0

%assign n 0
stubs:
%rep 32
	align 16
	mov r15d, n
	jmp near caught
%assign n n + 1
%endrep

; R15 is the vector, R14 where to go on. A #VE's information goes to [info],
; unless [keep] is set: then it stays, for the next #VE to find it.
caught:
	mov rsp, STACK
	cmp r15d, 20
	jne .done
	cmp byte [rel keep], 0
	jne .done
	mov eax, 3
	db 0x66, 0x0f, 0x01, 0xcc
	mov [rel info], rcx
	mov [rel info + 8], rdx
	mov [rel info + 16], r8
	mov [rel info + 24], r9
	mov [rel info + 32], r10
.done:	jmp r14

align 8
info:	times 5 dq 0
keep:	dq 0
digest:	times 8 dq 0
align 64
digest64: times 8 dq 0x1122334455667788

%macro tdcall 0
	db 0x66, 0x0f, 0x01, 0xcc
%endmacro
%assign check 0
%macro leaf 1-4 0, 0, 0
	mov rcx, %2
	mov rdx, %3
	mov r8, %4
	mov rax, %1
	tdcall
%endmacro
%macro expect 2
	%assign check check + 1
	mov r13d, check
	mov r12, %2
	cmp %1, r12
	jne near fail
%endmacro
; vmcall number, r12, r13, r14, r15
%macro vmcall 1-5 0, 0, 0, 0
	xor r10d, r10d
	mov r11, %1
	mov r12, %2
	mov r13, %3
	mov r14, %4
	mov r15, %5
	mov ecx, 0xfc00
	xor eax, eax
	tdcall
%endmacro
; the code up to "trapped" must raise a vector
%macro try 0
	mov r15d, NOTHING
	lea r14, [rel %%next]
	%push
	%define %$next %%next
	jmp %%go
%%next:	jmp near %$end
%%go:
%endmacro
%macro trapped 1
%$end:
	expect r15, %1
	%pop
%endmacro
%macro ve 3	; reason, length, qualification
	trapped 20
	mov rax, [rel info]
	expect rax, %1
	mov eax, [rel info + 32]
	expect rax, %2
	mov rax, [rel info + 8]
	expect rax, %3
%endmacro

start64:
	mov rsp, STACK
	xor ecx, ecx
	lea rsi, [rel stubs]
	lea rdi, [rel idt]
.gate:	mov ax, si
	mov [rdi], ax
	mov word [rdi + 2], 0x10
	mov word [rdi + 4], 0x8e00
	mov rax, rsi
	shr rax, 16
	mov [rdi + 6], ax
	shr rax, 16
	mov [rdi + 8], rax
	add rsi, 16
	add rdi, 16
	inc ecx
	cmp ecx, 32
	jb .gate
	lidt [rel idtr]

%if TEST == 0
	; TDCALL itself
	leaf 1
	expect rax, 0
	expect rcx, 40
	expect rdx, 1 << 28
	expect r9, 0
	leaf 200
	expect rax, 0xc000010000000000
	leaf 1 | 1 << 16
	expect rax, 0xc000010000000000
	leaf 1 | 1 << 24
	expect rax, 0xc000010000000000
	leaf 3
	expect rax, 0xc000070400000000
	expect rcx, 0

	; acceptance
	leaf 6, 0x100000
	expect rax, 0
	mov rax, [0x100000]
	expect rax, 0
	leaf 6, 0x100000		; needs --allow double-validate
	expect rax, 0x00000b0a00000000
	leaf 6, 0x200000 | 1
	expect rax, 0
	leaf 6, 0x203000
	expect rax, 0x00000b0a00000001
	leaf 6, 0 | 1
	expect rax, 0xc0000b0b00000001
	leaf 6, 0x401000 | 1
	expect rax, 0xc000010000000001
	leaf 6, 0x40000000 | 2
	expect rax, 0xc000010000000001
	leaf 6, SHARED + 0x400000
	expect rax, 0xc000010000000001
	leaf 6, 0x400008
	expect rax, 0xc000010000000001

	; conversion and back
	mov qword [0x203000], 0x1234
	vmcall 0x10001, SHARED + 0x203000, 0x1000
	expect rax, 0
	expect r10, 0
	mov rdi, SHARED + 0x203000
	mov rax, [rdi]
	expect rax, 0			; not the private contents
	mov qword [rdi], 0x5678
	vmcall 0x10001, 0x203000, 0x1000
	expect r10, 0
	leaf 6, 0x203000
	expect rax, 0
	mov rax, [0x203000]
	expect rax, 0
	mov qword [0x202000], 0x77	; its neighbours stay
	mov rax, [0x202000]
	expect rax, 0x77
	vmcall 0x10001, 0x203800, 0x1000
	expect r10, 0x8000000000000002
	vmcall 0x10001, 0x203000, 0
	expect r10, 0x8000000000000000
	vmcall 0x10001, SHARED - 0x1000, 0x2000
	expect r10, 0x8000000000000000

	; CPUID
	xor eax, eax
	cpuid
	expect rbx, 0x756e6547
	try
	mov eax, 0x40000000
	cpuid
	ve 10, 2, 0
	try
	mov eax, 0xb
	cpuid
	ve 10, 2, 0
	try
	mov eax, 2
	cpuid
	ve 10, 2, 0
	leaf 5, 1			; #VE for all of them
	expect rax, 0
	try
	xor eax, eax
	cpuid
	ve 10, 2, 0
	leaf 5, 0
	expect rax, 0
	leaf 5, 4
	expect rax, 0xc000010000000001

	; MSRs
	try
	mov ecx, 0x1b
	rdmsr
	ve 31, 2, 0
	try
	mov ecx, 0x8c
	rdmsr
	trapped 13
	try
	mov ecx, 0x840
	rdmsr
	trapped 13
	try
	mov ecx, 0x830
	xor eax, eax
	xor edx, edx
	wrmsr
	ve 32, 2, 0
	mov ecx, 0xbd
	rdmsr
	expect rax, 1
	mov ecx, 0xc0000080
	rdmsr
	expect rax, 0xd01
	try
	and eax, ~(1 << 11)
	wrmsr
	ve 32, 2, 0
	mov ecx, 0xc0000080
	rdmsr
	and eax, ~1
	wrmsr
	rdmsr
	expect rax, 0xd00

	; instructions
	try
	hlt
	ve 12, 1, 0
	try
	in al, 0x60
	ve 30, 2, 0x600008
	try
	mov dx, 0x1234
	out dx, eax
	ve 30, 1, 0x12340003
	try
	wbinvd
	ve 54, 2, 0
	try
	invd
	ve 13, 2, 0
	try
	vmcall_insn: db 0x0f, 0x01, 0xc1
	ve 18, 3, 0
	try
	xor ecx, ecx
	rdpmc
	trapped 13
	try
	db 0x0f, 0x01, 0xd9
	trapped 6
	try
	ud2
	trapped 6
	try
	db 0x0f, 0x01, 0xdc		; STGI
	trapped 6

	; control registers
	mov rax, cr0
	try
	bts rax, 30
	mov cr0, rax
	ve 28, 3, 0
	mov rax, cr0
	try
	btr rax, 5
	mov cr0, rax
	ve 28, 3, 0
	mov rax, cr4
	try
	bts rax, 13
	mov cr4, rax
	ve 28, 3, 4
	mov rax, cr4
	try
	btr rax, 6
	mov cr4, rax
	ve 28, 3, 4
	mov rax, cr4
	try
	bts rax, 31
	mov cr4, rax
	trapped 13

	; device memory
	mov rdi, SHARED + 0xfec00000
	try
	mov eax, [rdi + 0x10]
	ve 48, 0, 0x181
	mov rax, [rel info + 16]
	expect rax, SHARED + 0xfec00010
	mov rax, [rel info + 24]
	expect rax, SHARED + 0xfec00010
	try
	mov [rdi], ebx
	ve 48, 0, 0x182
	vmcall 48, 4, 0, SHARED + 0xfec00000
	expect r10, 0
	vmcall 48, 4, 0, 0xfec00000
	expect r10, 0x8000000000000000
	vmcall 48, 3, 0, SHARED + 0xfec00000
	expect r10, 0x8000000000000000

	; #VE while the information of the last one is there
	mov byte [rel keep], 1
	try
	hlt
	trapped 20
	try
	hlt
	trapped 8
	mov byte [rel keep], 0
	leaf 3
	expect rax, 0
	expect rcx, 12
	leaf 3
	expect rax, 0xc000070400000000

	; TDVMCALL
	mov ecx, 0xfc10
	xor eax, eax
	tdcall
	expect rax, 0xc000010000000001
	mov rcx, 0x10000fc00 << 4
	xor eax, eax
	tdcall
	expect rax, 0xc000010000000001
	vmcall 0x7777
	expect r10, 0x8000000000000000
	vmcall 30, 3, 0, 0x60
	expect r10, 0x8000000000000000
	vmcall 31, 0x12345
	expect r10, 0x8000000000000000
	vmcall 31, 0x1b
	expect r10, 0
	expect r11, 0xfee00d00
	xor r10d, r10d			; R12 and on are not exposed
	mov r11d, 30
	mov r12d, 1
	mov ecx, 0x0c00
	xor eax, eax
	tdcall
	expect r10, 0x8000000000000000
	vmcall 0x10000, 1
	expect r11, 3

	; measurement
	leaf 2, digest64, 4
	expect rax, 0xc000010000000002
	leaf 2, digest64 + 8, 3
	expect rax, 0xc000010000000001
	leaf 2, SHARED + 0x1000, 3
	expect rax, 0xc000010000000001
	leaf 2, digest64, 3
	expect rax, 0
	leaf 4, 0x200000, digest64
	expect rax, 0
	leaf 4, 0x200200, digest64
	expect rax, 0xc000010000000001
	leaf 4, 0x200000, digest64 + 8
	expect rax, 0xc000010000000002
	leaf 4, 0x200000, digest64, 1
	expect rax, 0xc000010000000008
	leaf 22, 0x200000
	expect rax, 0
	inc byte [0x200080]
	leaf 22, 0x200000
	expect rax, 0xc000100100000000

	; metadata
	leaf 7, 0, 0x1110000300000000
	expect rax, 0
	expect r8, 1 << 28
	leaf 7, 1, 0x1110000300000000
	expect rax, 0xc000010000000001
	leaf 7, 0, 0x11100003000000ff
	expect rax, 0xc0000c0000000002
	mov r9, -1
	leaf 8, 0, 0x1110000300000000, 0
	expect rax, 0xc0000c0100000002
	mov r9, 1
	leaf 8, 0, 0x1110000300000017, 0
	expect rax, 0xc0000c0300000002
	mov r9, 1
	leaf 8, 0, 0x9100000000000010, 1
	expect rax, 0
	leaf 11, 0, 0x0800000100000004
	expect r8, 1

	; TDCALL in compatibility mode
	try
	push qword 0x08
	lea rax, [rel compat]
	push rax
	retfq
bits 32
compat:	tdcall
bits 64
	trapped 13
	mov rax, "pass"
	jmp report
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
fail:	mov rax, "fail"
report:
	mov r14, rax
	mov r12d, r13d
	xor r10d, r10d
	mov r11d, 0x10003
	xor r13d, r13d
	xor r15d, r15d
	xor ebx, ebx
	xor esi, esi
	xor edi, edi
	xor edx, edx
	xor r8d, r8d
	xor r9d, r9d
	mov ecx, 0xffcc
	xor eax, eax
	tdcall
	jmp report

bits 32
start32:
	lgdt [gdtr]
	mov eax, cr4
	or eax, 1 << 5
	mov cr4, eax
	mov eax, pml4
	mov cr3, eax
	mov eax, cr0
	bts eax, 31
	mov cr0, eax
	jmp 0x10:start64

align 16
tdvf:	db "TDVF"
	dd tdvf_end - tdvf, 1, 3
	dd 0, SIZE
	dq BASE, SIZE
	dd 0, 1
	dd 0, 0
	dq 0x809000, 0x2000
	dd 2, 0
	dd 0, 0
	dq 0x810000, 0x1000
	dd 3, 0
tdvf_end:

	times SIZE - 0x20 - 18 - 22 - ($ - $$) db 0
table:	dd BASE + SIZE - tdvf
	dw 22
	dd 0xe47a6535
	dw 0x984a, 0x4798
	db 0x86, 0x5e, 0x46, 0x85, 0xa7, 0xbf, 0x8e, 0xc2
	dw 18 + 22
	dd 0x96b582de
	dw 0x1fb2, 0x45f7
	db 0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d
	times SIZE - 16 - ($ - $$) db 0
	jmp near start32
	times SIZE - ($ - $$) db 0x90
