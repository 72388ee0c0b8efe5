; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; The C-bit in the reset vector's page tables: all that they map, the flash too,
; was encrypted at launch or is private memory of ours.
; Document: AMD64 APM volume 2 (24593), section 15.34.5 (page table support).

%include "reset.inc"

extern layout_reset_tables

%define TABLES		(layout_reset_tables)
%define TABLES_END	(layout_reset_tables + 0x5000)	; five levels at most

; Five levels are asked for with CPUID, which is an event in such a guest. Four
; reach all RAM there is, and an OS can change that itself.
HOOK_FRAGMENT pagetables, 2post, 40, sev
	cmp edi, SEV_MACHINE
	jne .other
	test byte [SEV_WORK_STATUS], SEV_STATUS_ES
	jnz near asmhook__pagetables__2post__60__sev
.other:

; Every entry that is present gets the bit; it is in the upper half.
HOOK_FRAGMENT pagetables, 2post, 60, sev
	cmp edi, SEV_MACHINE
	jne .done
	mov cl, [SEV_WORK_C_BIT]
	xor edx, edx
	inc edx
	shl edx, cl			; by the position - 32
	mov ebx, TABLES_END
	cmp eax, TABLES
	jne .next			; the fifth level is the last table
	sub ebx, 0x1000
.next:
	sub ebx, 8
	test byte [ebx], 1
	jz .skip
	or [ebx + 4], edx
.skip:
	cmp ebx, TABLES
	ja .next
.done:
