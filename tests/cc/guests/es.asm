; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; SEV-ES guests, one for each value of CASE. "rules" and "smp" end well; "event" sends what
; the command line says and ends with the answer; the others violate a strict check.
; Documents: GHCB specification (AMD 56421), sections 2.3, 2.6 and 4; AMD64 APM volume 2
; (24593), section 15.35, and appendix C for error codes of #VC.

%define KIND es
%ifidn CASE, smp
%define AP
%endif
%include "sev.inc"

%define APIC		0xfee00000
%define SEV_STATUS	0xc0010131
%define DATA		(FRESH + 0x10000)

%define GP_REQUEST	0x80000b0d

; How far the second processor is, and what it does meanwhile.
%define STAGE		(VALID + 0x40)
%define COUNT		(VALID + 0x48)
%define RESULT		(VALID + 0x50)

; valid NUMBER, FIELD: the answer has this field.
%macro valid 2
	bt dword [rdi + GHCB_VALID + (%2) / 256 * 4], ((%2) / 8) % 32
	expect jc, %1
%endmacro

; answered NUMBER, INFO1, INFO2
%macro answered 3
	cmp qword [rdi + GHCB_INFO1], %2
	expect je, %1
	mov rax, %3
	cmp [rdi + GHCB_INFO2], rax
	expect je, %1
%endmacro

%macro port 3-4 0	; number, direction and size bits, value, INFO2
	ghcb_page
	ghcb_put GHCB_RAX, %3
	ghcb_event 0x7b, (%1) << 16 | %2, %4
%endmacro

; 4 bytes by an event: register of the APIC, value
%macro apic_write 2
	ghcb_page
	mov dword [rdi + GHCB_BUFFER], %2
	lea rax, [r15 + GHCB_BUFFER]
	ghcb_put GHCB_SCRATCH, rax
	ghcb_event 0x80000002, APIC + (%1), 4
%endmacro

; 1 byte to the flash chip below the image, by an event
%macro flash_write 1
	ghcb_page
	mov byte [rdi + GHCB_BUFFER], %1
	lea rax, [r15 + GHCB_BUFFER]
	ghcb_put GHCB_SCRATCH, rax
	ghcb_event 0x80000002, BASE - 0x1000, 1
%endmacro

guest:
%ifidn CASE, rules
	mov ecx, SEV_STATUS
	rdmsr
	cmp eax, 3
	expect je, 1
	traps 2, 13, 0, wrmsr

	; The MSR protocol. What the MSR says before the first request is an answer, too.
	mov ecx, GHCB_MSR
	rdmsr
	cmp eax, 39 << 24 | 1
	expect je, 3
	cmp edx, 2 << 16 | 1		; versions 1 to 2
	expect je, 4
	mov eax, 2
	msr_request
	mov rdx, 2 << 48 | 1 << 32 | 39 << 24 | 1
	cmp rax, rdx
	expect je, 5
	mov eax, 0x80			; features: none
	msr_request
	cmp rax, 0x81
	expect je, 6
	mov rax, 0x8000001f << 32 | 0 << 30 | 4
	msr_request
	mov rdx, 0xa << 32 | 0 << 30 | 5
	cmp rax, rdx
	expect je, 7
	mov rax, 0x8000001f << 32 | 1 << 30 | 4
	msr_request
	mov rdx, (1 << 6 | 39) << 32 | 1 << 30 | 5
	cmp rax, rdx
	expect je, 8
	mov rax, 1 << 32 | 2 << 30 | 4	; ECX and EDX differ
	msr_request
	mov rbx, rax
	mov rax, 1 << 32 | 3 << 30 | 4
	msr_request
	cmp eax, 3 << 30 | 5
	expect je, 9
	cmp ebx, 2 << 30 | 5
	expect je, 9
	shr rax, 32
	shr rbx, 32
	cmp rbx, rax
	expect jne, 9

	; Everything that needs the host raises #VC, at the instruction.
	mov ecx, 0x1b
	mov edx, 0x80
	traps 10, 29, 0x72, cpuid
	traps 11, 29, 0x7c, rdmsr
	traps 12, 29, 0x7c, wrmsr
	traps 13, 29, 0x7b, {in al, dx}
	traps 14, 29, 0x7b, {in ax, 0x80}
	traps 15, 29, 0x7b, {out dx, eax}
	mov ecx, 4
	mov esi, DATA
	mov edi, DATA
	traps 16, 29, 0x7b, rep outsb
	traps 17, 29, 0x7b, insd
	traps 18, 29, 0x89, wbinvd
	traps 19, 29, 0x76, invd
	traps 20, 29, 0x6f, rdpmc
	mov eax, DATA
	xor ecx, ecx
	xor edx, edx
	traps 21, 29, 0x8a, monitor
	traps 22, 29, 0x8b, mwait
	traps 23, 29, 0x27, {mov rax, dr7}
	traps 24, 29, 0x37, {mov dr7, rax}
	traps 25, 29, 0x81, vmmcall
	mov rbx, SHARED + APIC
	traps 26, 29, 0x400, {mov eax, [rbx + 0x30]}
	traps 27, 29, 0x400, {mov [rbx + 0x80], eax}
	cmp ecx, 0
	expect je, 28			; registers are as before
	; And what does not.
	mov ecx, 0xc0000080
	rdmsr
	mov ecx, 0xc0000101
	rdmsr
	rdtsc
	mov rax, dr6
	pause

	; The wrong C-bit shows other data.
	cmp dword [abs dword UNPAGED], UNPAGED_MARK
	expect je, 30
	mov rbx, SHARED
	mov dword [abs dword DATA], 0x11111111
	mov dword [rbx + DATA], 0x22222222
	cmp dword [abs dword DATA], 0x11111111
	expect je, 31

	; Answers of the events: values, and that they are marked as valid.
	call ghcb_setup
	ghcb_page
	ghcb_event 0x8000fffd, 0, 0
	answered 40, 0, 0
	valid 41, GHCB_INFO1
	valid 42, GHCB_INFO2
	ghcb_page
	ghcb_put GHCB_RAX, 0x8000001f
	ghcb_put GHCB_RCX, 0
	ghcb_event 0x72, 0, 0
	answered 43, 0, 0
	cmp dword [rdi + GHCB_RAX], 0xa	; SEV and SEV-ES
	expect je, 44
	cmp dword [rdi + GHCB_RBX], 1 << 6 | 39
	expect je, 45
	valid 46, GHCB_RAX
	valid 46, GHCB_RBX
	valid 46, GHCB_RCX
	valid 46, GHCB_RDX
	bt dword [rdi + GHCB_VALID + 12], GHCB_CODE / 8 % 32
	expect jnc, 47			; no answer, so it is not valid any more

	; I/O of each size, in both directions: PCI's address register, its upper half
	; for the vendor and device of the host bridge; CMOS; a string.
	port 0xcf8, 0x40, 0x80000000
	port 0xcf8, 0x41, 0
	cmp dword [rdi + GHCB_RAX], 0x80000000
	expect je, 50
	valid 50, GHCB_RAX
	port 0xcfc, 0x21, -1
	cmp qword [rdi + GHCB_RAX], 0x8086
	expect je, 51
	port 0x70, 0x10, 0x0f
	port 0x71, 0x10, 0x5a
	port 0x70, 0x10, 0x0f
	port 0x71, 0x11, -1
	cmp qword [rdi + GHCB_RAX], 0x5a
	expect je, 52
	xor eax, eax
	call select_item
	mov edi, BUFFER
	mov ecx, 4
	call get_bytes
	cmp dword [abs dword BUFFER], "QEMU"
	expect je, 53
	port 0x80, 0x70, 0		; no such size
	answered 54, 2, 5

	; MSRs: the APIC's base; one that can be written; one that must not be.
	ghcb_page
	ghcb_put GHCB_RCX, 0x1b
	ghcb_event 0x7c, 0, 0
	cmp dword [rdi + GHCB_RAX], APIC + 0x900
	expect je, 60
	valid 60, GHCB_RDX
	ghcb_page
	ghcb_put GHCB_RCX, 0x2ff
	ghcb_put GHCB_RAX, 0xc06
	ghcb_put GHCB_RDX, 0
	ghcb_event 0x7c, 1, 0
	answered 61, 0, 0
	ghcb_page
	ghcb_put GHCB_RCX, 0x2ff
	ghcb_event 0x7c, 0, 0
	cmp dword [rdi + GHCB_RAX], 0xc06
	expect je, 62
	ghcb_page
	ghcb_put GHCB_RCX, SEV_STATUS
	ghcb_put GHCB_RAX, 0
	ghcb_put GHCB_RDX, 0
	ghcb_event 0x7c, 1, 0
	answered 63, 1, GP_REQUEST

	; Device memory: a register of the APIC there and back; no RAM, no odd sizes.
	apic_write 0x80, 0x20
	answered 70, 0, 0
	ghcb_page
	lea rax, [r15 + GHCB_BUFFER + 8]
	ghcb_put GHCB_SCRATCH, rax
	ghcb_event 0x80000001, APIC + 0x80, 4
	answered 71, 0, 0
	cmp dword [rdi + GHCB_BUFFER + 8], 0x20
	expect je, 72
	apic_write 0x80, 0
	ghcb_page
	lea rax, [r15 + GHCB_BUFFER]
	ghcb_put GHCB_SCRATCH, rax
	ghcb_event 0x80000001, APIC + 0x80, 3
	answered 73, 2, 5
	ghcb_page
	lea rax, [r15 + GHCB_BUFFER]
	ghcb_put GHCB_SCRATCH, rax
	ghcb_event 0x80000001, DATA, 4
	answered 74, 2, 5

	; The rest: time, counters, debug register, hypercall, jump table.
	ghcb_page
	ghcb_event 0x6e, 0, 0
	mov rbx, [rdi + GHCB_RDX]
	shl rbx, 32
	or rbx, [rdi + GHCB_RAX]
	valid 80, GHCB_RDX
	ghcb_page
	ghcb_event 0x87, 0, 0
	mov rcx, [rdi + GHCB_RDX]
	shl rcx, 32
	or rcx, [rdi + GHCB_RAX]
	cmp rcx, rbx
	expect ja, 81
	valid 81, GHCB_RCX
	ghcb_page
	ghcb_put GHCB_RCX, 0
	ghcb_event 0x6f, 0, 0
	answered 82, 1, GP_REQUEST
	ghcb_page
	ghcb_event 0x27, 0, 0
	cmp qword [rdi + GHCB_RAX], 0x400
	expect je, 83
	ghcb_page
	ghcb_put GHCB_RAX, 12345
	ghcb_put GHCB_CPL, 0
	ghcb_event 0x81, 0, 0
	cmp qword [rdi + GHCB_RAX], -1000
	expect je, 84
	ghcb_page
	ghcb_event 0x80000005, 1, 0
	answered 85, 0, 0		; nobody has set it
	ghcb_page
	ghcb_event 0x80000005, 0, 0x9000
	answered 86, 0, 0
	ghcb_page
	ghcb_event 0x80000005, 1, 0
	answered 87, 0, 0x9000
	ghcb_page
	ghcb_event 0x80000005, 2, 0
	answered 88, 2, 5

	; A flash chip below the image reads as memory, until a command makes it a device.
	mov rbx, SHARED + BASE - 0x1000
	mov eax, [rbx]
	flash_write 0x70		; show the status
	traps 90, 29, 0x400, {mov eax, [rbx]}
	traps 91, 29, 0x400, {mov [rbx], eax}
	flash_write 0xff		; show the array
	mov eax, [rbx]
	flash_write 0xe8		; a buffer
	flash_write 1			; of two units, whose values are no commands
	flash_write 0xff
	flash_write 0xff
	flash_write 0xd0
	traps 92, 29, 0x400, {mov eax, [rbx]}
	flash_write 0x50		; clear the status, and show the array
	mov eax, [rbx]
	finish 0

%elifidn CASE, flash_write
	; The host has write-protected the page, and the processor leaves it again and again.
	mov rbx, SHARED + BASE - 0x1000
	mov [rbx], al
	finish 1

%elifidn CASE, event
	; FIELDS: which are valid; see GHCB_FIELDS of test_sev_guests.py.
	call ghcb_setup
	ghcb_page
	mov word [rdi + GHCB_VERSION], VERSION
	mov dword [rdi + GHCB_USAGE], USAGE
%macro field 2-3 0	; bit of FIELDS, field, value
%if FIELDS & 1 << %1
	ghcb_put %2, %3
%else
	mov rax, %3
	mov [rdi + %2], rax
%endif
%endmacro
	field 0, GHCB_RAX, VALUE_RAX
	field 1, GHCB_RBX
	field 2, GHCB_RCX, VALUE_RCX
	field 3, GHCB_RDX
	field 4, GHCB_CPL
	field 5, GHCB_XCR0, 1
	field 6, GHCB_XSS
	field 7, GHCB_SCRATCH, SCRATCH
	field 8, GHCB_RDI
	field 9, GHCB_CODE, CODE
	field 10, GHCB_INFO1, INFO1
	field 11, GHCB_INFO2, INFO2
	call ghcb_send
	; The end says INFO1 * 32 + INFO2 of the answer.
	mov eax, [rdi + GHCB_INFO1]
	cmp eax, 2
	expect jbe, 124
	shl eax, 5
	cmp eax, 64
	jne .done
	add eax, [rdi + GHCB_INFO2]
.done:	shl eax, 16
	or eax, 0xf100
	jmp terminate

%elifidn CASE, msr
	; REQUEST, whose answer, if there is one, is the request itself.
	mov rax, REQUEST
	msr_request
	mov rbx, REQUEST
	cmp rax, rbx
	expect je, 1
	finish 0

%elifidn CASE, terminate_page
	call ghcb_setup
	ghcb_page
	ghcb_event 0x8000fffe, 0x5a7, 0	; reason set 7, code 0x5a
	finish 1

%elifidn CASE, unsupported
	call ghcb_setup
	ghcb_page
	ghcb_event 0x8000ffff, 0x404, 0
	finish 1

%elifidn CASE, mmio_private
	mov ebx, APIC
	mov eax, [rbx + 0x30]
	finish 1

%elifidn CASE, exec_shared
	mov rbx, SHARED + DATA
	mov byte [abs dword DATA], 0xc3
	call rbx
	finish 1

%elifidn CASE, no_gate
	; An event that nobody can take.
	lidt [rel empty]
	cpuid
empty:	dw 0
	dq 0

%elifidn CASE, paravirt
	; Code at CODE executes CPUID, then the image does, if IMAGE is 1.
	mov rdi, CODE
	mov dword [rdi], 0x00c3a20f	; cpuid; ret
	lea rax, [rel .after]
	mov [abs dword RESUME], rax
	mov eax, 1
	mov rdi, CODE + ALIAS
	call rdi
.after:	cmp qword [abs dword VECTOR], 29
	expect je, 1
%if IMAGE
	traps 2, 29, 0x72, cpuid
%endif
	finish 0

%elifidn CASE, attacked_cpuid
	; Both ways to ask the host have lost all of EAX, and nothing else.
	mov rax, 0x8000001f << 32 | 0 << 30 | 4
	msr_request
	shr rax, 32
	expect jz, 10			; 10: what it is without an attack
	mov rax, 0x8000001f << 32 | 1 << 30 | 4
	msr_request
	shr rax, 32
	cmp eax, 1 << 6 | 39
	expect je, 1
	call ghcb_setup
	ghcb_page
	ghcb_put GHCB_RAX, 0x8000001f
	ghcb_put GHCB_RCX, 0
	ghcb_event 0x72, 0, 0
	cmp qword [rdi + GHCB_RAX], 0
	expect je, 2
	cmp dword [rdi + GHCB_RBX], 1 << 6 | 39
	expect je, 3
	mov ecx, SEV_STATUS
	rdmsr
	cmp eax, 3
	expect je, 4
	finish 0

%elifidn CASE, attacked_reply
	; 99 events are answered as they should be, one is not, and the next one is again.
	call ghcb_setup
	mov r14d, 101
.next:	ghcb_page
	ghcb_event 0x8000fffd, 0, 0
	cmp r14d, 2
	je .hit
	answered 1, 0, 0
.go_on:	dec r14d
	jnz .next
	finish 0
.hit:	cmp qword [rdi + GHCB_INFO1], 0
	expect jne, 10			; 10: without an attack
	answered 2, 1, 0x80000b0e
	jmp .go_on

%elifidn CASE, smp
	call ghcb_setup
	ghcb_page
	ghcb_event 0x80000005, 0, 0x5000
	apic_write 0x310, 1 << 24
	apic_write 0x300, 0x4600 | 0x12	; a SIPI is enough: the state was launched
	mov ebx, 1
	call wait_stage
	; INIT does not touch it, SIPI ends its hold: by the MSR, then by the page.
	apic_write 0x300, 0x4500
	mov ecx, 1000
	loop $
	cmp dword [abs dword STAGE], 1
	expect je, 101
	apic_write 0x300, 0x4600 | 0x12
	mov ebx, 2
	call wait_stage
	call sipi_until_3
	; Running, so another SIPI has no effect.
	apic_write 0x300, 0x4500
	apic_write 0x300, 0x4600 | 0x12
	mov ecx, [abs dword COUNT]
	mov edx, 100000000
.still:	dec edx
	expect jnz, 102
	pause
	mov eax, [abs dword COUNT]
	sub eax, ecx
	cmp eax, 1000
	jb .still
	cmp dword [abs dword STAGE], 3
	expect je, 103
	cmp dword [abs dword RESULT], 0x5000
	expect je, 104
	finish 0

; A processor that is not parked yet misses a SIPI.
sipi_until_3:
	mov r14d, 1000
.next:	dec r14d
	expect jnz, 105
	apic_write 0x300, 0x4600 | 0x12
	cmp dword [abs dword STAGE], 3
	jne .next
	ret

wait_stage:
	mov ecx, 100000000
.next:	pause
	cmp [abs dword STAGE], ebx
	je .end
	dec ecx
	expect jnz, 100
	jmp .next
.end:	ret

ap_guest:
	; The GHCB MSR is each processor's own.
	mov ecx, GHCB_MSR
	rdmsr
	cmp eax, 39 << 24 | 1
	expect je, 110
	mov dword [abs dword STAGE], 1
	mov r12d, 0x1234
	mov eax, 6			; AP reset hold
	msr_request
	mov edx, eax
	and edx, 0xfff
	cmp edx, 7
	expect je, 111
	shr rax, 12
	expect jnz, 112
	cmp r12d, 0x1234		; nothing else is new
	expect je, 113
	mov dword [abs dword STAGE], 2
	call ghcb_setup
	ghcb_page
	ghcb_event 0x80000004, 0, 0
	cmp qword [rdi + GHCB_INFO1], 0
	expect je, 114
	cmp qword [rdi + GHCB_INFO2], 0
	expect jne, 115
	valid 116, GHCB_INFO2
	ghcb_page
	ghcb_event 0x80000005, 1, 0
	mov rax, [rdi + GHCB_INFO2]
	mov [abs dword RESULT], eax
	mov dword [abs dword STAGE], 3
.count:	inc dword [abs dword COUNT]
	pause
	jmp .count

%else
%error "no such case"
%endif

guest_end
