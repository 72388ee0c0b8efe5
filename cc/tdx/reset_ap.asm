; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Where a trust domain's other processors stay until the OS calls them: in the
; flash, which is private, measured and not in the OS's way, without a stack.
; Documents: ACPI 6.5, section 5.2.12.19 (multiprocessor wakeup structure);
; Intel TDX Guest-Host Communication Interface 1.5 (348552), TDG.VP.VMCALL.

%include "hookpoints.inc"
%include "mailbox.inc"

extern layout_cc_page

%define TDVMCALL_RDMSR		31
%define TDVMCALL_MASK		(1 << 10 | 1 << 11 | 1 << 12)
%define MSR_X2APIC_ID		0x802

; EBP = index, EBX = APIC id, R15D = last job.
HOOK_FRAGMENT start64, 0pre, 50, tdx
	cmp dil, TDX_MACHINE
	jne near .boot
	mov ebp, edi
	shr ebp, TDX_INDEX_SHIFT
	jz near .boot
	lidt [rel tdx_no_idt]

	; The OS takes the id from the host's MADT and sends interrupts through
	; the host, so the host's word is what counts. A host that gives two
	; processors one id gains nothing: a command is taken only once.
	xor eax, eax
	mov ecx, TDVMCALL_MASK
	xor r10d, r10d
	mov r11d, TDVMCALL_RDMSR
	mov r12d, MSR_X2APIC_ID
	db 0x66, 0x0f, 0x01, 0xcc	; TDCALL
	mov ebx, ebp
	or rax, r10
	cmovz ebx, r11d
	xor r15d, r15d

.poll:
	pause
	mov eax, [layout_cc_page + MAILBOX_JOBS]
	cmp eax, r15d
	jne .job
	cmp word [layout_cc_page + MAILBOX_COMMAND], MAILBOX_WAKEUP
	jne .poll
	cmp [layout_cc_page + MAILBOX_APIC_ID], ebx
	jne .poll
	mov rdx, [layout_cc_page + MAILBOX_VECTOR]
	mov eax, MAILBOX_WAKEUP
	xor ecx, ecx
	lock cmpxchg [layout_cc_page + MAILBOX_COMMAND], cx
	jne .poll
	jmp rdx

.job:
	mov r15d, eax
	mov rax, [layout_cc_page + MAILBOX_CR3]
	mov cr3, rax
	mov rax, [layout_cc_page + MAILBOX_FUNCTION]
	test rax, rax
	jz .done
	mov esp, ebp
	shl rsp, MAILBOX_STACK_SHIFT
	add rsp, [layout_cc_page + MAILBOX_STACKS]
	mov rdi, [layout_cc_page + MAILBOX_ARGUMENT]
	call rax
.done:
	lock inc dword [layout_cc_page + MAILBOX_DONE]
	jmp .poll
.boot:

RESET_CONST tdx_idt
tdx_no_idt:
	dw 0
	dq 0
