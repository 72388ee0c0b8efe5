; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; The question to a lying host, second half: through a mapping with the wrong
; C-bit position the number would be read as the host's bytes.
; Document: AMD64 APM volume 2 (24593), section 15.34.5.

%include "reset.inc"

HOOK_FRAGMENT start64, 0pre, 10, sev
	cmp edi, SEV_MACHINE
	jne .done
	mov eax, ebp
	shl rax, 32
	mov esi, esi			; the upper half is not defined yet
	or rax, rsi
	cmp rax, [abs SEV_WORK_CHECK]
	jne near .terminate
	mov qword [abs SEV_WORK_CHECK], 0
	jmp .done

	; As sev_reset_terminate; what SEV_STATUS was is read from the processor.
.terminate:
	mov ecx, MSR_SEV_STATUS
	rdmsr
	test al, SEV_STATUS_ES
	jz .halt
	mov ecx, MSR_GHCB
	mov eax, GHCB_MSR_TERMINATE
	xor edx, edx
	wrmsr
	vmgexit
.halt:
	cli
	hlt
	jmp .terminate
.done:
