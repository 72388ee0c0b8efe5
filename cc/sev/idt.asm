; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Exceptions of the reset vector, up to 64-bit mode. The firmware's own code
; raises none but the #GP of a processor without SEV_STATUS; all others are the
; host's doing and end the boot.
; Documents: Intel SDM volume 3, section 6.11 (IDT descriptors); GHCB
; specification (AMD 56421), section 2.3.1 (termination request).

%include "reset.inc"

extern sev_reset_gp_low, sev_reset_vc_low	; symbols.lds
extern sev_reset_rdmsr
extern sev_reset_plain

%define VECTOR_GP	13
%define VECTOR_VC	29
%define GATE_INTERRUPT	0x8e00		; present, DPL 0, 32-bit interrupt gate

; Reset fragments are in the last 64 KiB below 4 GiB.
%macro gate 1
	dw %1, SEL_CODE32, GATE_INTERRUPT, 0xffff
%endmacro

RESET_CONST sev_idt
sev_reset_idt:
	times VECTOR_GP dq 0
	gate sev_reset_gp_low
	times VECTOR_VC - VECTOR_GP - 1 dq 0
	gate sev_reset_vc_low
.end:

global sev_reset_idtr
sev_reset_idtr:
	dw sev_reset_idt.end - sev_reset_idt - 1
	dd sev_reset_idt

section .reset_fail progbits alloc exec nowrite align=1
bits 32
global sev_reset_gp
sev_reset_gp:
	cmp dword [esp + 4], sev_reset_rdmsr	; after the error code: EIP
	je near sev_reset_plain
	; Fall through: nothing else of ours raises one.

; An event although no instruction of ours needs one, or a host that breaks the
; protocol. Without SEV_STATUS telling of events there is nobody to tell.
global sev_reset_vc
global sev_reset_terminate
sev_reset_vc:
sev_reset_terminate:
	mov ecx, MSR_SEV_STATUS
	rdmsr
	test al, SEV_STATUS_ES
	jz .halt
	mov ecx, MSR_GHCB
	mov eax, GHCB_MSR_TERMINATE
	xor edx, edx
	wrmsr
	vmgexit
.halt:
	cli
	hlt
	jmp sev_reset_terminate
