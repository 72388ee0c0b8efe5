; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Example: a fragment of the reset vector that says on port 0x80 how far the
; machine got. Changes EAX.

%include "hookpoints.inc"

%define POST_PORT	0x80
%define POST_LOWMEM	0x10

HOOK_FRAGMENT lowmem, 0pre, 10, common
	mov al, POST_LOWMEM
	out POST_PORT, al
