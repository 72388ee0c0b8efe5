; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; What the image tells the host's loader: where processors start, where digests
; of a kernel go, and where the list of pages to prepare is.
; Document: QEMU, docs/specs/sev-guest-firmware.rst.

extern sev_ap_entry
extern snp_metadata_offset		; symbols.lds
extern layout_launch_info2

%define ENTRY_TAIL	18		; length and GUID
%define PAGE_SIZE	4096

section .guidtab.10.sev progbits alloc noexec nowrite align=1
; dc886566-984a-4798-a75e-5585a7bf67cc: distance of the metadata from the end
	dd snp_metadata_offset
	dw 4 + ENTRY_TAIL
	dd 0xdc886566
	dw 0x984a, 0x4798
	db 0xa7, 0x5e, 0x55, 0x85, 0xa7, 0xbf, 0x67, 0xcc

section .guidtab.11.sev progbits alloc noexec nowrite align=1
; 7255371f-3a3b-4b04-927b-1da6efa8d454: base and size for the digests
	dd layout_launch_info2
	dd PAGE_SIZE
	dw 8 + ENTRY_TAIL
	dd 0x7255371f
	dw 0x3a3b, 0x4b04
	db 0x92, 0x7b, 0x1d, 0xa6, 0xef, 0xa8, 0xd4, 0x54

section .guidtab.12.sev progbits alloc noexec nowrite align=1
; 00f771de-1a7e-4fcb-890e-68c77e2fb44e: start of the other processors
	dd sev_ap_entry
	dw 4 + ENTRY_TAIL
	dd 0x00f771de
	dw 0x1a7e, 0x4fcb
	db 0x89, 0x0e, 0x68, 0xc7, 0x7e, 0x2f, 0xb4, 0x4e
