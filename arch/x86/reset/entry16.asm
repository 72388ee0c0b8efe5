; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; From 16-bit real mode to flat 32-bit protected mode.
; Document: Intel SDM volume 3, section 10.9.1 (switching to protected mode).

%include "hookpoints.inc"

extern reset_gdtr_ip		; reset_gdtr's offset from CS base 0xFFFF0000
extern reset_entry32_end

%define CR0_PE	(1 << 0)
%define CR0_ET	(1 << 4)
%define CR0_NE	(1 << 5)

HOOK_FRAGMENT entry16, 1main, 50, common
	cli
	cld
	o32 lgdt [cs:reset_gdtr_ip]
	mov eax, CR0_PE | CR0_ET | CR0_NE	; caches on: CD and NW are clear
	mov cr0, eax
	mov ebp, 16
	jmp dword SEL_CODE32:reset_entry32_end
