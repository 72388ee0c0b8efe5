; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Is this a trust domain? All its processors start here, at the same time; the
; first one goes on, the others wait for its page tables.
; Documents: Intel TDX Module 1.5 Base Specification (348549), "Initial State of TD
; VCPUs" and "TD VCPU CPUID Virtualization", leaf 21H.

%include "hookpoints.inc"
%include "mailbox.inc"

extern reset_detect_end, reset_longmode_pre
extern layout_cc_page

%define CPUID_TDX		0x21

; Leaves 0 and 21H are the module's: no exception, which nobody could handle yet.
HOOK_FRAGMENT detect, 0pre, 50, tdx
	cmp ebp, 32
	jne .plain
	xor eax, eax
	cpuid
	cmp eax, CPUID_TDX
	jb .plain
	mov eax, CPUID_TDX
	xor ecx, ecx
	cpuid
	cmp ebx, "Inte"
	jne .plain
	cmp edx, "lTDX"
	jne .plain
	cmp ecx, "    "
	jne .plain
	mov edi, TDX_MACHINE
	test esi, esi			; the processor's index
	jz near reset_detect_end
	shl esi, TDX_INDEX_SHIFT
	or edi, esi
.wait:
	pause
	mov eax, [layout_cc_page + MAILBOX_RESET_CR3]
	test eax, eax
	jz .wait
	mov edx, cr4
	or edx, [layout_cc_page + MAILBOX_RESET_CR4]
	mov cr4, edx
	jmp near reset_longmode_pre
.plain:
