; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Entry of a machine that starts in 32-bit protected mode, and the descriptor
; table that both entries use.
; Document: Intel SDM volume 3, section 3.4.5 (segment descriptors).

%include "hookpoints.inc"

HOOK_FRAGMENT entry32, 1main, 50, common
	cli
	cld
	lgdt [reset_gdtr]
	mov ebp, 32
	jmp dword SEL_CODE32:.flat
.flat:

RESET_CONST gdt
reset_gdt:
	dq 0
	dq 0x00cf9b000000ffff		; SEL_CODE32: base 0, 4 GiB, 32-bit code
	dq 0x00af9b000000ffff		; SEL_CODE64: 64-bit code
	dq 0x00cf93000000ffff		; SEL_DATA: base 0, 4 GiB, data
.end:

global reset_gdtr
reset_gdtr:
	dw reset_gdt.end - reset_gdt - 1
	dd reset_gdt
