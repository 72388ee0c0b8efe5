; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; The smallest kernel: a bzImage whose every entry point (16-bit, 32-bit,
; 64-bit, EFI) says that it was reached and ends the machine. What runs before
; it is the firmware's cost.
; Documents: Linux, Documentation/arch/x86/boot.rst (boot protocol 2.15);
; Microsoft PE Format, "Optional Header", "Section Table".
;
; Build: nasm -f bin -o payload payload.asm
; With -DTRIPLE_FAULT it ends the machine without asking any device for it.

%define SETUP_SIZE	0x400		; boot sector and one setup sector
%define PM_SIZE		0x1000		; protected-mode part
%define IMAGE_SIZE	(SETUP_SIZE + PM_SIZE)
%define DEBUG_EXIT	0xf4		; isa-debug-exit, if the machine has one

; A NOP in every mode, with prefixes that no compiler emits; the last prefix
; says which entry point it is. The plugin (plugin/count.c) looks for it.
%macro MARKER 1
	db	0x64, 0x65, 0x64, 0x65, 0x64, %1, 0x90
%endmacro
%define MARKER_REAL	0x26
%define MARKER_32	0x2e
%define MARKER_64	0x36
%define MARKER_EFI	0x3e

%macro FINISH 0
%ifdef TRIPLE_FAULT
%if __BITS__ == 64
	push	0
	push	0
	lidt	[rsp]
	int3
%endif
%endif
	mov	al, 0x10
	out	DEBUG_EXIT, al
	cli
%%halt:	hlt
	jmp	%%halt
%endmacro

	bits	16
	org	0

image:
	db	"MZ"
	times	0x3c - ($ - image) db 0
	dd	pe_header

pe_header:
	db	"PE", 0, 0
	dw	0x8664			; machine: x86-64
	dw	1			; sections
	dd	0, 0, 0
	dw	section_table - optional_header
	dw	0x0206			; executable, no line numbers, no debug
optional_header:
	dw	0x020b			; PE32+
	db	1, 0
	dd	PM_SIZE			; code
	dd	0, 0
	dd	entry_efi		; entry
	dd	SETUP_SIZE
	dq	0			; image base
	dd	0x20, 0x20		; section and file alignment
	dw	0, 0, 1, 0, 0, 0
	dd	0
	dd	IMAGE_SIZE
	dd	SETUP_SIZE		; headers
	dd	0
	dw	10			; subsystem: EFI application
	dw	0
	dq	0, 0, 0, 0
	dd	0
	dd	6			; data directories
	times	6 dq 0
section_table:
	db	".text", 0, 0, 0
	dd	PM_SIZE, SETUP_SIZE, PM_SIZE, SETUP_SIZE
	dd	0, 0, 0
	dd	0x60000020		; code, execute, read

	times	0x1f1 - ($ - image) db 0
	db	SETUP_SIZE / 512 - 1	; setup_sects
	dw	1			; root_flags
	dd	PM_SIZE / 16		; syssize
	dw	0
	dw	0xffff			; vid_mode
	dw	0
	dw	0xaa55			; boot_flag

entry_real:
	jmp	short start_real
header:
	db	"HdrS"
	dw	0x020f			; version
	dd	0
	dw	0, 0
	db	0			; type_of_loader
	db	1			; loadflags: LOADED_HIGH
	dw	0
	dd	0x100000		; code32_start
	dd	0, 0, 0
	dw	0, 0
	dd	0
	dd	0x7fffffff		; initrd_addr_max
	dd	0x200000		; kernel_alignment
	db	1			; relocatable_kernel
	db	21			; min_alignment
	dw	3			; xloadflags: 64-bit entry, anywhere
	dd	2047			; cmdline_size
	dd	0
	dq	0
	dd	0, 0
	dq	0			; setup_data
	dq	0x1000000		; pref_address
	dd	0x1000000		; init_size
	dd	0			; handover_offset
	dd	kernel_info - pm_start	; kernel_info_offset
header_end:
start_real:
	MARKER MARKER_REAL
	FINISH

	times	SETUP_SIZE - ($ - image) db 0

	bits	32
pm_start:
	MARKER MARKER_32
	FINISH

	align	16, db 0
kernel_info:
	db	"LToP"
	dd	kernel_info_end - kernel_info
	dd	kernel_info_end - kernel_info
	dd	0x80000009		; setup_type_max
kernel_info_end:

	times	0x200 - ($ - pm_start) db 0
	bits	64
entry_64:
	MARKER MARKER_64
	FINISH

	align	16, db 0
entry_efi:
	MARKER MARKER_EFI
	FINISH

	times	IMAGE_SIZE - ($ - image) db 0
