; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Page tables for the way from flash to C: the fixed pages and the image
; (8 to 16 MiB) and the flash (the last 16 MiB below 4 GiB), and nothing else.
; C replaces them by tables with permissions (arch/x86/cpu/paging.c).
; Document: Intel SDM volume 3, sections 4.4 and 4.5.

%include "hookpoints.inc"

extern layout_reset_tables

%define PML4		(layout_reset_tables + 0x0000)
%define PDPT		(layout_reset_tables + 0x1000)
%define PD_LOW		(layout_reset_tables + 0x2000)
%define PD_FLASH	(layout_reset_tables + 0x3000)
%define TABLES		4

%define PTE_TABLE	0x23		; present, writable, accessed
%define PTE_LARGE	0xe3		; the same, dirty, 2 MiB

%define LOW_FIRST	4		; 8 MiB
%define LOW_COUNT	4
%define FLASH_FIRST	504		; 4 GiB - 16 MiB
%define FLASH_COUNT	8

HOOK_FRAGMENT pagetables, 1main, 50, common
	mov edx, edi
	xor eax, eax
	mov edi, PML4
	mov ecx, TABLES * 4096 / 4
	rep stosd
	mov edi, edx

	mov dword [PML4], PDPT + PTE_TABLE
	mov dword [PDPT + 0 * 8], PD_LOW + PTE_TABLE
	mov dword [PDPT + 3 * 8], PD_FLASH + PTE_TABLE

	mov eax, ((LOW_FIRST + LOW_COUNT - 1) << 21) | PTE_LARGE
	mov ecx, LOW_COUNT
.low:
	mov [PD_LOW + (LOW_FIRST - 1) * 8 + ecx * 8], eax
	sub eax, 1 << 21
	loop .low

	mov eax, (0xc0000000 + ((FLASH_FIRST + FLASH_COUNT - 1) << 21)) | PTE_LARGE
	mov ecx, FLASH_COUNT
.flash:
	mov [PD_FLASH + (FLASH_FIRST - 1) * 8 + ecx * 8], eax
	sub eax, 1 << 21
	loop .flash

	mov eax, PML4
