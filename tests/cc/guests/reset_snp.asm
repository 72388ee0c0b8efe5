; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; A SEV-SNP guest that asks for a reset by the keyboard controller.
; Document: GHCB specification (AMD 56421), section 4.1.2 (IOIO events).

%include "sev.inc"

guest:
	call ghcb_setup
	ghcb_page
	ghcb_put GHCB_RAX, 0xfe
	ghcb_event 0x7b, 0x64 << 16 | 1 << 4, 0
	finish 1

guest_end
