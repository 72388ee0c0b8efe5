; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; First 64-bit code, still in flash: the image goes to the RAM address that it
; is linked for, and C begins there.

%include "hookpoints.inc"

extern image_start, image_load, image_load_qwords
extern data_start, data_load, data_qwords
extern bss_start, bss_qwords
extern stack_top
extern layout_work_area
extern cpu_start

HOOK_FRAGMENT start64, 1main, 50, common
	mov edx, edi
	mov esi, image_load		; below 4 GiB: the upper half is zero
	mov edi, image_start
	mov ecx, image_load_qwords
	rep movsq
	mov esi, data_load
	mov edi, data_start
	mov ecx, data_qwords
	rep movsq
	xor eax, eax
	mov edi, bss_start
	mov ecx, bss_qwords
	rep stosq
	mov [layout_work_area + WORK_AREA_MACHINE], dl
	mov esp, stack_top
	xor ebp, ebp			; end of the frame chain
	mov eax, cpu_start		; too far from flash for a relative call
	call rax
