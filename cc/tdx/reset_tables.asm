; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; The other processors may use the reset vector's page tables from here on.

%include "hookpoints.inc"
%include "mailbox.inc"

extern layout_cc_page

HOOK_FRAGMENT pagetables, 2post, 90, tdx
	cmp edi, TDX_MACHINE
	jne .other
	mov edx, cr4
	and edx, CR4_LA57
	mov [layout_cc_page + MAILBOX_RESET_CR4], edx
	mov [layout_cc_page + MAILBOX_RESET_CR3], eax	; last: it is what they wait for
.other:
