; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; Where the host finds the launch metadata: an entry of the GUID table,
; e47a6535-984a-4798-865e-4685a7bf8ec2.
; Document: QEMU, hw/i386/pc_sysfw_ovmf.c and tdvf.c.

extern tdvf_metadata_offset		; cc/tdx/symbols.lds

section .guidtab.50.tdx progbits alloc noexec nowrite align=1
	dd tdvf_metadata_offset		; from the end of the image
	dw 22				; of this entry
	dd 0xe47a6535
	dw 0x984a, 0x4798
	db 0x86, 0x5e, 0x46, 0x85, 0xa7, 0xbf, 0x8e, 0xc2
