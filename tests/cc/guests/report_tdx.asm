; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; A trust domain that extends its RTMRs, and writes its TDREPORT, the answer to
; GetQuote and the answer for a report that was changed to the debug port.
; Documents: Intel TDX module ABI specification (348551), TDG.MR.REPORT;
; Guest-Host Communication Interface (348552), section 3.3, GetQuote.

%include "tdx.inc"

%define REPORT		0x200000
%define BUFFER		0x300000
%define BUFFER_SIZE	0x1000
%define HEADER		24
%define REPORT_SIZE	1024
%define DEBUG_PORT	0x402

; RSI: from, RBX: how many bytes
dump:	movzx r8d, byte [rsi]
	vmcall 30, 1, 1, DEBUG_PORT, r8
	inc rsi
	dec rbx
	jnz dump
	ret

; The report to the shared buffer, and GetQuote.
quote:	mov rdi, SHARED + BUFFER
	mov qword [rdi], 1
	mov qword [rdi + 8], 0
	mov dword [rdi + 16], REPORT_SIZE
	mov dword [rdi + 20], 0
	add rdi, HEADER
	mov esi, REPORT
	mov ecx, REPORT_SIZE
	rep movsb
	vmcall 0x10002, SHARED + BUFFER, BUFFER_SIZE
	expect r10, 0
	mov rsi, SHARED + BUFFER
	mov ebx, BUFFER_SIZE
	jmp dump

guest:
	; RTMR 0 once, 1 twice, 2 not at all, 3 with another digest.
	leaf 2, digest64, 0
	expect rax, 0
	leaf 2, digest64, 1
	expect rax, 0
	leaf 2, digest64, 1
	expect rax, 0
	leaf 2, other, 3
	expect rax, 0

	leaf 6, REPORT
	expect rax, 0
	leaf 4, REPORT, reportdata
	expect rax, 0
	mov esi, REPORT
	mov ebx, REPORT_SIZE
	call dump

	; The interrupt that says that there is a quote; it waits, for IF is 0.
	vmcall 32, 0x80f, 0x1ff
	expect r10, 0
	vmcall 0x10004, 31
	expect r10, 0x8000000000000000
	vmcall 0x10004, 0x41
	expect r10, 0
	mov ecx, 0x822
	rdmsr
	expect rax, 0

	vmcall 0x10001, SHARED + BUFFER, BUFFER_SIZE
	expect r10, 0
	call quote
	mov ecx, 0x822
	rdmsr
	expect rax, 1 << 1
	inc byte [REPORT + 0x210]	; MRTD
	call quote
	mov rax, "pass"
	jmp report

align 64
reportdata: times 8 db "nonce..."
align 64
other:	times 64 db 0xa5

guest_end
