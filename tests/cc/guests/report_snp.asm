; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; A SEV-SNP guest that writes its secrets page to the debug port, then the answer to
; the guest request in the file REQUEST. The reason code at the end is its status.
; Documents: GHCB specification (AMD 56421), sections 4.1.2 and 4.1.7; SEV-SNP
; firmware ABI (AMD 56860), chapter 7.

%include "sev.inc"

%define DEBUG_PORT	0x402
%define IO_OUTS		(1 << 2 | 1 << 3 | 1 << 4)	; REP OUTSB
%define PAGE		0x1000
%define ASK		FRESH
%define ANSWER		(FRESH + PAGE)

%macro copy_page 2	; to, from
	mov rdi, %1
	mov rsi, %2
	mov ecx, PAGE / 8
	rep movsq
%endmacro

; dump PAGE, which the host can read
%macro dump 1
	ghcb_page
	ghcb_put GHCB_SCRATCH, %1
	ghcb_event 0x7b, DEBUG_PORT << 16 | IO_OUTS, PAGE
%endmacro

guest:
	call ghcb_setup
	page_state ASK, PSC_SHARED
	page_state ANSWER, PSC_SHARED
	copy_page SHARED + ANSWER, SECRETS
	dump ANSWER
%ifdef REQUEST
	copy_page SHARED + ASK, request
	ghcb_page
	ghcb_event 0x80000011, ASK, ANSWER
	mov eax, [rdi + GHCB_INFO2]
	mov ebx, eax
	dump ANSWER
	mov eax, ebx
	and eax, 0xff
	shl eax, 16
	or eax, 0xf100
	jmp terminate

align 16
request: incbin REQUEST
%else
	finish 0
%endif

guest_end
