; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; One more level of page tables where the processor has it: CR4.LA57 can only
; be set before paging is on, so this is the place to decide.
; Document: Intel SDM volume 3, section 4.5 (5-level paging).

%include "hookpoints.inc"

extern layout_reset_tables

%define PML5		(layout_reset_tables + 0x4000)
%define CPUID_7_ECX_LA57 (1 << 16)
%define CR4_LA57	(1 << 12)
%define PTE_TABLE	0x23		; present, writable, accessed

HOOK_FRAGMENT pagetables, 2post, 50, common
	mov esi, eax
	xor eax, eax
	cpuid
	cmp eax, 7
	jb .four
	mov eax, 7
	xor ecx, ecx
	cpuid
	test ecx, CPUID_7_ECX_LA57
	jz .four
	mov eax, cr4
	or eax, CR4_LA57
	mov cr4, eax
	mov edx, edi
	xor eax, eax
	mov edi, PML5
	mov ecx, 4096 / 4
	rep stosd
	mov edi, edx
	or esi, PTE_TABLE
	mov [PML5], esi
	mov esi, PML5
.four:
	mov eax, esi
