; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Which kind of guest this is. SEV_STATUS decides, which the host can neither
; intercept nor change; on a processor without it, reading it is a #GP.
; Documents: AMD64 APM volume 2 (24593), section 15.34.10 (SEV_STATUS MSR);
; GHCB specification (AMD 56421), section 2.3.1; SEV-SNP firmware ABI (AMD
; 56860), section 8.14.2.6 (CPUID page).

%include "reset.inc"

extern reset_detect_end
extern reset_fail
extern sev_reset_idtr
extern sev_reset_terminate
extern layout_launch_info0

%define CPUID_EXT_MAX		0x80000000
%define CPUID_ENCRYPT		0x8000001f
%define CPUID_ENCRYPT_EAX_SEV	(1 << 1)
%define C_BIT_MASK		0x3f	; of leaf 8000001FH, EBX

; The CPUID page: count, then entries of 48 bytes after 16.
%define CPUID_PAGE_MAX		64
%define CPUID_PAGE_ENTRIES	16
%define CPUID_ENTRY_SIZE	48
%define CPUID_ENTRY_EBX		28

HOOK_FRAGMENT detect, 0pre, 10, sev
	cmp ebp, 16			; such a guest starts in real mode
	jne near sev_reset_plain
	mov esp, SEV_STACK
	lidt [sev_reset_idtr]
	mov ecx, MSR_SEV_STATUS
	; A #GP of this one instruction goes on at sev_reset_plain.
global sev_reset_rdmsr
sev_reset_rdmsr:
	rdmsr
	test al, SEV_STATUS_SEV
	jz near sev_reset_plain
	mov [SEV_WORK_STATUS], eax
	mov [SEV_WORK_STATUS + 4], edx
	test al, SEV_STATUS_SNP
	jnz .page
	test al, SEV_STATUS_ES
	jnz .message

	; Memory only is encrypted: the host emulates CPUID, and start64 checks.
	mov esi, no_leaf
	mov eax, CPUID_EXT_MAX
	cpuid
	cmp eax, CPUID_ENCRYPT
	jb near reset_fail
	mov eax, CPUID_ENCRYPT
	cpuid
	test al, CPUID_ENCRYPT_EAX_SEV
	jz near reset_fail
	and ebx, C_BIT_MASK
	mov esi, bad_position
	cmp ebx, C_BIT_MIN
	jb near reset_fail
	cmp ebx, C_BIT_MAX
	ja near reset_fail
	jmp .found

.message:
	mov ecx, MSR_GHCB
	mov eax, GHCB_MSR_SEV_INFO_REQ
	xor edx, edx
	wrmsr
	vmgexit
	rdmsr
	mov ebx, eax
	and eax, 0xfff
	cmp eax, GHCB_MSR_SEV_INFO
	jne near sev_reset_terminate
	shr ebx, 24
	jmp .check

	; What the secure processor has checked needs no host.
.page:
	mov ecx, [layout_launch_info0]
	cmp ecx, CPUID_PAGE_MAX
	ja near sev_reset_terminate
	mov esi, layout_launch_info0 + CPUID_PAGE_ENTRIES
	inc ecx
.next:
	dec ecx
	jz near sev_reset_terminate
	mov ebx, [esi + CPUID_ENTRY_EBX]
	cmp dword [esi], CPUID_ENCRYPT
	lea esi, [esi + CPUID_ENTRY_SIZE]
	jne .next
	and ebx, C_BIT_MASK
.check:
	cmp ebx, C_BIT_MIN
	jb near sev_reset_terminate
	cmp ebx, C_BIT_MAX
	ja near sev_reset_terminate
.found:
	mov [SEV_WORK_C_BIT], bl
	mov edi, SEV_MACHINE
	; Such a processor has 64-bit mode, and CPUID could be an event.
	jmp near reset_detect_end
global sev_reset_plain
sev_reset_plain:

RESET_CONST sev_detect_text
no_leaf:
	db "reset: SEV is active, but CPUID denies it", 10, 0
bad_position:
	db "reset: CPUID gives a C-bit position that is not in 32 to 51", 10, 0
