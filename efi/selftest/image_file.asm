; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; A PE32+ image for the self-tests: code, data with one address in it, and one
; relocation. Its load options, eight bytes each, are what it returns and whether by
; Exit.
; Documents: Microsoft PE Format (learn.microsoft.com, revision 11); UEFI 2.10,
; sections 4.3, 4.4, 7.4.5 and 9.1.

bits 64
default rel

BASE		equ 0x10000000		; surely not where it will be
PAGE		equ 0x1000
ALIGNMENT	equ 0x200		; in the file

; Offsets in the tables.
ST_BOOT		equ 96
BS_HANDLE_PROTOCOL equ 152
BS_EXIT		equ 216
LOADED_OPTIONS	equ 56

UNSUPPORTED	equ 0x8000000000000003

; Data is farther from the code in memory than in the file.
FARTHER		equ PAGE - ALIGNMENT

%define RVA(label, section, number)	((label) - (section) + PAGE * (number))

section .rodata.selftest_image progbits alloc noexec nowrite align=16

global image_file:data
image_file:
	db "MZ"
	times 0x3c - ($ - image_file) db 0
	dd header - image_file

header:
	db "PE", 0, 0
	dw 0x8664, 3
	dd 0, 0, 0
	dw sections - optional, 0x0022		; executable, large addresses
optional:
	dw 0x020b, 0
	dd ALIGNMENT, 2 * ALIGNMENT, 0
	dd RVA(entry, text, 1), PAGE
	dq BASE
	dd PAGE, ALIGNMENT
	dw 0, 0, 0, 0, 2, 0
	dd 0, 4 * PAGE, ALIGNMENT, 0
global image_file_subsystem:data
image_file_subsystem:
	dw 10, 0x0140				; application; NX-compatible, can be moved
	dq 0, 0, 0, 0
	dd 0, 6
	dq 0, 0, 0, 0, 0
	dd PAGE * 3, relocations_end - relocations
sections:
	db ".text", 0, 0, 0
	dd text_end - text, PAGE, ALIGNMENT, text - image_file, 0, 0, 0, 0x60000020
	db ".data", 0, 0, 0
	dd data_end - data, PAGE * 2, ALIGNMENT, data - image_file, 0, 0, 0, 0xc0000040
	db ".reloc", 0, 0
	dd relocations_end - relocations, PAGE * 3, ALIGNMENT, relocations - image_file
	dd 0, 0, 0, 0x42000040
	times ALIGNMENT - ($ - image_file) db 0

; efi_status_t entry(efi_handle_t image, struct efi_system_table *table)
text:
entry:
	push rbx
	push rsi
	sub rsp, 56
	mov rbx, rcx
	mov rsi, [rdx + ST_BOOT]
	; Relocated: the address that the data has is that of this code.
	mov rax, UNSUPPORTED
	lea rcx, [entry]
	cmp rcx, [rel data_address + FARTHER]
	jne .return
	mov rcx, rbx
	lea rdx, [rel loaded_image + FARTHER]
	lea r8, [rsp + 40]
	call [rsi + BS_HANDLE_PROTOCOL]
	test rax, rax
	jnz .return
	mov r8, [rsp + 40]
	mov r8, [r8 + LOADED_OPTIONS]
	mov rax, [r8]
	cmp qword [r8 + 8], 0
	je .return
	; A returned status is worth nothing if Exit does not return.
	mov rcx, rbx
	mov rdx, rax
	xor r8d, r8d
	xor r9d, r9d
	call [rsi + BS_EXIT]
.return:
	add rsp, 56
	pop rsi
	pop rbx
	ret
text_end:
	times ALIGNMENT - ($ - text) db 0xcc

data:
data_address:
	dq BASE + PAGE
loaded_image:
	dd 0x5b1b31a1
	dw 0x9562, 0x11d2
	db 0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b
data_end:
	times ALIGNMENT - ($ - data) db 0

relocations:
	dd PAGE * 2, 12
	dw 10 << 12 | (data_address - data), 0
relocations_end:
	times ALIGNMENT - ($ - relocations) db 0
global image_file_end:data
image_file_end:
