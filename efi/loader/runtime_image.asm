; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; The runtime image (efi/runtime), as the build made it; efi/loader/runtime.c
; copies it to where it runs.

section .rodata.runtime_image progbits alloc noexec nowrite align=16

global runtime_image
runtime_image:
	incbin "runtime/runtime.bin"
