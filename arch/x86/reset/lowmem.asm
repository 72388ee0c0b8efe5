; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Is there RAM where the image and the fixed pages go? Without this question a
; machine with too little memory would die without a word.

%include "hookpoints.inc"

extern layout_reset_tables
extern image_end
extern reset_fail

; Writes must be seen by a read of another address in between, so that a bus
; that merely remembers the last value does not pass for RAM.
HOOK_FRAGMENT lowmem, 1main, 50, common
	mov esi, too_little
	mov dword [layout_reset_tables], 0x434c4f49
	mov dword [image_end - 4], 0x53544552
	cmp dword [layout_reset_tables], 0x434c4f49
	jne near reset_fail
	cmp dword [image_end - 4], 0x53544552
	jne near reset_fail

RESET_CONST lowmem_text
too_little:
	db "reset: no RAM at 8 MiB, where the firmware runs", 10, 0
