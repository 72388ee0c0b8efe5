; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Example: a guest kind finds itself in the reset vector, by the name that the
; hypervisor gives itself. Changes EAX, EBX, ECX, EDX in a 16-bit entry.
; Document: QEMU, target/i386/cpu.c (leaf 40000000H).

%include "hookpoints.inc"

extern reset_detect_end

%define EXAMPLE_MACHINE		0x45	; guest.c knows it, too
%define CPUID_HYPERVISOR	0x40000000

HOOK_FRAGMENT detect, 0pre, 70, example
	cmp ebp, 16
	jne .other
	mov eax, CPUID_HYPERVISOR
	cpuid
	cmp ebx, "TCGT"
	jne .other
	cmp ecx, "CGTC"
	jne .other
	cmp edx, "GTCG"
	jne .other
	mov edi, EXAMPLE_MACHINE
	; The main part would say "plain": leave the point.
	jmp near reset_detect_end
.other:
