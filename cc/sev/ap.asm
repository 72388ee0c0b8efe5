; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Where the other processors of an SEV-ES guest start, in real mode, at the
; host's wish. Their registers are out of the host's reach, so the OS says where
; each goes in the AP jump table, a page that the boot processor has registered.
; Nothing of RAM but that page is used. With SNP the OS starts its processors
; itself, and that page is another one.
; Document: GHCB specification (AMD 56421), sections 4.1.6 and 4.3.

%include "reset.inc"

extern reset_gdtr_ip			; offset from CS base 0xFFFF0000
extern layout_launch_info1		; u16 IP, u16 CS

%define CR0_PE	1

section .reset_fail progbits alloc exec nowrite align=1
bits 16
global sev_ap_entry
sev_ap_entry:
	cli
	mov ecx, MSR_SEV_STATUS
	rdmsr
	test al, SEV_STATUS_SNP
	jnz .halt

	; A data segment of 4 GiB, kept in real mode; CS is not reloaded.
	o32 lgdt [cs:reset_gdtr_ip]
	mov ebx, cr0
	mov eax, ebx
	or al, CR0_PE
	mov cr0, eax
	mov ax, SEL_DATA
	mov ds, ax
	mov cr0, ebx
	xor ax, ax
	mov ds, ax
	jmp .look

.hold:
	mov ecx, MSR_GHCB
	mov eax, GHCB_MSR_AP_HOLD_REQ
	xor edx, edx
	wrmsr
	vmgexit
	rdmsr
	mov ebx, eax
	and eax, 0xfff
	cmp eax, GHCB_MSR_AP_HOLD
	jne .terminate
	and ebx, ~0xfff
	or ebx, edx
	jz .hold			; not a start: nobody is at the table
.look:
	cmp dword [dword layout_launch_info1], 0
	je .hold
	jmp far [dword layout_launch_info1]

.terminate:
	mov eax, GHCB_MSR_TERMINATE
	xor edx, edx
	wrmsr
	vmgexit
.halt:
	cli
	hlt
	jmp .halt
