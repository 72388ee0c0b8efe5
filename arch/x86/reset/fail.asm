; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; The end of a boot that has no stack yet: one line on the debug port and the
; first serial port, word to the host, halt. Needs neither RAM nor C.
; Documents: QEMU, docs/specs/pvpanic.rst; 16550 UART data sheet.

%include "hookpoints.inc"

%define DEBUG_PORT	0x402
%define DEBUG_PORT_ID	0xe9
%define UART_THR	0x3f8
%define UART_LSR	0x3fd
%define UART_LSR_THRE	0x20
%define UART_POLLS	100000
%define PVPANIC_PORT	0x505
%define PVPANIC_PANICKED 1
%define DEBUG_EXIT_FAILURE 0x11	; as drivers/debug_exit.c

; Jumped to with ESI = NUL-terminated text that ends in a newline.
section .reset_fail progbits alloc exec nowrite align=1
bits 32
global reset_fail
reset_fail:
	mov ebx, esi
	mov dx, DEBUG_PORT
	in al, dx
	cmp al, DEBUG_PORT_ID
	jne .serial
.debug:
	lodsb
	test al, al
	jz .serial
	out dx, al
	jmp .debug
.serial:
	mov esi, ebx
.next:
	mov ecx, UART_POLLS		; and no more, or nobody would be told
	mov dx, UART_LSR
.wait:
	in al, dx
	cmp al, 0xff			; nothing there
	je .tell
	test al, UART_LSR_THRE
	loopz .wait
	jz .tell
	lodsb
	test al, al
	jz .tell
	mov dx, UART_THR
	out dx, al
	jmp .next
.tell:
	mov dx, PVPANIC_PORT
	in al, dx
	cmp al, 0xff
	je .exit
	mov al, PVPANIC_PANICKED
	out dx, al
.exit:
%ifdef CONFIG_DRV_DEBUG_EXIT
	mov dx, CONFIG_DRV_DEBUG_EXIT_PORT
	in al, dx
	test al, al			; the device reads as 0
	jnz .halt
	mov al, DEBUG_EXIT_FAILURE
	out dx, al
%endif
.halt:
	cli
	hlt
	jmp .halt
