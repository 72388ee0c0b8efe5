; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; ccvm's own part of the reset vector: is its RAM there, an identity map of
; 512 GiB, the copy to RAM, and C.
; Document: Intel SDM volume 3, section 4.5 (1-GByte pages).

%include "hookpoints.inc"

extern reset_fail
extern image_start, image_load, image_load_qwords, image_end
extern bss_start, bss_qwords
extern boot_stack_top
extern ccvm_main

%define PTE_TABLE	0x67		; present, writable, user, accessed, dirty
%define PTE_LARGE	0xe7		; the same, 1 GiB

; Read back after a write elsewhere: a bus may remember its last value.
HOOK_FRAGMENT lowmem, 1main, 50, common
	mov esi, too_little
	mov dword [image_start], 0x4d564343
	mov dword [image_end - 4], 0x21212121
	cmp dword [image_start], 0x4d564343
	jne near reset_fail
	cmp dword [image_end - 4], 0x21212121
	jne near reset_fail

RESET_CONST lowmem_text
too_little:
	db "ccvm: fatal: no RAM below 2 GiB for ccvm itself: the machine needs -m 3G or more", 10, 0

HOOK_FRAGMENT pagetables, 1main, 50, common
	mov edx, edi
	mov edi, host_pml4
	xor eax, eax
	mov ecx, 4096 / 4
	rep stosd
	mov dword [host_pml4], host_pdpt + PTE_TABLE
	mov edi, host_pdpt
	mov ecx, 512
	mov eax, PTE_LARGE
	xor ebx, ebx
.next:
	mov [edi], eax
	mov [edi + 4], ebx
	add edi, 8
	add eax, 1 << 30
	adc ebx, 0
	loop .next
	mov edi, edx
	mov eax, host_pml4

HOOK_FRAGMENT start64, 1main, 50, common
	mov esi, image_load		; below 4 GiB: the upper half is zero
	mov edi, image_start
	mov ecx, image_load_qwords
	rep movsq
	xor eax, eax
	mov edi, bss_start
	mov ecx, bss_qwords
	rep stosq
	mov esp, boot_stack_top
	xor ebp, ebp
	mov eax, ccvm_main
	call rax

; Not cleared with bss: in use by then.
section .bss..noinit nobits alloc noexec write align=4096
global host_pml4
host_pml4:
	resb 4096
host_pdpt:
	resb 4096
boot_stack:
	resb 16384
boot_stack_top:
