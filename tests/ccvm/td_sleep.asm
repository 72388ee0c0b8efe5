; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Sleep until the local APIC has an interrupt, and leave it pending: a guest of
; one HLT instruction, from which an intercepted interrupt exits.
; Document: AMD64 APM volume 2, sections 15.13.1 and 15.21.1.

bits 64
default rel

section .text.td_sleep progbits alloc exec nowrite align=16

; void td_sleep(u64 vmcb)
;
; With V_INTR_MASKING, RFLAGS.IF at VMRUN says whether interrupts exit. GIF is
; 0 outside of VMRUN, so none is taken here.
global td_sleep
td_sleep:
	mov rax, rdi
	sti
	vmrun
	cli
	ret

; What the guest executes, in flat 32-bit mode.
global td_sleep_code
bits 32
td_sleep_code:
	hlt
	jmp td_sleep_code
