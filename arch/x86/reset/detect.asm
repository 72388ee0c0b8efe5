; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Flat data segments, and a plain machine's answer to "what are we": a
; processor that can run this image.
; Document: Intel SDM volume 2, CPUID leaf 80000001H.

%include "hookpoints.inc"

extern reset_fail

%define CPUID_EXT		0x80000001
%define CPUID_EXT_EDX_NX	(1 << 20)
%define CPUID_EXT_EDX_LM	(1 << 29)

HOOK_FRAGMENT detect, 0pre, 00, common
	mov ax, SEL_DATA
	mov ds, ax
	mov es, ax
	mov ss, ax
	mov fs, ax
	mov gs, ax

HOOK_FRAGMENT detect, 1main, 50, common
	mov eax, CPUID_EXT
	cpuid
	not edx
	mov esi, no_long_mode
	test edx, CPUID_EXT_EDX_NX | CPUID_EXT_EDX_LM
	jnz near reset_fail
	xor edi, edi

RESET_CONST detect_text
no_long_mode:
	db "reset: this processor has no 64-bit mode with NX, which the firmware needs", 10, 0
