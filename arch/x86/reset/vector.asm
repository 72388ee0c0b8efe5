; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; The last 16 bytes below 4 GiB: the first instruction of the machine.
; Document: Intel SDM volume 3, section 10.1.4 (first instruction executed).
;
; A machine starts here in 16-bit real mode or in 32-bit protected mode, so
; every byte up to the jump must mean the same in both. CR0.PE tells them
; apart. EAX is the only register that is lost.

extern reset_entry16_pre
extern reset_entry32_pre

section .reset_vector progbits alloc exec nowrite align=1
bits 16
global reset_vector
reset_vector:
	db 0x0f, 0x20, 0xc0		; mov eax, cr0
	db 0xa8, 0x01			; test al, 1
	db 0x74, 0x05			; jz .real
bits 32
	jmp near reset_entry32_pre
bits 16
.real:
	jmp near reset_entry16_pre
