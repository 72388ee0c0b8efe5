; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; SEV guests, one for each value of CASE: "rules", "dma" and "smp" end well, the others
; violate a strict check.
; Documents: AMD64 APM volume 2 (24593), section 15.34; volume 3 (24594), appendix E;
; QEMU, docs/specs/fw_cfg.rst, edu.txt.

%define KIND sev
%ifidn CASE, smp
%define AP
%endif
%ifidn CASE, rules
%define LEGACY		0x300000
%endif
%include "sev.inc"

%define SEV_STATUS	0xc0010131
%define FW_CFG_DMA	0x514
%define APIC		0xfee00000
%define TRAMPOLINE	0x9000
%define LOW_END		0xa0000
%define EDU		0xe0000000
%define EDU_BUFFER	0x40000		; in its own address space
%define EDU_START	1
%define EDU_TO_RAM	2
%define ARRIVED		(VALID + 0x40)
; FRESH itself is a page table in the frame, which ccvm knows from the start.
%define DATA		(FRESH + 0x10000)

guest:
%ifidn CASE, rules
	; What the processor says it is. CPUID must not raise #VC.
	mov eax, 0x8000001f
	xor ecx, ecx
	cpuid
	cmp eax, 2
	expect je, 1
	mov eax, ebx
	and eax, 0x3f
	cmp eax, 39
	expect je, 2
	shr ebx, 6
	and ebx, 0x3f
	cmp ebx, 1
	expect je, 3
	mov eax, 0x80000008
	cpuid
	cmp al, 39
	expect je, 4
	mov ecx, SEV_STATUS
	rdmsr
	or edx, edx
	expect jz, 5
	cmp eax, 1
	expect je, 6
	traps 7, 13, 0, wrmsr

	; All memory was private before paging was on, and while it had no room for the C-bit.
	cmp dword [abs dword UNPAGED], UNPAGED_MARK
	expect je, 10
	mov rbx, SHARED
	cmp dword [rbx + UNPAGED], UNPAGED_MARK
	expect jne, 11
	cmp dword [abs dword LEGACY_PAGED], UNPAGED_MARK
	expect je, 16
	cmp dword [rbx + LEGACY_PAGED], UNPAGED_MARK
	expect jne, 17

	; The wrong C-bit shows other data, in both directions.
	mov dword [abs dword DATA], 0x11111111
	mov dword [rbx + DATA], 0x22222222
	cmp dword [abs dword DATA], 0x11111111
	expect je, 12
	cmp dword [rbx + DATA], 0x22222222
	expect je, 13
	mov ecx, image + SIZE - 0x1000 + 0xff0	; the reset vector
	mov rax, [rcx]
	or rcx, rbx
	cmp [rcx], rax
	expect jne, 14

	; Page walks are private whatever the C-bit: the third entry of the top level has none.
	mov rdi, FRESH + 0x1000
	mov rax, C_BIT + 0xe3
	mov [abs dword FRESH], rax
	mov rax, 2 << 39 | UNPAGED
	cmp dword [rax], UNPAGED_MARK
	expect je, 15

	; Devices reach shared memory only. Read "QEMU", item 0.
	mov rdi, SHARED + FRESH + 0x2000
	mov dword [rdi], 0x0a000000	; big-endian: read, select item 0
	mov dword [rdi + 4], 0x04000000
	mov rax, FRESH + 0x3000
	bswap rax
	mov [rdi + 8], rax
	mov dword [abs dword FRESH + 0x3000], 0x33333333
	xor eax, eax
	mov dx, FW_CFG_DMA
	out dx, eax
	mov eax, FRESH + 0x2000
	bswap eax
	add dx, 4
	out dx, eax
	cmp dword [rdi], 0
	expect je, 20
	cmp dword [rbx + FRESH + 0x3000], "QEMU"
	expect je, 21
	cmp dword [abs dword FRESH + 0x3000], 0x33333333
	expect je, 22

	; No events: a hypercall that is not there, device memory with either C-bit.
	mov eax, 12345
	vmmcall
	cmp rax, -1000
	expect je, 30
	mov ecx, APIC
	mov eax, [rcx + 0x30]
	test eax, eax
	expect jnz, 31
	or rcx, rbx
	cmp [rcx + 0x30], eax
	expect je, 32
	wbinvd
	finish 0

%elifidn CASE, dma
	; A device copies RAM to RAM: what it reads and writes is shared. QEMU's "edu" at slot 3.
	mov rbx, SHARED
	mov dword [abs dword DATA], 0x11111111
	mov dword [rbx + DATA], 0x22222222
	mov dword [abs dword DATA + 0x1000], 0x33333333
	mov dword [rbx + DATA + 0x1000], 0x44444444
	mov ecx, 3 << 11
	call config_address
	in eax, dx
	cmp eax, 0x11e81234
	expect je, 1
	mov ecx, 3 << 11 | 0x10
	call config_address
	mov eax, EDU
	out dx, eax
	mov ecx, 3 << 11 | 4
	call config_address
	mov eax, 6			; memory, bus master
	out dx, eax
	mov esi, DATA
	mov edi, EDU_BUFFER
	mov ecx, EDU_START
	call edu_copy
	mov esi, EDU_BUFFER
	mov edi, DATA + 0x1000
	mov ecx, EDU_START | EDU_TO_RAM
	call edu_copy
	cmp dword [rbx + DATA + 0x1000], 0x22222222
	expect je, 2
	cmp dword [abs dword DATA + 0x1000], 0x33333333
	expect je, 3
	finish 0

config_address:
	lea eax, [rcx + 0x80000000]
	mov edx, 0xcf8
	out dx, eax
	add edx, 4
	ret

edu_copy:
	mov ebp, EDU
	mov [rbp + 0x80], rsi
	mov [rbp + 0x88], rdi
	mov qword [rbp + 0x90], 4
	mov [rbp + 0x98], rcx
	mov r8d, 100000000
.wait:	pause
	mov rax, [rbp + 0x98]
	test eax, EDU_START
	jz .done
	dec r8d
	expect jnz, 4
	jmp .wait
.done:	ret

%elifidn CASE, smp
	; All RAM below 640 KiB is the guest's, with both views: each word is its address.
	mov rbx, SHARED
	xor edi, edi
.fill:	mov [rdi], rdi
	mov [rbx + rdi], rdi
	not qword [rbx + rdi]
	add edi, 8
	cmp edi, LOW_END
	jb .fill

	; INIT and SIPI, real mode at the vector.
	mov rsi, trampoline
	mov edi, TRAMPOLINE
	mov ecx, trampoline_end - trampoline
	rep movsb
	mov ebx, APIC
	mov dword [rbx + 0x310], 1 << 24
	mov dword [rbx + 0x300], 0x4500
	mov dword [rbx + 0x300], 0x4600 | TRAMPOLINE >> 12
	mov ecx, 100000000
.wait:	pause
	cmp dword [abs dword ARRIVED], 2
	je .there
	dec ecx
	jnz .wait
	finish 1
.there:	mov rbx, SHARED
	xor edi, edi
.look:	mov eax, edi
	sub eax, TRAMPOLINE
	cmp eax, 0x1000
	jb .skip
	cmp [rdi], rdi
	expect je, 2
	mov rax, rdi
	not rax
	cmp [rbx + rdi], rax
	expect je, 3
.skip:	add edi, 8
	cmp edi, LOW_END
	jb .look
	finish 0

ap_guest:
	mov rax, SHARED
	cmp word [rax + TRAMPOLINE + 0xff0], 0x5a5a	; the real-mode write was private
	je .end
	cmp word [abs dword TRAMPOLINE + 0xff0], 0x5a5a
	jne .end
	mov dword [abs dword ARRIVED], 2
.end:	hlt
	jmp .end

bits 16
trampoline:
	mov word [cs:0xff0], 0x5a5a
	mov esi, 1
	o32 lgdt [cs:.gdtr - trampoline]
	mov eax, cr0
	or al, 1
	mov cr0, eax
	jmp dword 0x08:start32
.gdtr:	dw 31
	dd gdt
trampoline_end:
bits 64

%elifidn CASE, exec_shared
	mov rbx, SHARED + DATA
	mov byte [abs dword DATA], 0xc3
	mov byte [rbx], 0xc3
	call rbx
	finish 1

%elifidn CASE, triple_fault
	lidt [rel empty]
	ud2
empty:	dw 0
	dq 0

%elifidn CASE, attacked_cpuid
	; EAX is zero, and nothing else has changed.
	mov eax, 0x8000001f
	xor ecx, ecx
	cpuid
	and ebx, 0x3f
	cmp ebx, 39
	expect je, 1
	push rax
	mov eax, 0x80000000
	cpuid
	cmp eax, 0x8000001f
	expect jae, 2
	mov ecx, SEV_STATUS
	rdmsr
	cmp eax, 1
	expect je, 3
	pop rax
	cmp eax, 2
	expect jne, 10			; 10: what it is without an attack
	test eax, eax
	expect jz, 11
	finish 0

%else
%error "no such case"
%endif

guest_end
