; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; From 32-bit protected mode to 64-bit mode, with no-execute pages on.
; Document: Intel SDM volume 3, section 10.8.5 (IA-32e mode operation).

%include "hookpoints.inc"

extern reset_start64_pre

%define CR0_PG		(1 << 31)
%define CR0_WP		(1 << 16)
%define CR4_PAE		(1 << 5)
%define CR4_OSFXSR	(1 << 9)	; for library code that uses SSE
%define MSR_EFER	0xc0000080
%define EFER_LME	(1 << 8)
%define EFER_NXE	(1 << 11)

HOOK_FRAGMENT longmode, 1main, 50, common
	mov cr3, eax
	mov eax, cr4
	or eax, CR4_PAE | CR4_OSFXSR
	mov cr4, eax

	; A machine may start with these set and refuse the write.
	mov ecx, MSR_EFER
	rdmsr
	mov ebx, eax
	or eax, EFER_LME | EFER_NXE
	cmp eax, ebx
	je .efer_done
	wrmsr
.efer_done:
	mov eax, cr0
	or eax, CR0_PG | CR0_WP
	mov cr0, eax
	jmp dword SEL_CODE64:reset_start64_pre
