; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; A guest that tells what it was launched with: the page with the areas of kernel hashes
; and launch secret, then the kernel, the initial RAM disk and the command line as fw_cfg
; has them. Each is a length of 32 bits and so many bytes.
; Documents: QEMU, docs/specs/sev-guest-firmware.rst and docs/specs/fw_cfg.rst.

%include "sev.inc"

%define CHUNK	1024

%macro fw_cfg_item 2	; keys of its size and its data
	mov eax, %1
	mov ebx, %2
	call put_item
%endmacro

guest:
%ifnidn KIND, sev
	call ghcb_setup
%endif
	mov dword [abs dword BUFFER], 0x1000
	mov esi, BUFFER
	mov ecx, 4
	call put_bytes
	mov r12d, 4
	mov ebp, AREAS
.areas:	mov esi, ebp
	mov ecx, CHUNK
	call put_bytes
	add ebp, CHUNK
	dec r12d
	jnz .areas
	fw_cfg_item 0x17, 0x18		; setup part
	fw_cfg_item 0x08, 0x11		; kernel
	fw_cfg_item 0x0b, 0x12		; initial RAM disk
	fw_cfg_item 0x14, 0x15		; command line
	finish 0

put_item:
	call select_item
	mov edi, BUFFER
	mov ecx, 4
	call get_bytes
	mov esi, BUFFER
	mov ecx, 4
	call put_bytes
	mov r12d, [abs dword BUFFER]
	mov eax, ebx
	call select_item
.next:	mov r13d, CHUNK
	cmp r12d, r13d
	cmovb r13d, r12d
	test r13d, r13d
	jz .end
	mov edi, BUFFER
	mov ecx, r13d
	call get_bytes
	mov esi, BUFFER
	mov ecx, r13d
	call put_bytes
	sub r12d, r13d
	jmp .next
.end:	ret

guest_end
