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
	; how the processor started
	mov rax, [rel entry_rbx]
	expect rax, 40			; GPAW
	mov rax, [rel entry_rcx]
	expect rax, 0x809000		; the TD HOB
	mov rax, [rel entry_r8]
	expect rax, 0x809000
	mov eax, 1
	cpuid
	expect rax, [rel entry_rdx]
	mov rax, [rel entry_others]
	expect rax, 0
	mov rax, [rel entry_cr0]
	expect rax, 0x31
	mov rax, [rel entry_cr4]
	expect rax, 0x40

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
	expect rax, 0
	expect r8, 1
	expect rdx, 0x0a00000300000008
	leaf 11, 0, -1
	expect rax, 0x00000c0b00000000
	expect rdx, 0x0800000100000003
	expect r8, 0
	leaf 11, 0, 0x0a00000300000008
	expect rax, 0
	expect rdx, -1
	leaf 11, 0, 0x08000001000000ff
	expect rax, 0xc0000c0000000000
	expect rdx, -1
	leaf 11, 0, 0x0800000500000003	; a sequence's header is no field
	expect rax, 0xc0000c0000000000
	leaf 12, 0, 0x201000, -1	; a list of all of them
	expect rax, 0
	expect r8, -1
	mov eax, [0x201000]
	expect rax, 2 << 16 | 0x30
	mov rax, [0x201008]
	expect rax, 0x0800004100000003
	mov rax, [0x201010]
	expect rax, 5
	mov rax, [0x201018]
	expect rax, 1
	mov rax, [0x201020]
	expect rax, 0x0a00000300000008
	mov rax, [0x201028]
	expect rax, 0
	leaf 12, 0, 0x201000, 0x0a00000300000008
	expect rax, 0
	mov eax, [0x201000]
	expect rax, 1 << 16 | 0x18
	leaf 12, 0, 0x201000, 0x0a000003000000ff
	expect rax, 0xc0000c0000000000
	leaf 12, 0, 0x201008, -1
	expect rax, 0xc000010000000002
	leaf 12, 0, SHARED + 0x201000, -1
	expect rax, 0xc000010000000002

	; attributes of pages: of 2 MiB, of 4 KiB, pending
	leaf 6, 0x600000 | 1
	expect rax, 0
	leaf 23, 0x6a5000
	expect rax, 0
	expect rcx, 0x600000 | 1
	expect rdx, 0
	leaf 23, 0x203123
	expect rax, 0
	expect rcx, 0x203000
	leaf 23, 0x902000
	expect rax, 0
	expect rcx, 1 << 62 | 0x902000
	leaf 23, SHARED + 0x600000
	expect rax, 0xc000010000000001
	leaf 24, 0x600000 | 1
	expect rax, 0
	expect rcx, 0x600000 | 1
	leaf 24, 0x200000 | 1
	expect rax, 0xc0000b0b00000001
	mov qword [0x600000], 0x55
	leaf 24, 0x6a5000		; the host splits the entry
	expect rax, 0
	expect rcx, 0x6a5000
	leaf 23, 0x6a6000
	expect rcx, 0x6a6000
	leaf 24, 0x600000, 1 << 15	; of the guest itself, and of one that is not there
	expect rax, 0xc000010000000002
	leaf 24, 0x600000, 0x8007 << 16
	expect rax, 0xc000010000000002
	leaf 24, 0x600000, 0, 1
	expect rax, 0xc000010000000008
	leaf 24, 0x601000 | 1
	expect rax, 0xc000010000000001
	leaf 24, 0x600000 | 2
	expect rax, 0xc000010000000001

	; service TDs and nested guests: none
	leaf 18, 0x1234
	expect rax, 0xc000010000000001
	leaf 20, 0x1234
	expect rax, 0xc000010000000001
	leaf 25, 1 << 52
	expect rax, 0xc000010000000001
	leaf 26, 2
	expect rax, 0xc000010000000001
	leaf 19
	expect rax, 0xc000010000000000

	; the page that was split has kept its contents
	mov rax, [0x600000]
	expect rax, 0x55

	leaf 7, 0, 0x1310000300000000	; MRTD, and RTMR 3, as in the report
	expect rax, 0
	expect r8, [0x200210]
	leaf 7, 0, 0x1310000300000052
	expect rax, 0
	expect r8, [0x200360]
	leaf 9, 0, 0xa020000200000002
	expect rax, 0
	expect r8, 0
	mov r9, -1
	leaf 10, 0, 0xa020000200000002, 1
	expect rax, 0xc0000c0100000002
	mov r9, 1
	leaf 10, 0, 0xa020000000000007, 1	; #VE for all CPUID
	expect rax, 0
	expect r8, 0
	try
	xor eax, eax
	cpuid
	ve 10, 2, 0
	mov r9, -1
	leaf 10, 0, 0xa020000000000007, 2
	expect rax, 0xc0000c0300000002
	mov r9, 1
	leaf 10, 0, 0xa020000000000007, 0
	expect rax, 0
	expect r8, 1
	xor eax, eax
	cpuid
	expect rbx, 0x756e6547
	leaf 9, 0, 0xa0200000000000ff
	expect rax, 0xc0000c0000000002

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
