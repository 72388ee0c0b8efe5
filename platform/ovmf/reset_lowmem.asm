; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; A jump to F000:FFF0, as an OS makes to restart the machine, leads here where
; the end of the flash is also visible below 1 MiB (microvm). Devices, other
; processors and the OS's own settings would be as it left them: reset the
; machine for good.
; Document: QEMU, hw/nvram/fw_cfg.c: a reset selects the signature, and boots
; leave something else selected.

%include "hookpoints.inc"

%define FW_CFG_PORT_DATA	0x511
%define NO_DEVICE		0xff

HOOK_FRAGMENT lowmem, 0pre, 10, common
	test edi, edi			; only where port I/O needs no help
	jnz .cold
	mov dx, FW_CFG_PORT_DATA
	in al, dx
	cmp al, 'Q'			; of "QEMU"
	je .cold
	cmp al, NO_DEVICE		; C code will say so
	je .cold
	lidt [no_idt]			; a triple fault resets any machine
	ud2
.cold:

RESET_CONST lowmem_idt
no_idt:
	dw 0
	dd 0
