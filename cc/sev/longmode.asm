; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; The question to a lying host, first half: a random number is written while
; paging is off, when all memory is private whatever the host says.
; Documents: AMD64 APM volume 2 (24593), section 15.34.4; volume 3 (24594),
; RDRAND.

%include "reset.inc"

extern sev_reset_terminate

%define TRIES	100

; Every such processor has RDRAND. Some have returned all ones for good.
%macro random 1
%%again:
	dec ecx
	jz near sev_reset_terminate
	rdrand %1
	jnc %%again
	lea ebx, [%1 + 1]
	cmp ebx, 1
	jbe %%again
%endmacro

HOOK_FRAGMENT longmode, 0pre, 10, sev
	cmp edi, SEV_MACHINE
	jne .done
	mov ecx, TRIES
	random esi
	random ebp
	mov [SEV_WORK_CHECK], esi
	mov [SEV_WORK_CHECK + 4], ebp
.done:
