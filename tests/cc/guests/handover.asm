; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; SEV and SEV-ES guests (KIND) with page tables of their own, of which another program loads
; others. BEFORE pages are mapped shared then, beside the GHCB.
; Documents: AMD64 APM volume 2 (24593), sections 5.3 and 15.34.

%include "sev.inc"

%define TABLES		0x600000
%define PROGRAM		(VALID + 0x800)
%define PRIVATE		(C_BIT + 0x63)
%define LARGE		(C_BIT + 0xe3)

guest:
	mov edi, TABLES
	xor eax, eax
	mov ecx, 5 * 512
	rep stosq
	mov rax, TABLES + 0x1000 + PRIVATE
	mov [abs dword TABLES], rax
	mov rax, TABLES + 0x2000 + PRIVATE
	mov [abs dword TABLES + 0x1000], rax
	mov rax, 0xc0000000 + LARGE
	mov [abs dword TABLES + 0x1018], rax
	; The first 16 MiB, of which 2 MiB each around FRESH and GHCB in small pages.
	mov edi, TABLES + 0x2000
	mov rax, LARGE
.large:	stosq
	add rax, 0x200000
	cmp edi, TABLES + 0x2000 + 8 * 8
	jb .large
	mov rax, TABLES + 0x3000 + PRIVATE
	mov [abs dword TABLES + 0x2008], rax
	mov rax, TABLES + 0x4000 + PRIVATE
	mov [abs dword TABLES + 0x2010], rax
	mov rax, FRESH + PRIVATE
	mov edi, TABLES + 0x3000
.small:	stosq
	add rax, 0x1000
	cmp edi, TABLES + 0x4000
	jb .small
	mov rax, GHCB + PRIVATE
.ghcb:	stosq
	add rax, 0x1000
	cmp edi, TABLES + 0x5000
	jb .ghcb
	mov rcx, C_BIT
	mov edi, TABLES + 0x3018
	mov edx, BEFORE
.share:	test edx, edx
	jz .done
	sub [rdi], rcx
	add edi, 8
	dec edx
	jmp .share
.done:
%ifnidn KIND, sev
	sub [abs dword TABLES + 0x4000], rcx
	mov rax, r15
	xor edx, edx
	mov ecx, GHCB_MSR
	wrmsr
%endif
	mov eax, TABLES
	mov cr3, rax
	mov rcx, 0xc3d8220f		; mov cr3, rax; ret
	mov [abs dword PROGRAM], rcx
	mov ebx, PROGRAM
	call rbx
	finish 0

	guest_end
