; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; The jump into a Linux kernel.
; Document: Linux 6.12, Documentation/arch/x86/boot.rst, "64-bit boot protocol".

bits 64
default rel

; Selectors that the protocol asks for; the firmware's own GDT has them.
BOOT_CS	equ 0x10
BOOT_DS	equ 0x18

section .text.linux_entry progbits alloc exec nowrite align=16

; void linux_enter64(phys_addr_t entry, phys_addr_t params)
; System V: rdi is the entry; params is in rsi, where the kernel expects it.
global linux_enter64:function
linux_enter64:
	cli
	cld
	mov	eax, BOOT_DS
	mov	ds, eax
	mov	es, eax
	mov	ss, eax
	push	BOOT_CS
	push	rdi
	retfq
