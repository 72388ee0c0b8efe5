; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; What every other processor runs once: write a list of MSRs, say that it is
; done, halt. Copied to the start of a page below 1 MiB, whose layout is struct
; ap_page in arch/x86/cpu/mp.c.
; Document: Intel SDM volume 3, section 9.4 (multiple-processor initialization).

%define AP_DONE		0x80		; u16: processors that are through
%define AP_COUNT	0x82		; u16: entries of the list
%define AP_LIST		0x84		; { u32 msr, u32 low, u32 high }
%define AP_ENTRY_SIZE	12

section .rodata.ap_trampoline progbits alloc noexec nowrite align=4
bits 16
global ap_trampoline
ap_trampoline:
	cli
	mov ax, cs			; started at <page>:0000
	mov ds, ax
	mov si, AP_LIST
	mov bp, [AP_COUNT]
.next:
	test bp, bp
	jz .done
	mov ecx, [si]
	mov eax, [si + 4]
	mov edx, [si + 8]
	wrmsr
	add si, AP_ENTRY_SIZE
	dec bp
	jmp .next
.done:
	lock inc word [AP_DONE]
.halt:
	hlt
	jmp .halt
	times AP_DONE - ($ - ap_trampoline) db 0xcc	; fails if the code is longer
