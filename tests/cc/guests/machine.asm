; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; A plain guest of a few instructions: it writes VALUE to PORT, and then SECOND to
; SECOND_PORT if they are given. One that is still there powers the machine off.
; Documents: Intel ICH9 datasheet (316972), PORT92, RST_CNT, PM1_CNT; IBM PC AT
; technical reference, keyboard controller commands.

%define SIZE	0x10000

bits 16
org 0
	times SIZE - 0x100 nop
start:
	mov dx, PORT
	mov ax, VALUE
%ifdef WIDE
	out dx, ax
%else
	out dx, al
%endif
%ifdef SECOND
	mov dx, SECOND_PORT
	mov al, SECOND
	out dx, al
%endif
	; pc's power management ports, where nobody has moved them from yet.
	mov eax, 0x80000b40
	mov dx, 0xcf8
	out dx, eax
	mov dx, 0xcfc
	mov eax, 0xb001
	out dx, eax
	mov eax, 0x80000b80
	mov dx, 0xcf8
	out dx, eax
	mov dx, 0xcfc
	mov al, 1
	out dx, al
	mov dx, 0xb004
	mov ax, 0x2000
	out dx, ax
.end:	cli
	hlt
	jmp .end
	times SIZE - 0x10 - ($ - $$) nop
	jmp start
	times SIZE - ($ - $$) nop
